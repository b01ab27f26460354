import { readFileSync } from 'node:fs'
import t from 'tap'
import { readManifest } from '../src/manifest/index.ts'
import { readPolicy } from '../src/policy/index.ts'
import { defaultRegistry } from '../src/rules/registry.ts'
import { runCli } from './cli/fake-io.ts'
import { ask } from './support/answers.ts'
import { deployment, pod, portsOf, review } from './support/reviews.ts'

const readme = readFileSync('README.md', 'utf8')

/** What stands between two markers. */
function part(name: string): string {
  const from = readme.indexOf('-->', readme.indexOf(`<!-- ${name}:begin`)) + '-->'.length
  const text = readme.slice(from, readme.indexOf(`<!-- ${name}:end -->`))
  if (!readme.includes(`<!-- ${name}:begin`) || text === '') throw new Error(`README.md has no part "${name}"`)
  return text
}

t.test('the transcript at the top is what the engine says', async (t) => {
  const kiada = JSON.parse(readFileSync('examples/review.json', 'utf8'))
  const fetchPod = readManifest(readFileSync('examples/fetch.yaml', 'utf8')).documents[0]?.value
  const oldObject = deployment({ name: 'shop', image: 'registry.example/shop', imagePullPolicy: 'Always' })
  const object = deployment({ name: 'shop', image: 'registry.example/shop:2.1', imagePullPolicy: 'Always' })
  const fragile = 'registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-always-fragile-registry: fix}'
  const said = [
    ...ask('validate', kiada, portsOf('preset: recommended')).warnings,
    ...ask('validate', review({ object: fetchPod }), portsOf('preset: recommended')).warnings,
    ...ask('validate', review({ operation: 'UPDATE', object, oldObject }), portsOf('preset: recommended')).warnings,
    ...ask('mutate', review({ object: pod({ image: 'nginx:1.27', imagePullPolicy: 'Always' }) }), portsOf(fragile)).warnings,
  ]
  const shown = [...part('transcript').matchAll(/^Warning: (.*)$/gm)].map(([, line]) => line)
  t.same(shown, said)
})

t.test('what the linter prints is what it prints', async (t) => {
  const { stdout } = await runCli(['lint', 'examples/kiada.yaml'], { cwd: process.cwd() })
  t.equal(part('lint').replace(/^\n```\n|```\n$/g, ''), stdout)
})

t.test('the policy of the README is a policy', async (t) => {
  const [, text] = /```yaml\n(apiVersion: initlint[\s\S]*?)```/.exec(readme) ?? []
  t.same(readPolicy([{ file: 'README.md', text: text ?? '' }], defaultRegistry(), { id: 'readme' }).problems, [])
})

t.test('every local link leads to a file', async (t) => {
  for (const [, target] of readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) t.doesNotThrow(() => readFileSync(target ?? ''), target ?? '')
})
