import t from 'tap'
import { committedText, outputs } from '../../scripts/generate.ts'
import { policyJsonSchema } from '../../src/policy/schema.ts'
import { registry } from './support.ts'

t.test('the committed files match the output of `npm run generate`', async (t) => {
  t.ok(outputs.length >= 2)
  for (const output of outputs) t.ok(output.text() === committedText(output), `${output.path} is stale: run npm run generate`)
})

t.test('the compiled validator has no dependencies at run time', async (t) => {
  const code = outputs.find(({ path }) => path.endsWith('document-validator.generated.js'))?.text() ?? ''
  t.match(code, /export const validate\b/)
  for (const forbidden of [/\brequire\s*\(/, /\bimport\s*[({"'*]/, /\beval\b/, /new Function\b/]) t.notMatch(code, forbidden)
})

t.test('the schema has every rule, and the action fix only for rules with a safe fix', async (t) => {
  const schema = JSON.parse(JSON.stringify(policyJsonSchema(registry)))
  for (const { meta } of registry.rules) {
    const [short] = schema.$defs.rules.properties[meta.id].anyOf
    t.equal(short.enum.includes('fix'), meta.fixKind === 'safe', meta.id)
  }
})
