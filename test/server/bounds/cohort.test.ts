import t from 'tap'
import { Cohort, type Work } from '../../../src/server/bounds/cohort.ts'

const iteration = () => new Promise((resolve) => setImmediate(resolve))

/** Work that notes its steps. @param during called in the first step */
function noting(order: string[], name: string, during: () => void = () => {}): Work {
  return {
    first: () => {
      during()
      order.push(`${name}1`)
    },
    last: () => order.push(`${name}2`),
  }
}

t.test('the first step of all work precedes the last step of all work, in the same iteration of the event loop', async (t) => {
  const cohort = new Cohort({ size: 16, time: 1000 })
  const order: string[] = []
  for (const name of ['a', 'b', 'c']) cohort.add(noting(order, name))
  t.same(order, [], 'nothing is done while more may arrive')
  await iteration()
  t.same(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'c2'])
})

t.test('if enough waits, it is done at once', async (t) => {
  const cohort = new Cohort({ size: 2, time: 1000 })
  const order: string[] = []
  for (const name of ['a', 'b', 'c']) cohort.add(noting(order, name))
  t.same(order, ['a1', 'b1', 'a2', 'b2'])
  await iteration()
  t.same(order.slice(4), ['c1', 'c2'])
  cohort.add(noting(order, 'd'))
  await iteration()
  t.same(order.slice(6), ['d1', 'd2'], 'later work is done in its own iteration')
})

t.test('work that takes long does not hold back what was done before', async (t) => {
  let now = 0
  const cohort = new Cohort({ size: 16, time: 2, now: () => now })
  const order: string[] = []
  for (const name of ['a', 'b', 'c', 'd']) cohort.add(noting(order, name, () => (now += name === 'b' ? 5 : 1)))
  await iteration()
  t.same(order, ['a1', 'b1', 'a2', 'b2', 'c1', 'd1', 'c2', 'd2'])
})

t.test('work that arrives during a last step is done in the next iteration', async (t) => {
  const cohort = new Cohort({ size: 16, time: 1000 })
  const order: string[] = []
  cohort.add({ first: () => order.push('a1'), last: () => cohort.add(noting(order, 'b')) })
  await iteration()
  await iteration()
  t.same(order, ['a1', 'b1', 'b2'])
})
