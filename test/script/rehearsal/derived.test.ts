import t from 'tap'
import {
  applied,
  derived,
  editsOf,
  identity,
  isNonEmpty,
  isPart,
  keyOf,
  literal,
  partOf,
  sameText,
  unknown,
  volatileMark,
} from '../../../src/script/value/value.ts'
import * as fc from '../../support/properties.ts'

t.test('repeating an edit returns the same value', async (t) => {
  const once = applied('sed s/a/b/', unknown('x'))
  t.equal(applied('sed s/a/b/', once), once)
  t.strictSame(editsOf(applied('sed s/c/d/', once, 'd')), [
    { how: 'sed s/a/b/', made: '' },
    { how: 'sed s/c/d/', made: 'd' },
  ])
  t.not(keyOf(applied('sed s/a/b/', unknown('y'))), keyOf(once))
})

t.test('the identity of 500 nested derivations stays short', async (t) => {
  let value = literal('x')
  for (let depth = 0; depth < 500; depth++) value = derived('sort', value)
  t.ok(keyOf(value).length < 700)
})

t.test('a shortened identity keeps its volatile mark', async (t) => {
  const text = `${'x'.repeat(2000)} of run 7, step 3`
  t.match(identity(text), volatileMark)
  t.equal(identity(text).replace(volatileMark, ''), identity(text.replace('run 7', 'run 8')).replace(volatileMark, ''))
})

t.test('a part of a text is never empty', async (t) => {
  t.equal(isNonEmpty(partOf(unknown('x'))), true)
  t.equal(isPart(partOf(literal('x'))), true)
  t.strictSame(partOf([]), [])
  t.equal(sameText(partOf(literal('x')), []), false)
})

t.test('different long texts have different identities', async () => {
  const long = fc.string({ minLength: 600, maxLength: 900 })
  fc.assert(fc.property(long, long, (a, b) => (a === b) === (identity(a) === identity(b))))
})
