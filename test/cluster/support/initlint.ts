/** The real initlint, started as a person starts it, as the webhook of a control plane; and its command line. */
import { request } from 'node:https'
import { join } from 'node:path'
import { type Cleanup, type ControlPlane, root } from './control-plane.ts'
import { type PolicyBody, type PolicyFolder, policyFolder } from './policy-folder.ts'
import { type Finished, freePort, run, startDaemon, until } from './processes.ts'

const program = join(root, 'src/main.ts')

export interface Initlint {
  readonly policyFolder: PolicyFolder
  /** Swaps the policy and waits until the server obeys it. */
  obey(policy: PolicyBody): Promise<void>
  /** POSTs to the HTTPS port. @returns the parsed answer */
  post(path: string, body: object): Promise<unknown>
  get(path: string): Promise<string>
  /** What the server logged. */
  log(): string
}

/** Runs the command line of initlint to its end. */
export function initlint(args: readonly string[], input = ''): Promise<Finished> {
  return run(process.execPath, [program, ...args], { input, cwd: root })
}

/** Starts `initlint serve` where the API server looks for the webhook, and waits until it is ready and asked. */
export async function startInitlint(t: Cleanup, controlPlane: ControlPlane, policy: PolicyBody): Promise<Initlint> {
  const { webhook } = controlPlane
  const folder = policyFolder(t, policy)
  const opsPort = await freePort()
  const args = ['serve', '--host', webhook.host, '--port', String(webhook.port), '--ops-port', String(opsPort)]
  const certificate = ['--tls-cert', webhook.certPath, '--tls-key', webhook.keyPath]
  const daemon = startDaemon(process.execPath, [program, ...args, ...certificate, '--policy', folder.path, '--try', 'all'], { cwd: root })
  // As a person's Ctrl-C: without the seconds of grace that a Pod's SIGTERM gives.
  t.teardown(() => daemon.stop('SIGINT'))
  const ready = async () => ((await fetch(`http://${webhook.host}:${opsPort}/readyz`)).ok ? true : undefined)
  await until('initlint ready', ready, 20_000).catch((error: Error) => {
    throw new Error(`${error.message}\n${daemon.output()}`)
  })
  await until('the API server asks initlint', async () => ((await isAsked(controlPlane)) ? true : undefined))
  const get = (path: string) => call(controlPlane, 'GET', path)
  return {
    policyFolder: folder,
    obey: async (next) => {
      const before = await get('/policy')
      folder.write(next)
      await until('initlint obeys the new policy', async () => ((await get('/policy')) === before ? undefined : true))
    },
    post: async (path, body) => JSON.parse(await call(controlPlane, 'POST', path, JSON.stringify(body))),
    get,
    log: daemon.output,
  }
}

/** The API server learns of webhook configurations by a watch: its first requests may pass unasked. */
async function isAsked({ kubectl }: ControlPlane): Promise<boolean> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec: { containers: [{ name: 'c', image: 'http://x' }] } }
  const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], pod)
  return stderr.includes('[')
}

function call({ webhook }: ControlPlane, method: string, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: webhook.host, port: webhook.port, path, method, ca: webhook.caPem, headers: { accept: 'application/json' } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        answer.once('error', reject)
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}
