/** Service meshes that redirect the traffic of init containers to a proxy that starts after them. */
import type { ContainerView } from '../view/pod-view.ts'
import type { Context, Found } from './context.ts'

/** Names of proxies: Istio, Linkerd, Kuma, Consul, Open Service Mesh, and what others call theirs. */
const proxyName =
  /^(?:istio-proxy|linkerd-proxy|kuma-sidecar|consul-dataplane|envoy(?:-sidecar|-proxy)?|(?:[a-z0-9-]+-)?mesh-proxy|mesh-sidecar)$/

/** Whether a container of this name is the proxy of a service mesh. */
export function isProxy(name: string): boolean {
  return proxyName.test(name)
}

/** Init containers that redirect traffic or check that a CNI plugin has done so. */
const redirectName =
  /^(?:istio-init|istio-validation|linkerd-init|linkerd-network-validator|kuma-init|kuma-validation|consul-connect-inject-init|osm-init|(?:[a-z0-9-]+-)?mesh-(?:init|validation))$/

/** The proxy through which the traffic of an init container goes although it starts later; undefined if there is none. */
export function redirectingProxy({ pod }: Context, container: ContainerView): string | undefined {
  const position = pod.containers.indexOf(container)
  const proxy = pod.containers.find(({ name, role }, index) => proxyName.test(name) && (role === 'app' || index > position))
  if (proxy === undefined) return undefined
  const redirects = pod.containers
    .slice(0, position)
    .some(({ name, image, role }) => role === 'init' && (redirectName.test(name) || image === proxy.image))
  const annotated = [...pod.workload.annotations.keys()].some((key) =>
    /^(?:sidecar\.istio\.io\/status|linkerd\.io\/proxy-version|kuma\.io\/sidecar-injected)$/.test(key),
  )
  return redirects || annotated ? proxy.name : undefined
}

export function blockedByMesh(context: Context, container: ContainerView): Found | undefined {
  if (container.role === 'app') return undefined
  const proxy = redirectingProxy(context, container)
  if (proxy === undefined) return undefined
  return {
    cause: 'init-needs-later-container',
    certainty: 'likely',
    facts: { other: context.quotes.of(proxy, 63) },
    evidence: [`traffic is redirected to "${context.quotes.of(proxy, 63)}", which starts after the init containers`],
  }
}
