/** Servers that run in the pod itself, and the Services that select it. */
import type { Container } from '../model/containers.ts'
import { asArray, at, member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { customResource } from '../model/workload-kinds.ts'

/** A sidecar and its index in `initContainers`. */
export interface Sidecar {
  readonly container: Container
  readonly index: number
}

/** The sidecars of a pod, and where its init containers are declared among them. */
export interface Sidecars {
  /** The one that is declared first; undefined if the pod has none. */
  readonly first: Sidecar | undefined
  /** The first one that declares a port. */
  onPort(port: number): Sidecar | undefined
  /** The index of a container in `initContainers`; -1 if it is in another list, or if the pod has no sidecar. */
  indexOf(container: Container): number
}

/** Most pods have none. */
const noSidecars: Sidecars = { first: undefined, onPort: () => undefined, indexOf: () => -1 }

/** Reads the sidecars of a workload. Call it once per check, not per container. */
export function sidecarsOf(workload: Workload): Sidecars {
  if (!workload.containers().some(({ role }) => role === 'sidecar')) return noSidecars
  const indexes = new Map<Container, number>()
  const ports = new Map<number, Sidecar>()
  let first: Sidecar | undefined
  for (const container of workload.containers()) {
    if (container.list !== 'initContainers') continue
    const index = indexes.size
    indexes.set(container, index)
    if (container.role !== 'sidecar') continue
    const sidecar = { container, index }
    first ??= sidecar
    for (const port of portsOf(container)) if (!ports.has(port)) ports.set(port, sidecar)
  }
  return { first, onPort: (port) => ports.get(port), indexOf: (container) => indexes.get(container) ?? -1 }
}

/** The ports that a container declares. */
export function portsOf(container: Container): readonly number[] {
  return asArray(member(container.raw, 'ports')).flatMap((entry) => {
    const port = member(entry, 'containerPort')
    return typeof port === 'number' ? [port] : []
  })
}

/** Whether the pod shares the network of its node, so that any process of the node may listen on its ports. */
export function usesHostNetwork({ podSpec }: Workload): boolean {
  return member(podSpec, 'hostNetwork') === true
}

/** How many pods of the workload run at once: 1 if it does not set a number, undefined if it depends on the number of nodes or on a custom resource. */
export function replicasOf({ kind, object }: Workload): number | undefined {
  switch (kind) {
    case 'Pod':
    case 'PodTemplate':
      return 1
    case 'DaemonSet':
    case customResource:
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
