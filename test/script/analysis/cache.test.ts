import t from 'tap'
import { notAnalyzed } from '../../../src/script/analysis/analysis.ts'
import { AnalysisCache } from '../../../src/script/analysis/cache.ts'

const result = (why = '') => notAnalyzed(why)

/** Which of the keys are cached. */
const cached = (cache: AnalysisCache, keys: readonly string[]) => keys.filter((key) => cache.get(key) !== undefined)

/** The memory that the cache estimates for a small analysis with a short key: the room that one more of them needs. */
function roomOfOne(): number {
  let bytes = 0
  for (; ; bytes += 100) {
    const cache = new AnalysisCache(bytes)
    cache.set('a', result())
    if (cache.get('a') !== undefined) return bytes
  }
}

t.test('too little memory: the least recently used analysis is dropped', async (t) => {
  const cache = new AnalysisCache(2.5 * roomOfOne())
  for (const key of ['a', 'b']) cache.set(key, result())
  cache.get('a')
  cache.set('c', result())
  t.same(cached(cache, ['a', 'b', 'c']), ['a', 'c'])
})

t.test('long keys and long analyses take more memory', async (t) => {
  const room = roomOfOne()
  const cache = new AnalysisCache(10 * room)
  const fill = () => {
    for (const key of ['a', 'b', 'c']) cache.set(key, result())
  }
  fill()
  cache.set('k'.repeat(3.5 * room), result())
  t.same(cached(cache, ['a', 'b', 'c']), ['b', 'c'], 'a long key')
  fill()
  cache.set('long', result('w'.repeat(2 * room)))
  t.same(cached(cache, ['a', 'b', 'c', 'long']), ['c', 'long'], 'a long analysis')
  cache.set('longer', result('w'.repeat(20 * room)))
  t.same(cached(cache, ['long', 'longer']), [], 'an analysis that is too long by itself')
})

t.test('an analysis that is set again counts once', async (t) => {
  const cache = new AnalysisCache(2.5 * roomOfOne())
  for (let time = 0; time < 5; time++) cache.set('a', result())
  cache.set('b', result())
  t.same(cached(cache, ['a', 'b']), ['a', 'b'])
})
