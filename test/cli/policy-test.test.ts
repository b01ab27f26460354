/** `initlint policy test`: expectations in comments, exit codes, and which policy is tested. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readExpectations } from '../../src/inspect/expectations.ts'
import { registry } from '../../src/rules/registry.ts'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

const policy = (body: string) => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${body}\n`
const denies = policy('rules: {image-latest: deny}')
const untagged = (...comments: string[]) => `${comments.map((comment) => `# initlint-${comment}\n`).join('')}${podYaml('nginx')}`

async function run(t: Test, files: Readonly<Record<string, string>>, ...argv: string[]) {
  const cwd = t.testdir()
  writeFiles(cwd, files)
  const { code, stdout, stderr } = await runCli(['policy', 'test', '--format', 'json', ...argv, 'd'], { cwd })
  const output = stdout === '' ? undefined : JSON.parse(stdout)
  return { code, stderr, output, problems: output?.tests.flatMap((test: { problems: object[] }) => test.problems) ?? [] }
}

t.test('exit 0 if all verdicts are expected, 1 if one is not, one is missing, or nothing is expected', async (t) => {
  const code = async (manifest: string, body = denies) => (await run(t, { 'd/policy.yaml': body, 'd/web.yaml': manifest })).code
  t.equal(await code(untagged('expect: deny image-latest')), 0)
  t.equal(await code(untagged('expect: deny image-latest app')), 0)
  t.equal(await code(untagged('expect: warn image-latest')), 1, 'another action')
  t.equal(await code(untagged('expect: deny image-latest other')), 1, 'another container')
  t.equal(await code(untagged('expect: deny image-latest', 'expect: deny pull-never')), 1, 'a finding that is not there')
  t.equal(await code(untagged('expect: none')), 1, 'a finding that is not expected')
  t.equal(await code(untagged()), 1, 'no expectation')
  t.equal(await code(untagged('expect: none', 'expect: audit image-latest'), policy('preset: audit-only')), 0)
  t.equal(await code(untagged('expect: none'), policy('preset: audit-only')), 0, 'audited findings need not be expected')
  t.equal(await code(untagged('expect: exempt image-latest'), policy('exemptions: [{rules: ["*"], reason: x}]')), 0)
})

t.test('exit 2: no directory, nothing to test, unreadable manifests, invalid policies and comments that would test nothing', async (t) => {
  const code = async (files: Readonly<Record<string, string>>) => (await run(t, files)).code
  t.equal(await code({}), 2)
  t.equal(await code({ 'd/README.md': 'x' }), 2)
  t.equal(await code({ 'd/policy.yaml': denies }), 2, 'only a policy')
  t.equal(await code({ 'd/a.yaml': untagged('expect: warn image-latest'), 'd/b.yaml': 'a: {\n' }), 2)
  t.equal(await code({ 'd/a.yaml': untagged('expect: warn image-latest'), 'd/policy.yaml': policy('preset: x') }), 2)
  for (const comment of [
    'expect: deny',
    'expect: warn no-such-rule',
    'expect: off image-latest',
    'expect:',
    'expects: none',
    'expect: warn image-latest app x',
    'user:',
  ]) {
    const { code, output } = await run(t, { 'd/a.yaml': untagged('expect: warn image-latest', comment) })
    t.equal(code, 2, comment)
    t.match(output.errors, [{ file: 'd/a.yaml', line: 2, column: 1 }], comment)
  }
  t.equal(await code({ 'd/a.yaml': untagged('expect: warn image-latest', 'expect: none') }), 2, 'none and a warning')
  t.equal(await code({ 'd/a.yaml': `# initlint-expect: none\nkind: ConfigMap\n---\n${untagged('expect: warn image-latest')}` }), 2)
})

t.test('the policy: --policy, otherwise policy*.yaml of the directory in order, otherwise the recommended preset', async (t) => {
  const web = { 'd/web.yaml': untagged('expect: deny image-latest') }
  t.equal((await run(t, web)).code, 1)
  t.equal((await run(t, { ...web, 'p.yaml': denies }, '--policy', 'p.yaml')).code, 0)
  t.equal((await run(t, { ...web, 'd/policy.yaml': denies, 'p.yaml': policy('preset: off') }, '--policy', 'p.yaml')).code, 1)
  const two = { 'd/policy-1.yaml': policy('rules: {image-latest: off}'), 'd/policy-2.yml': denies }
  t.equal((await run(t, { ...web, ...two })).code, 0)
})

t.test('each document has its own expectations; those of a document with comments only belong to the next one', async (t) => {
  const files = {
    'd/a.yaml': `# initlint-expect: warn image-latest\n---\n${podYaml('nginx')}---\n${podYaml('nginx:1.27')}# initlint-expect: none\n`,
    'd/list.yaml': `  # initlint-expect: warn image-latest\napiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'x' }] } })}\n`,
    'd/crlf.yaml': untagged('expect: warn image-latest').replaceAll('\n', '\r\n'),
  }
  const { code, output, problems } = await run(t, files)
  t.same(problems, [])
  t.same([code, output.summary], [0, { tests: 4, passed: 4, failed: 0, errors: 0 }])
})

t.test('initlint-user: overrides for users, and what a built-in controller creates', async (t) => {
  const owner = 'ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: b, controller: true}]'
  const owned = (user: string, expected: string) =>
    untagged(`user: ${user}`, `expect: ${expected}`).replace('{name: web}', `{name: web, ${owner}}`)
  const files = {
    'd/policy.yaml': policy('rules: {image-latest: deny}\noverrides: [{match: {users: [ci]}, rules: {image-latest: off}}]'),
    'd/a.yaml': owned('system:serviceaccount:kube-system:replicaset-controller', 'warn image-latest'),
    'd/b.yaml': owned('jane', 'deny image-latest'),
    'd/c.yaml': untagged('user: ci', 'expect: none'),
  }
  const { code, problems } = await run(t, files)
  t.same([code, problems], [0, []])
})

t.test('a difference has the place of its comment, or of the object', async (t) => {
  const { problems } = await run(t, { 'd/web.yaml': untagged('expect: deny pull-never') })
  t.match(problems, [
    { line: 1, column: 1, message: /"deny pull-never"/ },
    { line: 2, column: 1, message: /"warn image-latest app"/ },
  ])
})

t.test('generated files: nothing throws, and every comment line is an expectation or an error', async (t) => {
  const words = ['none', 'deny image-latest', 'warn x', '', 'audit', '\u001b[2J', '__proto__ image-latest', 'x'.repeat(1000)]
  const text = words.map((word) => `# initlint-expect: ${word}\n---\na: b\n---\n`).join('')
  const { documents, errors } = readExpectations(text, registry)
  t.equal(documents.filter(({ place }) => place !== undefined).length, words.length)
  t.equal(errors.length, words.length - 2)
  for (const { message } of errors) t.notMatch(message, /\p{Cc}/u)
})

t.test('the example of docs/policy.md prints what the page shows', async (t) => {
  const root = join(import.meta.dirname, '..', '..')
  const page = readFileSync(join(root, 'docs/policy.md'), 'utf8')
  const commands = [...page.matchAll(/^\$ initlint (policy test [^\n]*)\n([^$`]*)/gm)]
  t.equal(commands.length, 2)
  for (const [, command = '', shown] of commands) {
    const { stdout } = await runCli(command.trim().split(' '), { cwd: root })
    t.equal(stdout, shown, command)
  }
  const [, manifest = ''] = /^\$ head -\d+ examples\/policy-test\/images\.yaml\n([^$]*)/m.exec(page) ?? []
  t.ok(manifest.length > 100 && readFileSync(join(root, 'examples/policy-test/images.yaml'), 'utf8').startsWith(manifest))
})
