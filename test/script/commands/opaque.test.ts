/** Lines with unknown parts: what is called sure holds whatever the parts are. */
import t from 'tap'
import { findIn, readPattern } from '../../../src/script/commands/kit/lines.ts'
import { findSurely, Opaques } from '../../../src/script/commands/kit/opaque.ts'
import type { Value } from '../../../src/script/value/value.ts'
import * as fc from '../../support/properties.ts'

const parts = ['p', 'q'] as const
const text = fc.string({ unit: fc.constantFrom('a', 'b', '='), maxLength: 4 })
const value: fc.Arbitrary<Value> = fc
  .array(
    fc.oneof(
      text,
      fc.constantFrom(...parts).map((id) => ({ id })),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.filter((piece) => piece !== ''))

function withParts(value: Value, known: ReadonlyMap<string, string>): string {
  return value.map((piece) => (typeof piece === 'string' ? piece : (known.get(piece.id) ?? ''))).join('')
}

t.test('a sure match or miss holds for each text that the parts may be', async () => {
  fc.assert(
    fc.property(value, value, fc.constantFrom('', '^'), fc.constantFrom('', '$', '.'), text, text, (line, body, start, end, p, q) => {
      const opaques = new Opaques()
      const known = new Map([
        ['p', p],
        ['q', q],
      ])
      const pattern = readPattern(`${start}${opaques.textOf(body)}${end}`, 'basic')
      const real = readPattern(`${start}${withParts(body, known)}${end}`, 'basic')
      if (pattern === undefined || real === undefined) return true
      const at = findSurely(opaques.textOf(line) ?? '', pattern)
      if (at === undefined) return true
      const found = findIn(withParts(line, known), real)
      return at === -1 ? found === -1 : found !== -1
    }),
    { numRuns: 5000 },
  )
})

t.test('a text stands for the value that it was made of', async () => {
  fc.assert(
    fc.property(value, (value) => {
      const opaques = new Opaques()
      return withParts(opaques.valueOf(opaques.textOf(value) ?? ''), new Map()) === withParts(value, new Map())
    }),
  )
})

t.test('parts that may be more than a part of a line have no text', async (t) => {
  const lines = (value: Value) => new Opaques().textOfLines(value)
  t.equal(lines(['a=', { id: 'p' }, '\nb=', { id: 'p' }])?.length, 7)
  t.equal(lines([{ id: 'p' }, '\n']), undefined)
  t.equal(lines([{ id: 'p' }, '=1\n'])?.length, 4, 'known text after it')
  t.equal(lines(['a\n', { id: '$NAME' }, '\n'])?.length, 4, 'a variable')
  const opaques = new Opaques()
  const named = opaques.textOf([{ id: 'p' }])
  t.equal(opaques.textOfLines([{ id: 'p' }, '\n']), `${named}\n`, 'what a pattern names')
  t.equal(lines(['a\n', { id: 'p' }]), undefined)
  t.equal(lines(['a=', { id: 'p', lines: true }]), undefined)
  t.equal(lines(['a=', { id: '/etc/f of the image' }]), undefined)
  t.equal(lines(['\uE000=', { id: 'p' }]), undefined, 'a character that would stand for a part')
})
