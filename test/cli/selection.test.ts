import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { folder, lintJson, podYaml, runCli, writeFiles } from './fake-io.ts'

const bad = podYaml('nginx')
const git = { '.git/HEAD': 'ref: refs/heads/main\n' }

/** The files that were checked. */
async function files(cwd: string, ...argv: string[]): Promise<readonly string[]> {
  const { output } = await lintJson(cwd, '--rule', 'image-latest', ...argv)
  return output.diagnostics.map(({ file }: { file: string }) => file)
}

t.test('.gitignore: of each directory up to the root of the repository; the deepest one decides', async (t) => {
  const cwd = folder(t, {
    ...git,
    '.gitignore': '# built\nbuild/\n*.gen.yaml\n/k8s/local.yaml\n',
    '.git/info/exclude': 'mine.yaml\n',
    'k8s/.gitignore': '!kept.gen.yaml\nsecret*\n',
    'k8s/a.yaml': bad,
    'k8s/b.gen.yaml': bad,
    'k8s/kept.gen.yaml': bad,
    'k8s/local.yaml': bad,
    'k8s/deep/local.yaml': bad,
    'k8s/deep/secret-x.yaml': bad,
    'k8s/deep/build/x.yaml': bad,
    'build/x.yaml': bad,
    'mine.yaml': bad,
    'secret.yaml': bad,
  })
  const all = ['k8s/a.yaml', 'k8s/deep/local.yaml', 'k8s/kept.gen.yaml']
  t.strictSame(await files(cwd, '.'), [...all, 'secret.yaml'])
  t.strictSame(await files(cwd, 'k8s'), all)
  t.strictSame(await files(join(cwd, 'k8s/deep'), '.'), ['local.yaml'])
  t.strictSame(await files(cwd, 'k8s/b.gen.yaml', 'mine.yaml'), ['k8s/b.gen.yaml', 'mine.yaml'], 'files that are named are read')
  t.strictSame(await files(cwd, 'build'), ['build/x.yaml'], 'a directory that is named is read')
  t.equal((await files(cwd, '--no-gitignore', '.')).length, 10)
})

t.test('.gitignore without a repository counts for its own directory; one above the repository does not', async (t) => {
  const cwd = folder(t, {
    '.gitignore': '*.yaml\n',
    'repo/.git/HEAD': 'x',
    'repo/a.yaml': bad,
    'repo/sub/.gitignore': 'b.yaml\n',
    'repo/sub/b.yaml': bad,
  })
  t.strictSame(await files(cwd, 'repo'), ['repo/a.yaml'])
  const plain = folder(t, { 'x/.gitignore': 'b.yaml\n', 'x/a.yaml': bad, 'x/b.yaml': bad, '.git': '' })
  t.strictSame(await files(plain, 'x'), ['x/a.yaml'])
})

t.test('a .gitignore that is no text, too long, or expensive to compare is not used, so more files are read', async (t) => {
  for (const text of ['\0', `${'x.yaml\n'.repeat(3000)}`, `a.yaml\n${'*a'.repeat(30)}\n`, 'a.yaml\n'.padEnd(300_000, '#')]) {
    t.strictSame(await files(folder(t, { ...git, '.gitignore': text, 'a.yaml': bad }), '.'), ['a.yaml'])
  }
  const cwd = folder(t, { ...git, 'a.yaml': bad })
  symlinkSync('/dev/zero', join(cwd, '.gitignore'))
  t.strictSame(await files(cwd, '.'), ['a.yaml'])
})

