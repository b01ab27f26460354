/** Drafts: edits on edits, and the edits that lead from the script to the result. */
import t from 'tap'
import { applied, Draft, type Edit } from '../../../src/script/change/draft.ts'

const script = 'one two three'
const edits: readonly Edit[] = [
  { start: 0, end: 0, text: 'zero ' },
  { start: 4, end: 7, text: '2' },
]

t.test('edits on edits are edits of the script', async (t) => {
  const once = Draft.of(script).edited(edits)
  t.equal(once?.text, 'zero one 2 three')
  t.strictSame(once?.edits(), edits)
  const twice = once?.edited([
    { start: 2, end: 3, text: 'R' },
    { start: 9, end: 16, text: 'end' },
  ])
  t.equal(twice?.text, 'zeRo one end')
  t.equal(applied(twice?.edits() ?? [], script), 'zeRo one end')
})

t.test('an offset of the text is one of the script, unless it was inserted', async (t) => {
  const draft = Draft.of(script).edited(edits)
  t.equal(draft?.originOf(0), undefined)
  t.equal(draft?.originOf(5), 0)
  t.equal(draft?.originOf(9), undefined)
  t.equal(draft?.originOf(11), 8)
  t.equal(draft?.originOf(100), undefined)
})

t.test('insertions at one place keep their order, and edits that overlap or are outside are rejected', async (t) => {
  const insertions = ['a', 'b'].map((text) => ({ start: 3, end: 3, text }))
  t.equal(Draft.of(script).edited(insertions)?.text, 'oneab two three')
  t.equal(
    Draft.of(script).edited([edits[1] ?? insertions[0], { start: 6, end: 8, text: '' }].filter((edit) => edit !== undefined)),
    undefined,
  )
  t.equal(Draft.of(script).edited([{ start: 10, end: 20, text: '' }]), undefined)
  t.equal(Draft.of(script).edited([{ start: 5, end: 4, text: '' }]), undefined)
})
