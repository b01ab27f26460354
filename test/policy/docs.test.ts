import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseImageReference } from '../../src/model/image-reference.ts'
import { comparedName } from '../../src/model/registry-host.ts'
import { compileGlob } from '../../src/policy/glob.ts'
import { reviewPolicy } from '../../src/policy/index.ts'
import { policyJsonSchema } from '../../src/policy/schema.ts'
import { header, now, registry } from './support.ts'

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8')

t.test('every example in docs/policy.md is a policy without problems and remarks', async (t) => {
  const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example)
  t.ok(examples.length >= 9)
  for (const example of examples) {
    const text = example.startsWith('apiVersion:') ? example : header + example
    const { problems } = reviewPolicy([{ file: 'docs/policy.md', text }], registry, { id: 'x', now })
    t.same(
      problems.filter(({ level }) => level !== 'note'),
      [],
      example,
    )
  }
})

t.test('the policies in the README and in manifests/ get no remarks, also with their commented entries', async (t) => {
  const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const [, inReadme = ''] = /^```yaml\n(apiVersion: initlint[\s\S]*?)^```$/m.exec(file('README.md')) ?? []
  const base = file('manifests/base/policy.yaml')
  const complete = base
    .replaceAll(/^#(?= {2}- match| {4}(?:allowed|pull):)/gm, '')
    .replaceAll(/^# (?=(?:exemptions|overrides|preloaded|mutableTags):| {2}- | {4}(?:match|reason|expires|rules):)/gm, '')
  for (const text of [inReadme, base, complete]) {
    t.match(text, /kind: Policy/)
    const { problems } = reviewPolicy([{ file: 'x', text }], registry, { id: 'x', now })
    t.same(
      problems.filter(({ level }) => level !== 'note'),
      [],
      text,
    )
  }
  t.ok(complete.includes('\nexemptions:') && complete.includes('\n    allowed: true') && complete.includes('\noverrides:'))
})

t.test('docs/policy.md mentions every key of a policy', async (t) => {
  const schema = JSON.parse(JSON.stringify(policyJsonSchema(registry)))
  const keys = [schema, schema.$defs.match, schema.properties.registries.items, schema.properties.exemptions.items].flatMap(
    ({ properties }) => Object.keys(properties),
  )
  t.ok(keys.length > 20)
  for (const key of keys) t.ok(page.includes(key), key)
})

t.test('the globs in the table of docs/policy.md match as stated', async (t) => {
  const table = page.slice(page.indexOf('| glob '))
  const rows = [...table.matchAll(/^\| `([^`]+)` +\| (.+?) +\| (.+?) +\|$/gm)]
  t.equal(rows.length, 5)
  const texts = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
  // Names of namespaces are compared unchanged, images after normalization.
  const subject = (text: string, pattern: string): string => {
    const parsed = parseImageReference(text)
    return pattern.includes('/') && parsed.ok ? comparedName(parsed.value) : text
  }
  for (const [, pattern = '', matching = '', others = ''] of rows) {
    const glob = compileGlob(pattern)
    for (const text of texts(matching)) t.ok(glob.matches(subject(text, pattern)), `${pattern} matches ${text}`)
    for (const text of texts(others)) t.notOk(glob.matches(subject(text, pattern)), `${pattern} does not match ${text}`)
  }
})
