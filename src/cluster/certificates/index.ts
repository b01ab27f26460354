import type { Names } from '../../server/certificates/make.ts'
import type { CertificateKeeper, KeeperFactory } from '../../server/keepers/contracts.ts'
import type { ClusterClient } from '../client.ts'
import { loadKeeper } from '../load-keeper.ts'
import { defaultTimes, type Times } from './decide.ts'
import { ClusterCertificateKeeper } from './keeper.ts'
import type { SecretName } from './secret.ts'

/** Where the certificate is stored and which names it covers. */
export interface ClusterCertificateOptions {
  readonly client: ClusterClient
  /** The Secret that initlint fills. It must exist, because RBAC cannot allow the creation of a Secret by name. */
  readonly secret: SecretName
  /** Name of the Service in the Secret's namespace: the certificate covers NAME.NS.svc and NAME.NS.svc.cluster.local. */
  readonly service: string
  /** Name of the validating and of the mutating configuration whose caBundle is maintained, if they exist. */
  readonly webhookConfiguration: string
  /** For tests: lifetimes and waiting times, ms. */
  readonly times?: Partial<Times>
  /** For tests: names and addresses in addition to those of the Service. */
  readonly names?: Partial<Names>
}

/**
 * Keeps the serving certificate in a Secret and its CA in the webhook configurations, together with the other replicas and without a
 * leader: each decides based on what it sees, and the API server's resourceVersion determines which write comes first.
 * @returns a factory that settles when there is a certificate to serve with
 */
export function clusterCertificate(options: ClusterCertificateOptions): KeeperFactory<CertificateKeeper> {
  const { client, secret, service, webhookConfiguration } = options
  const host = `${service}.${secret.namespace}.svc`
  const names: Names = {
    // The API server uses the first one (k8s.io/apiserver pkg/util/webhook/client.go); the second one is for manual tests in the cluster.
    dns: [host, `${host}.cluster.local`, ...(options.names?.dns ?? [])],
    ip: options.names?.ip ?? [],
  }
  const times = { ...defaultTimes, ...options.times }
  return (ports) => loadKeeper(new ClusterCertificateKeeper({ client, secret, names, webhookConfiguration, times }, ports))
}
