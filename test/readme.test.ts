import { readFileSync } from 'node:fs'
import t from 'tap'
import { explainPictures } from '../scripts/generate/explain-pictures.ts'
import { committedText } from '../scripts/generate.ts'
import { defaultDocsBase } from '../src/inspect/index.ts'
import { readManifest } from '../src/manifest/index.ts'
import { readPolicy } from '../src/policy/index.ts'
import { defaultRegistry } from '../src/rules/registry.ts'
import { readScenario } from '../src/startup/scenario/scenario-json.ts'
import { runCli } from './cli/fake-io.ts'
import { ask } from './support/answers.ts'
import { deployment, pod, portsOf, review } from './support/reviews.ts'

const readme = readFileSync('README.md', 'utf8')

/** The text between two markers of a page. */
function part(name: string, page = readme): string {
  const from = page.indexOf('-->', page.indexOf(`<!-- ${name}:begin`)) + '-->'.length
  const text = page.slice(from, page.indexOf(`<!-- ${name}:end -->`))
  if (!page.includes(`<!-- ${name}:begin`) || text === '') throw new Error(`the page has no part "${name}"`)
  return text
}

t.test('the transcript at the top has the warnings that the engine returns', async (t) => {
  const kiada = JSON.parse(readFileSync('examples/review.json', 'utf8'))
  const fetchPod = readManifest(readFileSync('examples/fetch.yaml', 'utf8')).documents[0]?.value
  const oldObject = deployment({ name: 'shop', image: 'registry.example/shop', imagePullPolicy: 'Always' })
  const object = deployment({ name: 'shop', image: 'registry.example/shop:2.1', imagePullPolicy: 'Always' })
  const fragile = 'registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-always-fragile-registry: fix}'
  const recommended = portsOf('preset: recommended', { docsBase: defaultDocsBase })
  const warnings = [
    ...ask('validate', kiada, recommended).warnings,
    ...ask('validate', review({ object: fetchPod }), recommended).warnings,
    ...ask('validate', review({ operation: 'UPDATE', object, oldObject }), recommended).warnings,
    ...ask('mutate', review({ object: pod({ image: 'nginx:1.27', imagePullPolicy: 'Always' }) }), portsOf(fragile)).warnings,
  ]
  const shown = [...part('transcript').matchAll(/^Warning: (.*)$/gm)].map(([, line]) => line)
  t.same(shown, warnings)
})

t.test('the output of lint in README.md is what lint prints', async (t) => {
  const { stdout } = await runCli(['lint', 'examples/kiada.yaml'], { cwd: process.cwd() })
  t.equal(part('lint').replace(/^\n```\n|```\n$/g, ''), stdout)
})

t.test('the output of explain in README.md and docs/explain.md is what explain prints', async (t) => {
  const explain = async (...args: string[]) => (await runCli(['explain', ...args], { cwd: process.cwd() })).stdout
  const shown = (name: string, page?: string) => part(name, page).replace(/^\n```\n|```\n$/g, '')
  t.equal(shown('explain'), await explain('examples/kiada.yaml', '--if', 'init-fails=init-demo'))
  t.equal(shown('reboot', readFileSync('docs/explain.md', 'utf8')), await explain('examples/fetch.yaml', '--if', 'node-reboots'))
})

t.test('the pictures are what npm run generate writes', async (t) => {
  for (const output of explainPictures) t.equal(committedText(output), output.text(), `${output.path}: run npm run generate`)
})

t.test('the scenario in docs/explain.md is valid', async (t) => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/explain.md', 'utf8')) ?? []
  t.match(readScenario(readManifest(text).documents[0]?.value), { ok: true, notes: [] })
})

t.test('the policy in README.md is valid', async (t) => {
  const [, text] = /```yaml\n(apiVersion: initlint[\s\S]*?)```/.exec(readme) ?? []
  t.same(readPolicy([{ file: 'README.md', text: text ?? '' }], defaultRegistry(), { id: 'readme' }).problems, [])
})

t.test('every local link in README.md leads to a file', async (t) => {
  for (const [, target] of readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) t.doesNotThrow(() => readFileSync(target ?? ''), target ?? '')
})
