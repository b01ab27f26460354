import t from 'tap'
import { nodeTooOld } from '../../src/cli/node-version.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

t.test('usage errors: a message with a suggestion or the valid values, exit code 2, no stack trace', async (t) => {
  for (const [argv, meant] of [
    [['lnt'], 'lint'],
    [['lint', '--formt', 'json'], '--format'],
    [['lint', '--format', 'xml'], 'json'],
    [['lint', '--fail-on', 'always'], 'never'],
    [['rules', 'image-latets'], 'image-latest'],
    [['policy', 'chek'], 'check'],
    [['serve', '--port', '99999'], '65535'],
  ] as const) {
    const { code, stdout, stderr } = await runCli(argv)
    t.equal(code, 2, argv.join(' '))
    t.equal(stdout, '')
    t.match(stderr, meant)
    t.notMatch(stderr, /\n\s+at /)
  }
})

t.test('--help of every command prints usage and examples to standard output', async (t) => {
  const commands = [
    [],
    ['lint'],
    ['images'],
    ['rehearse'],
    ['explain'],
    ['rules'],
    ['policy'],
    ['policy', 'check'],
    ['policy', 'show'],
    ['policy', 'diff'],
    ['policy', 'test'],
    ['policy', 'schema'],
    ['serve'],
    ['doctor'],
  ]
  for (const command of commands) {
    const { code, stdout, stderr } = await runCli([...command, '--help'])
    t.match({ code, stderr }, { code: 0, stderr: '' })
    t.match(stdout, `Usage: ${['initlint', ...command].join(' ')}`)
    t.match(stdout, 'Examples:\n  $ ')
    const [beforeExamples = ''] = stdout.split('Examples:')
    for (const line of beforeExamples.split('\n')) t.ok(line.length <= 110, line)
  }
})

t.test('no arguments: prints the help to standard error, exit code 2', async (t) => {
  t.match(await runCli([]), { code: 2, stdout: '', stderr: /Usage: initlint/ })
})

t.test('--version prints the version', async (t) => {
  t.match(await runCli(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
})

t.test('serve --help lists an environment variable for every flag', async (t) => {
  const { stdout } = await runCli(['serve', '--help'])
  const flags = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name)
  t.ok(flags.length > 8)
  for (const flag of flags) t.match(stdout.replace(/\s+/g, ' '), `INITLINT_${flag?.replaceAll('-', '_').toUpperCase()}`)
})

t.test('images prints JSON or text; exit code 2 if a file is unreadable', async (t) => {
  const cwd = t.testdir()
  writeFiles(cwd, { 'a.yaml': podYaml('nginx'), 'broken.yaml': '{' })
  const json = await runCli(['images', '--format', 'json', 'a.yaml'], { cwd })
  t.equal(json.code, 0)
  t.match(JSON.parse(json.stdout), {
    images: [{ registry: 'docker.io', repository: 'library/nginx', tag: null, pullPolicy: 'Always', origin: 'defaulted', line: 7 }],
    errors: [],
  })
  t.match(await runCli(['images', 'a.yaml'], { cwd }), { code: 0, stdout: /nginx +Always +defaulted +app/, stderr: '' })
  t.match(await runCli(['images', '.'], { cwd }), { code: 2, stdout: /nginx/, stderr: /^broken\.yaml:/ })
})

t.test('rules lists all rules; rules ID prints the page of one', async (t) => {
  const ids = defaultRegistry().rules.map(({ meta }) => meta.id)
  const list = await runCli(['rules'])
  t.strictSame(
    list.stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(' ')[0]),
    ids,
  )
  const json = JSON.parse((await runCli(['rules', '--format', 'json'])).stdout)
  t.strictSame(
    json.rules.map(({ id }: { id: string }) => id),
    ids,
  )
  for (const id of ids) {
    const page = await runCli(['rules', id])
    t.equal(page.code, 0)
    t.match(page.stdout, id)
    const one = JSON.parse((await runCli(['rules', id, '--format', 'json'])).stdout)
    t.match(one, { id, summary: String, remediation: String, docs: new RegExp(`/docs/rules/${id}\\.md$`) })
  }
})

