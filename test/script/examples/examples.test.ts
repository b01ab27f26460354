import t from 'tap'
import { type Example, expected } from './example.ts'
import { fileFamilyExamples } from './index.ts'
import { predict } from './predict.ts'

for (const family of ['gnu', 'busybox'] as const) {
  t.test(`the rehearsal predicts every example in ${family}`, async (t) => {
    for (const example of fileFamilyExamples) {
      const wanted = expected(example, family)
      if (wanted === null) continue
      const { outcomes, incomplete } = predict(example, family)
      const found = outcomes.map(({ status, changed }) => ({ failed: status !== 0, changed }))
      const name = `${example.setup} | ${example.script}`
      t.strictSame(incomplete, [], name)
      if (isOpen(example)) t.ok(found.length > 1, name)
      else t.strictSame(found, [{ failed: wanted.status !== 0, changed: wanted.changed }], name)
    }
  })
}

function isOpen({ supposed }: Example): boolean {
  return supposed === true
}
