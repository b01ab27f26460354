import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { registry } from '../../src/rules/registry.ts'

const root = new URL('../../', import.meta.url)
const at = (path: string): URL => new URL(path, root)

const folders = readdirSync(at('src/rules/'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
  .map(({ name }) => name)
const rules = new Set(registry.rules.map(({ meta }) => meta.id))
const camelCase = (id: string) => id.replace(/-[a-z]/g, (letters) => letters.slice(1).toUpperCase())

t.test('every folder is a whole rule', async (t) => {
  for (const id of folders) {
    for (const file of ['rule.ts', 'rule.md', 'rule.test.ts']) {
      t.ok(existsSync(at(`src/rules/${id}/${file}`)), `write src/rules/${id}/${file}`)
    }
    t.ok(rules.has(id), `add to src/rules/index.ts: export { rule as ${camelCase(id)} } from './${id}/rule.ts'`)
    t.ok(existsSync(at(`docs/rules/${id}.md`)), `docs/rules/${id}.md: run npm run generate`)
  }
})

t.test('every rule has its folder', async (t) => {
  for (const id of rules) t.ok(folders.includes(id), `the folder of the rule ${id} must be called src/rules/${id}`)
})

t.test('one line a rule, in the order of the names', async (t) => {
  const index = readFileSync(at('src/rules/index.ts'), 'utf8')
  const lines = [...rules].map((id) => `export { rule as ${camelCase(id)} } from './${id}/rule.ts'`)
  t.strictSame(
    index.split('\n').filter((line) => line.startsWith('export')),
    lines.sort(),
  )
})

t.test('docs/rules holds the pages of the rules and no others', async (t) => {
  const pages = readdirSync(at('docs/rules/')).filter((name) => name !== 'README.md' && name !== 'images')
  for (const page of pages) t.ok(rules.has(page.replace(/\.md$/, '')), `docs/rules/${page} is the page of no rule: delete it`)
  for (const picture of readdirSync(at('docs/rules/images/')))
    t.ok(rules.has(picture.replace(/\.svg$/, '')), `docs/rules/images/${picture} is the picture of no rule: delete it`)
})

t.test('the schema of policies knows every rule and no others', async (t) => {
  const schema = JSON.parse(readFileSync(at('docs/policy.schema.json'), 'utf8'))
  t.strictSame(Object.keys(schema.$defs.rules.properties).sort(), [...rules].sort(), 'docs/policy.schema.json: run npm run generate')
})
