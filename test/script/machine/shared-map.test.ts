/** Maps whose copies share their contents: each behaves like a plain map of its own. */
import fc from 'fast-check'
import t from 'tap'
import { SharedMap } from '../../../src/script/machine/shared-map.ts'

interface Item {
  readonly number: number
}

type Action =
  | { readonly kind: 'set'; readonly map: number; readonly key: string; readonly number: number }
  | { readonly kind: 'delete'; readonly map: number; readonly key: string }
  | { readonly kind: 'copy'; readonly map: number }

const map = fc.nat(4)
const key = fc.nat(60).map((number) => `/data/${number}`)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), map, key, number: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), map, key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const), map }) },
)

const isSame = (one: Item | undefined, other: Item | undefined) => one?.number === other?.number

function contentsOf(shared: SharedMap<Item>): Map<string, Item> {
  const contents = new Map<string, Item>()
  shared.each((each, value) => {
    t.notOk(contents.has(each), 'a key comes once')
    contents.set(each, value)
  })
  return contents
}

t.test('copies are independent maps', async (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      const start = new Map([['/data/0', { number: 0 }]])
      const pairs = [{ shared: new SharedMap<Item>(start), plain: new Map<string, Item>(start) }]
      for (const each of actions) {
        const pair = pairs[each.map % pairs.length]
        if (pair === undefined) continue
        if (each.kind === 'copy') pairs.push({ shared: pair.shared.copy(), plain: new Map(pair.plain) })
        else if (each.kind === 'delete') {
          pair.shared.delete(each.key)
          pair.plain.delete(each.key)
        } else {
          const value = { number: each.number }
          pair.shared.set(each.key, value)
          pair.plain.set(each.key, value)
        }
      }
      for (const { shared, plain } of pairs) {
        t.strictSame([...contentsOf(shared)].sort(), [...plain].sort())
        t.equal(shared.size, plain.size)
        const changed = new Map<string, Item>(shared.base)
        shared.eachChange((each, value) => {
          if (value === undefined) changed.delete(each)
          else changed.set(each, value)
        })
        t.strictSame([...changed].sort(), [...plain].sort())
        for (const [each, value] of plain) t.equal(shared.get(each), value)
        for (const number of [0, 1, 2]) {
          const isWanted = (value: Item) => value.number === number
          t.equal(shared.some(isWanted), [...plain.values()].some(isWanted))
        }
        const isLow = (each: string) => each.length === 7
        t.strictSame([...shared.where(isLow).keys()].sort(), [...plain.keys()].filter(isLow).sort())
      }
      for (const one of pairs.slice(0, 3)) {
        for (const other of pairs) {
          const keys = [...new Set([...one.plain.keys(), ...other.plain.keys()])]
          const unlike = keys.filter((each) => !isSame(one.plain.get(each), other.plain.get(each)))
          t.strictSame(one.shared.unlike(other.shared, isSame).sort(), unlike.sort())
        }
      }
    }),
    { numRuns: 200 },
  )
})

t.test('copies of a map that changed little share its base', async (t) => {
  const one = new SharedMap<Item>(new Map())
  for (let number = 0; number < 100; number++) one.set(`${number}`, { number })
  const other = one.copy()
  other.set('more', { number: 1 })
  t.equal(other.base, one.base)
  t.equal(other.base.size, 100)
  t.notOk(one.has('more'))
})
