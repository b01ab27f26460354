/** What `npm publish` uploads: its files, its size, and that it installs and runs on every supported Node. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { podYaml } from '../cli/fake-io.ts'
import { type Finished, run, startDaemon } from '../cluster/support/processes.ts'
import { buildPrograms, kubernetesVersion, otherVersions, pathOf } from '../cluster/support/programs.ts'
import { until } from '../support/waiting.ts'
import { nodeOf, nodeVersions } from './support/nodes.ts'
import { filesIn, install, packageJson, release, root, temporary } from './support/release.ts'

const folder = temporary()
const { tarball } = release()
const files = filesIn(tarball)
const unpackedSize = files.reduce((sum, { size }) => sum + size, 0)
const paths = files.map(({ path }) => path)

t.test('the package has the bundle, the docs and the manifests, and nothing else', async (t) => {
  t.same([...new Set(paths.map((path) => path.split('/')[0]))].sort(), [
    ...['LICENSE', 'README.md', 'dist', 'docs', 'examples', 'manifests', 'package.json'],
  ])
  t.same(
    paths.filter((path) => /\.test\.|\.map$|(?:^|\/)node_modules\/|(?<!\.d)\.ts$|\.pem$|\.tgz$|(?:^|\/)\.(?!helmignore$)/.test(path)),
    [],
    'no tests, sources, maps, packages, keys',
  )
  const dist = paths.filter(
    (path) => path.startsWith('dist/') && !/^dist\/(?:chunks\/[\w-]+\.js|playground\/assets\/[\w-]+\.(?:js\.gz|css|svg))$/.test(path),
  )
  t.same(dist.sort(), [
    ...[
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/library.js',
      'dist/main.js',
      'dist/playground/index.html',
      'dist/types/index.d.ts',
      'dist/types/types.d.ts',
    ],
  ])
  t.match(files.find(({ path }) => path === 'dist/main.js')?.mode, /^-rwxr.xr.x$/, 'the program is executable')
})

t.test('the package has no dependencies and at most 10 MB', async (t) => {
  const { dependencies, optionalDependencies, peerDependencies, scripts } = JSON.parse(
    execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
  )
  t.same({ dependencies, optionalDependencies, peerDependencies }, {}, 'no dependencies of any kind')
  t.same(
    Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name)),
    [],
    'no install scripts',
  )
  t.ok(unpackedSize > 5e6 && unpackedSize <= 10e6, `${unpackedSize} bytes unpacked`)
})

t.test('every file of the package that its pages link to is in the package, or in the repository', async (t) => {
  const links = paths
    .filter((path) => path.endsWith('.md'))
    .flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, link = '']) =>
        join(dirname(page), link),
      ),
    )
  t.ok(links.length > 50)
  t.same(
    links.filter((path) => !existsSync(join(root, path))),
    [],
  )
})

/** Runs a program of the package with a certain Node, which `env node` finds. */
function runWith(node: string, program: string, args: readonly string[], cwd: string): Promise<Finished> {
  return run(program, args, { cwd, env: { PATH: `${dirname(node)}:/usr/bin:/bin`, NODE_OPTIONS: '', HOME: cwd } })
}

