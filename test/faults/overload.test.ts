/** More than the server can do at once: what it does not answer, it sheds with a reply after which the API server retries. */
import t from 'tap'
import { burst, largeReview } from '../reliability/burst.ts'
import { until } from '../support/waiting.ts'
import { Client, ordinary } from './support/client.ts'
import { startDeployed } from './support/deployed.ts'

/** What no burst may make the server use, MiB: less than the memory limit of the Deployment. */
const mostResident = 512

t.test('600 reviews at once, and 12 of 6 MiB each: answered or shed with Retry-After, then everything is answered', async (t) => {
  const result = await burst({ reviews: 600, large: 12, largeMiB: 6 })
  t.match(result, { lost: 0, probesFailed: 0, answeredAfter: 612 })
  t.ok(result.answered >= 100, `${result.answered} answered`)
  t.ok(result.residentPeak < mostResident, `${result.residentPeak} MiB`)
})

t.test('clients that disconnect in the middle leave nothing behind', async (t) => {
  const server = await startDeployed(t)
  const client = new Client(server)
  t.after(() => client.close())
  for (let round = 0; round < 5; round++) {
    const leaving = new Client(server)
    const outcomes = Array.from({ length: 50 }, () => leaving.review(largeReview(100_000)))
    leaving.close()
    await Promise.all(outcomes)
  }
  await until('no request is in flight', async () => (await server.metrics()).includes('\ninitlint_requests_in_flight 0\n'))
  t.match(await client.review(ordinary), { code: 200, allowed: true })
})
