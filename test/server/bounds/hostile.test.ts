/** A server in a process of its own, with the flags of the Deployment, next to clients that send the scripts that cost most. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startHostileClients, webhookTarget } from '../../support/hostile-clients.ts'
import { reviewOfPod, worstScripts } from '../../support/hostile-pods.ts'
import { until } from '../../support/waiting.ts'
import { goodPair, writePair } from '../support/certificates.ts'
import { scratch } from '../support/scratch.ts'
import { call } from '../support/server.ts'

const root = join(import.meta.dirname, '../../..')
const policy = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: { init-not-idempotent: deny, image-latest: deny }\n'

/** The value that the Deployment sets. */
function fromDeployment(pattern: RegExp): string {
  const value = pattern.exec(readFileSync(join(root, 'manifests/base/deployment.yaml'), 'utf8'))?.[1]
  if (value === undefined) throw new Error(`manifests/base/deployment.yaml: no ${pattern}`)
  return value
}

async function startProcess(t: Test) {
  const folder = scratch(t, { 'policy.yaml': policy })
  const pair = await goodPair()
  const { cert, key } = writePair(folder, pair)
  const [port, opsPort] = [await freePort(), await freePort()]
  const ports = ['--port', String(port), '--ops-port', String(opsPort), '--try', 'off']
  const flags = ['--host', '127.0.0.1', ...ports, '--tls-cert', cert, '--tls-key', key, '--policy', join(folder, 'policy.yaml')]
  const env = { ...process.env, NODE_OPTIONS: fromDeployment(/name: NODE_OPTIONS, value: "([^"]*)"/) }
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), 'serve', ...flags], { stdio: 'ignore', env })
  t.after(() => child.kill('SIGKILL'))
  await until('the server is ready', async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status === 200)
  return { child, port, opsPort, ca: pair.ca }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await until('a free port', () => server.listening)
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The largest resident memory of a process so far, MiB; undefined on systems without /proc. */
function peakOf({ pid }: ChildProcess): number | undefined {
  const path = `/proc/${pid}/status`
  if (!existsSync(path)) return undefined
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(path, 'utf8'))?.[1]) / 1024
}

const ordinary = (number: number, script: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `ordinary-${number}` },
  spec: {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    initContainers: [
      {
        name: 'init',
        image: 'busybox:1',
        command: ['sh', '-c', `${script}\n# ${number}`],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    containers: [{ name: 'web', image }],
  },
})

t.test(
  '20 hostile connections: each review of another namespace gets its verdict, and the server stays below its memory limit',
  async (t) => {
    const { child, port, opsPort, ca } = await startProcess(t)
    const url = `https://127.0.0.1:${port}/validate`
    const hostile = startHostileClients(webhookTarget(`${url}?timeout=5s`, { ca, servername: 'localhost' }, 'neighbor'), 20)
    t.teardown(() => hostile.stop())
    await until('the hostile clients are served', () => hostile.answered() > 40)
    const ask = async (number: number, script: string, image = 'nginx:1') => {
      // The largest timeoutSeconds: on a busy machine, the server may get little time.
      const reply = await call(port, '/validate?timeout=30s', reviewOfPod(ordinary(number, script, image), `ordinary-${number}`, 'shop'), {
        ca,
      })
      const { uid, allowed, status } = JSON.parse(reply.text).response
      return { code: reply.code, uid, allowed, message: status?.message }
    }
    for (let number = 0; number < 16; number += 4) {
      const reply = (offset: number) => ({ code: 200, uid: `ordinary-${number + offset}` })
      t.match(await ask(number, 'mkdir -p /data/x'), { ...reply(0), allowed: true })
      t.match(await ask(number + 1, 'mkdir /data/x'), { ...reply(1), allowed: false, message: /^denied by init-not-idempotent/ })
      t.match(await ask(number + 2, 'mkdir -p /data/x', 'nginx'), { ...reply(2), allowed: false, message: /^denied by image-latest/ })
      t.match(await ask(number + 3, worstScripts.nestedLoops, 'nginx'), { ...reply(3), allowed: false, message: /^denied by image-latest/ })
    }
    t.same([...(await hostile.stop()).keys()], [200])
    t.equal(child.exitCode, null)
    t.equal((await fetch(`http://127.0.0.1:${opsPort}/livez`)).status, 200)
    const limit = Number(fromDeployment(/limits: \{ memory: (\d+)Mi \}/))
    t.ok((peakOf(child) ?? 0) < limit, `${peakOf(child)} MiB`)
  },
)
