import t from 'tap'
import { RehearsalCache } from '../../../src/script/rehearsal/cache.ts'
import type { ContainerRehearsal } from '../../../src/script/rehearsal/description.ts'

const result = (pointer: string): ContainerRehearsal => ({
  verdict: 'safe',
  atomic: true,
  hazards: [],
  unknown: [],
  commands: [],
  mounts: [],
  pointer,
  found: undefined,
  script: null,
})

/** Which of the keys are cached. */
const cached = (cache: RehearsalCache, keys: readonly string[]) => keys.filter((key) => cache.get(key) !== undefined)

t.test('too many results: the least recently used one is dropped', async (t) => {
  const cache = new RehearsalCache(2, 1000)
  for (const key of ['a', 'b']) cache.set(key, result(key))
  cache.get('a')
  cache.set('c', result('c'))
  t.same(cached(cache, ['a', 'b', 'c']), ['a', 'c'])
})

t.test('keys too long in total: the least recently used ones are dropped', async (t) => {
  const cache = new RehearsalCache(100, 10)
  const keys = ['aaaa', 'bbbb', 'cc']
  for (const key of keys) cache.set(key, result(key))
  t.same(cached(cache, keys), keys)
  cache.set('dddddd', result('d'))
  t.same(cached(cache, [...keys, 'dddddd']), ['cc', 'dddddd'])
  cache.set('e'.repeat(11), result('e'))
  t.same(cached(cache, [...keys, 'dddddd', 'e'.repeat(11)]), [], 'a key that is too long by itself')
})

t.test('a result that is set again counts once', async (t) => {
  const cache = new RehearsalCache(100, 10)
  for (let time = 0; time < 5; time++) cache.set('aaaaa', result('a'))
  cache.set('bbbbb', result('b'))
  t.same(cached(cache, ['aaaaa', 'bbbbb']), ['aaaaa', 'bbbbb'])
})
