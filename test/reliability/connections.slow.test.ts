/** A small part of the connections that `npm run reliability -- --only connections` opens: counts only. */
import t from 'tap'
import { connections } from './connections.ts'

t.test('2,000 connections that end in all ways: the requests are answered, and nothing stays open', async (t) => {
  const result = await connections({ count: 2000, first: 1000 })
  t.ok(result.complete > 500, `${result.complete} complete requests`)
  t.equal(result.answered, result.complete)
  t.equal(result.openBefore.webhook, 0)
  t.equal(result.openAfter.webhook, 0)
  t.ok((result.openAfter.ops ?? Number.NaN) <= (result.openBefore.ops ?? 0), `${result.openAfter.ops} on the ops port`)
  t.equal(result.inFlight, 0)
  t.equal(result.reviewAfter, 200)
})
