import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { podYaml, runCli, writeFiles } from './fake-io.ts'

const untagged = podYaml('nginx')

function folder(t: Test, files: Readonly<Record<string, string>> = { 'web.yaml': untagged }): string {
  const path = t.testdir()
  writeFiles(path, files)
  return path
}

const terminal = { stdin: true, stdout: true, stderr: true }

/** The files of a directory, which must have no others. */
const names = (path: string) => readdirSync(path).sort()

t.test('--format: each format on standard output', async (t) => {
  const cwd = folder(t)
  const print = async (format: string) => (await runCli(['lint', '--format', format, 'web.yaml'], { cwd })).stdout
  t.match(await print('text'), /^web\.yaml:7:12 {2}warning {2}image-latest/)
  t.match(JSON.parse(await print('json')), { diagnostics: [{ rule: 'image-latest', endLine: 7, endColumn: 17, hint: /\.$/ }, {}] })
  t.match(JSON.parse(await print('sarif')), { version: '2.1.0', runs: [{ results: [{ ruleId: 'image-latest' }, {}] }] })
  t.match(await print('github'), /^::warning file=web\.yaml,line=7,/)
  t.match(JSON.parse(await print('gitlab')), [{ check_name: 'image-latest' }])
  t.match(await print('junit'), '<testsuites name="initlint" tests="1" failures="1"')
  t.match(await print('checkstyle'), '<file name="web.yaml">')
  t.match(await print('markdown'), '[image-latest](')
  t.equal((await runCli(['lint', '--format', 'yaml', 'web.yaml'], { cwd })).code, 2)
})

t.test('the exit code does not depend on the format', async (t) => {
  const cwd = folder(t, { 'web.yaml': untagged, 'broken.yaml': 'a: {\n' })
  for (const format of ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'checkstyle', 'markdown']) {
    t.equal((await runCli(['lint', '--format', format, 'web.yaml'], { cwd })).code, 1, format)
    t.equal((await runCli(['lint', '--format', format, '--fail-on', 'deny', 'web.yaml'], { cwd })).code, 0, format)
    t.equal((await runCli(['lint', '--format', format, 'broken.yaml'], { cwd })).code, 2, format)
  }
})

t.test('--output: several formats at once, standard output as without', async (t) => {
  const cwd = folder(t)
  const plain = await runCli(['lint', 'web.yaml'], { cwd })
  const args = ['--output', 'sarif=a.sarif', '--output', 'junit=b.xml', '--output', 'text=c=d.txt']
  const { code, stdout, stderr } = await runCli(['lint', ...args, 'web.yaml'], { cwd })
  t.same({ code, stdout, stderr }, plain)
  t.same(names(cwd), ['a.sarif', 'b.xml', 'c=d.txt', 'web.yaml'])
  t.equal(JSON.parse(readFileSync(join(cwd, 'a.sarif'), 'utf8')).version, '2.1.0')
  t.match(readFileSync(join(cwd, 'b.xml'), 'utf8'), '<testsuites')
  t.equal(readFileSync(join(cwd, 'c=d.txt'), 'utf8'), plain.stdout)
})

t.test('--output that cannot be written: exit code 2, one sentence, nothing printed, nothing written', async (t) => {
  const cwd = folder(t)
  mkdirSync(join(cwd, 'directory'))
  const fails = async (...outputs: string[]) => {
    const args = outputs.flatMap((output) => ['--output', output])
    const { code, stdout, stderr } = await runCli(['lint', ...args, 'web.yaml'], { cwd })
    t.equal(code, 2, outputs.join(' '))
    t.equal(stdout, '')
    t.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    t.same(names(cwd), ['directory', 'web.yaml'])
    return stderr
  }
  t.match(await fails('sarif=gone/a.sarif'), /^cannot write gone\/a\.sarif: no such file or directory$/m)
  t.match(await fails('json=a.json', 'sarif=gone/a.sarif'), 'gone/a.sarif')
  t.match(await fails('sarif=directory'), /^cannot write directory: it is a directory/)
  t.match(await fails('sarif=web.yaml/a'), /^cannot write web\.yaml\/a: /)
  t.match(await fails('sarif=a', 'json=./a'), 'twice')
  t.match(await fails('sarif'), 'FORMAT=FILE')
  t.match(await fails('sarif='), 'FORMAT=FILE')
  t.match(await fails('yaml=a'), 'sarif')
  t.match(await fails('sarif=-'), '--format sarif')
})

