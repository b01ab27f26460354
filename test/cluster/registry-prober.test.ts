/** A real registry (Debian's docker-registry) that is stopped and started while `initlint serve` probes it. No API server is involved. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { podReview } from '../server/support/reviews.ts'
import { call, policySource, testServer } from '../server/support/server.ts'
import { until } from '../support/waiting.ts'
import { type Daemon, freePort, startDaemon } from './support/processes.ts'

/** The path in Debian's package `docker-registry`. */
const program = '/usr/bin/docker-registry'

const folder = mkdtempSync(join(tmpdir(), 'initlint-registry-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const [open, guarded] = [await freePort(), await freePort()]

function configuration(name: string, port: number, more = ''): string {
  const file = join(folder, `${name}.yml`)
  const storage = `storage: {filesystem: {rootdirectory: ${join(folder, name)}}}`
  writeFileSync(file, `version: 0.1\nlog: {level: error}\n${storage}\nhttp: {addr: "127.0.0.1:${port}"}\n${more}`)
  return file
}

/** The bcrypt hash of an unused password: the test needs only the 401. */
const htpasswd = join(folder, 'htpasswd')
writeFileSync(htpasswd, 'unused:$2y$05$abcdefghijklmnopqrstuuJ8yHJx9dO8vM2wH1vH1vH1vH1vH1vH1\n')

async function startRegistry(file: string, port: number): Promise<Daemon> {
  const registry = startDaemon(program, ['serve', file])
  await until(`registry on port ${port}`, async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/v2/`)
    return status === 200 || status === 401
  })
  return registry
}

t.test('pods with images of a registry that is stopped get a warning until it is started again', async (t) => {
  if (!existsSync(program)) return t.fail(`there is no ${program}: apt-get install docker-registry`)
  const files = {
    open: configuration('open', open),
    guarded: configuration('guarded', guarded, `auth: {htpasswd: {realm: lab, path: ${htpasswd}}}\n`),
  }
  let registry = await startRegistry(files.open, open)
  const other = await startRegistry(files.guarded, guarded)
  t.teardown(async () => {
    await registry.stop()
    await other.stop()
  })
  const policy = join(folder, 'policy.yaml')
  writeFileSync(
    policy,
    [
      'apiVersion: initlint.dev/v1alpha1',
      'kind: Policy',
      'registries:',
      `  - {match: "docker.io/**", probe: "http://127.0.0.1:${open}/v2/", servedBy: mirror.example}`,
      `  - {match: "quay.io/**", probe: "http://127.0.0.1:${guarded}/v2/"}`,
    ].join('\n'),
  )
  const server = await testServer(t, { policy: policySource(policy), limits: { probeInterval: 100, probeTimeout: 2000 } })
  const https = async (path: string, body?: string) =>
    JSON.parse((await call(server.ports.webhook, path, body, { ca: server.ca, headers: { accept: 'application/json' } })).text)
  const warnings = async (image: string): Promise<string> => {
    const { response } = await https('/validate', JSON.stringify(podReview({ image })))
    return (response.warnings ?? []).join('\n')
  }
  const state = async (port: number) =>
    (await https('/policy')).registries.find(({ registry }: { registry: string }) => registry === `127.0.0.1:${port}`)
  const upMetric = async (port: number) => {
    const text = await (await fetch(`http://127.0.0.1:${server.ports.ops}/metrics`)).text()
    return text
      .split('\n')
      .find((line) => line.startsWith(`initlint_registry_up{registry="127.0.0.1:${port}"}`))
      ?.split(' ')
      .at(-1)
  }

  await until('ten good probes of both', async () => {
    const states = await Promise.all([open, guarded].map(state))
    return states.every((each) => each.up === true && each.probes === 10)
  })
  t.equal(await upMetric(guarded), '1', '401 is up')
  t.notMatch(await warnings('nginx:1.27'), 'unreachable')

  await registry.stop()
  const line = await until('a warning', async () => {
    const text = await warnings('nginx:1.27')
    return text.includes('unreachable') ? text : undefined
  })
  t.match(
    line,
    /\[pull-always-fragile-registry\] containers "web": .* was unreachable in \d+ of the last 10 probes; set IfNotPresent or use mirror\.example/,
  )
  t.ok(Number(/unreachable in (\d+) of/.exec(line)?.[1]) >= 3)
  t.equal(await upMetric(open), '0')
  t.equal(await upMetric(guarded), '1')
  t.notMatch(await warnings('quay.io/a/b:1.0'), 'unreachable', 'the other registry is up')

  registry = await startRegistry(files.open, open)
  await until('no warning', async () => !(await warnings('nginx:1.27')).includes('unreachable'))
  t.match(await state(open), { up: true, probes: 10 })
  t.equal(await upMetric(open), '1')
})
