/** The bundle that `npm run build` makes: every command runs from it, and each loads only what it needs. */
import { spawn } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { licenseTexts, packagesOf } from '../../scripts/build/licenses.ts'
import { bundle } from '../../scripts/build.ts'
import { podYaml, writeFiles } from '../cli/fake-io.ts'
import { until } from '../support/waiting.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A package with nothing but the bundle and the files that it reads: no sources and no node_modules. */
const home = t.testdir()
for (const path of ['package.json', 'docs', 'examples']) cpSync(join(root, path), join(home, path), { recursive: true })
const metafile = await bundle(join(home, 'dist'))
const main = join(home, 'dist/main.js')

function start(argv: readonly string[], stdin = '', extra: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [main, ...argv], { stdio: 'pipe', cwd: home, env: { PATH: process.env.PATH, ...extra } })
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk) => {
        texts[name] += chunk
      })
    }
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
    child.on('close', (code) => settle({ code, ...texts }))
  })
}

/** The inputs of a chunk and of all that it imports statically, by the path of each input. */
function loadedBy(...entries: readonly string[]): ReadonlySet<string> {
  const chunks = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (chunks.has(path)) continue
    chunks.add(path)
    const imports = metafile.outputs[path]?.imports ?? []
    waiting.push(...imports.filter(({ kind }) => kind === 'import-statement').flatMap(({ path, external }) => (external ? [] : [path])))
  }
  return chunks
}

function chunkOf(source: string): string {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source)
  return found?.[0] ?? `no chunk of ${source}`
}

/** What every command line loads: the first chunk, and the two that it asks for at once. */
const commandLine = loadedBy(...['src/main.ts', 'src/cli/process-io.ts', 'src/cli/run.ts'].map(chunkOf))

t.test('each command runs from the bundle', async (t) => {
  const path = t.testdir()
  writeFiles(path, { 'pod.yaml': podYaml('nginx'), 'policy.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: audit-only\n' })
  const pod = join(path, 'pod.yaml')
  const policy = join(path, 'policy.yaml')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const cases: readonly (readonly [argv: readonly string[], code: number, stdout: RegExp | string])[] = [
    [['--version'], 0, `${version}\n`],
    [['lint', pod], 1, /image-latest/],
    [['images', pod], 0, /nginx/],
    [['rehearse', 'examples/'], 0, /init container/],
    [['explain', pod], 0, /Running/],
    [['rules', 'image-latest'], 0, readFileSync(join(root, 'docs/rules/image-latest.md'), 'utf8').split('\n')[0] ?? ''],
    [['policy', 'check', policy], 0, /./],
    [['policy', 'show', policy], 0, /audit-only/],
  ]
  for (const [argv, code, stdout] of cases) t.match(await start(argv), { code, stdout, stderr: '' }, argv.join(' '))
  t.match(await start(['--version'], '', { INITLINT_DEBUG: '1' }), { code: 0, stderr: '' }, 'with source maps')
  t.match(await start(['lint', '-'], podYaml('registry.example/app:1.0')), { code: 0 }, 'standard input')
  // Only these load the Kubernetes client: its error about the missing file shows that the bundle contains it.
  t.match(await start(['serve', '--policy-configmap', 'a/b', '--kubeconfig', '/missing']), { code: 2, stderr: '/missing' })
  t.match(await start(['doctor', '--kubeconfig', '/missing']), { code: 2, stderr: '/missing' })
})

t.test('the server answers a review with a script, which a worker analyzes', async (t) => {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--ops-port', '0', '--try', 'loopback', '--try-port', '0']
  const child = spawn(process.execPath, [main, 'serve', ...flags], {
    stdio: 'pipe',
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
  })
  const ended = new Promise((settle) => child.once('close', settle))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  try {
    const address = await until('the server listens', () => /lint and explain +(http:\/\/localhost:\d+)/.exec(output)?.[1])
    const body = podYaml('registry.example/app:1.0').replace(
      /^( *)containers:/m,
      '$1initContainers: [{name: a, image: "busybox:1.37", command: [sh, -c, "git clone http://git.example/a /work/a"], volumeMounts: [{name: w, mountPath: /work}]}]\n$1volumes: [{name: w, emptyDir: {}}]\n$1containers:',
    )
    await until('the analysis of the script', async () => {
      const answer = await fetch(`${address}/lint`, { method: 'POST', body, headers: { 'content-type': 'application/yaml' } })
      return (await answer.text()).includes('init-not-idempotent')
    })
    t.pass('the finding of the rehearsal is in the answer')
  } catch (error) {
    t.fail(`${String(error)}\n${output}`)
  } finally {
    child.kill('SIGINT')
    await ended
  }
})

t.test('lint loads neither the server nor the API client, and at most 3 MB', (t) => {
  const inputs = [...commandLine].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}))
  const packages = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))
  t.same([...packages].sort(), ['commander', 'fastest-levenshtein', 'js-yaml', 'unbash'])
  t.same(
    inputs.filter((path) => /src\/(?:server\/(?!keepers\/)|cluster\/)/.test(path)),
    [],
  )
  const bytes = [...commandLine].reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0)
  t.ok(bytes > 1e6 && bytes < 3e6, `${bytes} bytes`)
  t.end()
})

t.test('the licenses of the packages in the bundle are beside it', (t) => {
  const text = readFileSync(join(home, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  for (const name of ['fastify', '@kubernetes/client-node', 'js-yaml', 'pino']) t.match(text, new RegExp(`^${name} \\d.*, \\S+`, 'm'))
  t.notMatch(text, /^typescript /m)
  t.same(
    packagesOf({
      outputs: { a: { inputs: { 'node_modules/@a/b/c.js': { bytesInOutput: 1 }, 'node_modules/d/e.js': { bytesInOutput: 0 } } } },
    }),
    ['node_modules/@a/b'],
  )
  const path = t.testdir({ x: { 'package.json': '{"name":"x","version":"1"}' } })
  t.throws(() => licenseTexts(['x'], path), /x\/package\.json states no license/)
  t.end()
})
