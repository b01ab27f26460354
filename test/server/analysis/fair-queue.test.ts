import t from 'tap'
import { FairQueue } from '../../../src/server/analysis/fair-queue.ts'

const limits = { tenantItems: 3, tenantBytes: 100, items: 5, bytes: 150 }

const item = (tenant: string, name: string, size = 1) => ({ tenant, size, name })

/** Takes everything out of a queue. */
function drained(queue: FairQueue<ReturnType<typeof item>>): string[] {
  const names: string[] = []
  for (let next = queue.next(); next !== undefined; next = queue.next()) names.push(next.name)
  return names
}

t.test('tenants take turns, and the items of one tenant keep their order', async (t) => {
  const queue = new FairQueue<ReturnType<typeof item>>(limits)
  for (const name of ['a1', 'a2', 'a3']) t.ok(queue.add(item('a', name)))
  t.ok(queue.add(item('b', 'b1')))
  t.ok(queue.add(item('c', 'c1')))
  t.equal(queue.length, 5)
  t.same(drained(queue), ['a1', 'b1', 'c1', 'a2', 'a3'])
  t.equal(queue.length, 0)
})

t.test('a tenant that returns is last', async (t) => {
  const queue = new FairQueue<ReturnType<typeof item>>(limits)
  for (const name of ['a1', 'a2']) queue.add(item('a', name))
  queue.add(item('b', 'b1'))
  t.equal(queue.next()?.name, 'a1')
  queue.add(item('a', 'a3'))
  t.same(drained(queue), ['b1', 'a2', 'a3'])
})

t.test('the number and the size of the items of a tenant are limited, a single item is not', async (t) => {
  const queue = new FairQueue<ReturnType<typeof item>>(limits)
  for (const name of ['a1', 'a2', 'a3']) queue.add(item('a', name))
  t.notOk(queue.add(item('a', 'a4')), 'a fourth item')
  t.ok(queue.add(item('b', 'b1', 1000)), 'a large first item')
  t.notOk(queue.add(item('b', 'b2', 1)), 'another one next to it')
  t.same(drained(queue), ['a1', 'b1', 'a2', 'a3'])
  t.ok(queue.add(item('a', 'a5', 99)))
  t.notOk(queue.add(item('a', 'a6', 2)), 'more bytes than a tenant may have')
})

t.test('the number and the size of all items are limited', async (t) => {
  const queue = new FairQueue<ReturnType<typeof item>>(limits)
  const accepted = ['a', 'b', 'c', 'd', 'e', 'f'].filter((tenant) => queue.add(item(tenant, tenant)))
  t.same(accepted, ['a', 'b', 'c', 'd', 'e'])
  const full = new FairQueue<ReturnType<typeof item>>(limits)
  for (const tenant of ['a', 'b']) full.add(item(tenant, tenant, 70))
  t.notOk(full.add(item('a', 'a2', 20)))
  t.ok(full.add(item('c', 'c', 70)), 'the first item of a tenant is accepted as long as there is room for its number')
})

t.test('a removed item does not come, and makes room', async (t) => {
  const queue = new FairQueue<ReturnType<typeof item>>(limits)
  const [first, second, third] = ['a1', 'a2', 'a3'].map((name) => item('a', name, 30))
  if (first === undefined || second === undefined || third === undefined) throw new Error('three items')
  for (const each of [first, second, third]) queue.add(each)
  t.ok(queue.remove(second))
  t.notOk(queue.remove(second))
  t.ok(queue.add(item('a', 'a4', 30)))
  t.same(drained(queue), ['a1', 'a3', 'a4'])
  t.notOk(queue.remove(first), 'it was taken out')
  const single = item('b', 'b1')
  queue.add(single)
  t.ok(queue.remove(single))
  t.equal(queue.next(), undefined)
})
