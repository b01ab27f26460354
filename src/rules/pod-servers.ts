/** Servers in the pod itself. */
import type { Container } from '../model/containers.ts'
import { asArray, at, member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'

/** The ports that a container declares. */
export function portsOf(container: Container): ReadonlySet<number> {
  const ports = new Set<number>()
  for (const entry of asArray(member(container.raw, 'ports'))) {
    const port = member(entry, 'containerPort')
    if (typeof port === 'number') ports.add(port)
  }
  return ports
}

/** Where in the order of the init containers a container stands; -1 for the others. */
export function initIndex(container: Container, workload: Workload): number {
  return workload
    .containers()
    .filter(({ list }) => list === 'initContainers')
    .indexOf(container)
}

/** The sidecars of a workload with their places among the init containers. */
export function sidecarsOf(workload: Workload): readonly { readonly container: Container; readonly index: number }[] {
  return workload
    .containers()
    .filter(({ list }) => list === 'initContainers')
    .flatMap((container, index) => (container.role === 'sidecar' ? [{ container, index }] : []))
}

/** Whether the pod shares the network of its node: what listens there may be anybody. */
export function usesHostNetwork({ podSpec }: Workload): boolean {
  return member(podSpec, 'hostNetwork') === true
}

/** How many pods of the workload run at once: 1 where it does not say, undefined where nobody knows. */
export function replicasOf({ kind, object }: Workload): number | undefined {
  switch (kind) {
    case 'Pod':
    case 'PodTemplate':
      return 1
    case 'DaemonSet':
      return undefined
    case 'Job':
    case 'CronJob': {
      const spec = kind === 'Job' ? at(object, 'spec') : at(object, 'spec', 'jobTemplate', 'spec')
      const parallelism = member(spec, 'parallelism')
      return typeof parallelism === 'number' ? parallelism : 1
    }
    default: {
      const replicas = at(object, 'spec', 'replicas')
      return typeof replicas === 'number' ? replicas : 1
    }
  }
}

/** The Service that a host name of the cluster means: `db`, `db.shop`, `db.shop.svc.cluster.local`. Undefined for names of other namespaces. */
export function serviceNameOf(host: string, namespace: string): string | undefined {
  const [name = '', where, svc, ...zone] = host.replace(/\.$/, '').split('.')
  if (where === undefined) return name
  if (where !== namespace || (svc !== undefined && svc !== 'svc')) return undefined
  return zone.length === 0 || zone.join('.') === 'cluster.local' ? name : undefined
}
