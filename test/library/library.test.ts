/** The library's functions return what the command line prints, whatever the manifests contain. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { explain, lint, type Manifests, readPolicy, rehearse } from '../../src/library/index.ts'
import { podYaml, runCli, writeFiles } from '../cli/fake-io.ts'

const root = join(import.meta.dirname, '../..')
const kiada = readFileSync(join(root, 'examples/kiada.yaml'), 'utf8')
const now = new Date(Date.UTC(2026, 10, 22))

async function printed(argv: readonly string[], stdin: string, cwd?: string): Promise<unknown> {
  return JSON.parse((await runCli([...argv, '--format', 'json'], { stdin, ...(cwd === undefined ? {} : { cwd }) })).stdout)
}

t.test('a text gives the output of the command for standard input', async (t) => {
  for (const text of [kiada, podYaml('nginx'), 'a: [', '', 'apiVersion: v1\nkind: Pod\n']) {
    t.same(lint(text, { now }).diagnostics, ((await printed(['lint', '-'], text)) as { diagnostics: unknown }).diagnostics)
  }
  t.same(lint(kiada, { now, namespace: 'shop' }), await printed(['lint', '-', '--namespace', 'shop'], kiada))
  t.same(rehearse(kiada), await printed(['rehearse', '-'], kiada))
  t.same(explain(kiada), await printed(['explain', '-'], kiada))
  const conditions = ['registry-down=docker.io']
  t.same(explain(kiada, { conditions }), await printed(['explain', '-', '--if', 'registry-down=docker.io'], kiada))
})

t.test('named texts are several files', async (t) => {
  const files = { 'a.yaml': podYaml('nginx'), 'b.yaml': 'a: [\n' }
  const cwd = t.testdir()
  writeFiles(cwd, files)
  const named = Object.entries(files).map(([file, text]) => ({ file, text }))
  t.same(lint(named, { now }), await printed(['lint', 'a.yaml', 'b.yaml'], '', cwd))
  t.same(lint(named[0] as Manifests, { now }), lint([named[0]] as Manifests, { now }))
})

t.test('parsed objects have no file and no lines', async (t) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }
  const [finding, ...more] = lint(pod, { now }).diagnostics
  t.match(finding, { rule: 'image-latest', file: null, line: null, column: null, container: 'app', object: { name: 'web' } })
  t.same(lint([pod], { now }).diagnostics, [finding, ...more])
  t.equal(explain(pod).timelines[0]?.object.kind, 'Pod')
})

t.test('a policy applies, and one with an error is null', async (t) => {
  const { policy, problems } = readPolicy('apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n')
  t.same(problems, [])
  if (policy === null) return t.fail('no policy')
  t.equal(lint(podYaml('nginx'), { policy, now }).diagnostics.find(({ rule }) => rule === 'image-latest')?.action, 'deny')
  const wrong = readPolicy('apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latets: deny}\n')
  t.match(wrong, { policy: null, problems: [{ level: 'error', file: 'policy.yaml', line: 3, key: 'rules.image-latets' }] })
  const merged = readPolicy([
    { file: 'a.yaml', text: 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n' },
    { file: 'b.yaml', text: 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: "off"}\n' },
  ])
  if (merged.policy === null) return t.fail('no policy')
  t.same(
    lint(podYaml('nginx'), { policy: merged.policy, now }).diagnostics.filter(({ rule }) => rule === 'image-latest'),
    [],
  )
})

t.test('exemptions expire at the time that is passed', async (t) => {
  const { policy } = readPolicy(
    'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nexemptions: [{rules: [image-latest], match: {namespaces: [default]}, reason: soon, expires: "2026-11-30"}]\n',
  )
  if (policy === null) return t.fail('no policy')
  const exempted = (time: string) =>
    lint(podYaml('nginx'), { policy, now: new Date(time) }).diagnostics.find(({ rule }) => rule === 'image-latest')?.exempted?.reason
  t.equal(exempted('2026-11-29'), 'soon')
  t.equal(exempted('2026-12-02'), undefined)
})

t.test('conditions and scenarios that cannot be read are errors in the result', async (t) => {
  t.match(explain(kiada, { conditions: ['registry-dwon=docker.io'] }), { timelines: [], errors: [{ message: /registry-d/ }] })
  t.match(explain(podYaml('nginx'), { scenario: { registries: 5 } }), { timelines: [], errors: [{ file: null, message: /registries/ }] })
  const down = explain(podYaml('nginx'), { scenario: { registries: { 'docker.io': 'down' } } })
  t.match(down, { timelines: [{ verdict: 'retrying', conditions: [], object: { name: 'web' } }], errors: [] })
  t.throws(() => explain(kiada, { conditions: ['a'], scenario: {} }), TypeError)
})

t.test('arguments of a wrong type are a TypeError', async (t) => {
  for (const manifests of [5, null, undefined, {}, [5], [null], { file: 'a' }, { kind: 5 }, () => '']) {
    for (const call of [lint, rehearse, explain]) t.throws(() => call(manifests as unknown as Manifests), TypeError)
  }
  t.throws(() => lint('', { policy: {} as never }), TypeError)
})

t.test('no text and no object throws', async (t) => {
  const sizes = { numRuns: 200 }
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((text) => `kind: Pod\napiVersion: v1\nspec: ${text}`),
  )
  fc.assert(
    fc.property(anything, (text) => {
      lint(text)
      rehearse(text)
      explain(text)
      readPolicy(text)
    }),
    sizes,
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      lint({ ...object, kind: 'Pod' })
      explain({ ...object, kind: 'Pod' })
    }),
    sizes,
  )
  t.pass('nothing was thrown')
})