t.test('a file that becomes unwritable during the run: none of the outputs is written', async (t) => {
  const cwd = folder(t, { 'web.yaml': untagged, 'a.json': 'old', 'later/x': '' })
  const { code, stdout } = await runCli(['lint', '--output', 'json=a.json', '--output', 'sarif=later/b.sarif', '-'], {
    cwd,
    readStdin: async () => {
      // Only a directory that is gone fails for every user, root included.
      const { rmSync } = await import('node:fs')
      rmSync(join(cwd, 'later'), { recursive: true })
      return untagged
    },
  })
  t.equal(code, 2)
  t.equal(stdout, '')
  t.equal(readFileSync(join(cwd, 'a.json'), 'utf8'), 'old')
  t.same(names(cwd), ['a.json', 'web.yaml'])
})

t.test('--output keeps the permissions and the links of a file that exists, and writes to pipes and devices', async (t) => {
  const cwd = folder(t, { 'web.yaml': untagged, 'real/a.json': 'old' })
  chmodSync(join(cwd, 'real/a.json'), 0o640)
  symlinkSync('real/a.json', join(cwd, 'link.json'))
  t.equal((await runCli(['lint', '--output', 'json=link.json', '--output', 'text=/dev/null', 'web.yaml'], { cwd })).code, 1)
  t.ok(lstatSync(join(cwd, 'link.json')).isSymbolicLink())
  t.equal(statSync(join(cwd, 'real/a.json')).mode & 0o777, 0o640)
  t.match(JSON.parse(readFileSync(join(cwd, 'real/a.json'), 'utf8')), { diagnostics: [{}, {}] })
  t.ok(statSync('/dev/null').isCharacterDevice())
})

t.test('GITHUB_ACTIONS=true makes github the default, and unreadable input an annotation', async (t) => {
  const cwd = folder(t, { 'web.yaml': untagged, 'broken.yaml': 'a: {\n' })
  const env = { GITHUB_ACTIONS: 'true' }
  const print = async (...args: string[]) => (await runCli(['lint', ...args, 'web.yaml'], { cwd, env })).stdout
  t.match(await print(), /^::warning /)
  t.match(await print('--format', 'text'), /^web\.yaml:7:12 {2}/)
  t.match(await print('--quiet'), /^web\.yaml:7:12: warning: /)
  t.match((await runCli(['lint', 'web.yaml'], { cwd, env: { GITHUB_ACTIONS: 'false' } })).stdout, /^web\.yaml/)
  const { stdout, stderr } = await runCli(['lint', 'broken.yaml'], { cwd, env })
  t.match(stdout, /^::error file=broken\.yaml,line=\d+,col=\d+,title=unreadable input::/)
  t.equal(stderr, '', 'the name of a file at the start of a line could be a command')
})

t.test('paths in reports are relative to the root of the repository', async (t) => {
  const cwd = folder(t, { 'repo/apps/web.yaml': untagged, 'other/web.yaml': untagged })
  const [root, apps] = [join(cwd, 'repo'), join(cwd, 'repo/apps')]
  const path = async (file: string, env: Readonly<Record<string, string>>, at = apps) => {
    const { stdout } = await runCli(['lint', '--format', 'gitlab', file], { cwd: at, env })
    return JSON.parse(stdout)[0].location.path
  }
  t.equal(await path('web.yaml', {}), 'web.yaml')
  t.equal(await path('web.yaml', { CI_PROJECT_DIR: root }), 'apps/web.yaml')
  t.equal(await path('./web.yaml', { GITHUB_WORKSPACE: root }), 'apps/web.yaml')
  t.equal(await path(join(apps, 'web.yaml'), { GITHUB_WORKSPACE: root }), 'apps/web.yaml')
  t.equal(await path('apps/../apps/web.yaml', { GITHUB_WORKSPACE: root }, root), 'apps/web.yaml')
  t.equal(await path('web.yaml', { GITHUB_WORKSPACE: join(cwd, 'other') }), 'web.yaml', 'a root that is somewhere else')
  t.equal(await path('../../other/web.yaml', { GITHUB_WORKSPACE: root }), join(cwd, 'other/web.yaml'))
  const { stdout } = await runCli(['lint', '--format', 'sarif', 'web.yaml'], { cwd: apps, env: { GITHUB_WORKSPACE: root } })
  t.match(JSON.parse(stdout).runs[0].originalUriBaseIds, { '%SRCROOT%': { uri: /^file:\/\/.*\/repo\/$/ } })
})

