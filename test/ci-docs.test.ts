/** docs/ci.md: its commands run, its files are valid, and those that run in a cluster start as initlint itself predicts. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { podYaml, runCli, writeFiles } from './cli/fake-io.ts'

const page = readFileSync('docs/ci.md', 'utf8')

/** The files that the page shows, by name. */
const files = Object.fromEntries(
  [...page.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, name, text]) => [name ?? '', text ?? '']),
)
/** The commands of the page, except those that install the package (test/package does). */
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text ?? '').filter((text) => !text.includes('npm '))

/** A directory with manifests, and with programs that stand for helm, kubectl and the installed command. */
function project(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const cwd = t.testdir()
  const rendered = (image: string): string => `#!/bin/sh\ncat <<'END'\n${podYaml(image)}END\n`
  const programs = {
    initlint: `#!/bin/sh\nexec "${process.execPath}" "${resolve('src/main.ts')}" "$@"\n`,
    helm: rendered('registry.corp.example/web:1.2.3'),
    kubectl: rendered('registry.corp.example/web:1.2.3'),
  }
  writeFiles(cwd, {
    'k8s/web.yaml': podYaml('registry.corp.example/web'),
    'charts/web/Chart.yaml': 'name: web\nversion: 0.1.0\napiVersion: v2\n',
    'policy.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: recommended\n',
    'action/dist/main.js': `await import('${resolve('src/main.ts')}')\n`,
    'action/package.json': '{"type": "module"}\n',
  })
  for (const [name, text] of Object.entries(programs)) {
    writeFiles(cwd, { [`bin/${name}`]: text })
    chmodSync(join(cwd, 'bin', name), 0o755)
  }
  return { cwd, env: { PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, HOME: cwd } }
}

t.test('every command runs', async (t) => {
  t.ok(commands.length >= 3)
  const { cwd, env } = project()
  for (const text of commands) {
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', text], { cwd, env, encoding: 'utf8' })
    t.equal(status, 0, `${text}${stderr}`)
  }
  for (const name of ['initlint-junit.xml', 'initlint-checkstyle.xml', 'initlint.json'])
    t.match(readFileSync(join(cwd, name), 'utf8'), 'image-latest')
})

t.test('every file is valid YAML or JSON', async (t) => {
  t.ok(Object.keys(files).length >= 6)
  for (const [name, text] of Object.entries(files)) t.doesNotThrow(() => (name.endsWith('.json') ? JSON.parse(text) : load(text)), name)
})

t.test('the manifests for a cluster have no findings, and their pods complete', async (t) => {
  for (const name of ['argo-cd-presync.yaml', 'tekton-task.yaml']) {
    const { code, stdout } = await runCli(['lint', '--format', 'json', '--show', 'audit', '-'], { stdin: files[name] ?? '' })
    t.equal(code, 0, name)
    const { diagnostics, summary } = JSON.parse(stdout)
    t.equal(summary.objects, 1)
    t.same(
      diagnostics.filter(({ rule }: { rule: string }) => rule !== 'init-hides-failure').map(({ rule }: { rule: string }) => rule),
      [],
      name,
    )
  }
  const { stdout } = await runCli(['explain', '--format', 'json', '-'], { stdin: files['argo-cd-presync.yaml'] ?? '' })
  t.equal(JSON.parse(stdout).timelines[0].verdict, 'completed')
})

t.test('the problem matcher of VS Code reads the lines of --quiet', async (t) => {
  const { cwd } = project()
  const [task] = JSON.parse(files['.vscode/tasks.json'] ?? '{}').tasks
  const [, ...argv] = task.command.split(' ')
  const { stdout } = await runCli(argv, { cwd })
  const { regexp, ...groups } = task.problemMatcher.pattern
  const found = new RegExp(regexp).exec(stdout.split('\n')[0] ?? '')
  t.match(Object.fromEntries(Object.entries(groups).map(([key, group]) => [key, found?.[group as number]])), {
    file: 'k8s/web.yaml',
    line: '7',
    column: '12',
    severity: 'warning',
    message: /image-latest/,
  })
})

interface Step {
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

t.test('the action lints the paths, annotates, writes a summary, and takes no word of its inputs for a command', async (t) => {
  const { inputs, runs } = load(readFileSync('action.yml', 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default: string }>>
    readonly runs: { readonly steps: readonly Step[] }
  }
  const step = runs.steps.at(-1)
  const { cwd, env } = project()
  const summary = join(cwd, 'summary.md')
  const run = (values: Readonly<Record<string, string>>) => {
    const given = Object.entries(step?.env ?? {}).map(([name, text]) => {
      const [, input = ''] = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(text) ?? []
      return [name, values[input] ?? inputs[input]?.default ?? '']
    })
    const all = {
      ...env,
      ...Object.fromEntries(given),
      GITHUB_ACTION_PATH: join(cwd, 'action'),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_ACTIONS: 'true',
    }
    return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''], { cwd, env: all, encoding: 'utf8' })
  }
  const found = run({ paths: 'k8s\ncharts/web\n' })
  t.equal(found.status, 1, found.stderr)
  t.match(found.stdout, /^::warning file=k8s\/web\.yaml,line=7/m)
  t.match(readFileSync(summary, 'utf8'), 'image-latest')
  t.equal(run({ paths: 'k8s', arguments: '--format=github\n--fail-on=deny' }).status, 0)
  t.equal(run({ paths: 'k8s; touch pwned $(touch pwned)\n`touch pwned`' }).status, 2)
  t.throws(() => readFileSync(join(cwd, 'pwned')))
})

t.test('pre-commit finds a hook that runs the installed command', async (t) => {
  const [hook] = load(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as readonly [Readonly<Record<string, unknown>>]
  const config = load(files['.pre-commit-config.yaml'] ?? '') as {
    readonly repos: readonly [{ readonly hooks: readonly [{ id: string; args: string[] }] }]
  }
  const [used] = config.repos[0].hooks
  t.equal(used.id, hook.id)
  const { cwd, env } = project()
  const words = [...String(hook.entry).split(' '), ...used.args]
  t.doesNotThrow(() => execFileSync(words[0] ?? '', words.slice(1), { cwd, env, stdio: 'pipe' }))
})
