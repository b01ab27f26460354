/** The options of `serve` that come from a cluster. Only this module loads the code that talks to one. */
import { resolve } from 'node:path'
import type { CertificateKeeper, KeeperFactory, PolicyKeeper } from '../server/keepers/contracts.ts'
import type { ServerOptions } from '../server/server.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { namespaced } from './namespaced.ts'
import { packageVersion } from './package.ts'

/** The flags of `serve` that depend on a cluster, and those that exclude them. */
export interface ClusterFlags {
  /** NAMESPACE/NAME, as is `tlsSecret`. */
  readonly policyConfigmap?: string | undefined
  readonly tlsSecret?: string | undefined
  readonly kubeconfig?: string | undefined
  readonly service?: string | undefined
  readonly webhookConfiguration?: string | undefined
  /** Whether to write Events about workloads. */
  readonly events?: boolean | undefined
  readonly policy?: string | undefined
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}

/** The server options that a cluster provides: whatever the flags request, and always the labels of namespaces. */
export interface ClusterOptions extends Pick<ServerOptions, 'namespaces' | 'events' | 'policyConfigMap'> {
  readonly policy?: KeeperFactory<PolicyKeeper> | undefined
  readonly certificate?: KeeperFactory<CertificateKeeper> | undefined
}

/** The name of the Service and of both webhook configurations in manifests/. */
const defaultName = 'initlint'

/**
 * Finds the cluster if a flag needs one. Sends no request yet.
 * @throws UsageError if flags contradict each other; StartError if no cluster is found
 */
export async function clusterOptions(flags: ClusterFlags, io: Io): Promise<ClusterOptions> {
  const { policyConfigmap, tlsSecret, kubeconfig, events } = flags
  if (policyConfigmap !== undefined && flags.policy !== undefined) {
    throw new UsageError('--policy and --policy-configmap are mutually exclusive: the policy is either in files or in a ConfigMap.')
  }
  if (tlsSecret !== undefined && (flags.tlsCert !== undefined || flags.tlsKey !== undefined)) {
    throw new UsageError(
      '--tls-cert and --tls-secret are mutually exclusive: either the certificate is in files, or initlint manages its own in a Secret.',
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
