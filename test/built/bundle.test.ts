/** The bundle that `npm run build` makes: every command runs from it, and each loads only what it needs. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { licenseTexts, packagesOf } from '../../scripts/build/licenses.ts'
import { unusedPackages } from '../../scripts/build/unused-packages.ts'
import { bundle } from '../../scripts/build.ts'
import { podYaml, writeFiles } from '../cli/fake-io.ts'
import { Editor } from '../lsp/client.ts'
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

function bytesIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** What `lint` loads: the first chunk, and those that it asks for. */
const chunksOfLint = loadedBy(
  ...['src/main.ts', 'src/cli/compile-cache.ts', 'src/cli/process-io.ts', 'src/cli/run.ts', 'src/cli/commands/lint.ts'].map(chunkOf),
)
const inputsOfLint = [...chunksOfLint].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}))

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
    const metrics = /health and metrics +(http:\/\/\S+):(\d+)\//.exec(output)
    t.match(await (await fetch(`${metrics?.[1]}:${metrics?.[2]}/metrics`)).text(), /^process_cpu_user_seconds_total [\d.]+$/m)
  } catch (error) {
    t.fail(`${String(error)}\n${output}`)
  } finally {
    child.kill('SIGINT')
    await ended
  }
})

t.test('packages for what initlint does not do are not in the bundle', async (t) => {
  const inputs = Object.keys(metafile.inputs)
  for (const name of Object.keys(unusedPackages)) {
    t.ok(inputs.includes(`unused-packages:${name}`), `a package needs ${name}`)
    t.notOk(inputs.some((path) => path.includes(`node_modules/${name}/`)))
  }
})

t.test('the language server runs from the bundle', async (t) => {
  const client = new Editor(t.testdir(), [], [main])
  t.teardown(() => client.stop())
  await client.start()
  t.match(await client.open('pod.yaml', podYaml('nginx')), [{ code: 'image-latest' }])
  t.match((await client.hover('pod.yaml', 6, 12))?.contents, { value: /## Why/ }, 'the pages of rules are found')
  t.equal(await client.exit(), 0)
})

t.test('lint loads neither the server, nor the API client, nor what other commands and policies need', (t) => {
  const packages = new Set(inputsOfLint.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))
  t.same([...packages].sort(), ['commander', 'fastest-levenshtein', 'get-east-asian-width', 'js-yaml', 'unbash'])
  const foreign =
    /^src\/(?:server\/(?!keepers\/)|cluster\/|startup\/picture\/|policy\/(?:document-validator|remarks|show|diff)|cli\/lsp\/|cli\/commands\/(?!lint))/
  t.same(
    inputsOfLint.filter((path) => foreign.test(path)),
    [],
  )
  const bytes = [...chunksOfLint].reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0)
  t.ok(bytes > 1e6 && bytes < 1.8e6, `${bytes} bytes`)
  // Each file costs about 0.4 ms.
  t.ok(chunksOfLint.size <= 30, `${chunksOfLint.size} files`)
  t.end()
})

t.test('serve with a policy in a file loads neither the API client nor what only other commands need', (t) => {
  const entries = ['src/main.ts', 'src/cli/process-io.ts', 'src/cli/run.ts', 'src/cli/commands/serve.ts', 'src/cli/serve.ts']
  const chunks = [...loadedBy(...entries.map(chunkOf))]
  const inputs = chunks.flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}))
  t.ok(inputs.includes('src/server/server.ts'))
  t.same(
    inputs.filter((path) => /^src\/(?:cluster|diagnosis|scan|formats|cli\/(?:lsp|commands)\/(?!serve))/.test(path)),
    [],
  )
  t.end()
})

t.test('no chunk declares an import of a module of Node, which would load all that it exports', (t) => {
  const declared = Object.entries(metafile.outputs).flatMap(([path, { imports }]) =>
    imports.filter(({ external, kind }) => external === true && kind === 'import-statement').map((each) => `${path} ${each.path}`),
  )
  t.same(declared, [])
  t.end()
})

t.test('lint of one file loads no module of Node for networks, processes, threads, cryptography or standard input', async (t) => {
  const path = t.testdir({
    'pod.yaml': podYaml('nginx'),
    'list.cjs': "process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')))",
  })
  const { code, stderr } = await start(['lint', join(path, 'pod.yaml')], '', { NODE_OPTIONS: `--require ${join(path, 'list.cjs')}` })
  const modules = stderr.split('\n').filter((line) => line.startsWith('NativeModule'))
  t.equal(code, 1)
  t.ok(modules.includes('NativeModule fs'))
  t.same(
    modules.filter((name) =>
      /^NativeModule (?:tls|https?|crypto|child_process|worker_threads|readline|fs\/promises|internal\/fs\/streams)$/.test(name),
    ),
    [],
  )
})

t.test('the second run of lint keeps the code of all functions, and the third finds it', async (t) => {
  const path = t.testdir({ 'pod.yaml': podYaml('nginx') })
  const sizes: number[] = []
  for (let run = 0; run < 3; run++) {
    t.match(await start(['lint', join(path, 'pod.yaml')], '', { XDG_CACHE_HOME: path }), { code: 1, stderr: '' })
    sizes.push(bytesIn(join(path, 'initlint')))
  }
  const [first = 0, second = 0, third = 0] = sizes
  t.ok(first > 100_000, `${first} bytes`)
  t.ok(second > 2 * first, `${second} bytes`)
  t.equal(third, second)
})

t.test('--format png uses the optional package next to the bundle, and never one in the working directory', async (t) => {
  const drawer = (bytes: string) => ({
    'package.json': '{"name":"@resvg/resvg-js","version":"2.6.2","main":"index.js"}',
    'index.js': `exports.Resvg = class { render() { return { asPng: () => Buffer.from('${bytes}', 'hex') } } }`,
  })
  const place = join('node_modules', '@resvg', 'resvg-js')
  const elsewhere = t.testdir()
  for (const [directory, bytes] of [
    [home, '89504e47fffe'],
    [elsewhere, 'bad0'],
  ] as const)
    for (const [name, text] of Object.entries(drawer(bytes))) writeFiles(directory, { [join(place, name)]: text })
  writeFiles(elsewhere, { 'pod.yaml': podYaml('nginx') })
  const { stdout, status } = spawnSync(process.execPath, [main, 'explain', 'pod.yaml', '--format', 'png'], { cwd: elsewhere })
  t.equal(status, 0)
  t.equal(stdout.toString('hex'), '89504e47fffe')
})

t.test('Node 18 gets a message that names the version that initlint needs', async (t) => {
  const path = t.testdir({
    'old.cjs': "Object.defineProperty(process.versions, 'node', { value: '18.19.0' }); delete process.getBuiltinModule",
  })
  t.match(await start(['--version'], '', { NODE_OPTIONS: `--require ${join(path, 'old.cjs')}` }), {
    code: 2,
    stderr: 'but this is Node 18.19.0',
  })
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

t.test('the bundle writes a baseline and reads it', async (t) => {
  writeFiles(home, { 'k8s/a.yaml': podYaml('nginx'), '.initlint.yaml': 'baseline: base.json\n' })
  t.match(await start(['lint', '--write-baseline', 'base.json', 'k8s']), { code: 0, stderr: '' })
  t.match(await start(['lint', 'k8s/*.yaml']), { code: 0, stderr: '', stdout: /in the baseline/ })
})
