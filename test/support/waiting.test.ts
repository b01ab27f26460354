/** The functions that tests wait with. */
import t from 'tap'
import { unchangedFor, until, untilUnchangedFor } from './waiting.ts'

t.test('until repeats after undefined, false and exceptions, and returns the first other answer', async (t) => {
  const answers = [() => undefined, () => false, () => Promise.reject(new Error('no')), () => 0, () => 1]
  t.equal(await until('an answer', () => answers.shift()?.()), 0)
})

t.test('until fails with the state and the last problem, also if an attempt hangs', async (t) => {
  await t.rejects(
    until('the moon', () => undefined, 50),
    { message: 'the moon: not within 0.05 s' },
  )
  await t.rejects(
    until('the moon', () => Promise.reject(new Error('cloudy')), 50),
    { message: /^the moon: .*cloudy/ },
  )
  await t.rejects(
    until('the moon', () => new Promise<true>(() => undefined), 50),
    { message: /^the moon: .*did not end/ },
  )
})

t.test('unchangedFor fails after a change and shows both states', async (t) => {
  await unchangedFor('a constant', 150, () => ({ a: [1] }))
  let count = 0
  await t.rejects(
    unchangedFor('the count', 1000, () => count++),
    { message: 'the count changed from 0 to 1' },
  )
})

t.test('untilUnchangedFor waits for the last change', async (t) => {
  let count = 0
  await untilUnchangedFor('the count', 150, () => Math.min(count++, 3))
  t.ok(count > 3)
})