for (const version of nodeVersions) {
  t.test(`installs and runs on Node ${version}`, async (t) => {
    const node = nodeOf(version)
    t.equal((await run(node, ['--version'])).stdout.trim(), `v${version}`)
    const prefix = join(folder, version)
    mkdirSync(prefix)
    install(tarball, prefix, ['--global', '--prefix', prefix], node)
    const [initlint, plugin] = [join(prefix, 'bin/initlint'), join(prefix, 'bin/kubectl-initlint')]
    const pod = join(prefix, 'pod.yaml')
    writeFileSync(pod, podYaml('nginx'))
    t.same(await runWith(node, initlint, ['--version'], prefix), { code: 0, stdout: `${packageJson.version}\n`, stderr: '' })
    const examples = join(prefix, 'lib/node_modules/initlint/examples')
    for (const [argv, code, stdout] of [
      [['lint', pod], 1, /image-latest/],
      [['rehearse', examples], 0, /init container/],
      [['explain', pod], 0, /Running/],
      [['rules', 'image-latest'], 0, /image-latest/],
    ] as const) {
      const ended = await runWith(node, initlint, argv, prefix)
      t.match(ended, { code, stdout }, argv.join(' '))
      t.equal(ended.stderr, '', 'no warnings of Node')
    }
    // Only this command loads the protocol of editors, which ends with 1 if the editor hangs up.
    t.match(await runWith(node, initlint, ['lsp'], prefix), { code: 1, stdout: '', stderr: '' })
    // Only this command loads the client of Kubernetes.
    t.match(await runWith(node, initlint, ['doctor', '--kubeconfig', '/missing'], prefix), { code: 2, stderr: /\/missing/ })
    t.match(await runWith(node, plugin, ['lint', '--help'], prefix), { code: 0, stdout: /^Usage: kubectl initlint lint/ })
    t.match(readFileSync(join(prefix, 'share/man/man1/initlint.1'), 'utf8'), /^\.TH INITLINT/m)
    const library = `import { lint } from 'initlint'; console.log(lint(${JSON.stringify(podYaml('nginx'))}).diagnostics[0].rule)`
    const project = join(prefix, 'project')
    mkdirSync(join(project, 'node_modules'), { recursive: true })
    symlinkSync(join(prefix, 'lib/node_modules/initlint'), join(project, 'node_modules/initlint'))
    t.match(await run(node, ['--input-type=module', '--eval', library], { cwd: project }), { code: 0, stdout: /^image-latest$/m })
    await serves(t, node, join(prefix, 'lib/node_modules/initlint/dist/main.js'), prefix)
  })
}

type Asserts = Pick<typeof t, 'match'>

/** The server listens, answers and stops. */
async function serves(t: Asserts, node: string, main: string, home: string): Promise<void> {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--ops-port', '0', '--try', 'loopback', '--try-port', '0']
  const daemon = startDaemon(node, [main, 'serve', ...flags], { cwd: home, env: { HOME: home, NODE_OPTIONS: '' } })
  try {
    const address = await until('the server listens', () => /lint and explain +(http:\/\/localhost:\d+)/.exec(daemon.output())?.[1])
    const answer = await fetch(`${address}/lint`, { method: 'POST', body: podYaml('nginx') })
    t.match(await answer.text(), /image-latest/)
  } finally {
    await daemon.stop('SIGINT')
  }
}

t.test('kubectl finds the plugin', async (t) => {
  t.equal(
    buildPrograms(['kubectl'], (line) => t.comment(line)),
    undefined,
  )
  const prefix = join(folder, nodeVersions[2])
  const env = { PATH: `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: prefix }
  const pod = podYaml('nginx')
  t.match(await run(pathOf('kubectl'), ['initlint', 'lint', '-'], { env, cwd: prefix, input: pod }), { code: 1, stdout: /image-latest/ })
  t.match(await run(pathOf('kubectl'), ['initlint', '--help'], { env, cwd: prefix }), { code: 0, stdout: /^Usage: kubectl initlint / })
})

t.test('SUPPORT.md names the versions of Node and Kubernetes that are tested', async (t) => {
  const support = readFileSync(join(root, 'SUPPORT.md'), 'utf8')
  for (const version of [kubernetesVersion, ...otherVersions]) t.ok(support.includes(version.slice(1)), version)
  for (const version of nodeVersions) t.match(support, new RegExp(`^\\| Node .*\\b${version.replaceAll('.', '\\.')}\\b`, 'm'))
  t.equal(packageJson.engines.node, `>=${nodeVersions[0].replace(/\.0$/, '')}`)
})
