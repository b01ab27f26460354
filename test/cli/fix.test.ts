/** `lint --fix` on files: what is written, what is not, and what is printed. */
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPatch } from 'diff'
import t, { type Test } from 'tap'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

const policy =
  'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nregistries: [{match: "docker.io/**", fragile: true}]\nrules: {init-result-lost: off}\n'
const always = podYaml('nginx:1.27 # pinned', '    imagePullPolicy: Always\n')
const fixed = always.replace('Always', 'IfNotPresent')
const script = `${podYaml('nginx:1.27')}  volumes: [{name: d, emptyDir: {}}]\n  initContainers:\n  - name: i\n    image: nginx:1.27\n    command: [sh, -c, mkdir /d/x]\n    volumeMounts: [{name: d, mountPath: /d}]\n`

function directory(t: Test, files: Readonly<Record<string, string>>): string {
  const path = t.testdir()
  writeFiles(path, { 'p/policy.txt': policy, ...files })
  return path
}

async function lint(cwd: string, ...argv: string[]) {
  const result = await runCli(['lint', '--policy', 'p/policy.txt', ...argv], { cwd })
  const text = (file: string) => readFileSync(join(cwd, file), 'utf8')
  return { ...result, text }
}

async function lintJson(cwd: string, ...argv: string[]) {
  const result = await lint(cwd, '--format', 'json', ...argv)
  return { ...result, output: JSON.parse(result.stdout) }
}

t.test('--fix writes pull policies, --fix=all scripts too; exit 0 if nothing is left, and a second run changes nothing', async (t) => {
  const cwd = directory(t, { 'k8s/a.yaml': always, 'k8s/b.yaml': script, 'k8s/c.yaml': podYaml('ghcr.io/a/b:1') })
  const first = await lintJson(cwd, '--fix', 'k8s')
  t.equal(first.text('k8s/a.yaml'), fixed)
  t.equal(first.text('k8s/b.yaml'), script)
  t.equal(first.code, 1)
  t.match(first.output.fixed, [
    {
      rule: 'pull-always-fragile-registry',
      file: 'k8s/a.yaml',
      line: 7,
      container: 'app',
      pointer: '/spec/containers/0/imagePullPolicy',
      from: 'Always',
      to: 'IfNotPresent',
    },
  ])
  t.strictSame(first.output.files, ['k8s/a.yaml'])
  t.strictSame(first.output.notFixed, [])
  t.match(first.output.diagnostics, [{ rule: 'init-not-idempotent', file: 'k8s/b.yaml' }])
  const all = await lint(cwd, '--fix=all', 'k8s')
  t.equal(all.text('k8s/b.yaml'), script.replace('mkdir', 'mkdir -p'))
  t.equal(all.code, 0)
  t.match(all.stdout, /k8s\/b\.yaml:\d+ {2}init-not-idempotent/)
  const again = await lintJson(cwd, '--fix=all', 'k8s')
  t.equal(again.code, 0)
  t.strictSame([again.output.fixed, again.output.files, again.output.diagnostics], [[], [], []])
})

t.test('--fix takes a path as its next argument, and only known scopes after an equals sign', async (t) => {
  const cwd = directory(t, { all: always, 'a.yaml': always })
  t.equal((await lint(cwd, '--fix', 'all')).text('all'), fixed)
  t.equal((await lint(cwd, '--fix=some', 'a.yaml')).code, 2)
  const dry = await lint(cwd, '--dry-run', 'a.yaml')
  t.equal(dry.code, 2)
  t.match(dry.stderr, '--fix')
  t.equal(dry.text('a.yaml'), always)
})

t.test('--dry-run changes nothing and prints a diff that leads to the fixed text; the findings are those of the files', async (t) => {
  const cwd = directory(t, { 'a.yaml': always, 'b.yaml': script })
  const { code, stdout, stderr, text } = await lint(cwd, '--fix', '--dry-run', '.')
  t.equal(code, 1)
  t.equal(text('a.yaml'), always)
  t.equal(applyPatch(always, stdout), fixed)
  t.match(stdout, /^--- a\/a\.yaml\n\+\+\+ b\/a\.yaml\n@@ /)
  t.match(stderr, /a\.yaml:7:12 {2}warning {2}pull-always-fragile-registry/)
  const json = await lintJson(cwd, '--fix', '--dry-run', '.')
  t.equal(json.output.diff, stdout)
  t.match(json.output, {
    fixed: [{ file: 'a.yaml' }],
    diagnostics: [{ rule: 'pull-always-fragile-registry' }, { rule: 'init-not-idempotent' }],
  })
})

