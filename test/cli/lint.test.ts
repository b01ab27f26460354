import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lintExitCode } from '../../src/cli/commands/lint.ts'
import { folder, lintJson, podYaml, runCli } from './fake-io.ts'

const untagged = podYaml('nginx')
const good = podYaml('registry.example/app:1.0')
const broken = 'a: {\n'

t.test('exit codes: 0 without findings, 1 with findings, 2 with unreadable input', async (t) => {
  const cwd = folder(t, { 'good.yaml': good, 'bad.yaml': untagged, 'broken.yaml': broken })
  t.equal((await runCli(['lint', 'good.yaml'], { cwd })).code, 0)
  t.equal((await runCli(['lint', 'bad.yaml'], { cwd })).code, 1)
  const both = await lintJson(cwd, 'bad.yaml', 'broken.yaml', 'gone.yaml')
  t.equal(both.code, 2)
  t.match(both.output, { diagnostics: [{ rule: 'image-latest' }], summary: { files: 3, objects: 1, errors: 2 } })
  t.match(both.output.errors, [
    { file: 'broken.yaml', line: Number, column: Number },
    { file: 'gone.yaml', line: null, column: null },
  ])
  t.match(both.stderr, /^broken\.yaml:\d+:\d+: .+\ncannot read gone\.yaml: no such file or directory\n$/)
})

t.test('--fail-on: exit code 1 from the given action on; error and never ignore findings', async (t) => {
  const cwd = folder(t, {
    'warn.yaml': untagged,
    'audit.yaml': podYaml(`nginx@sha256:${'a'.repeat(64)}`, '    imagePullPolicy: Always\n'),
    'broken.yaml': broken,
    'deny.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n',
    'fix.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {pull-always-pinned: fix}\n',
  })
  const code = async (...argv: string[]) => (await runCli(['lint', ...argv], { cwd })).code
  t.equal(await code('--fail-on', 'deny', 'warn.yaml'), 0)
  t.equal(await code('--fail-on', 'deny', '--policy', 'deny.yaml', 'warn.yaml'), 1)
  t.equal(await code('audit.yaml'), 0)
  t.equal(await code('--fail-on', 'audit', 'audit.yaml'), 1)
  t.equal(await code('--policy', 'fix.yaml', 'audit.yaml'), 1, 'fix is as strict as warn')
  t.equal(await code('--fail-on', 'error', '--policy', 'deny.yaml', 'warn.yaml'), 0)
  t.equal(await code('--fail-on', 'error', 'broken.yaml'), 2)
  t.equal(await code('--fail-on', 'never', '--policy', 'deny.yaml', 'warn.yaml', 'broken.yaml'), 0)
})

t.test('exempted findings never fail but are listed in JSON', async (t) => {
  const policy = 'exemptions: [{rules: [image-latest], reason: known}]\nrules: {image-latest: deny, pull-policy-defaulted: off}\n'
  const cwd = folder(t, { 'a.yaml': untagged, 'p.yaml': `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${policy}` })
  const { code, output } = await lintJson(cwd, '--fail-on', 'audit', '--policy', 'p.yaml', 'a.yaml')
  t.equal(code, 0)
  t.match(output.diagnostics, [{ rule: 'image-latest', action: 'deny', exempted: { by: String, reason: 'known' } }])
})

t.test('directories: files by extension, sorted, each once, without node_modules and .git; a link loop ends', async (t) => {
  const cwd = folder(t, {
    'k8s/b.yml': untagged,
    'k8s/a/c.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'app', image: 'nginx' }] } }),
    'k8s/z.YAML': untagged,
    'k8s/notes.txt': untagged,
    'k8s/node_modules/x.yaml': untagged,
    'k8s/.git/x.yaml': untagged,
  })
  symlinkSync('..', join(cwd, 'k8s/a/loop'))
  const { output } = await lintJson(cwd, 'k8s', 'k8s/b.yml')
  t.strictSame(
    output.diagnostics.filter(({ rule }: { rule: string }) => rule === 'image-latest').map(({ file }: { file: string }) => file),
    ['k8s/a/c.json', 'k8s/b.yml', 'k8s/z.YAML'],
  )
  t.match(output.summary, { files: 3, errors: 0 })
})