t.test('--exclude: names at any depth, paths from the working directory, directories, files that are named', async (t) => {
  const tree = { 'k8s/a.yaml': bad, 'k8s/values.yaml': bad, 'k8s/x/values.yaml': bad, 'vendor/v.yaml': bad, 'k8s/vendor/.d/v.yaml': bad }
  const cwd = folder(t, tree)
  t.strictSame(await files(cwd, '--exclude', 'values.yaml', '--exclude', 'vendor/', '.'), ['k8s/a.yaml'])
  t.strictSame(await files(cwd, '--exclude', './k8s/*.yaml', '--exclude', '**/vendor/**', '.'), ['k8s/x/values.yaml'])
  t.strictSame(await files(cwd, '--exclude', 'k8s', '.'), ['vendor/v.yaml'])
  t.strictSame(await files(join(cwd, 'k8s'), '--exclude', '../vendor/**', '--exclude', 'x/**', '..'), [
    '../k8s/a.yaml',
    '../k8s/values.yaml',
    '../k8s/vendor/.d/v.yaml',
  ])
  const named = await lintJson(cwd, '--exclude', 'val*', 'k8s/a.yaml', 'k8s/values.yaml')
  t.equal(named.output.summary.files, 1)
  t.equal(named.stderr, 'k8s/values.yaml is not read: it is excluded by val*\n')
  for (const pattern of ['', 'a(b|c)', '*a'.repeat(9), 'x'.repeat(2000)])
    t.equal((await runCli(['lint', '--exclude', pattern, '.'], { cwd })).code, 2, pattern)
})

t.test('quoted globs: expanded, with .gitignore and --exclude; a file of that name wins; no match is an error', async (t) => {
  const cwd = folder(t, {
    ...git,
    '.gitignore': 'gen.yaml\n',
    'k8s/a.yaml': bad,
    'k8s/gen.yaml': bad,
    'k8s/deep/b.yaml': bad,
    'k8s/deep/c.yml': bad,
    'k8s/node_modules/d.yaml': bad,
    'manifest.tmpl': bad,
    'a[1].yaml': bad,
  })
  t.strictSame(await files(cwd, 'k8s/**/*.yaml'), ['k8s/a.yaml', 'k8s/deep/b.yaml'])
  t.strictSame(await files(cwd, '--exclude', 'deep', './k8s/**'), ['k8s/a.yaml'])
  t.strictSame(await files(cwd, '*.tmpl'), ['manifest.tmpl'])
  t.strictSame(await files(join(cwd, 'k8s'), '../k8s/*.yaml'), ['../k8s/a.yaml'])
  t.strictSame(await files(cwd, `${cwd}/k8s/{a,x}.yaml`), [`${cwd}/k8s/a.yaml`])
  t.strictSame(await files(cwd, 'a[1].yaml'), ['a[1].yaml'])
  for (const pattern of ['nowhere/*.yaml', 'k8s/*.json', `${'*a'.repeat(9)}.yaml`]) {
    const { code, stderr } = await lintJson(cwd, pattern)
    t.equal(code, 2, pattern)
    t.match(stderr, /^cannot read [^\n]+: no (?:file matches|such file)[^\n]*\n$/)
  }
})

const brokenManifest = 'apiVersion: v1\nkind: Pod\nspec: [\n'
const brokenOther = 'a: [\nb: {\n'

t.test('in a directory, what is no manifest never fails the run; a broken manifest does', async (t) => {
  const cwd = folder(t, {
    'k8s/good.yaml': podYaml('registry.example/app:1.0'),
    'k8s/values.yaml': 'replicas: 1\n',
    'k8s/broken.yaml': brokenOther,
    'k8s/list.json': '[1, 2',
    'k8s/empty.yaml': '',
    'k8s/kind.yaml': 'kind: x\na: [\n',
  })
  const { code, output, stderr } = await lintJson(cwd, 'k8s')
  t.equal(code, 0)
  t.equal(stderr, '')
  t.strictSame(output.errors, [])
  t.strictSame(
    [...new Set(output.skipped.map(({ file }: { file: string }) => file))],
    ['k8s/broken.yaml', 'k8s/kind.yaml', 'k8s/list.json'],
  )
  t.match(output.skipped[0], { line: Number, column: Number, message: /invalid YAML/ })
  const text = await runCli(['lint', 'k8s'], { cwd })
  t.equal(text.stdout.match(/Skipped 3 files/g)?.length, 1)
  t.equal((await lintJson(cwd, 'k8s/*.yaml')).code, 0, 'the same for a glob')
  for (const command of ['images', 'rehearse', 'explain']) t.equal((await runCli([command, 'k8s'], { cwd })).code, 2, command)
  for (const text of [brokenManifest, '{"apiVersion": "v1", "kind": "Pod", "spec": ', `- ${brokenManifest.replaceAll('\n', '\n  ')}`]) {
    writeFiles(cwd, { 'k8s/broken.yaml': text })
    const failed = await lintJson(cwd, 'k8s')
    t.equal(failed.code, 2, text)
    t.match(failed.output.errors, [{ file: 'k8s/broken.yaml' }])
  }
})

