/** Servers that run in the pod itself, and the Services that select it. */
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

/** The index of a container in `initContainers`; -1 if it is in another list. */
export function initIndex(container: Container, workload: Workload): number {
  return workload
    .containers()
    .filter(({ list }) => list === 'initContainers')
    .indexOf(container)
}

/** The sidecars of a workload with their indexes in `initContainers`. */
export function sidecarsOf(workload: Workload): readonly { readonly container: Container; readonly index: number }[] {
  return workload
    .containers()
    .filter(({ list }) => list === 'initContainers')
    .flatMap((container, index) => (container.role === 'sidecar' ? [{ container, index }] : []))
}

/** Whether the pod shares the network of its node, so that any process of the node may listen on its ports. */
export function usesHostNetwork({ podSpec }: Workload): boolean {
  return member(podSpec, 'hostNetwork') === true
}

/** How many pods of the workload run at once: 1 if it does not set a number, undefined if it depends on the number of nodes. */
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

/** The Service that a host name resolves to: `db`, `db.shop`, `db.shop.svc.cluster.local`. Undefined for names in other namespaces. */
export function serviceNameOf(host: string, namespace: string): string | undefined {
  const [name = '', hostNamespace, svc, ...zone] = host.replace(/\.$/, '').split('.')
  if (hostNamespace === undefined) return name
  if (hostNamespace !== namespace || (svc !== undefined && svc !== 'svc')) return undefined
  return zone.length === 0 || zone.join('.') === 'cluster.local' ? name : undefined
}
