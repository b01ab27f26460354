/** The library from the packed package in an empty project: in Node, under TypeScript, and bundled for a browser. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import t from 'tap'
import { podYaml } from '../cli/fake-io.ts'
import { run } from '../cluster/support/processes.ts'
import { install, release, root, temporary } from './support/release.ts'

const { tarball } = release()
const project = temporary()
writeFileSync(join(project, 'package.json'), '{"type":"module"}')
install(tarball, project)

const examples = readdirSync(join(root, 'examples'))
  .filter((name) => name.endsWith('.yaml'))
  .map((file) => ({ file, text: readFileSync(join(root, 'examples', file), 'utf8') }))

/** What the examples do not show: a source of a kustomization, an exemption, a note, a finding without a file. */
const more = [
  { file: 'k/kustomization.yaml', text: 'images: [{name: nginx, newTag: "1"}]\nresources: [a.yaml]\n' },
  { file: 'k/a.yaml', text: podYaml('nginx') },
  {
    file: 'b.yaml',
    text: podYaml('nginx').replace('{name: web}', '{name: web, annotations: {initlint.dev/ignore: "image-latest: known"}}'),
  },
  {
    file: 'c.yaml',
    text: podYaml('nginx').replace('{name: web}', '{name: web, annotations: {initlint.dev/ignore: "image-latets: known"}}'),
  },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'd' }, spec: { containers: [{ name: 'e', image: 'nginx' }] } },
]

/** Calls every function, and sets `results`. */
const program = `import { explain, lint, readPolicy, rehearse } from 'initlint'
const files = ${JSON.stringify(examples)}
const more = ${JSON.stringify(more)}
const now = new Date('2026-11-22')
const strict = readPolicy('apiVersion: initlint.dev/v1alpha1\\nkind: Policy\\npreset: strict\\nrules: {image-latest: deny}\\n')
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'b', image: 'c:1' }] } } } }
globalThis.results = JSON.stringify({
  lints: [lint(files, { now }), lint(more, { now }), lint(files, { now, policy: strict.policy ?? undefined }), lint('a: [', { now }), lint('kind: [', { now })],
  policies: [readPolicy('preset: lax'), strict],
  rehearsals: [rehearse(files)],
  explanations: [explain(files), explain(job), explain(job, { scenario: { registries: { 'docker.io': 'down' } } }), explain(job, { conditions: ['x'] })],
})
`

async function resultsInNode(): Promise<string> {
  writeFileSync(join(project, 'in-node.js'), `${program}\nprocess.stdout.write(results)`)
  const { code, stdout, stderr } = await run(process.execPath, ['in-node.js'], { cwd: project })
  if (code !== 0) throw new Error(stderr)
  return stdout
}

const inNode = await resultsInNode()

/** Compiles a file of the project with the strictest options, without types of Node. */
function compile(name: string, text: string) {
  writeFileSync(join(project, name), text)
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--types', '']
  return run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, name], { cwd: project })
}

t.test('in a browser, the library needs only TextDecoder and TextEncoder, and its results are the same', async (t) => {
  writeFileSync(join(project, 'in-browser.js'), program)
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: project,
    entryPoints: ['in-browser.js'],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  t.same(warnings, [])
  const inputs = Object.values(metafile.inputs)
  t.same(
    inputs.flatMap(({ imports }) => imports.filter(({ path, external }) => external && path !== '<runtime>')),
    [],
    'no modules of Node',
  )
  // All that a page has and a plain context has not.
  const page = createContext({ TextDecoder, TextEncoder })
  runInContext(outputFiles[0]?.text ?? '', page)
  t.equal(page.results, inNode)
})

t.test('the types say what the functions return', async (t) => {
  const { lints, policies, rehearsals, explanations } = JSON.parse(inNode)
  // So that no list of the literals is empty.
  const isExempted = ({ exempted }: { readonly exempted?: object }) => exempted !== undefined
  for (const list of [
    lints[1].sources,
    lints[1].notices,
    lints[1].diagnostics.filter(isExempted),
    lints[3].errors,
    rehearsals[0].containers,
    explanations[0].timelines,
    explanations[3].errors,
  ])
    t.ok(list.length > 0)
  t.ok(policies[1].policy !== null && policies[0].policy === null && policies[0].problems.length > 0)
  // Literals: a key that the types do not have is an error, as is a missing one, or a word that they do not list.
  const literals = [
    `import type { ExplainResult, LintResult, PolicyProblem, RehearseResult } from 'initlint'`,
    `export const lints: LintResult[] = ${JSON.stringify(lints)}`,
    `export const problems: PolicyProblem[] = ${JSON.stringify(policies[0].problems)}`,
    `export const rehearsals: RehearseResult[] = ${JSON.stringify(rehearsals)}`,
    `export const explanations: ExplainResult[] = ${JSON.stringify(explanations)}`,
  ]
  const compiled = await compile('literals.ts', literals.join('\n'))
  t.equal(compiled.code, 0, compiled.stdout.slice(0, 2000))
  const wrong = await compile('wrong.ts', literals.join('\n').replace('"severity":"warning"', '"severity":"bad"'))
  t.match(wrong, { code: /[^0]/, stdout: /"bad"/ })
})

t.test('wrong arguments do not compile, right ones do', async (t) => {
  const use = `import { explain, lint, readPolicy, rehearse, type Finding, type Manifests } from 'initlint'
const named: Manifests = [{ file: 'a.yaml', text: '' }, { kind: 'Pod' }]
const { policy, problems } = readPolicy([{ file: 'policy.yaml', text: '' }])
export const findings: readonly Finding[] = policy === null ? [] : lint(named, { policy, namespace: 'a', now: new Date(0) }).diagnostics
export const lines: (number | null)[] = findings.map(({ line }) => line)
export const places: string[] = problems.map(({ file, line, column }) => \`\${file}:\${line}:\${column}\`)
export const verdicts: string[] = rehearse('').containers.map(({ verdict }) => verdict)
export const statuses: (readonly string[])[] = explain({ kind: 'Pod' }, { conditions: ['registry-down=docker.io'] }).timelines.map((timeline) => timeline.statuses)
`
  const right = await compile('right.ts', use)
  t.equal(right.code, 0, right.stdout)
  for (const line of [
    'lint(5)',
    `lint('', { policy: {} })`,
    `lint('', { now: 5 })`,
    `lint('').findings`,
    'rehearse()',
    `explain('', { if: [] })`,
  ]) {
    t.match(await compile('wrong.ts', `${use}${line}\n`), { stdout: /wrong\.ts\(9,\d+\): error/ }, line)
  }
})

t.test('the examples of docs/library.md run, also those that follow one another', async (t) => {
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8')
  const blocks = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = '']) => block)
  t.ok(blocks.length >= 2)
  writeFileSync(join(project, 'page.js'), `${blocks.join('\n')}\nconsole.log(denied.length)\n`)
  const { code, stdout, stderr } = await run(process.execPath, ['page.js'], { cwd: project })
  t.equal(code, 0, stderr)
  t.match(stdout, /^\d+: image-latest: .*\n(?:.*\n)*\d+\n$/)
  t.equal((await compile('page.ts', blocks.join('\n').replaceAll('console.log', 'void '))).stdout, '')
})

t.test('a module in CommonJS can require it', async (t) => {
  writeFileSync(join(project, 'old.cjs'), `console.log(Object.keys(require('initlint')).sort().join())`)
  const { stdout, stderr } = await run(process.execPath, ['old.cjs'], { cwd: project })
  t.equal(stdout, 'explain,lint,readPolicy,rehearse\n', stderr)
})
