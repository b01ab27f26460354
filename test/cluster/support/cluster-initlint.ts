/** `initlint serve` with the ServiceAccount and RBAC of the manifests, as a process next to the API server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cleanup, type ControlPlane, root } from './control-plane.ts'
import { freePort, startDaemon } from './processes.ts'
import { type Observed, opsOf, untilReady } from './states.ts'

export const namespace = 'initlint'

/** Applies the manifests that initlint needs: its account, RBAC and the empty objects that it writes to. */
export async function applyAccount({ mustKubectl }: ControlPlane): Promise<void> {
  await mustKubectl(['create', 'namespace', namespace])
  for (const file of ['service-account', 'rbac', 'state'])
    await mustKubectl(['apply', '-n', namespace, '-f', join(root, `manifests/base/${file}.yaml`)])
}

/** A kubeconfig with the token of initlint's ServiceAccount, which is not an admin. @returns its path */
export async function accountKubeconfig(t: Cleanup, { mustKubectl, config }: ControlPlane): Promise<string> {
  const token = (await mustKubectl(['create', 'token', 'initlint', '-n', namespace, '--duration=2h'])).trim()
  const folder = mkdtempSync(join(tmpdir(), 'initlint-account-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'kubeconfig')
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: config.server, 'certificate-authority-data': config.caData } }],
    users: [{ name: 'initlint', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'initlint', namespace } }],
  }
  writeFileSync(path, JSON.stringify(kubeconfig))
  return path
}

export interface ClusterInitlint extends Observed {
  /** POSTs a review to /validate. @returns the parsed answer */
  validate(review: object): Promise<unknown>
  /** GET of the HTTPS port, as JSON. */
  get(path: string): Promise<unknown>
}

/** Starts initlint. @param waitUntilReady false to observe it while it starts */
export async function startClusterInitlint(
  t: Cleanup,
  { webhook }: ControlPlane,
  flags: readonly string[],
  waitUntilReady = true,
): Promise<ClusterInitlint> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const place = ['--host', webhook.host, '--port', String(port), '--ops-port', String(opsPort), '--try', 'all']
  const certificate = ['--tls-cert', webhook.certPath, '--tls-key', webhook.keyPath]
  const daemon = startDaemon(process.execPath, [join(root, 'src/main.ts'), 'serve', ...place, ...certificate, ...flags], { cwd: root })
  t.teardown(() => daemon.stop('SIGINT'))
  const observed = { daemon, ops: opsOf(`http://${webhook.host}:${opsPort}`) }
  const call = (method: string, path: string, body?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json' }
      const sent = request({ host: webhook.host, port, path, method, ca: webhook.caPem, headers, agent: false }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
        answer.once('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
      })
      sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
    })
  if (waitUntilReady) await untilReady(observed)
  return { ...observed, validate: (review) => call('POST', '/validate', review), get: (path) => call('GET', path) }
}
