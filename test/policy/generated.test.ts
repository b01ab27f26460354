import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { committedText, outputs } from '../../scripts/generate.ts'
import { policyJsonSchema } from '../../src/policy/schema.ts'
import { registry } from './support.ts'

t.test('the committed files match the output of `npm run generate`', async (t) => {
  t.ok(outputs.length >= 2)
  for (const output of outputs) t.ok(output.text() === committedText(output), `${output.path} is stale: run npm run generate`)
})

t.test('.gitattributes marks every generated file except README.md, of which only a part is generated', async (t) => {
  const paths = outputs.map(({ path }) => path).sort()
  const args = ['check-attr', 'linguist-generated', ...paths]
  const { stdout } = spawnSync('git', args, { cwd: join(import.meta.dirname, '..', '..'), encoding: 'utf8' })
  t.same(
    stdout.trimEnd().split('\n').sort(),
    paths.map((path) => `${path}: linguist-generated: ${path === 'README.md' ? 'unspecified' : 'set'}`),
  )
})

t.test('the compiled validator has no dependencies at run time', async (t) => {
  const code = outputs.find(({ path }) => path.endsWith('document-validator.generated.js'))?.text() ?? ''
  t.match(code, /export const validate\b/)
  for (const forbidden of [/\brequire\s*\(/, /\bimport\s*[({"'*]/, /\beval\b/, /new Function\b/]) t.notMatch(code, forbidden)
})

t.test(
  'no pattern has a count within a counted group: Helm reads the schema with Go, whose limit is 1,000 repetitions in all',
  async (t) => {
    const patterns = [...JSON.stringify(policyJsonSchema(registry)).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
      JSON.parse(text ?? ''),
    )
    t.ok(patterns.length > 3)
    for (const pattern of patterns) t.notMatch(pattern, /\{\d+(?:,\d*)?\}[^{]*\)\{/, pattern)
  },
)

t.test('the schema has every rule, and the action fix only for rules with a safe fix', async (t) => {
  const schema = JSON.parse(JSON.stringify(policyJsonSchema(registry)))
  for (const { meta } of registry.rules) {
    const [short] = schema.$defs.rules.properties[meta.id].anyOf
    t.equal(short.enum.includes('fix'), meta.fixKind === 'safe', meta.id)
  }
})