t.test('policy check: exit code 0 if valid, 1 with place and key if invalid, 2 if unreadable', async (t) => {
  const cwd = t.testdir()
  const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
  writeFiles(cwd, {
    'good.yaml': `${head}preset: strict\n`,
    'bad.yaml': `${head}preset: strikt\n`,
    'unknown.yaml': `${head}regitries: []\n`,
    'unwanted.yaml': `${head}exemptions: [{rules: [image-latest], reason: x, expires: 2026-11-01}]\n`,
    '10-base.yaml': `${head}registries: [{match: "docker.io/**", fragile: true}]\n`,
    '20-site.yaml': `${head}registries: [{match: "registry.corp.example/**", allowed: true}]\n`,
  })
  t.match(await runCli(['policy', 'check', 'good.yaml'], { cwd }), { code: 0, stderr: '' })
  t.match(await runCli(['policy', 'check', 'bad.yaml'], { cwd }), { code: 1, stdout: /^bad\.yaml:3:\d+: error: preset/ })
  t.match(await runCli(['policy', 'check', 'good.yaml', 'unknown.yaml'], { cwd }), {
    code: 1,
    stdout: /^unknown\.yaml:3:1: error: .*registries/,
  })
  t.match(await runCli(['policy', 'check', 'unwanted.yaml'], { cwd }), {
    code: 0,
    stdout: /^unwanted\.yaml:3:\d+: warning: exemptions\[0\]\.expires: /,
  })
  t.match(await runCli(['policy', 'check', '10-base.yaml', '20-site.yaml'], { cwd }), {
    code: 0,
    stdout: [
      '20-site.yaml:3:1: note: registries: this key replaces the list of 10-base.yaml: docker.io is no longer fragile',
      '20-site.yaml:3:59: note: registries[0].allowed: one entry is allowed: true, so every other registry is refused, in every namespace',
      'The policy is valid.\n',
    ].join('\n'),
  })
  t.match(await runCli(['policy', 'check', 'gone.yaml'], { cwd }), { code: 2, stdout: '', stderr: /gone\.yaml/ })
})

