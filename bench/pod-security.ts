/** The webhook of Pod Security Admission, which checks another policy than initlint at a similar cost: the peer to compare with. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/cluster/support/processes.ts'
import { podSecurityWebhook } from './peers.ts'
import { type BenchServer, type Files, ready } from './servers.ts'

/** All its checks, as denials and as warnings. */
const configuration = `apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: restricted, enforce-version: latest, audit: restricted, audit-version: latest, warn: restricted, warn-version: latest}
`

/** Starts it if it was built. */
export async function startPodSecurity({ cert, key }: Files): Promise<BenchServer | undefined> {
  const program = podSecurityWebhook()
  if (program === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'initlint-pod-security-'))
  const api = await startNamespaces()
  const [config, kubeconfig] = [join(folder, 'config.yaml'), join(folder, 'kubeconfig')]
  writeFileSync(config, configuration)
  writeFileSync(kubeconfig, kubeconfigOf(api.port))
  const port = await freePort()
  const flags = { config, kubeconfig, 'secure-port': port, 'bind-address': '127.0.0.1', 'tls-cert-file': cert, 'tls-private-key-file': key }
  const child = spawn(
    program,
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    { stdio: 'ignore' },
  )
  child.once('close', () => {
    api.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return ready({ name: 'Pod Security', port, process: child })
}

/** An API server with the namespaces of the reviews and nothing else. */
async function startNamespaces(): Promise<{ readonly port: number; close(): void }> {
  const items = ['default', 'kiada'].map((name) => ({ metadata: { name, resourceVersion: '1' } }))
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-type', 'application/json')
    // Without support for lists as streams, the client lists and then watches (client-go tools/cache/reflector.go).
    if (url.searchParams.has('sendInitialEvents')) {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', code: 422, message: 'no streams' }
      response.writeHead(422).end(JSON.stringify(status))
    } else if (url.searchParams.has('watch')) response.writeHead(200).flushHeaders()
    else if (url.pathname === '/api/v1/namespaces')
      response.end(JSON.stringify({ kind: 'NamespaceList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items }))
    else response.writeHead(404).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function kubeconfigOf(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  })
}
