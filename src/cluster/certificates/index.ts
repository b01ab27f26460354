import type { Names } from '../../server/certificates/make.ts'
import type { CertificateKeeper, KeeperFactory } from '../../server/keepers/contracts.ts'
import type { ClusterClient } from '../client.ts'
import { loadKeeper } from '../load-keeper.ts'
import { defaultTimes, type Times } from './decide.ts'
import { ClusterCertificateKeeper } from './keeper.ts'
import type { SecretName } from './secret.ts'

/** Where the certificate is kept, what it is for, and how long things last. */
export interface ClusterCertificateOptions {
  readonly client: ClusterClient
  /** The Secret that initlint fills. It must exist: RBAC cannot allow to create one by name. */
  readonly secret: SecretName
  /** Name of the Service in the Secret's namespace: the certificate is for NAME.NS.svc and NAME.NS.svc.cluster.local. */
  readonly service: string
  /** Name of the validating and of the mutating configuration whose caBundle is kept, whichever exist. */
  readonly webhookConfiguration: string
  /** For tests: lives and waiting times, ms. */
  readonly times?: Partial<Times>
  /** For tests: names and addresses beside those of the Service. */
  readonly names?: Partial<Names>
}

/**
 * Keeps the serving certificate in a Secret and its CA in the webhook configurations, together with the other replicas and without a
 * leader: each decides by what it sees, the API server's resourceVersion says who was first.
 * @returns a factory that settles when there is a certificate to serve with
 */
export function clusterCertificate(options: ClusterCertificateOptions): KeeperFactory<CertificateKeeper> {
  const { client, secret, service, webhookConfiguration } = options
  const host = `${service}.${secret.namespace}.svc`
  const names: Names = {
    // The API server asks for the first one (k8s.io/apiserver pkg/util/webhook/client.go); people who try things use the second one.
    dns: [host, `${host}.cluster.local`, ...(options.names?.dns ?? [])],
    ip: options.names?.ip ?? [],
  }
  const times = { ...defaultTimes, ...options.times }
  return (ports) => loadKeeper(new ClusterCertificateKeeper({ client, secret, names, webhookConfiguration, times }, ports))
}