t.test('policy show prints the source of each line', async (t) => {
  const cwd = t.testdir()
  writeFiles(cwd, {
    'p.yaml':
      'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\noverrides:\n- {match: {namespaces: [dev]}, rules: {image-latest: off}}\n',
  })
  const show = async (...argv: string[]) => (await runCli(['policy', 'show', ...argv], { cwd })).stdout
  t.match(await show(), /preset: recommended/)
  t.match(await show('p.yaml'), /image-latest: deny +# p\.yaml:3/)
  t.match(await show('p.yaml', '--effective'), /image-latest: deny +# p\.yaml:3/)
  t.match(await show('p.yaml', '--namespace', 'dev'), /image-latest: 'off'|image-latest: off/)
  const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
  const selector = (labels: string, action: string) =>
    `- {match: {namespaceSelector: {matchLabels: {${labels}}}}, rules: {image-latest: ${action}}}\n`
  writeFiles(cwd, { 'gold.yaml': `${head}overrides:\n${selector('kubernetes.io/metadata.name: shop, tier: gold', 'deny')}` })
  t.match(await show('gold.yaml', '--namespace', 'shop', '--namespace-labels', 'team=a,tier=gold'), /image-latest: deny +# overrides\[0\]/)
  t.match(await show('gold.yaml', '--namespace', 'shop', '--namespace-labels', 'tier=silver'), /image-latest: warn +# preset/)
  t.match(
    await show('gold.yaml', '--namespace', 'shop'),
    /image-latest: warn +# preset recommended; deny if overrides\[0\]/,
    'unknown labels',
  )
  t.match(await runCli(['policy', 'show', 'gold.yaml', '--namespace-labels', 'tier'], { cwd }), {
    code: 2,
    stderr: /"tier" is not a label/,
  })
})

t.test('policy diff: exit code 0 if same, 1 if different, 2 if unreadable or invalid', async (t) => {
  const cwd = t.testdir()
  const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
  writeFiles(cwd, {
    'old.yaml': head,
    'same.yaml': `# a comment\n${head}preset: recommended\nrules: {image-latest: warn}\n`,
    'new.yaml': `${head}rules: {image-latest: deny}\n`,
    'bad.yaml': `${head}preset: strikt\n`,
  })
  const diff = (...argv: string[]) => runCli(['policy', 'diff', ...argv], { cwd })
  t.match(await diff('old.yaml', 'same.yaml'), { code: 0, stdout: 'The policies are the same.\n', stderr: '' })
  t.match(await diff('old.yaml', 'new.yaml'), { code: 1, stdout: 'rules.image-latest.action: changed from warn to deny\n', stderr: '' })
  const json = await diff('new.yaml', 'old.yaml', '--format', 'json')
  t.equal(json.code, 1)
  t.match(JSON.parse(json.stdout), {
    same: false,
    changes: [{ key: 'rules.image-latest.action', kind: 'changed', before: 'deny', after: 'warn' }],
  })
  t.match(JSON.parse((await diff('old.yaml', 'same.yaml', '--format', 'json')).stdout), { same: true, changes: [] })
  t.match(await diff('old.yaml', 'bad.yaml'), { code: 2, stdout: '', stderr: /bad\.yaml:3:9: error: preset/ })
  t.match(await diff('gone.yaml', 'old.yaml'), { code: 2, stdout: '', stderr: /gone\.yaml/ })
  t.match(await diff('old.yaml'), { code: 2, stdout: '' })
  t.match(await runCli(['policy', 'show', '--effective', 'bad.yaml'], { cwd }), { code: 2, stdout: '', stderr: /error: preset/ })
})

t.test('policy schema prints a JSON Schema with every rule', async (t) => {
  const { stdout } = await runCli(['policy', 'schema'])
  t.match(JSON.parse(stdout), { $schema: String })
  for (const { meta } of defaultRegistry().rules) t.match(stdout, `"${meta.id}"`)
})

t.test('nodeTooOld: one line for Node before 22.19, undefined from 22.19 on', async (t) => {
  for (const version of ['20.20.0', '22.18.9', '18.0.0']) t.match(nodeTooOld(version), /^[^\n]*22\.19[^\n]*\.$/)
  for (const version of ['22.19.0', '23.0.0', '24.21.0']) t.equal(nodeTooOld(version), undefined)
})

t.test('serve reads its environment variables but ignores INITLINT_PORT=tcp://… from a Service named initlint', async (t) => {
  const names = ['INITLINT_PORT', 'INITLINT_OPS_PORT'] as const
  t.teardown(() => {
    for (const name of names) delete process.env[name]
  })
  process.env.INITLINT_PORT = 'tcp://10.0.0.1:443'
  process.env.INITLINT_OPS_PORT = 'many'
  const { code, stderr } = await runCli(['serve'])
  t.equal(code, 2)
  t.match(stderr, '--ops-port')
  process.env.INITLINT_PORT = 'many'
  t.match((await runCli(['serve', '--ops-port', '8080'])).stderr, '--port')
})

t.test('internal error: one line and exit code 3; INITLINT_DEBUG adds the stack trace', async (t) => {
  const stdout = () => {
    throw new Error('boom')
  }
  const fault = await runCli(['rules'], { stdout })
  t.match(fault, { code: 3, stderr: /^initlint: internal error: boom[^\n]*\n$/ })
  t.match(await runCli(['rules'], { stdout, env: { INITLINT_DEBUG: '1' } }), { code: 3, stderr: /\n\s+at / })
})
