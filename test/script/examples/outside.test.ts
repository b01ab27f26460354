import t from 'tap'
import { expected } from './example.ts'
import { outsideExamples } from './outside.ts'
import { predict } from './predict.ts'

for (const family of ['gnu', 'busybox'] as const) {
  t.test(`the rehearsal predicts databases, keys and wrappers in ${family}`, async (t) => {
    for (const example of outsideExamples) {
      const wanted = expected(example, family)
      if (wanted === null) continue
      const { outcomes, incomplete } = predict(example, family)
      const name = `${example.setup} | ${example.script}`
      t.strictSame(incomplete, [], name)
      t.strictSame(
        outcomes.map(({ status, changed }) => ({ failed: status !== 0, changed })),
        [{ failed: wanted.status !== 0, changed: wanted.changed }],
        name,
      )
    }
  })
}
