/** Which connection is closed when there are too many. */
import t from 'tap'
import { type ConnectionState, connectionToClose } from '../../../src/server/bounds/eviction.ts'
import * as fc from '../../support/properties.ts'

const maximum = 8

interface Named extends ConnectionState {
  readonly name: string
}

function connection(name: string, state: Partial<ConnectionState>): Named {
  return { name, address: name, since: 0, used: false, busy: false, ...state }
}

const chosen = (connections: readonly Named[], now: number): string | undefined => connectionToClose(connections, maximum, now)?.name

t.test('first an unused connection, the oldest one; then the one that has been idle for the longest time; never a busy one', (t) => {
  const connections = [
    connection('idle', { used: true, since: 100 }),
    connection('idle for longer', { used: true, since: 50 }),
    connection('unused', { since: 200 }),
    connection('unused for longer', { since: 150 }),
    connection('busy', { busy: true }),
    connection('busy again', { used: true, busy: true }),
  ]
  const order: (string | undefined)[] = []
  for (let left = connections; left.length > 1; ) {
    const name = chosen(left, 10_000)
    order.push(name)
    if (name === undefined) break
    left = left.filter((each) => each.name !== name)
  }
  t.same(order, ['unused for longer', 'unused', 'idle for longer', 'idle', undefined])
  t.end()
})

t.test('within a second after it was opened, an unused connection outlives idle ones', (t) => {
  const connections = [connection('idle', { used: true, since: 9_900 }), connection('new', { since: 9_500 })]
  t.equal(chosen(connections, 10_000), 'idle')
  t.equal(chosen(connections, 11_000), 'new')
  t.end()
})

t.test('if more than a quarter of the connections are new, they are closed before idle ones', (t) => {
  const idle = connection('idle', { used: true, since: 0 })
  const flood = ['a', 'b', 'c'].map((name, index) => connection(name, { since: 9_900 + index }))
  t.equal(chosen([idle, ...flood.slice(1)], 10_000), 'idle')
  t.equal(chosen([idle, ...flood], 10_000), 'a')
  t.end()
})

t.test('an address with more than a quarter of the connections loses its own first, in both groups', (t) => {
  for (const used of [false, true]) {
    const others = ['a', 'b'].map((name) => connection(name, { used, since: 0 }))
    const flood = ['x', 'y', 'z'].map((name, index) => connection(name, { used, since: 100 + index, address: 'flood' }))
    t.equal(chosen([...others, ...flood], 10_000), 'x', `used: ${used}`)
  }
  t.end()
})

t.test('a connection is chosen unless all are busy, and never a busy one', async () => {
  const state = fc.record({
    name: fc.constant(''),
    address: fc.constantFrom('a', 'b', 'c', 'd'),
    since: fc.nat(3000),
    used: fc.boolean(),
    busy: fc.boolean(),
  })
  await fc.assert(
    fc.property(fc.array(state, { maxLength: 12 }), (connections) => {
      const found = connectionToClose(connections, maximum, 3000)
      return found === undefined ? connections.every(({ busy }) => busy) : !found.busy
    }),
  )
})
