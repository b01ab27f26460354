/** The real initlint as the webhook of a control plane, started as a user would start it; and its command line. */
import { request } from 'node:https'
import { join } from 'node:path'
import { until } from '../../support/waiting.ts'
import { type Cleanup, type ControlPlane, root } from './control-plane.ts'
import { type PolicyBody, type PolicyFolder, policyFolder } from './policy-folder.ts'
import { type Finished, freePort, run, startDaemon } from './processes.ts'
import { type Observed, opsOf, untilInForce, untilReady } from './states.ts'

const program = join(root, 'src/main.ts')

export interface Initlint extends Observed {
  readonly policyFolder: PolicyFolder
  /** Swaps the policy and waits until it is in force. */
  setPolicy(policy: PolicyBody): Promise<void>
  /** POSTs to the HTTPS port. @returns the parsed answer */
  post(path: string, body: object): Promise<unknown>
  get(path: string): Promise<string>
}

/** Runs the command line of initlint to completion. */
export function initlint(args: readonly string[], input = ''): Promise<Finished> {
  return run(process.execPath, [program, ...args], { input, cwd: root })
}

/**
 * Starts `initlint serve` at the address of the control plane's webhook, and waits until it is ready and the API server calls it.
 * @param flags in addition to those for ports, certificate and policy
 */
export async function startInitlint(
  t: Cleanup,
  controlPlane: ControlPlane,
  policy: PolicyBody,
  flags: readonly string[] = [],
): Promise<Initlint> {
  const { webhook } = controlPlane
  const folder = policyFolder(t, policy)
  const opsPort = await freePort()
  const args = ['serve', '--host', webhook.host, '--port', String(webhook.port), '--ops-port', String(opsPort)]
  const certificate = ['--tls-cert', webhook.certPath, '--tls-key', webhook.keyPath]
  const more = ['--policy', folder.path, '--try', 'all', ...flags]
  const daemon = startDaemon(process.execPath, [program, ...args, ...certificate, ...more], { cwd: root })
  // Like Ctrl-C: without the grace period that follows a Pod's SIGTERM.
  t.teardown(() => daemon.stop('SIGINT'))
  const observed = { daemon, ops: opsOf(`http://${webhook.host}:${opsPort}`) }
  await untilReady(observed)
  await until('the API server calls initlint', () => isCalled(controlPlane))
  const get = (path: string) => call(controlPlane, 'GET', path)
  return {
    ...observed,
    policyFolder: folder,
    setPolicy: (next) => untilInForce([observed], folder.write(next)),
    post: async (path, body) => JSON.parse(await call(controlPlane, 'POST', path, JSON.stringify(body))),
    get,
  }
}

/** The API server learns about webhook configurations by a watch: it may admit the first requests without calling initlint. */
async function isCalled({ kubectl }: ControlPlane): Promise<boolean> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec: { containers: [{ name: 'c', image: 'http://x' }] } }
  const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], pod)
  return stderr.includes('[')
}

function call({ webhook }: ControlPlane, method: string, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: webhook.host, port: webhook.port, path, method, ca: webhook.caPem, headers: { accept: 'application/json' } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        answer.once('error', reject)
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}
