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

t.test('every folder in src/rules has all files of a rule and is exported', async (t) => {
  for (const id of folders) {
    for (const file of ['rule.ts', 'rule.md', 'rule.test.ts']) {
      t.ok(existsSync(at(`src/rules/${id}/${file}`)), `write src/rules/${id}/${file}`)
    }
    t.ok(rules.has(id), `add to src/rules/index.ts: export { rule as ${camelCase(id)} } from './${id}/rule.ts'`)
    t.ok(existsSync(at(`docs/rules/${id}.md`)), `docs/rules/${id}.md: run npm run generate`)
  }
})

t.test('the folder of every rule has the name of its id', async (t) => {
  for (const id of rules) t.ok(folders.includes(id), `the folder of the rule ${id} must be src/rules/${id}`)
})

t.test('src/rules/index.ts has one line per rule, in alphabetical order', async (t) => {
  const index = readFileSync(at('src/rules/index.ts'), 'utf8')
  const lines = [...rules].map((id) => `export { rule as ${camelCase(id)} } from './${id}/rule.ts'`)
  t.strictSame(
    index.split('\n').filter((line) => line.startsWith('export')),
    lines.sort(),
  )
})

t.test('docs/rules has the pages and pictures of the rules and no others', async (t) => {
  const pages = readdirSync(at('docs/rules/')).filter((name) => name !== 'README.md' && name !== 'images')
  for (const page of pages) t.ok(rules.has(page.replace(/\.md$/, '')), `docs/rules/${page} does not belong to a rule: delete it`)
  for (const picture of readdirSync(at('docs/rules/images/')))
    t.ok(rules.has(picture.replace(/\.svg$/, '')), `docs/rules/images/${picture} does not belong to a rule: delete it`)
})

t.test('the policy schema has every rule and no others', async (t) => {
  const schema = JSON.parse(readFileSync(at('docs/policy.schema.json'), 'utf8'))
  t.strictSame(Object.keys(schema.$defs.rules.properties).sort(), [...rules].sort(), 'docs/policy.schema.json: run npm run generate')
})

t.test('a rule that reads init scripts says so in its meta', async (t) => {
  for (const { meta } of registry.rules) {
    const reads = /\bcontext\.scripts\b|\bfactualInits\(/.test(readFileSync(at(`src/rules/${meta.id}/rule.ts`), 'utf8'))
    t.equal(meta.readsScripts === true, reads, `${meta.id}: readsScripts: true if it uses the scripts of its context`)
  }
})
