import t from 'tap'
import { shorten } from '../../src/lint/text.ts'
import * as fc from '../support/properties.ts'

t.test('cut at a number of characters, with an ellipsis', async (t) => {
  t.equal(shorten('abc', 3), 'abc')
  t.equal(shorten('abcd', 3), 'ab…')
  t.equal(shorten('a😀c', 3), 'a😀c', 'a character beyond U+FFFF is one')
  t.equal(shorten('a😀cd', 3), 'a😀…')
  t.equal(shorten('😀😀a', 2), '😀…', 'many of them are no way around the limit')
  t.equal(shorten('abc', 1), '…')
})

t.test('any text: never longer than the limit, and a beginning of what it was', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\ud800', '\udc00') })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (whole, limit) => {
      const characters = [...whole]
      const cut = shorten(whole, limit)
      t.equal(cut, characters.length <= limit ? whole : `${characters.slice(0, limit - 1).join('')}…`)
    }),
  )
})
