import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { folder, lintJson, podYaml, runCli } from './fake-io.ts'

const named = (name: string, image = 'nginx'): string => podYaml(image).replace('name: web', `name: ${name}`)

const entriesOf = (cwd: string, file = 'base.json') => JSON.parse(readFileSync(join(cwd, file), 'utf8')).findings

t.test('--write-baseline records all findings; with --baseline, they neither fail nor count', async (t) => {
  const cwd = folder(t, { 'k8s/a.yaml': named('a'), 'k8s/b.yaml': named('b') })
  const written = await lintJson(cwd, '--fail-on', 'audit', '--write-baseline', 'base.json', 'k8s')
  t.equal(written.code, 0)
  const { code, output } = await lintJson(cwd, '--fail-on', 'audit', '--baseline', 'base.json', 'k8s')
  t.equal(code, 0)
  t.ok(output.diagnostics.length >= 2)
  t.ok(output.diagnostics.every(({ baselined }: { baselined?: boolean }) => baselined === true))
  t.match(output.summary.byAction, { audit: 0, warn: 0, fix: 0, deny: 0 })
  t.strictSame(output.baseline, { baselined: output.diagnostics.length, stale: [] })
  t.equal((await lintJson(cwd, 'k8s')).code, 1, 'without the baseline, they fail')
})

t.test('a new finding fails, and text shows only new ones, with the number of the others', async (t) => {
  const cwd = folder(t, { 'k8s/a.yaml': named('a') })
  await lintJson(cwd, '--write-baseline', 'base.json', 'k8s')
  writeFileSync(join(cwd, 'k8s/b.yaml'), named('b'))
  const { code, stdout } = await runCli(['lint', '--baseline', 'base.json', 'k8s'], { cwd })
  t.equal(code, 1)
  t.match(stdout, /^k8s\/b\.yaml:7:12 {2}\w+ {2}image-latest$/m)
  t.notMatch(stdout, /k8s\/a\.yaml/)
  t.match(stdout, /\d+ in the baseline/)
  const quiet = await runCli(['lint', '--quiet', '--baseline', 'base.json', 'k8s'], { cwd })
  t.notMatch(quiet.stdout, /k8s\/a\.yaml|baseline/)
  const all = await runCli(['lint', '--show', 'audit', '--baseline', 'base.json', 'k8s'], { cwd })
  t.match(all.stdout, /^k8s\/a\.yaml:7:12 .*\(in the baseline\)$/m)
})

t.test('the file: a version, one line per entry, sorted, the same for each working directory and order of paths', async (t) => {
  const cwd = folder(t, { 'k8s/a.yaml': named('a'), 'k8s/b.yaml': named('b'), 'empty.yaml': named('c', 'registry.example/c:1') })
  await lintJson(cwd, '--write-baseline', 'base.json', 'k8s/b.yaml', 'k8s/a.yaml')
  const text = readFileSync(join(cwd, 'base.json'), 'utf8')
  const entries = entriesOf(cwd)
  t.equal(JSON.parse(text).version, 1)
  t.equal(text.split('\n').filter((line) => line.includes('"fingerprint"')).length, entries.length)
  t.match(entries[0], { file: 'k8s/a.yaml', object: 'Pod default/a', container: 'app', rule: String, fingerprint: /^[0-9a-f]{16}$/ })
  t.strictSame(
    entries.map(({ file }: { file: string }) => file),
    entries.map(({ file }: { file: string }) => file).sort(),
  )
  await lintJson(join(cwd, 'k8s'), '--write-baseline', '../again.json', '.')
  t.equal(readFileSync(join(cwd, 'again.json'), 'utf8'), text)
  await lintJson(cwd, '--rule', 'image-latest', '--write-baseline', 'none.json', 'empty.yaml')
  t.strictSame(entriesOf(cwd, 'none.json'), [])
  t.equal((await lintJson(cwd, '--rule', 'image-latest', '--baseline', 'none.json', 'empty.yaml')).code, 0)
})

t.test('a directory that was renamed, lines that moved and a new tag leave all findings known', async (t) => {
  const cwd = folder(t, { 'k8s/a.yaml': named('a', 'nginx:latest') })
  await lintJson(cwd, '--write-baseline', 'base.json', 'k8s')
  renameSync(join(cwd, 'k8s'), join(cwd, 'deploy'))
  writeFileSync(join(cwd, 'deploy/a.yaml'), `# moved\n\n${named('a', 'docker.io/nginx')}`)
  const { code, output } = await lintJson(cwd, '--fail-on', 'audit', '--baseline', 'base.json', 'deploy')
  t.equal(code, 0)
  t.strictSame(output.baseline.stale, [])
})

t.test('entries that no longer occur are stale: of files that were read or deleted, and of rules that ran', async (t) => {
  const cwd = folder(t, { 'a.yaml': named('a'), 'b.yaml': named('b'), 'c.yaml': named('c') })
  await lintJson(cwd, '--rule', 'image-latest', '--write-baseline', 'base.json', '.')
  t.equal(entriesOf(cwd).length, 3)
  writeFileSync(join(cwd, 'a.yaml'), named('a', 'registry.example/a:1'))
  rmSync(join(cwd, 'b.yaml'))
  const { code, output } = await lintJson(cwd, '--rule', 'image-latest', '--baseline', 'base.json', '.')
  t.equal(code, 0)
  t.match(
    output.baseline.stale.map(({ object }: { object: string }) => object),
    ['Pod default/a', 'Pod default/b'],
  )
  const only = await lintJson(cwd, '--rule', 'image-latest', '--baseline', 'base.json', 'c.yaml')
  t.match(
    only.output.baseline.stale.map(({ object }: { object: string }) => object),
    ['Pod default/b'],
    'a.yaml was not read',
  )
  t.strictSame((await lintJson(cwd, '--off', 'image-latest', '--baseline', 'base.json', '.')).output.baseline.stale, [])
  t.match((await runCli(['lint', '--baseline', 'base.json', '.'], { cwd })).stdout, /2 findings of the baseline no longer occur/)
  await lintJson(cwd, '--rule', 'image-latest', '--write-baseline', 'base.json', '.')
  t.equal(entriesOf(cwd).length, 1)
})

