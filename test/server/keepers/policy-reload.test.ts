/** Reloading the policy when its files change. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { policyId, readPolicyTexts } from '../../../src/server/keepers/policy-files.ts'
import { unchangedFor, until } from '../../support/waiting.ts'
import { podReview, type ReviewReply } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, policySource, type TestServer, testServer } from '../support/server.ts'

const policy = (action: string) => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: ${action}}\n`

async function isAllowed({ ports, ca }: TestServer): Promise<boolean> {
  const reply = await call(ports.webhook, '/validate', JSON.stringify(podReview()), { ca })
  const { response }: ReviewReply = JSON.parse(reply.text)
  return response.allowed
}

async function metrics({ ports }: TestServer): Promise<string> {
  return (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text()
}

/** Mounts the data of a ConfigMap as the kubelet does: in a new directory behind the link `..data`, swapped by a rename. */
function mount(folder: string, version: string, data: Readonly<Record<string, string>>): void {
  const behind = join(folder, `..${version}`)
  mkdirSync(behind)
  for (const [key, text] of Object.entries(data)) writeFileSync(join(behind, key), text)
  symlinkSync(`..${version}`, join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  for (const key of Object.keys(data)) {
    rmSync(join(folder, key), { force: true })
    symlinkSync(join('..data', key), join(folder, key))
  }
}

for (const target of ['the folder', 'one file in it'] as const) {
  t.test(`a change of a mounted ConfigMap is applied if the policy is ${target}`, async (t) => {
    const folder = scratch(t)
    mount(folder, '1', { 'policy.yaml': policy('warn') })
    // With this interval, only a notification can trigger the reload.
    const server = await testServer(t, {
      policy: policySource(target === 'the folder' ? folder : join(folder, 'policy.yaml')),
      limits: { pollInterval: 60_000 },
    })
    const before = server.policyId()
    t.equal(await isAllowed(server), true)
    mount(folder, '2', { 'policy.yaml': policy('deny') })
    await until('the new policy denies', async () => !(await isAllowed(server)))
    t.not(server.policyId(), before)
    const text = await metrics(server)
    t.match(text, `initlint_policy_info{id="${server.policyId()}",source="file"} 1`)
    t.notMatch(text, `initlint_policy_info{id="${before}"`)
  })
}

t.test('an invalid or deleted policy: the last good one stays in force, reported once; the next valid one is applied', async (t) => {
  const folder = scratch(t, { 'policy.yaml': policy('deny') })
  const file = join(folder, 'policy.yaml')
  const server = await testServer(t, { policy: policySource(file) })
  const refusals = () => server.sink.lines().filter(({ msg }) => String(msg).includes('refused'))
  writeFileSync(file, `${policy('deny')}rulez: {}\n`)
  await until('the bad policy is refused', () => refusals().length > 0)
  t.match(refusals()[0], { level: 'error', problem: /policy\.yaml:4:1: / })
  await unchangedFor('the number of refusals, over several polls,', 300, () => refusals().length)
  t.equal(refusals().length, 1)
  t.equal(await isAllowed(server), false)
  t.match(await metrics(server), 'initlint_reloads_total{what="policy",result="failed"} 1')
  t.equal((await fetch(`http://127.0.0.1:${server.ports.ops}/readyz`)).status, 200)
  rmSync(file)
  await until('the missing policy is refused', () => refusals().length > 1)
  t.equal(await isAllowed(server), false)
  writeFileSync(file, policy('warn'))
  await until('the next policy is in force', () => isAllowed(server))
  t.match(await metrics(server), 'initlint_reloads_total{what="policy",result="ok"} 1')
})

t.test('a directory is read sorted by name; the policy id depends only on the texts', (t) => {
  const folder = scratch(t, { '20-b.yaml': 'b', '10-a.yml': 'a', 'notes.txt': 'x', '.hidden.yaml': 'y' })
  t.same(
    readPolicyTexts(folder).map(({ text }) => text),
    ['a', 'b'],
  )
  const texts = (...all: string[]) => all.map((text, index) => ({ file: String(index), text }))
  t.match(policyId(texts('a')), /^[0-9a-f]{12}$/)
  t.equal(policyId([{ file: 'other', text: 'a' }]), policyId(texts('a')))
  t.not(policyId(texts('ab')), policyId(texts('a', 'b')))
  t.end()
})

t.test('at startup, an invalid, too large or missing policy is an error that names it', async (t) => {
  const start = (path: string) => (t: Test) => testServer(t, { policy: policySource(path) })
  const folder = scratch(t, { 'wrong.yaml': `${policy('deny')}rulez: {}\n`, 'large.yaml': '#'.repeat(2 * 1024 * 1024) })
  const empty = scratch(t)
  await t.rejects(start(join(folder, 'wrong.yaml'))(t), { message: /wrong\.yaml:4:1: / })
  await t.rejects(start(join(folder, 'large.yaml'))(t), { name: 'StartError', message: /1 MiB/ })
  await t.rejects(start(join(folder, 'none.yaml'))(t), { name: 'StartError', message: /none\.yaml/ })
  await t.rejects(start(empty)(t), { name: 'StartError', message: /no \*\.yaml/ })
})
