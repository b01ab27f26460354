import t from 'tap'
import {
  globMatches,
  globOf,
  globValue,
  type Layer,
  layersKey,
  mayHold,
  only,
  sameButOrder,
  sublayer,
  under,
  upon,
  without,
} from '../../../src/script/machine/layers.ts'
import { literal } from '../../../src/script/value/value.ts'

const clone: Layer = { source: 'git clone U', path: '' }
const archive: Layer = { source: 'tar a', path: '' }

t.test('adding a layer twice is the same as adding it once', async (t) => {
  t.strictSame(upon(upon([], clone), clone), [clone])
  t.strictSame(upon(upon(upon([], clone), archive), clone), [archive, clone])
  t.strictSame(under([clone], clone), [clone])
})

t.test('a complete layer covers an incomplete one, but not the reverse', async (t) => {
  const part = { ...clone, part: true }
  t.strictSame(upon([part], clone), [clone])
  t.strictSame(upon([clone], part), [clone])
  t.strictSame(under([part], clone), [clone, part])
  const named = { ...clone, names: { pattern: '*', match: true } }
  t.strictSame(upon([{ ...named, part: true }], named), [named])
})

t.test('rm -rf DIR/* keeps the names that begin with a dot', async (t) => {
  const left = without([clone], '*')
  t.equal(mayHold(left, '*'), false)
  t.equal(mayHold(left, '.*'), true)
  t.equal(sublayer(left[0] ?? clone, '/a'), undefined)
  t.strictSame(sublayer(left[0] ?? clone, '/.git/config'), { source: 'git clone U', path: '/.git/config' })
  t.strictSame(without(only([clone], '*.jar'), '*'), [])
})

t.test('a glob matches a name that begins with a dot only if it begins with one', async (t) => {
  t.equal(globMatches('*', 'a'), true)
  t.equal(globMatches('*', '.a'), false)
  t.equal(globMatches('.[!.]*', '.git'), true)
  t.strictSame(globOf(globValue(['/d/'], '*.t')), { folder: ['/d/'], pattern: '*.t' })
  t.equal(globOf(literal('/d/*')), undefined)
})

t.test('sameButOrder is true only for the same layers in another order', async (t) => {
  t.equal(sameButOrder([clone, archive], [archive, clone]), true)
  t.equal(sameButOrder([clone, archive], [clone, archive]), false)
  t.equal(sameButOrder([clone], [archive]), false)
  t.not(layersKey([clone]), layersKey([{ ...clone, part: true }]))
})
