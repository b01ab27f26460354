/**
 * A replica whose certificates live seconds: the server and the keeper of `initlint serve --tls-secret`, with other times and a name that
 * a test can call. Argument: JSON of ReplicaSettings.
 */
import { clusterCertificate, connect } from '../../../src/cluster/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { createLogger } from '../../../src/server/log.ts'
import { startServer } from '../../../src/server/server.ts'

export interface ReplicaSettings {
  readonly kubeconfig: string
  readonly namespace: string
  readonly port: number
  readonly opsPort: number
}

const { kubeconfig, namespace, port, opsPort } = JSON.parse(process.argv[2] ?? '') as ReplicaSettings
const second = 1000

const server = await startServer({
  registry: defaultRegistry(),
  host: '127.0.0.1',
  port,
  opsPort,
  tryRoutes: 'off',
  tryPort: 0,
  docsBase: 'https://initlint.example',
  policy: undefined,
  certificate: clusterCertificate({
    client: connect({ kubeconfig }),
    secret: { namespace, name: 'initlint-certificate' },
    service: 'initlint',
    webhookConfiguration: 'initlint',
    names: { ip: ['127.0.0.1'] },
    times: { leafLife: 18 * second, authorityLife: 30 * second, propagation: 2 * second, tolerance: 2 * second },
  }),
  log: createLogger('info', { write: (line) => void (line.includes('"msg":"review"') || process.stderr.write(line)) }),
  now: Date.now,
  // Handshakes all the time, so that every certificate is judged by the API server.
  limits: { connectionRequests: 5, drainTime: second },
})
process.once('SIGTERM', () => {
  void server.stop('drain').then(() => process.exit(0))
})
