/** Questions about partly known texts and their keys. */
import t from 'tap'
import {
  concat,
  derived,
  hasUnknown,
  isKeyOfUnknown,
  isUnknownStart,
  keyOf,
  literal,
  nestedKey,
  type Piece,
  readable,
  readableKey,
  unknown,
  unknownIdsOf,
  type Value,
  valueOfKey,
} from '../../../src/script/value/value.ts'
import * as fc from '../../support/properties.ts'

const text = fc.constantFrom('', 'a', '/', '$X', 'a b')
const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.oneof(
    text,
    text.map((id): Piece => ({ id })),
  ),
  { maxLength: 5 },
)
const values = pieces.map((all): Value => concat(all))

t.test('a key says the same about unknown pieces as its value', async (t) => {
  fc.assert(
    fc.property(values, (value) => {
      const key = keyOf(value)
      t.strictSame(valueOfKey(key), value)
      t.equal(isKeyOfUnknown(key), hasUnknown(value))
      t.equal(isUnknownStart(valueOfKey(key)), isUnknownStart(value))
      t.strictSame(
        unknownIdsOf(key),
        value.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.id])),
      )
      t.equal(readable(key), readableKey(value))
    }),
  )
})

t.test('a text starts with an unknown piece, or has one somewhere, or none', async (t) => {
  const home = concat(unknown('$HOME'), literal('/x'))
  const named = concat(literal('/data/'), unknown('$NAME'))
  t.strictSame([home, named, literal('/x'), []].map(isUnknownStart), [true, false, false, false])
  t.strictSame([home, named, literal('/x'), []].map(hasUnknown), [true, true, false, false])
  t.equal(readableKey(named), '/data/$NAME')
})

t.test('a nested key keeps an unknown piece and a known text with its name apart', async (t) => {
  t.not(nestedKey(unknown('$X')), nestedKey(literal('$X')))
  t.equal(readableKey(unknown('$X')), readableKey(literal('$X')))
  // Nested in an id, it is still one piece.
  const outer = unknown(nestedKey(unknown('$X')))
  t.strictSame(valueOfKey(keyOf(outer)), outer)
  t.strictSame(valueOfKey(keyOf(derived('sort', unknown('$X')))), derived('sort', unknown('$X')))
})
