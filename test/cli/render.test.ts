import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { podYaml, type Result, runCli, writeFiles } from './fake-io.ts'

const rendered = podYaml('nginx')

/** A shell script that stands for a renderer: prints its arguments to standard error if it fails. */
const prints = (text: string): string => `#!/bin/sh\ncat <<'EOF'\n${text}EOF\n`

interface Setup {
  readonly files: Readonly<Record<string, string>>
  readonly programs?: Readonly<Record<string, string>>
}

/** Runs a command in a directory with these files, with only these programs (and those of the system) on the PATH. */
function inDirectory(t: Test, { files, programs = {} }: Setup): (...argv: readonly string[]) => Promise<Result> {
  const cwd = t.testdir()
  writeFiles(cwd, { ...files, 'bin/keep': '' })
  for (const [name, text] of Object.entries(programs)) {
    writeFiles(cwd, { [`bin/${name}`]: text })
    chmodSync(join(cwd, 'bin', name), 0o755)
  }
  // The system may have a kubectl or helm: only sh and cat are wanted from it.
  writeFiles(cwd, { 'bin/cat': '#!/bin/sh\nwhile IFS= read -r line; do printf "%s\\n" "$line"; done\n' })
  chmodSync(join(cwd, 'bin/cat'), 0o755)
  return (...argv) => runCli(argv, { cwd, env: { PATH: join(cwd, 'bin') } })
}

const chart = { 'web/Chart.yaml': 'name: web\n', 'web/templates/pod.yaml': '{{ include "x" . }}\n' }
const kustomization = { 'web/kustomization.yaml': 'resources: [pod.yaml]\n', 'web/pod.yaml': podYaml('busybox') }

t.test('a chart named as an argument is rendered by helm', async (t) => {
  const run = inDirectory(t, { files: chart, programs: { helm: prints(rendered) } })
  const { code, stdout } = await run('lint', '--format', 'json', 'web')
  const { diagnostics, errors } = JSON.parse(stdout)
  t.equal(code, 1)
  t.same(errors, [])
  t.match(diagnostics[0], { rule: 'image-latest', file: 'web (helm template)', line: 7 })
})

t.test('every command that reads manifests renders', async (t) => {
  const run = inDirectory(t, { files: chart, programs: { helm: prints(rendered) } })
  t.equal((await run('images', '--format', 'lines', 'web')).stdout, 'nginx\n')
  t.match(JSON.parse((await run('explain', '--format', 'json', 'web')).stdout).timelines, [{ object: { name: 'web' } }])
  t.equal((await run('rehearse', 'web')).code, 0)
})

t.test('a kustomization is rendered by kubectl, or by kustomize if there is no kubectl', async (t) => {
  const files = kustomization
  const image = async (programs: Record<string, string>) =>
    (await inDirectory(t, { files, programs })('images', '--format', 'lines', 'web')).stdout
  t.equal(await image({ kubectl: prints(rendered), kustomize: prints(podYaml('redis')) }), 'nginx\n')
  t.equal(await image({ kustomize: prints(podYaml('redis')) }), 'redis\n')
  t.equal(await image({}), 'busybox\n', 'without both, its files are read')
})

t.test('the program gets the directory, never an option', async (t) => {
  const files = { '-x/Chart.yaml': 'name: x\n' }
  const run = inDirectory(t, { files, programs: { helm: '#!/bin/sh\necho "$# $1 $2" >&2; exit 1\n' } })
  t.match((await run('lint', '--', '-x')).stderr, 'helm template ./-x failed: 2 template ./-x')
})

t.test('a directory that is found below an argument is not rendered', async (t) => {
  const run = inDirectory(t, { files: kustomization, programs: { kubectl: prints(rendered) } })
  t.equal((await run('images', '--format', 'lines', '.')).stdout, 'busybox\n')
})

t.test('--no-render reads the files', async (t) => {
  const run = inDirectory(t, { files: kustomization, programs: { kubectl: prints(rendered) } })
  t.equal((await run('images', '--format', 'lines', '--no-render', 'web')).stdout, 'busybox\n')
})

t.test('without helm, the command to run is named', async (t) => {
  const { code, stderr } = await inDirectory(t, { files: chart })('lint', 'web')
  t.equal(code, 2)
  t.match(stderr, 'helm template web | initlint lint -')
})

t.test('the error of a renderer is unreadable input, in one sentence without control characters', async (t) => {
  const helm = '#!/bin/sh\nprintf "Error: chart \\033[31mis\\nbroken\\n" >&2\nexit 3\n'
  const { code, stderr } = await inDirectory(t, { files: chart, programs: { helm } })('lint', 'web')
  t.equal(code, 2)
  t.match(stderr, 'helm template web failed: chart')
  t.notMatch(stderr, '\u001b')
  t.equal(stderr.trim().split('\n').length, 1)
})

t.test('output without end is cut off, on both streams', async (t) => {
  const helm = '#!/bin/sh\nwhile :; do echo "# xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; done\n'
  const { code, stderr } = await inDirectory(t, { files: chart, programs: { helm } })('lint', 'web')
  t.equal(code, 2)
  t.match(stderr, 'larger than 16 MiB')
})

t.test('an empty rendering is no error: a chart may be switched off', async (t) => {
  const { code } = await inDirectory(t, { files: chart, programs: { helm: '#!/bin/sh\n' } })('lint', 'web')
  t.equal(code, 0)
})
