/** The load: requests in flight, held bytes, and which unfinished body gives way to others. */
import t from 'tap'
import { Load, type Ticket } from '../../../src/server/bounds/load.ts'
import { slowest } from '../../../src/server/bounds/unfinished.ts'
import * as fc from '../../support/properties.ts'

const kibibyte = 1024
const limits = { inFlight: 100, heldBytes: 1000 * kibibyte, unfinishedBodies: 8 }

/** Receives bytes of a body. */
function receive(load: Load, ticket: Ticket, bytes: number, now?: number): boolean {
  ticket.received += bytes
  return load.hold(ticket, bytes, now)
}

t.test('a request is in flight when its body is complete, and shed if there are too many', (t) => {
  const load = new Load({ ...limits, inFlight: 1 })
  const [first, second] = [load.begin('a'), load.begin('b')]
  t.same([load.inFlight, load.unfinished], [0, 2])
  load.complete(first)
  t.match(first, { shed: false, counted: true })
  t.same([load.inFlight, load.unfinished], [1, 1])
  load.hold(second, 10)
  load.complete(second)
  t.match(second, { shed: true, slow: false, counted: false, held: 0 })
  for (const ticket of [first, first, second]) load.leave(ticket)
  t.same([load.inFlight, load.unfinished], [0, 0])
  t.end()
})

t.test('a single body is accepted whatever its size; more bytes than the limit are shed if nothing unfinished can give way', (t) => {
  const load = new Load({ ...limits, heldBytes: 100 })
  const large = load.begin('a', 0)
  t.equal(load.hold(large, 500, 0), true, 'alone')
  load.complete(large)
  const other = load.begin('a', 0)
  t.equal(load.hold(other, 1, 0), false)
  t.match(other, { shed: true, slow: false })
  load.leave(large)
  load.leave(other)
  const [third, fourth] = [load.begin('a', 0), load.begin('b', 0)]
  t.equal(load.hold(third, 60, 0), true)
  t.equal(load.hold(fourth, 40, 0), true)
  t.end()
})

t.test('the oldest of the bodies without data gives way to a new request, never the new request', (t) => {
  const load = new Load(limits)
  const ended: number[] = []
  for (let index = 0; index < 20; index++) {
    const ticket = load.begin('a', index)
    ticket.reader = { discard: () => {}, end: () => ended.push(index) }
    t.equal(ticket.shed, false)
  }
  t.same(
    ended,
    Array.from({ length: 12 }, (_, index) => index),
  )
  t.equal(load.unfinished, 8)
  t.end()
})

t.test('a large body that arrives fast outlives bodies that send a byte and stop', (t) => {
  const load = new Load(limits)
  const large = load.begin('a', 0)
  for (let now = 1; now <= 200; now++) {
    receive(load, large, 4 * kibibyte, now)
    receive(load, load.begin('a', now), 1, now)
  }
  t.equal(large.shed, false)
  t.equal(large.held, 800 * kibibyte)
  t.end()
})

t.test('an address that has more than a quarter of the places gives way to others, even if its bodies are faster', (t) => {
  const load = new Load(limits)
  const honest = [load.begin('honest', 0), load.begin('honest', 0)]
  const flood = Array.from({ length: 6 }, () => load.begin('flood', 900))
  for (const ticket of flood) receive(load, ticket, kibibyte, 1000)
  for (let index = 0; index < 4; index++) load.begin('honest-too', 1000)
  t.same(
    honest.map(({ shed }) => shed),
    [false, false],
  )
  t.equal(flood.filter(({ slow }) => slow).length, 4)
  t.end()
})

t.test('memory: the bodies of an address with more than its share give way, then the slowest one; nothing is counted twice', (t) => {
  const load = new Load(limits)
  const large = load.begin('api-server', 0)
  receive(load, large, 500 * kibibyte, 10)
  const discarded: Ticket[] = []
  const flood = [1, 2, 3].map(() => load.begin('flood', 0))
  for (const ticket of flood) ticket.reader = { discard: () => discarded.push(ticket), end: () => t.fail('not ended') }
  for (const ticket of flood) receive(load, ticket, 150 * kibibyte, 10)
  const late = load.begin('late', 20)
  t.equal(receive(load, late, 100 * kibibyte, 20), true)
  t.equal(large.shed, false, 'a single body is no more than a share')
  t.equal(flood.filter(({ slow }) => slow).length, 1)
  t.equal(receive(load, late, 300 * kibibyte, 21), true)
  t.equal(large.shed, false)
  t.equal(flood.filter(({ slow }) => slow).length, 3)
  t.same(discarded, flood)
  t.equal(load.unfinished, 5, 'they are read to their end')
  t.end()
})

t.test('a body that is itself the slowest one does not displace faster ones', (t) => {
  const load = new Load(limits)
  const stale = load.begin('a', 0)
  const fast = load.begin('b', 9_000)
  receive(load, fast, 900 * kibibyte, 10_000)
  t.equal(receive(load, stale, 200 * kibibyte, 10_000), false)
  t.match(stale, { shed: true })
  t.match(fast, { shed: false, held: 900 * kibibyte })
  t.end()
})

t.test('whatever clients do, the limits hold and everything is released', async (t) => {
  const step = fc.record({
    kind: fc.constantFrom('begin', 'receive', 'complete', 'leave'),
    address: fc.constantFrom('a', 'b', 'c'),
    which: fc.nat(30),
    bytes: fc.nat(400),
  })
  await fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const small = { inFlight: 3, heldBytes: 1000, unfinishedBodies: 4 }
      const load = new Load(small)
      const tickets: Ticket[] = []
      let now = 0
      for (const { kind, address, which, bytes } of steps) {
        now += 1
        const ticket = tickets[which % (tickets.length || 1)]
        if (kind === 'begin' || ticket === undefined) tickets.push(load.begin(address, now))
        // Only an unfinished body that was not shed receives more.
        else if (kind === 'receive' && !ticket.shed && !ticket.counted) receive(load, ticket, bytes, now)
        else if (kind === 'complete') load.complete(ticket)
        else if (kind === 'leave') {
          load.leave(ticket)
          tickets.splice(tickets.indexOf(ticket), 1)
        }
        const held = tickets.map((each) => each.held).filter((each) => each > 0)
        const fits = held.length <= 1 || held.reduce((sum, each) => sum + each, 0) <= small.heldBytes
        if (load.unfinished > small.unfinishedBodies || load.inFlight > small.inFlight || !fits) return false
      }
      for (const ticket of tickets) load.leave(ticket)
      return load.unfinished === 0 && load.inFlight === 0
    }),
  )
  t.equal(slowest([], { bodies: 1, bytes: 1 }, 0), undefined)
})
