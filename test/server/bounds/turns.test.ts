import t from 'tap'
import { Turns } from '../../../src/server/bounds/turns.ts'

t.test('callers work in order, one per iteration of the event loop', async (t) => {
  const turns = new Turns()
  const order: string[] = []
  const callers = ['a', 'b', 'c'].map((name) => turns.take().then(() => order.push(name)))
  let isDone = false
  const iterations = (async () => {
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve))
      order.push('.')
    }
  })()
  await Promise.all(callers)
  isDone = true
  await iterations
  t.match(order.join(''), /^a\.+b\.+c\.+$/)
})

t.test('a caller that comes later gets a later turn', async (t) => {
  const turns = new Turns()
  await turns.take()
  const order: string[] = []
  await Promise.all([turns.take().then(() => order.push('first')), turns.take().then(() => order.push('second'))])
  t.same(order, ['first', 'second'])
})