t.test('--color, FORCE_COLOR, NO_COLOR and the terminal, in this order', async (t) => {
  const cwd = folder(t)
  const isColored = async (args: readonly string[], env: Readonly<Record<string, string>>, isTerminal = false) => {
    const changes = { cwd, env, ...(isTerminal ? { isTerminal: terminal } : {}) }
    return (await runCli(['lint', ...args, 'web.yaml'], changes)).stdout.includes('\u001b[')
  }
  t.equal(await isColored([], {}), false)
  t.equal(await isColored([], {}, true), true)
  t.equal(await isColored([], { TERM: 'dumb' }, true), false)
  t.equal(await isColored([], { NO_COLOR: '1' }, true), false)
  t.equal(await isColored([], { NO_COLOR: '' }, true), true)
  t.equal(await isColored([], { FORCE_COLOR: '1' }), true)
  t.equal(await isColored([], { FORCE_COLOR: '1', NO_COLOR: '1' }), true)
  t.equal(await isColored([], { FORCE_COLOR: '0' }, true), false)
  t.equal(await isColored(['--color', 'never'], { FORCE_COLOR: '1' }, true), false)
  t.equal(await isColored(['--color', 'always'], { NO_COLOR: '1' }), true)
  t.equal(await isColored(['--color', 'auto'], {}), false)
  t.equal(await isColored(['--color', 'always', '--format', 'json'], {}), false)
  await runCli(['lint', '--color', 'always', '--output', 'text=a.txt', 'web.yaml'], { cwd })
  t.notMatch(readFileSync(join(cwd, 'a.txt'), 'utf8'), '\u001b[')
})

/** Runs lint over ten files with a clock that advances by a step at each look. */
async function slowly(t: Test, step: number, isTerminal = terminal) {
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}.yaml`, untagged]))
  let now = 0
  const { stderr } = await runCli(['lint', '.'], {
    cwd: folder(t, files),
    isTerminal,
    now: () => {
      now += step
      return now
    },
  })
  return stderr
}

t.test('progress: on a terminal, after two seconds, at most ten times a second, and removed at the end', async (t) => {
  t.equal(await slowly(t, 100), '', 'a run of one second')
  const updates = (await slowly(t, 1000)).split('\r\u001b[K')
  t.equal(updates.at(0), '')
  t.equal(updates.at(-1), '')
  t.ok(updates.length >= 8)
  t.match(updates.at(-2), /^Checked 9 of 10 files$/)
  t.equal(await slowly(t, 1000, { ...terminal, stderr: false }), '')
})

t.test('progress: no more than one update in 100 milliseconds', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}.yaml`, untagged]))
  let looks = 0
  const { stderr } = await runCli(['lint', '.'], {
    cwd: folder(t, files),
    isTerminal: terminal,
    now: () => (looks++ < 2 ? 0 : 5000 + looks * 60),
  })
  t.ok(stderr.split('Checked').length - 1 <= 5, stderr)
})

t.test('rules ID: laid out on a terminal, Markdown otherwise', async (t) => {
  const markdown = (await runCli(['rules', 'image-latest'])).stdout
  t.match(markdown, /^# image-latest$/m)
  t.match(markdown, /^```yaml$/m)
  const page = (await runCli(['rules', 'image-latest'], { isTerminal: terminal, env: { NO_COLOR: '1' }, columns: 60 })).stdout
  t.notMatch(page, /^#|```|\|/m)
  t.match(page, /^image-latest\n\n/)
  t.match(page, /^ {4}apiVersion: v1$/m)
  t.ok(page.split('\n').every((line) => line.length <= 60 || /^ {4}|https?:/.test(line)))
  t.match((await runCli(['rules', 'image-latest'], { isTerminal: terminal, env: {} })).stdout, '\u001b[1mimage-latest')
  t.match((await runCli(['rules', 'image-latest', '--color', 'always'])).stdout, '\u001b[1mimage-latest', 'for a pager')
  t.match((await runCli(['rules', 'image-latest'], { env: { FORCE_COLOR: '1' } })).stdout, /^# image-latest$/m)
  t.match(JSON.parse((await runCli(['rules', 'image-latest', '--format', 'json'], { isTerminal: terminal })).stdout), {
    id: 'image-latest',
  })
})

t.test('a file that is no output is left alone', async (t) => {
  const cwd = folder(t, { 'web.yaml': untagged, '.initlint-x.tmp': 'mine' })
  writeFileSync(join(cwd, 'a.json'), 'old')
  await runCli(['lint', '--output', 'json=a.json', 'web.yaml'], { cwd })
  t.ok(existsSync(join(cwd, '.initlint-x.tmp')))
  t.same(names(cwd), ['.initlint-x.tmp', 'a.json', 'web.yaml'])
})
