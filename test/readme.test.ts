import { readFileSync } from 'node:fs'
import t from 'tap'
import { explainPictures } from '../scripts/generate/explain-pictures.ts'
import { committedText } from '../scripts/generate.ts'
import { defaultDocsBase, lintInputs, renderLintText } from '../src/inspect/index.ts'
import { readManifest } from '../src/manifest/index.ts'
import { readPolicy } from '../src/policy/index.ts'
import { defaultRegistry } from '../src/rules/registry.ts'
import { readScenario } from '../src/startup/scenario/scenario-json.ts'
import { runCli } from './cli/fake-io.ts'
import { ask } from './support/answers.ts'
import { portsOf } from './support/reviews.ts'

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
  const warnings = ask('validate', kiada, portsOf('preset: recommended', { docsBase: defaultDocsBase })).warnings
  const shown = [...part('transcript').matchAll(/^Warning: (.*)$/gm)].map(([, line]) => line)
  t.same(shown, warnings)
})

t.test('the transcript, the first curl and the command line show the same findings', async (t) => {
  const text = readFileSync('examples/kiada.yaml', 'utf8')
  const { policy } = readPolicy([{ file: 'policy.yaml', text: readFileSync('manifests/base/policy.yaml', 'utf8') }], defaultRegistry(), {
    id: 'base',
  })
  if (policy === undefined) throw new Error('the policy is invalid')
  const options = { policy, registry: defaultRegistry(), namespace: 'default', now: 0, docsBase: defaultDocsBase }
  const curl = renderLintText(lintInputs([{ file: null, text }], options), [{ file: null, text }], {
    color: false,
    showAudit: false,
    quiet: false,
  })
  const rules = (pattern: RegExp, output: string) => [...output.matchAll(pattern)].map(([, rule]) => rule)
  const shown = rules(/^Warning: \[((?!initlint)[\w-]+)\]/gm, part('transcript'))
  t.same(rules(/^\S+:\d+:\d+ {2}\w+ {2}([\w-]+)$/gm, curl), shown)
  t.same(rules(/^\S+:\d+:\d+ {2}\w+ {2}([\w-]+)$/gm, part('lint')), shown)
})

t.test('README.md fits on a few screens', async (t) => {
  t.ok(readme.split('\n').length <= 151)
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