t.test('a diff on a terminal has no control characters', async (t) => {
  const cwd = directory(t, { 'a.yaml': always.replace('pinned', '\u001b[2Jx') })
  const argv = ['lint', '--policy', 'p/policy.txt', '--fix', '--dry-run', 'a.yaml']
  const { stdout } = await runCli(argv, { cwd, isTerminal: { stdin: true, stdout: true } })
  t.match(stdout, 'IfNotPresent')
  t.notMatch(stdout, '\u001b')
})

t.test('standard input: the fixed text on standard output, the findings on standard error', async (t) => {
  const cwd = directory(t, {})
  const run = (stdin: string, ...argv: string[]) => runCli(['lint', '--policy', 'p/policy.txt', '--fix', ...argv], { cwd, stdin })
  const { code, stdout, stderr } = await run(always)
  t.equal(stdout, fixed)
  t.equal(code, 0)
  t.match(stderr, /-:7 {2}pull-always-fragile-registry/)
  const left = await run(script, '--format', 'json', '-')
  t.equal(left.stdout, script)
  t.equal(left.code, 1)
  t.match(JSON.parse(left.stderr), { fixed: [], diagnostics: [{ rule: 'init-not-idempotent' }] })
  t.equal((await run('a: {\n')).stdout, 'a: {\n', 'what cannot be read is printed as it is')
  const damaged = await run(always.replace('pinned', '\uFFFD'))
  t.strictSame([damaged.code, damaged.stdout], [2, ''], 'bytes that are not UTF-8 are lost, so nothing is printed')
})

t.test('bytes outside the fixes stay: CRLF, byte order marks, UTF-16, modes, no line feed at the end', async (t) => {
  const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')
  const files: Readonly<Record<string, readonly [before: Buffer, after: Buffer]>> = {
    'crlf.yaml': [Buffer.from(always.replaceAll('\n', '\r\n')), Buffer.from(fixed.replaceAll('\n', '\r\n'))],
    'bom.yaml': [Buffer.from(`\uFEFF${always}`), Buffer.from(`\uFEFF${fixed}`)],
    'le.yaml': [utf16(always), utf16(fixed)],
    'be.yaml': [utf16(always).swap16(), utf16(fixed).swap16()],
    'end.yaml': [Buffer.from(always.trimEnd()), Buffer.from(fixed.trimEnd())],
    'emoji.yaml': [Buffer.from(`# 🙂\n${always}`), Buffer.from(`# 🙂\n${fixed}`)],
  }
  const cwd = directory(t, {})
  for (const [name, [before]] of Object.entries(files)) {
    writeFileSync(join(cwd, name), before)
    chmodSync(join(cwd, name), 0o754)
  }
  t.equal((await lint(cwd, '--fix', '.')).code, 0)
  for (const [name, [, after]] of Object.entries(files)) {
    t.ok(readFileSync(join(cwd, name)).equals(after), name)
    t.equal(statSync(join(cwd, name)).mode & 0o7777, 0o754, name)
  }
  t.strictSame(readdirSync(cwd).sort(), [...Object.keys(files), 'p'].sort(), 'no temporary file is left')
})

t.test('files that cannot be written are named, and the others are fixed: exit 2', async (t) => {
  const cwd = directory(t, { 'a.yaml': always, 'b.yaml': always, 'linked.yaml': always, 'z.yaml': always })
  chmodSync(join(cwd, 'a.yaml'), 0o444)
  mkdirSync(join(cwd, 'p/q'))
  linkSync(join(cwd, 'linked.yaml'), join(cwd, 'p/q/other'))
  writeFileSync(join(cwd, 'b.yaml'), Buffer.concat([Buffer.from(always), Buffer.from([0x23, 0xff, 0x0a])]))
  const { code, output, stderr, text } = await lintJson(cwd, '--fix', '.')
  t.equal(code, 2)
  t.match(output.errors, [
    { file: 'a.yaml', line: null, message: /read-only/ },
    { file: 'linked.yaml', line: null, message: /2 hard links/ },
  ])
  t.equal(output.summary.errors, 2)
  t.match(stderr, /^a\.yaml: .*read-only\n/)
  t.match(output.notFixed, [{ file: 'a.yaml' }, { file: 'b.yaml', reason: /UTF-8/ }, { file: 'linked.yaml' }])
  t.strictSame(output.files, ['z.yaml'])
  t.strictSame([text('a.yaml'), text('linked.yaml'), text('z.yaml')], [always, always, fixed])
  t.equal(output.diagnostics.length, 3, 'what is left is that of the files as they are')
  chmodSync(join(cwd, 'a.yaml'), 0o644)
})

