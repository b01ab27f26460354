/** What `serve` takes from a cluster. The code that talks to it is loaded only here. */
import { resolve } from 'node:path'
import type { CertificateKeeper, KeeperFactory, PolicyKeeper } from '../server/keepers/contracts.ts'
import type { ServerOptions } from '../server/server.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { packageVersion } from './package.ts'

/** The flags of `serve` that name something in a cluster. */
export interface ClusterFlags {
  /** NAMESPACE/NAME, here and below. */
  readonly policyConfigmap?: string | undefined
  readonly tlsSecret?: string | undefined
  readonly kubeconfig?: string | undefined
  readonly service?: string | undefined
  readonly webhookConfiguration?: string | undefined
  /** Whether Events are written on workloads. */
  readonly events?: boolean | undefined
  readonly policy?: string | undefined
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}

/** The options of a server that a cluster keeps: everything that a flag requests, the labels of namespaces in any case. */
export interface ClusterOptions extends Pick<ServerOptions, 'namespaces' | 'events' | 'policyConfigMap'> {
  readonly policy?: KeeperFactory<PolicyKeeper> | undefined
  readonly certificate?: KeeperFactory<CertificateKeeper> | undefined
}

/** What the manifests call the Service and both webhook configurations. */
const defaultName = 'initlint'

/**
 * Finds the cluster if any flag needs one. Sends no request yet.
 * @throws UsageError if flags contradict each other; StartError if no cluster is found
 */
export async function clusterOptions(flags: ClusterFlags, io: Io): Promise<ClusterOptions> {
  const { policyConfigmap, tlsSecret, kubeconfig, events } = flags
  if (policyConfigmap !== undefined && flags.policy !== undefined) {
    throw new UsageError('--policy and --policy-configmap exclude each other: the policy is in files or in a ConfigMap.')
  }
  if (tlsSecret !== undefined && (flags.tlsCert !== undefined || flags.tlsKey !== undefined)) {
    throw new UsageError(
      '--tls-cert and --tls-secret exclude each other: the certificate is in files, or initlint keeps its own in a Secret.',
    )
  }
  if (policyConfigmap === undefined && tlsSecret === undefined && kubeconfig === undefined && events !== true) return {}
  const configMap = policyConfigmap === undefined ? undefined : namespaced('--policy-configmap', policyConfigmap)
  const secret = tlsSecret === undefined ? undefined : namespaced('--tls-secret', tlsSecret)
  const cluster = await import('../cluster/index.ts')
  const client = cluster.connect({ kubeconfig: kubeconfig === undefined ? undefined : resolve(io.cwd, kubeconfig) })
  const { service = defaultName, webhookConfiguration = defaultName } = flags
  return {
    namespaces: cluster.clusterNamespaces(client),
    events: events === true ? cluster.workloadEvents(client) : undefined,
    policy: configMap && cluster.configMapPolicy({ client, configMap, version: packageVersion() }),
    policyConfigMap: configMap,
    certificate: secret && cluster.clusterCertificate({ client, secret, service, webhookConfiguration }),
  }
}

/** `initlint/initlint-policy`, as namespaces (DNS labels) and ConfigMaps (DNS subdomains) may be called. */
function namespaced(flag: string, text: string): { namespace: string; name: string } {
  const found = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(text)
  const [, namespace, name] = found ?? []
  if (namespace === undefined || name === undefined) {
    throw new UsageError(`${flag} is a namespace and a name, as in initlint/initlint-policy; "${text}" is not.`)
  }
  return { namespace, name }
}