t.test('a dangling link is listed only if its extension is one of a manifest, and fails no run', async (t) => {
  const cwd = folder(t, { 'good.yaml': good })
  symlinkSync('nowhere', join(cwd, 'gone.yaml'))
  symlinkSync('nowhere', join(cwd, 'gone.txt'))
  const { code, output } = await lintJson(cwd, '.')
  t.equal(code, 0)
  t.match(output.skipped, [{ file: 'gone.yaml' }])
  t.equal(output.skipped.length, 1)
})

t.test('lint - and lint without arguments read standard input; on a terminal the latter prints the help', async (t) => {
  for (const argv of [
    ['lint', '--format', 'json', '-'],
    ['lint', '--format', 'json'],
  ]) {
    const { code, stdout } = await runCli(argv, { stdin: untagged })
    t.equal(code, 1)
    t.match(JSON.parse(stdout).diagnostics, [{ file: '-', line: 7 }])
  }
  const { code, stdout, stderr } = await runCli(['lint'], { isTerminal: { stdin: true, stdout: true } })
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, 'Usage: initlint lint')
})

t.test('color only on a terminal, and not with NO_COLOR', async (t) => {
  const cwd = folder(t, { 'a.yaml': untagged })
  const isColored = async (stdout: boolean, env: Record<string, string>) =>
    (await runCli(['lint', 'a.yaml'], { cwd, env, isTerminal: { stdin: true, stdout } })).stdout.includes('\u001b[')
  t.equal(await isColored(true, {}), true)
  t.equal(await isColored(true, { NO_COLOR: '1' }), false)
  t.equal(await isColored(false, {}), false)
})

t.test('text: --show audit adds audit findings, --quiet prints one line per finding', async (t) => {
  const cwd = folder(t, { 'a.yaml': untagged })
  const text = async (...argv: string[]) => (await runCli(['lint', 'a.yaml', ...argv], { cwd })).stdout
  t.notMatch(await text(), 'pull-policy-defaulted')
  t.match(await text('--show', 'audit'), 'pull-policy-defaulted')
  t.equal((await text('--quiet')).split('\n').length, 2)
})

t.test('repeated --policy: the policies are merged and later keys win', async (t) => {
  const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
  const cwd = folder(t, {
    'a.yaml': untagged,
    'base.yaml': `${head}rules: {image-latest: deny, pull-policy-defaulted: warn}\n`,
    'cluster.yaml': `${head}rules: {image-latest: audit}\n`,
  })
  const { output } = await lintJson(cwd, '--policy', 'base.yaml', '--policy', 'cluster.yaml', 'a.yaml')
  const actions = output.diagnostics.map(({ rule, action }: Record<string, string>) => `${rule} ${action}`)
  t.strictSame(actions.sort(), ['image-latest audit', 'pull-policy-defaulted warn'])
})

t.test('an invalid or missing policy: exit code 2 with its place and no findings', async (t) => {
  const cwd = folder(t, { 'a.yaml': untagged, 'p.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latets: deny}\n' })
  const invalid = await runCli(['lint', '--policy', 'p.yaml', 'a.yaml'], { cwd })
  t.match(invalid, { code: 2, stdout: '' })
  t.match(invalid.stderr, /^p\.yaml:3:\d+: error: .*image-latest/)
  const gone = await runCli(['lint', '--policy', 'gone.yaml', 'a.yaml'], { cwd })
  t.match(gone, { code: 2, stdout: '', stderr: /gone\.yaml/ })
})

t.test('labels of a Namespace object in another file apply to the policy', async (t) => {
  const policy = `apiVersion: initlint.dev/v1alpha1
kind: Policy
overrides:
- match: {namespaceSelector: {matchLabels: {tier: gold}}}
  rules: {image-latest: deny}
`
  const cwd = folder(t, {
    'k8s/a.yaml': untagged,
    'k8s/gold.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: gold, labels: {tier: gold}}\n',
    'k8s/iron.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: iron, labels: {tier: iron}}\n',
    'p.yaml': policy,
  })
  for (const [namespace, action] of [
    ['gold', 'deny'],
    ['iron', 'warn'],
  ] as const) {
    const { output } = await lintJson(cwd, '--policy', 'p.yaml', '--namespace', namespace, 'k8s')
    t.match(output.diagnostics[0], { rule: 'image-latest', action, object: { namespace } })
  }
})

