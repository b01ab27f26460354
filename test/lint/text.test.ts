import t from 'tap'
import { fillTemplate, shorten, shortenValue } from '../../src/lint/text.ts'
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

t.test('a value that is cut has its parenthesis as a whole or not at all', async (t) => {
  const why = 'may be offline (anonymous pulls are rate limited)'
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 100), `it ${why}; pin a tag`)
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 32), 'it may be offline; pin a tag')
  t.equal(fillTemplate('it {{why}}; pin a tag', { why }, 10), 'it may be offline; pin a tag', 'a short rest is kept')
  t.equal(shortenValue('/opt/bitnami/keycloak/certs (emptyDir)', 30), '/opt/bitn…oak/certs (emptyDir)')
  t.equal(shortenValue('fails (with a long reason) and stays', 20), 'fails…')
})

t.test('a word that is cut keeps its end, which tells it apart', async (t) => {
  t.equal(shortenValue('quay.io/argoproj/argocd:latest', 20), 'quay.io/ar…cd:latest')
  t.equal(shortenValue(`gke.gcr.io/pause:3.8@sha256:${'1a'.repeat(32)}`, 40), 'gke.gcr.io/pause:3.8@sha256:1a1a1a…')
  t.equal(shortenValue('pods-multi-container-container-1', 24), 'pods-multi-c…container-1')
})

t.test('shortenValue of any text: at most the limit, well-formed if the text is, and no parenthesis is cut', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', ' ', '(', ')', '😀', '.'), maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (full, limit) => {
      const cut = shortenValue(full, limit)
      t.ok([...cut].length <= Math.max(limit, 16), cut)
      t.ok(cut.isWellFormed())
      if (cut === full) return
      const word = full.replace(/ \([^()]*\)$/, '')
      if (word.includes(' ') && !/[()]/.test(word)) t.notMatch(cut, /\([^)]*$/)
    }),
  )
})
