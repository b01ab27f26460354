import t from 'tap'
import { selectGroups, withEdits } from '../../src/fixer/edits.ts'
import * as fc from '../support/properties.ts'

const edit = (start: number, end: number, text = 'x') => ({ start, end, text })

/** The purposes of the chosen groups, which are their indexes, and the text that they lead to. */
function chosen(...groups: readonly (readonly ReturnType<typeof edit>[])[]): string {
  const { edits, purposes } = selectGroups(groups.map((edits, purpose) => ({ edits, purpose })))
  return `${purposes.join(' ')}: ${withEdits('0123456789', edits)}`
}

t.test('groups that overlap an earlier one wait as a whole', async (t) => {
  t.equal(chosen([edit(0, 1)], [edit(1, 2)]), '0 1: xx23456789')
  t.equal(chosen([edit(2, 4)], [edit(3, 5)]), '0: 01x456789')
  t.equal(chosen([edit(3, 5)], [edit(2, 4), edit(8, 9)]), '0: 012x56789', 'all edits of the second one wait')
  t.equal(chosen([edit(0, 9)], [edit(1, 2)], [edit(9, 10)]), '0 2: xx')
  t.equal(chosen([edit(2, 2, 'a')], [edit(2, 2, 'b')]), '0: 01a23456789', 'the order of two insertions is arbitrary')
  t.equal(chosen([edit(2, 2, 'a')], [edit(2, 4, 'b')]), '0: 01a23456789')
  t.equal(chosen([edit(0, 2, 'a')], [edit(2, 2, 'b')]), '0 1: ab23456789')
  t.equal(chosen([edit(2, 3)], [edit(2, 3), edit(5, 6)]), '0 1: 01x34x6789', 'equal edits count once')
})

t.test('any groups: the chosen ones are disjoint, and the first one is among them', async () => {
  const anyEdit = fc
    .tuple(fc.nat(12), fc.nat(3), fc.constantFrom('', 'a', 'b'))
    .map(([start, length, text]) => edit(start, start + length, text))
  const disjoint = fc
    .array(anyEdit, { minLength: 1, maxLength: 3 })
    .map((edits) => selectGroups(edits.map((one) => ({ edits: [one], purpose: 0 }))).edits)
  fc.assert(
    fc.property(fc.array(disjoint, { minLength: 1, maxLength: 6 }), (groups) => {
      const { edits, purposes } = selectGroups(groups.map((edits, purpose) => ({ edits, purpose })))
      const overlapping = edits.some(({ start }, index) => index > 0 && (edits[index - 1]?.end ?? 0) > start)
      const ambiguous = edits.some(({ start }, index) => edits[index - 1]?.start === start)
      return purposes[0] === 0 && !overlapping && !ambiguous
    }),
    { numRuns: 2000 },
  )
})

t.test('offsets do not count a byte order mark, which remains', async (t) => {
  t.equal(withEdits('\uFEFFabc', [edit(0, 1), edit(3, 3)]), '\uFEFFxbcx')
})