t.test('symbolic links: the file they lead to is fixed under its own name, and only if it was found', async (t) => {
  const cwd = directory(t, { 'k8s/a.yaml': always, 'outside/b.yaml': always, 'outside/c.yaml': always })
  symlinkSync('a.yaml', join(cwd, 'k8s/inside.yaml'))
  symlinkSync('../outside/b.yaml', join(cwd, 'k8s/out.yaml'))
  symlinkSync('../outside', join(cwd, 'k8s/dir'))
  symlinkSync('k8s', join(cwd, 'named'))
  const { code, output, text } = await lintJson(cwd, '--fix', 'k8s')
  t.equal(code, 1)
  t.strictSame([text('k8s/a.yaml'), text('outside/b.yaml'), text('outside/c.yaml')], [fixed, always, always])
  for (const link of ['k8s/inside.yaml', 'k8s/out.yaml', 'k8s/dir']) t.ok(lstatSync(join(cwd, link)).isSymbolicLink(), link)
  t.match(output.notFixed, [
    { file: 'k8s/dir/b.yaml', reason: /symbolic link/ },
    { file: 'k8s/dir/c.yaml', reason: /symbolic link/ },
    { file: 'k8s/out.yaml', reason: /symbolic link/ },
  ])
  writeFileSync(join(cwd, 'k8s/a.yaml'), always)
  t.equal((await lint(cwd, '--fix', 'k8s/out.yaml')).text('outside/b.yaml'), always, 'a link that is named is not followed, either')
  t.equal((await lint(cwd, '--fix', 'named/a.yaml', 'named')).text('k8s/a.yaml'), fixed, 'a link to a directory that is named')
})

t.test('templates, reviews and shared values are listed with the reason and stay as they are', async (t) => {
  const review = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      operation: 'CREATE',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web' },
        spec: { containers: [{ name: 'app', image: 'nginx:1.27', imagePullPolicy: 'Always' }] },
      },
    },
  })
  const files = {
    'alias.yaml': always
      .replace('metadata: {name: web}', 'metadata: {name: web, annotations: {a: &p Always}}')
      .replace('imagePullPolicy: Always', 'imagePullPolicy: *p'),
    'review.json': review,
    'template.yaml': always.replace('pinned', '{{ .Values.x }}'),
  }
  const cwd = directory(t, files)
  const { output, text } = await lintJson(cwd, '--fix', '.')
  t.strictSame(output.fixed, [])
  t.match(output.notFixed, [
    { file: 'alias.yaml', reason: /alias/, pointer: '/spec/containers/0/image' },
    { file: 'review.json', reason: /AdmissionReview/ },
    { file: 'template.yaml', reason: /template/ },
  ])
  for (const [name, before] of Object.entries(files)) t.equal(text(name), before)
})

t.test('a file that changes or disappears after it was read is not overwritten', async (t) => {
  for (const change of ['other text\n', undefined]) {
    const cwd = directory(t, { 'a.yaml': always, 'b.yaml': always })
    const path = join(cwd, 'a.yaml')
    // The clock is read after the files, before they are linted.
    const { code, stdout } = await runCli(['lint', '--policy', 'p/policy.txt', '--fix', '--format', 'json', '.'], {
      cwd,
      now: () => {
        if (change === undefined) rmSync(path, { force: true })
        else writeFileSync(path, change)
        return 0
      },
    })
    t.equal(code, change === undefined ? 1 : 2)
    if (change !== undefined) t.equal(readFileSync(path, 'utf8'), change)
    t.match(JSON.parse(stdout).notFixed, [{ file: 'a.yaml', reason: change === undefined ? /no such file/ : /changed/ }])
    t.equal(readFileSync(join(cwd, 'b.yaml'), 'utf8'), fixed)
  }
})

