import t from 'tap'
import { applied, difference } from '../../node/record/difference.ts'

t.test('what differs, applied to the earlier version, is the later version', async (t) => {
  const before = {
    phase: 'Pending',
    reason: 'a',
    conditions: [
      { type: 'Ready', status: 'False', reason: 'b' },
      { type: 'Old', status: 'True' },
    ],
  }
  const after = {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'New', status: 'True' },
    ],
  }
  const changes = difference(before, after)
  t.same(changes, {
    phase: 'Running',
    reason: null,
    conditions: [
      { type: 'Ready', status: 'True', reason: null },
      { type: 'New', status: 'True' },
      { type: 'Old', removed: true },
    ],
  })
  t.same(applied(before, changes), after)
  t.same(difference(after, after), {})
})