t.test('a link to nothing is skipped in a directory, and an error if it is named', async (t) => {
  const cwd = folder(t, { 'good.yaml': podYaml('registry.example/app:1.0') })
  symlinkSync('nowhere.yaml', join(cwd, 'link.yaml'))
  const { code, output } = await lintJson(cwd, '.')
  t.equal(code, 0)
  t.match(output.skipped, [{ file: 'link.yaml', message: 'no such file or directory' }])
  t.equal((await lintJson(cwd, 'link.yaml')).code, 2)
  t.equal((await runCli(['images', '.'], { cwd })).code, 2)
})

t.test('a file that is named and is no manifest fails the run', async (t) => {
  const cwd = folder(t, { 'values.yaml': 'replicas: 1\n', 'broken.yaml': brokenOther, 'README.md': '# Hello\n', 'good.yaml': bad })
  for (const file of ['values.yaml', 'broken.yaml', 'README.md']) {
    const { code, output } = await lintJson(cwd, 'good.yaml', file)
    t.equal(code, 2, file)
    t.equal(output.errors[0].file, file)
    t.ok(output.diagnostics.length > 0, 'the others are checked')
  }
  const sources = folder(t, {
    'Chart.yaml': 'name: x\n',
    'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'p.yaml': '- {op: add}\n',
    'review.json': '{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"operation": "DELETE"}}',
  })
  t.equal((await lintJson(sources, 'Chart.yaml', 'kustomization.yaml', 'p.yaml', 'review.json')).code, 0)
})

const template = 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\n'

t.test('templates of charts in a directory: one line per chart that says what to run, and no failure', async (t) => {
  const cwd = folder(t, {
    'web/Chart.yaml': 'name: web\n',
    'web/templates/a.yaml': template,
    'web/templates/b.yaml': template,
    'web/charts/db/Chart.yaml': 'name: db\n',
    'web/charts/db/templates/c.yaml': template,
    'other/templates/d.yaml': template,
  })
  const { code, output, stderr } = await lintJson(cwd, '.')
  t.equal(code, 0)
  t.equal(stderr, '')
  t.strictSame(
    output.sources.map(({ directory, templates, command }: { directory: string; templates: number; command: string }) => ({
      directory,
      templates,
      command,
    })),
    [
      { directory: 'other', templates: 1, command: 'helm template other | initlint lint -' },
      { directory: 'web', templates: 3, command: 'helm template web | initlint lint -' },
    ],
  )
  t.match(
    (await runCli(['lint', '.'], { cwd })).stdout,
    /^Chart web: 3 templates not checked; .*run helm template web \| initlint lint -$/m,
  )
  t.equal((await lintJson(cwd, 'web/templates/a.yaml')).code, 2, 'a template that is named')
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      [`c${index}/Chart.yaml`, 'name: c\n'],
      [`c${index}/templates/a.yaml`, template],
    ]).flat(),
  )
  const { stdout } = await runCli(['lint', '.'], { cwd: folder(t, many) })
  t.ok(stdout.split('\n').length < 8)
  t.match(stdout, /17 more charts with 17 templates/)
})