t.test('unreadable standard input: an error and exit code 2, other files are still checked', async (t) => {
  const cwd = folder(t, { 'a.yaml': untagged })
  const readStdin = async () => {
    throw new Error('EISDIR')
  }
  const { code, stdout, stderr } = await runCli(['lint', '-', 'a.yaml'], { cwd, readStdin })
  t.equal(code, 2)
  t.match(stderr, /^cannot read standard input: EISDIR\n$/)
  t.match(stdout, 'image-latest')
})

t.test('lintExitCode: 3 for a failed rule, else 2 for unreadable input, else 1 for findings', async (t) => {
  const none = { diagnostics: [], errors: [], faults: [] }
  const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' }
  const faults = [{ rule: 'a', file: null, object, message: '' }]
  const errors = [{ file: null, line: null, column: null, message: '' }]
  const diagnostics = [{ action: 'deny' }] as const
  t.equal(lintExitCode(none, 'audit'), 0)
  t.equal(lintExitCode({ ...none, diagnostics }, 'warn'), 1)
  t.equal(lintExitCode({ ...none, diagnostics, errors }, 'warn'), 2)
  t.equal(lintExitCode({ diagnostics, errors, faults }, 'never'), 3)
})

t.test('an empty pipe is an error of every command that reads manifests', async (t) => {
  for (const command of ['lint', 'images', 'rehearse', 'explain']) {
    for (const stdin of ['', ' \n\n']) {
      t.match(await runCli([command, '-'], { stdin }), { code: 2, stderr: 'cannot read standard input: it is empty\n' }, command)
    }
  }
  t.match(await runCli(['lint'], { stdin: '---\n# Source: web/templates/deployment.yaml\n' }), { code: 0 }, 'a chart that is switched off')
})

t.test('images --format lines', async (t) => {
  t.match(await runCli(['images', '--format', 'lines'], { stdin: podYaml('nginx') }), { code: 0, stdout: 'nginx\n', stderr: '' })
})

t.test('a template whose Pods the webhook would deny: lint says so, like the webhook', async (t) => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}
`
  const policy = `apiVersion: initlint.dev/v1alpha1
kind: Policy
preset: off
overrides: [{match: {kinds: [Pod]}, rules: {image-latest: {action: deny, everyPod: true}}}]
`
  const cwd = folder(t, { 'web.yaml': deployment, 'policy.yaml': policy })
  const { output } = await lintJson(cwd, 'web.yaml', '--policy', 'policy.yaml')
  t.match(output.diagnostics, [
    {
      rule: 'image-latest',
      action: 'warn',
      pointer: '/spec/template/spec/containers/0/image',
      message: /its Pods will be refused/,
      line: 4,
    },
  ])
})

t.test('the Pods of a StatefulSet have the volumes of its claims, so mounting them is no reason to be refused', async (t) => {
  const statefulSet = (claims: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  serviceName: web
  ${claims}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "app:1", volumeMounts: [{name: data, mountPath: /data}]}]}
`
  const policy = `apiVersion: initlint.dev/v1alpha1
kind: Policy
preset: off
overrides: [{match: {kinds: [Pod]}, rules: {pod-rejected: {action: deny, everyPod: true}}}]
`
  const cwd = folder(t, {
    'claimed.yaml': statefulSet('volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]'),
    'undefined.yaml': statefulSet(''),
    'policy.yaml': policy,
  })
  const { output } = await lintJson(cwd, 'claimed.yaml', 'undefined.yaml', '--policy', 'policy.yaml')
  t.match(output.diagnostics, [{ rule: 'pod-rejected', file: 'undefined.yaml', message: /its Pods will be refused/ }])
  t.equal(output.diagnostics.length, 1)
})