t.test('exempted findings are not recorded', async (t) => {
  const policy = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nexemptions: [{rules: [image-latest], reason: known}]\n'
  const cwd = folder(t, { 'a.yaml': named('a'), 'p.yaml': policy })
  await lintJson(cwd, '--policy', 'p.yaml', '--rule', 'image-latest', '--write-baseline', 'base.json', 'a.yaml')
  t.strictSame(entriesOf(cwd), [])
})

for (const [what, text] of [
  ['no JSON', '{"version": 1, "findings": ['],
  ['another JSON document', '{"diagnostics": []}'],
  ['null', 'null'],
  ['a later version', '{"version": 2, "findings": []}'],
  ['findings that are no list', '{"version": 1, "findings": {}}'],
  ['an entry without a fingerprint', '{"version": 1, "findings": [{"rule": "image-latest", "object": "Pod a/b"}]}'],
  ['conflict markers', '{"version": 1,\n<<<<<<< HEAD\n"findings": []}\n'],
] as const) {
  t.test(`a corrupt baseline (${what}): exit 2 with one line, no findings`, async (t) => {
    const cwd = folder(t, { 'a.yaml': named('a'), 'base.json': text })
    const { code, stdout, stderr } = await runCli(['lint', '--baseline', 'base.json', 'a.yaml'], { cwd })
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, /^base\.json is not a baseline: [^\n]+\n$/)
    t.equal(readFileSync(join(cwd, 'base.json'), 'utf8'), text)
  })
}

t.test('a baseline that does not exist, or cannot be written: exit 2, and nothing is left behind', async (t) => {
  const cwd = folder(t, { 'a.yaml': named('a') })
  const missing = await runCli(['lint', '--baseline', 'gone.json', 'a.yaml'], { cwd })
  t.equal(missing.code, 2)
  t.match(missing.stderr, /^cannot read the baseline gone\.json: no such file or directory; [^\n]+\n$/)
  const nowhere = await runCli(['lint', '--write-baseline', 'gone/base.json', 'a.yaml'], { cwd })
  t.equal(nowhere.code, 2)
  t.match(nowhere.stderr, /^cannot write gone\/base\.json: no such file or directory\n$/)
  mkdirSync(join(cwd, 'dir'))
  t.equal((await runCli(['lint', '--write-baseline', 'dir', 'a.yaml'], { cwd })).code, 2)
  t.strictSame(readdirSync(cwd).sort(), ['a.yaml', 'dir'])
})

t.test('the mode of a baseline that is replaced stays', { skip: process.platform === 'win32' }, async (t) => {
  const cwd = folder(t, { 'a.yaml': named('a'), 'base.json': 'old' })
  chmodSync(join(cwd, 'base.json'), 0o600)
  t.equal((await lintJson(cwd, '--write-baseline', 'base.json', 'a.yaml')).code, 0)
  t.ok(entriesOf(cwd).length > 0)
  t.equal(statSync(join(cwd, 'base.json')).mode & 0o777, 0o600)
})

t.test('a baseline that is a symbolic link stays one', async (t) => {
  const cwd = folder(t, { 'a.yaml': named('a'), 'real.json': 'old' })
  symlinkSync('real.json', join(cwd, 'base.json'))
  t.equal((await lintJson(cwd, '--write-baseline', 'base.json', 'a.yaml')).code, 0)
  t.ok(lstatSync(join(cwd, 'base.json')).isSymbolicLink())
  t.ok(entriesOf(cwd, 'real.json').length > 0)
  t.strictSame(readdirSync(cwd).sort(), ['a.yaml', 'base.json', 'real.json'])
})

t.test('--rule and --off select rules; an unknown one is an error with the nearest name', async (t) => {
  const cwd = folder(t, { 'a.yaml': named('a') })
  const rules = async (...argv: string[]): Promise<readonly string[]> =>
    (await lintJson(cwd, ...argv, 'a.yaml')).output.diagnostics.map(({ rule }: { rule: string }) => rule)
  const all = await rules()
  t.ok(all.length > 1)
  t.strictSame(await rules('--rule', 'image-latest'), ['image-latest'])
  t.strictSame(await rules('--rule', 'image-latest', '--rule', all[1] ?? ''), all.slice(0, 2))
  t.notOk((await rules('--off', 'image-latest')).includes('image-latest'))
  t.strictSame(await rules('--rule', 'image-latest', '--off', 'image-latest'), [])
  for (const flag of ['--rule', '--off']) {
    const { code, stdout, stderr } = await runCli(['lint', flag, 'image-lates', 'a.yaml'], { cwd })
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, /^there is no rule image-lates; did you mean image-latest\?[^\n]*\n$/)
  }
  t.match((await runCli(['lint', '--off', 'init-half-done', 'a.yaml'], { cwd })).stderr, /it is now init-not-atomic/)
})
