import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { podYaml, writeFiles } from './fake-io.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program in a process of its own. @param hangUp whether to close its standard output at once */
function start(argv: readonly string[], { stdin = '', hangUp = false, node = [] as readonly string[] } = {}): Promise<Ended> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [...node, main, ...argv], { stdio: 'pipe', env: { PATH: process.env.PATH } })
    let stdout = ''
    let stderr = ''
    if (hangUp) child.stdout.destroy()
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
    child.on('close', (code) => settle({ code, stdout, stderr }))
  })
}

t.test('--version and --help print to standard output, exit code 0', async (t) => {
  t.match(await start(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
  t.match(await start(['--help']), { code: 0, stdout: /Usage: initlint/, stderr: '' })
})

t.test('a manifest on standard input: exit code 1 with findings, 0 without', async (t) => {
  t.match(await start(['lint', '-'], { stdin: podYaml('nginx') }), { code: 1, stdout: /-:7:12 {2}warning {2}image-latest/, stderr: '' })
  t.match(await start(['lint'], { stdin: podYaml('registry.example/app:1.0') }), { code: 0, stderr: '' })
})

t.test('a closed pipe on standard output is not an error', async (t) => {
  const path = t.testdir()
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}.yaml`, podYaml('nginx')]))
  writeFiles(path, files)
  t.match(await start(['lint', path], { hangUp: true }), { code: 1, stderr: '' })
})

t.test(
  'a standard output that cannot be written: one line on standard error and exit code 2',
  { skip: !existsSync('/dev/full') },
  async (t) => {
    const path = t.testdir()
    writeFiles(path, { 'a.yaml': podYaml('nginx') })
    const full = openSync('/dev/full', 'w')
    t.teardown(() => closeSync(full))
    for (const argv of [['lint', `${path}/a.yaml`], ['lint', '--format', 'sarif', `${path}/a.yaml`], ['--help'], ['rules']]) {
      const { status, stderr } = spawnSync(process.execPath, [main, ...argv], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
      t.match({ status, stderr }, { status: 2, stderr: /^cannot write standard output: no space left on the device\n$/ }, argv.join(' '))
    }
  },
)

t.test('Node 20: one line on standard error and exit code 2', async (t) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.20.0' })`
  const { code, stdout, stderr } = await start(['lint'], { node: ['--import', pretend] })
  t.match({ code, stdout }, { code: 2, stdout: '' })
  t.match(stderr, /^initlint needs Node 22\.19[^\n]*\n$/)
})
