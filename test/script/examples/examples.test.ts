import t from 'tap'
import { commandModels } from '../../../src/script/commands/catalogue.ts'
import { type Example, everyShell, expected } from './example.ts'
import { allExamples } from './index.ts'
import { predict } from './predict.ts'
import { statusExamples } from './status.ts'

for (const shell of everyShell) {
  t.test(`the rehearsal predicts the second run of every example in ${shell}`, async (t) => {
    for (const example of allExamples) {
      const real = expected(example, shell)
      if (real === null) continue
      const { outcomes, incomplete } = predict(example, shell)
      const found = outcomes.map(({ status, changed }) => ({ failed: status !== 0, changed }))
      const wanted = example.rehearsed ?? real
      const name = `${example.setup} | ${example.script}`
      if (example.notFollowed === true) t.ok(incomplete.length > 0, name)
      else if (example.supposed === true) t.ok(found.length > 1 && incomplete.length === 0, name)
      else t.strictSame({ found, incomplete }, { found: [{ failed: wanted.status !== 0, changed: wanted.changed }], incomplete: [] }, name)
    }
  })
}

t.test('every example names a form of the catalogue, and forms are unique', async (t) => {
  const forms = commandModels.flatMap((model) => model.forms.map(({ form }) => form))
  const inCatalogue = new Set(forms)
  t.equal(forms.length, inCatalogue.size, 'no form has two rows')
  const ofShells = new Set<Example>(statusExamples)
  const unlisted = allExamples.filter((example) => !ofShells.has(example) && !inCatalogue.has(example.form)).map(({ form }) => form)
  t.strictSame([...new Set(unlisted)], [], 'every example belongs to a row')
})
