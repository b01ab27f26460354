/** Next to tenants with the worst scripts, no ordinary review misses its deadline, and the kubelet neither restarts nor removes the server. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { hostileReviews } from '../reliability/neighbor.ts'
import { Client, countOutcomes, type Outcome, ordinary } from './support/client.ts'
import { probeTimeout, startDeployed, webhookTimeout } from './support/deployed.ts'

/** Hostile reviews, over so many connections at a time. */
const hostile = { reviews: 60, connections: 20 }
/** One probe every so many ms. */
const pace = 20

/** So many probes in a row must fail until the kubelet acts: the default of failureThreshold, which the Deployment does not change. */
const failureThreshold = 3

/** The largest number of failures in a row. */
function failuresInARow(statuses: readonly string[]): number {
  let [most, now] = [0, 0]
  for (const status of statuses) {
    now = status === '200' ? 0 : now + 1
    most = Math.max(most, now)
  }
  return most
}

t.test('60 Pods with the worst scripts on 20 connections: no review misses its deadline, and the kubelet keeps the server', async (t) => {
  const server = await startDeployed(t)
  const [client, attacker] = [new Client(server), new Client(server, hostile.connections)]
  t.after(() => client.close())
  t.after(() => attacker.close())
  await client.review(ordinary)
  const source = hostileReviews()
  const attack = Promise.all(Array.from({ length: hostile.reviews }, () => attacker.review(source.next().value)))
  let isOver = false
  void attack.then(() => {
    isOver = true
  })
  const reviews: Promise<Outcome>[] = []
  // Like the kubelet, in turn.
  const probe = async (path: string, timeout: number): Promise<readonly string[]> => {
    const statuses: string[] = []
    while (!isOver) {
      try {
        statuses.push(String((await fetch(`http://127.0.0.1:${server.opsPort}${path}`, { signal: AbortSignal.timeout(timeout) })).status))
      } catch (error) {
        statuses.push(String(error))
      }
      await sleep(pace)
    }
    return statuses
  }
  const live = probe('/livez', probeTimeout('livenessProbe'))
  const ready = probe('/readyz', probeTimeout('readinessProbe'))
  while (!isOver) {
    reviews.push(client.review(ordinary, webhookTimeout()))
    await sleep(pace)
  }
  const outcomes = countOutcomes(await Promise.all(reviews))
  t.same(Object.keys(outcomes), ['200'], JSON.stringify(outcomes))
  for (const [name, statuses] of [
    ['livez', await live],
    ['readyz', await ready],
  ] as const) {
    t.ok(statuses.length > 0, name)
    t.ok(failuresInARow(statuses) < failureThreshold, `${name}: ${statuses.join(' ')}`)
  }
  t.same(Object.keys(countOutcomes(await attack)), ['200'], 'the hostile reviews are answered as well')
  t.equal(server.ended(), undefined)
})
