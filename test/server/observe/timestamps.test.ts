import t from 'tap'
import { Timestamps } from '../../../src/server/observe/timestamps.ts'

t.test('timestamps are those of toISOString, in any order and across seconds, years and signs', async (t) => {
  const timestamps = new Timestamps()
  const day = 24 * 60 * 60 * 1000
  const times = [0, 1, 9, 10, 99, 100, 999, 1000, 1001, -1, -1000, -1001, day - 1, day, 1_798_761_599_999, 1_798_761_600_000]
  const far = [253_402_300_799_999, 253_402_300_800_000, -62_167_219_200_001]
  const inOrder = [...times, ...far]
  for (const time of [...inOrder, ...inOrder.toReversed()]) t.equal(timestamps.at(time), new Date(time).toISOString())
})

t.test('timestamps of the same second share one date', async (t) => {
  const timestamps = new Timestamps()
  let made = 0
  const original = Date.prototype.toISOString
  t.intercept(Date.prototype, 'toISOString', {
    value(this: Date) {
      made++
      return original.call(this)
    },
  })
  for (let millisecond = 0; millisecond < 1000; millisecond++) timestamps.at(5_000 + millisecond)
  t.equal(made, 1)
  timestamps.at(6_000)
  t.equal(made, 2)
})
