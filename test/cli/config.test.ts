import { readFileSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { configJsonSchema } from '../../src/cli/adopt/config-schema.ts'
import { readManifest } from '../../src/manifest/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

const bad = podYaml('nginx')
const policy = (rules: string): string => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: ${rules}\n`

function folder(t: Test, files: Readonly<Record<string, string>>): string {
  const path = t.testdir()
  writeFiles(path, { '.git/HEAD': 'x', ...files })
  return path
}

async function lintJson(cwd: string, ...argv: string[]) {
  const { code, stdout, stderr } = await runCli(['lint', '--format', 'json', ...argv], { cwd, isTerminal: { stdin: true, stdout: false } })
  return { code, stderr, output: stdout.startsWith('{') ? JSON.parse(stdout) : undefined }
}

interface Entry {
  readonly file: string
  readonly rule: string
  readonly action: string
}
const found = ({ output }: { output: { diagnostics: readonly Entry[] } }, key: keyof Entry): string[] => [
  ...new Set(output.diagnostics.map((entry) => entry[key])),
]

t.test('policy, exclude, off, failOn and baseline, with paths relative to the file, from a directory below it', async (t) => {
  const cwd = folder(t, {
    '.initlint.yaml':
      'policy: ci/policy.yaml\nexclude:\n  - k8s/old/**\noff: [pull-policy-defaulted]\nfailOn: deny\nbaseline: ci/base.json\n',
    'ci/policy.yaml': policy('{image-latest: deny}'),
    'ci/base.json': '{"version": 1, "findings": []}\n',
    'k8s/a.yaml': bad,
    'k8s/old/b.yaml': bad,
  })
  for (const [directory, file] of [
    [cwd, 'k8s/a.yaml'],
    [join(cwd, 'k8s'), 'a.yaml'],
  ] as const) {
    const result = await lintJson(directory, directory === cwd ? 'k8s' : '.')
    t.equal(result.code, 1)
    t.strictSame(found(result, 'file'), [file])
    t.strictSame(found(result, 'rule'), ['image-latest'])
    t.strictSame(found(result, 'action'), ['deny'])
    t.match(result.output.baseline, { baselined: 0 })
  }
})

t.test('paths are used in a terminal if no path is given; a pipe is read', async (t) => {
  const cwd = folder(t, { '.initlint.yaml': 'paths: [k8s, "more/*.yaml"]\n', 'k8s/a.yaml': bad, 'more/b.yaml': bad, 'c.yaml': bad })
  t.strictSame(found(await lintJson(cwd), 'file'), ['k8s/a.yaml', 'more/b.yaml'])
  t.strictSame(found(await lintJson(join(cwd, 'more')), 'file'), ['../k8s/a.yaml', 'b.yaml'])
  t.strictSame(found(await lintJson(cwd, 'c.yaml'), 'file'), ['c.yaml'])
  const piped = await runCli(['lint', '--format', 'json'], { cwd, stdin: bad })
  t.match(JSON.parse(piped.stdout).diagnostics[0], { file: '-' })
})

t.test('flags win; --exclude and --off add to the file, --rule overrides off; --no-config', async (t) => {
  const cwd = folder(t, {
    '.initlint.yaml': 'policy: [strict.yaml]\nexclude: [a.yaml]\noff: image-latest\nfailOn: never\nbaseline: gone.json\n',
    'strict.yaml': policy('{image-latest: deny}'),
    'mild.yaml': policy('{image-latest: audit}'),
    'base.json': '{"version": 1, "findings": []}\n',
    'a.yaml': bad,
    'b.yaml': bad,
    'c.yaml': bad,
  })
  t.equal((await lintJson(cwd, '.')).code, 2, 'the baseline does not exist')
  const flags = ['--baseline', 'base.json', '--policy', 'mild.yaml', '--exclude', 'b.yaml', '--rule', 'image-latest', '--fail-on', 'audit']
  const result = await lintJson(cwd, ...flags, '.')
  t.equal(result.code, 1)
  t.strictSame([found(result, 'file'), found(result, 'rule'), found(result, 'action')], [['c.yaml'], ['image-latest'], ['audit']])
  const none = await lintJson(cwd, '--no-config', 'a.yaml')
  t.equal(none.code, 1)
  t.ok(found(none, 'rule').includes('image-latest'))
})

t.test('the search ends at the root of the repository, and at the nearest file', async (t) => {
  const cwd = folder(t, {
    '.initlint.yaml': 'off: [image-latest]\n',
    'a/.initlint.yaml': '# nothing\n',
    'a/b/x.yaml': bad,
    'repo/.git/HEAD': 'x',
    'repo/x.yaml': bad,
    'worktree/.git': 'gitdir: elsewhere\n',
    'worktree/x.yaml': bad,
    'c/x.yaml': bad,
  })
  for (const [directory, isOff] of [
    ['a/b', false],
    ['repo', false],
    ['worktree', false],
    ['c', true],
  ] as const)
    t.equal(found(await lintJson(join(cwd, directory), 'x.yaml'), 'rule').includes('image-latest'), !isOff, directory)
  t.ok(homedir() !== cwd)
})

t.test('an unknown key or a bad value: exit 2 with file, line, key and the nearest name; nothing is checked', async (t) => {
  for (const [text, expected] of [
    ['off: []\nexcludes: [a]\n', /^\.initlint\.yaml:2:1: excludes: there is no such key; did you mean exclude\?\n$/],
    ['off: [image-lates]\n', /^\.initlint\.yaml:1:1: off: image-lates: there is no such rule; did you mean image-latest\?\n$/],
    ['\nfailOn: denny\n', /^\.initlint\.yaml:2:1: failOn: it must be one of error, deny, [^\n]+; did you mean deny\?\n$/],
    ['failOn: [deny]\n', /failOn: it must be one of/],
    ['baseline: [a]\n', /baseline: it must be a text/],
    ['paths: {a: b}\n', /paths: it must be a text or a list/],
    ['paths: ["-"]\n', /paths: -: standard input/],
    ['policy: [1]\n', /policy: it must be/],
    ['exclude: ["a(b)"]\n', /exclude: a\(b\): parentheses/],
    ['exclude: [""]\n', /exclude: it must be/],
    ['a: 1\nb: 2\n', /^\.initlint\.yaml:1:1: a: [^\n]+\n\.initlint\.yaml:2:1: b: [^\n]+\n$/],
    ['__proto__: {}\n', /there is no such key/],
    ['- a\n', /it must be a mapping/],
    ['off: [\n', /^\.initlint\.yaml:\d+:\d+: invalid YAML/],
    ['off: []\noff: []\n', /appears twice/],
    ['off: []\n---\noff: []\n', /several documents/],
    ['\0', /^cannot read \.initlint\.yaml: it is a binary file/],
  ] as const) {
    const cwd = folder(t, { '.initlint.yaml': text, 'a.yaml': bad })
    const { code, stdout, stderr } = await runCli(['lint', 'a.yaml'], { cwd })
    t.equal(code, 2, text)
    t.equal(stdout, '')
    t.match(stderr, expected)
  }
  const cwd = folder(t, { 'a.yaml': bad })
  symlinkSync('/dev/zero', join(cwd, '.initlint.yaml'))
  t.equal((await runCli(['lint', 'a.yaml'], { cwd })).code, 2)
})

t.test('the configuration and the baseline are not among the checked files', async (t) => {
  const cwd = folder(t, { '.initlint.yaml': 'baseline: base.json\n', 'base.json': '{"version": 1, "findings": []}', 'a.yaml': bad })
  t.equal((await lintJson(cwd, '.')).output.summary.files, 1)
  t.equal((await lintJson(cwd, '--write-baseline', 'base.json', '.')).output.summary.files, 1)
})

t.test('an empty file, and one with only comments, set nothing', async (t) => {
  for (const text of ['', '# later\n', '{}\n'])
    t.equal((await lintJson(folder(t, { '.initlint.yaml': text, 'a.yaml': bad }), 'a.yaml')).code, 1, text)
})

t.test('the published JSON Schema accepts and rejects the same files', async (t) => {
  const schema = configJsonSchema(defaultRegistry())
  t.strictSame(JSON.parse(readFileSync('docs/initlint.schema.json', 'utf8')), JSON.parse(JSON.stringify(schema)))
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema)
  for (const [text, isValid] of [
    ['policy: a.yaml\npaths: [k8s]\nexclude: [x]\noff: [image-latest]\nbaseline: b.json\nfailOn: never\n', true],
    ['{}\n', true],
    ['off: image-latest\n', true],
    ['excludes: [a]\n', false],
    ['off: [image-lates]\n', false],
    ['failOn: denny\n', false],
    ['baseline: [a]\n', false],
    ['paths: [" "]\n', false],
    ['policy: 1\n', false],
  ] as const) {
    t.equal(validate(readManifest(text, { dialect: 'core' }).documents[0]?.value), isValid, text)
    const cwd = folder(t, {
      '.initlint.yaml': text,
      'a.yaml': policy('{}'),
      'b.json': '{"version": 1, "findings": []}',
      'pod.yaml': podYaml('registry.example/a:1'),
    })
    t.equal((await lintJson(cwd, 'pod.yaml')).code === 2, !isValid, text)
  }
})
