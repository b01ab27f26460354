/** Parity between the documented forms and what they rest on. */
import t from 'tap'
import { commandModels } from '../../../src/script/commands/catalogue.ts'
import { examplesByForm, factOf, formsOfFacts, sources } from './index.ts'

const forms = commandModels.flatMap((model) => model.forms.map(({ form }) => form))
const documented = new Set(sources.map(({ form }) => form))

t.test('each documented form has one kind of evidence: examples, a fact or a source', async (t) => {
  for (const form of forms) {
    const kinds = [examplesByForm.has(form), factOf(form) !== undefined, documented.has(form)]
    t.equal(kinds.filter((has) => has).length, 1, form)
  }
})

t.test('each source and each fact names a form of the catalogue, once', async (t) => {
  const named = [...sources.map(({ form }) => form), ...formsOfFacts.keys()]
  t.strictSame(
    named.filter((form) => !forms.includes(form)),
    [],
  )
  t.equal(new Set(named).size, named.length)
})

t.test('a source names a version or a commit, a page and a quotation', async (t) => {
  for (const { form, package: name, page, says } of sources) {
    t.match(name, /\s(v?\d[\w.:+~-]*|[0-9a-f]{12})$/, form)
    t.ok(page.length > 0 && says.length > 5 && says.length < 200, form)
  }
})
