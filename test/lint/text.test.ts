import t from 'tap'
import { fillTemplate, shorten } from '../../src/lint/text.ts'
import * as fc from '../support/properties.ts'

t.test('shorten cuts a text at a number of characters and adds an ellipsis', async (t) => {
  t.equal(shorten('abc', 3), 'abc')
  t.equal(shorten('abcd', 3), 'ab…')
  t.equal(shorten('a😀c', 3), 'a😀c', 'a character beyond U+FFFF counts once')
  t.equal(shorten('a😀cd', 3), 'a😀…')
  t.equal(shorten('😀😀a', 2), '😀…', 'several such characters')
  t.equal(shorten('abc', 1), '…')
})

t.test('shorten of any text: at most the limit, and a prefix of the text', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\ud800', '\udc00') })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (full, limit) => {
      const characters = [...full]
      const cut = shorten(full, limit)
      t.equal(cut, characters.length <= limit ? full : `${characters.slice(0, limit - 1).join('')}…`)
    }),
  )
})

t.test('a value that is cut keeps its closing parenthesis', async (t) => {
  const why = 'may be offline (anonymous pulls are rate limited)'
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 100), `it ${why}; pin a tag`)
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 32), 'it may be offline (anonymous pulls…); pin a tag')
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 10), 'it may be of…; pin a tag')
})
