/** References that are well-formed, but that the nodes cannot turn into a registry to pull from. */
import type { RuleContext } from '../../lint/rule.ts'
import { isShortName } from '../../model/image-reference.ts'
import { comparedHost } from '../../model/registry-host.ts'
import type { Workload } from '../../model/workload.ts'
import type { ImageFault } from '../predictions.ts'
import type { NamedUse } from '../uses.ts'

export interface Unreachable {
  readonly messageId: 'cluster-dns' | 'own-service' | 'localhost' | 'short-name'
  readonly data: Readonly<Record<string, string>>
  readonly status: ImageFault
}

/** Ports that Services of type NodePort open on every node (kube-apiserver --service-node-port-range). */
const firstNodePort = 30000
const lastNodePort = 32767

/**
 * Why nodes cannot find the registry. The kubelet and the container runtime use the DNS of the node, not that of the cluster, and a short
 * name means what the configuration of the runtime says. Nothing if the policy names a mirror that serves the registry, if all nodes have
 * the image, or if nothing is pulled.
 */
export function unreachable({ use, reference }: NamedUse, workload: Workload, context: RuleContext): Unreachable | undefined {
  if (context.isPreloaded(reference)) return undefined
  if (context.runtime === 'cri-o' && isShortName(use.image)) {
    const { registry, repository, tag, digest } = reference
    const name = `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`
    return { messageId: 'short-name', data: { name }, status: 'ambiguous' }
  }
  if (use.pullPolicy === 'Never' || context.registry(reference).servedBy !== undefined) return undefined
  const host = comparedHost(reference.registry)
  const { name, port } = splitPort(host)
  const { registry } = reference
  if (/\.(?:svc|cluster\.local)$/.test(name)) return { messageId: 'cluster-dns', data: { registry }, status: 'absent' }
  const service = serviceOf(name, workload, context)
  if (service !== undefined) return { messageId: 'own-service', data: { registry, service }, status: 'absent' }
  if (workload.kind !== 'DaemonSet' || !isLoopback(name) || port === undefined || isNodePort(Number(port))) return undefined
  return { messageId: 'localhost', data: { registry, port }, status: 'absent' }
}

/** The Service of the same input that a host names as pods do: `registry` or `registry.infra`. */
function serviceOf(name: string, workload: Workload, { siblings }: RuleContext): string | undefined {
  if (siblings === undefined) return undefined
  const [service, namespace = workload.namespace, ...more] = name.split('.')
  if (service === undefined || more.length > 0) return undefined
  return siblings.services(namespace).find((candidate) => candidate.name === service)?.name
}

/** `registry:5000` without its port. */
function splitPort(host: string): { readonly name: string; readonly port?: string } {
  const colon = host.lastIndexOf(':')
  const port = colon === -1 ? '' : host.slice(colon + 1)
  return /^[0-9]+$/.test(port) ? { name: host.slice(0, colon), port } : { name: host }
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(?:\.[0-9]+){3}$/.test(name)
}

function isNodePort(port: number): boolean {
  return port >= firstNodePort && port <= lastNodePort
}