t.test('files of another user', { skip: process.getuid?.() !== 0 && 'requires root, to become another user' }, async (t) => {
  // Not below the project, which another user may be unable to enter.
  const cwd = mkdtempSync(join(tmpdir(), 'initlint-fix-'))
  t.teardown(() => rmSync(cwd, { recursive: true }))
  writeFiles(cwd, { 'p/policy.txt': policy, 'own.yaml': always, 'readable.yaml': always, 'writable.yaml': always })
  const unprivileged = 65_534
  chmodSync(cwd, 0o777)
  chmodSync(join(cwd, 'writable.yaml'), 0o666)
  chownSync(join(cwd, 'own.yaml'), unprivileged, unprivileged)
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([unprivileged])
  process.setegid?.(unprivileged)
  process.seteuid?.(unprivileged)
  const { code, output, text } = await lintJson(cwd, '--fix', '.').finally(() => {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  })
  t.equal(code, 2)
  t.match(output.errors, [
    { file: 'readable.yaml', message: /read-only/ },
    { file: 'writable.yaml', message: /another user/ },
  ])
  t.strictSame([text('own.yaml'), text('readable.yaml'), text('writable.yaml')], [fixed, always, always])
  t.equal(statSync(join(cwd, 'own.yaml')).uid, unprivileged)
})

t.test('what a comment or the baseline silences is not fixed', async (t) => {
  const cwd = directory(t, {
    'known.yaml': always,
    'ignored.yaml': always
      .replace('# pinned', '# initlint-ignore pull-always-fragile-registry: mirrored')
      .replace('{name: web}', '{name: ignored}'),
  })
  await lint(cwd, '--write-baseline', 'baseline.json', 'known.yaml')
  writeFileSync(join(cwd, 'new.yaml'), always.replace('{name: web}', '{name: new}'))
  const { code, output, text } = await lintJson(cwd, '--fix', '--baseline', 'baseline.json', '.')
  t.equal(code, 0)
  t.strictSame(output.files, ['new.yaml'])
  t.equal(text('known.yaml'), always)
  t.match(text('ignored.yaml'), 'Always')
  t.strictSame(output.baseline?.stale, [])
})

t.test('other formats have the findings that are left', async (t) => {
  const cwd = directory(t, { 'a.yaml': always, 'b.yaml': script })
  const { stdout } = await lint(cwd, '--fix', '--format', 'sarif', '--output', 'json=out.txt', '.')
  t.match(JSON.parse(stdout).runs[0].results, [{ ruleId: 'init-not-idempotent' }])
  t.match(JSON.parse(readFileSync(join(cwd, 'out.txt'), 'utf8')), { files: ['a.yaml'], diagnostics: [{ rule: 'init-not-idempotent' }] })
})

t.test('audit findings that were not fixed are counted, and listed with --show audit', async (t) => {
  const cwd = directory(t, { 'a.yaml': podYaml('ghcr.io/a/b') })
  t.match((await lint(cwd, '--fix', 'a.yaml')).stdout, /^1 audit finding with a fix that was not applied: --show audit\n/)
  t.match(
    (await lint(cwd, '--fix', '--show', 'audit', 'a.yaml')).stdout,
    /^Not fixed.*\n {3}a\.yaml:7 {2}pull-policy-defaulted {2}containers "app": .*tag that moves/,
  )
  t.match((await lintJson(cwd, '--fix', 'a.yaml')).output.notFixed, [
    { rule: 'pull-policy-defaulted', action: 'audit', reason: /tag that moves/ },
  ])
})

t.test('files that a glob or .initlint.yaml names are fixed, links among them are not', async (t) => {
  const cwd = directory(t, { 'k8s/a.yaml': always, 'k8s/b/c.yaml': always, 'other.yaml': always })
  symlinkSync('../other.yaml', join(cwd, 'k8s/link.yaml'))
  const { output, text } = await lintJson(cwd, '--fix', 'k8s/**/*.yaml')
  t.strictSame(output.files, ['k8s/a.yaml', 'k8s/b/c.yaml'])
  t.match(output.notFixed, [{ file: 'k8s/link.yaml', reason: /symbolic link/ }])
  writeFiles(cwd, { '.initlint.yaml': 'paths: [other.yaml]\npolicy: p/policy.txt\n' })
  const run = await runCli(['lint', '--fix'], { cwd, isTerminal: { stdin: true, stdout: false } })
  t.equal(run.code, 0, run.stderr)
  t.equal(text('other.yaml'), fixed)
})
