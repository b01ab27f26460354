/**
 * A replica whose certificates can have a life of seconds: the server and the keepers of `initlint serve --tls-secret`. Without a host in
 * its settings, it is called by address instead of by its Service, with a certificate for 127.0.0.1. Argument: ReplicaSettings as JSON.
 */
import { clusterCertificate, configMapPolicy, connect } from '../../../src/cluster/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { createLogger } from '../../../src/server/observe/log.ts'
import { startServer } from '../../../src/server/server.ts'

export interface ReplicaSettings {
  /** Without it, the mounted ServiceAccount and its cluster are used. */
  readonly kubeconfig?: string
  readonly namespace: string
  /** The address of an endpoint of the Service; the certificate is then only for the Service. */
  readonly host?: string
  readonly port: number
  readonly opsPort: number
  /** As `ClusterCertificateOptions.times`, ms. */
  readonly times?: { readonly leafLife: number; readonly authorityLife: number; readonly propagation: number; readonly tolerance: number }
  /** The ConfigMap of the policy; without it, the preset recommended applies. */
  readonly policy?: string
}

const { kubeconfig, namespace, host, port, opsPort, times = {}, policy } = JSON.parse(process.argv[2] ?? '') as ReplicaSettings
const client = connect(kubeconfig === undefined ? {} : { kubeconfig })
const loopback = '127.0.0.1'

/** Omits the lines about reviews, which are too many to keep. */
const stream = {
  write: (line: string): void => {
    if (!line.includes('"msg":"review"')) process.stderr.write(line)
  },
}

const server = await startServer({
  registry: defaultRegistry(),
  host: host ?? loopback,
  port,
  opsPort,
  tryRoutes: 'off',
  tryPort: 0,
  docsBase: 'https://initlint.example',
  policy: policy === undefined ? undefined : configMapPolicy({ client, configMap: { namespace, name: policy }, version: '0.0.0' }),
  certificate: clusterCertificate({
    client,
    secret: { namespace, name: 'initlint-certificate' },
    service: 'initlint',
    webhookConfiguration: 'initlint',
    names: { ip: host === undefined ? [loopback] : [] },
    times,
  }),
  log: createLogger('info', stream),
  now: Date.now,
  // Frequent handshakes, so that the API server verifies every certificate.
  limits: { connectionRequests: 5, drainTime: 1000 },
})
process.once('SIGTERM', () => {
  void server.stop('drain').then(() => process.exit(0))
})
