/** More than the server can do at once: what it does not answer, it sheds with a reply after which the API server retries. */
import t from 'tap'
import { until } from '../support/waiting.ts'
import { Client, countOutcomes, type Outcome, ordinary } from './support/client.ts'
import { startDeployed } from './support/deployed.ts'

const mebibyte = 1024 * 1024

/** The limit of the Deployment's container (manifests/base/deployment.yaml), MiB. */
const memoryLimit = 512

/** A review of this size, with many small values. */
function large(bytes: number): string {
  const entry = '{"name":"SETTING","value":"some value"},'
  const env = `[${entry.repeat(Math.floor(bytes / entry.length))}{}]`
  return ordinary.replace('"env":[]', `"env":${env}`)
}

t.test('600 reviews at once, and 12 of 6 MiB each: answered or shed with Retry-After, then everything is answered', async (t) => {
  const server = await startDeployed(t)
  const client = new Client(server)
  t.after(() => client.close())
  const body = large(6 * mebibyte)
  t.ok(body.length > 6 * mebibyte)
  const alive: number[] = []
  const outcomes: Outcome[] = []
  const sent = [
    ...Array.from({ length: 12 }, () => client.review(body)),
    ...Array.from({ length: 600 }, () => client.review(ordinary)),
  ].map(async (outcome) => void outcomes.push(await outcome))
  await until('each is answered', async () => {
    alive.push(await server.ops('/livez'))
    return outcomes.length === sent.length
  })
  await Promise.all(sent)
  t.same([...new Set(alive)], [200], 'the probe of the kubelet')
  t.same(
    Object.keys(countOutcomes(outcomes)).filter((kind) => kind !== '200' && kind !== '503'),
    [],
  )
  for (const { code, headers } of outcomes) if (code === 503 && headers['retry-after'] !== '1') t.fail('a 503 without Retry-After')
  t.ok((countOutcomes(outcomes)['200'] ?? 0) >= 100)
  t.ok(server.resident() < memoryLimit, `${server.resident()} MiB`)
  const after = await Promise.all(Array.from({ length: 100 }, () => client.review(ordinary)))
  t.same(countOutcomes(after), { 200: 100 })
  await until('no request is in flight', async () => (await server.metrics()).includes('\ninitlint_requests_in_flight 0\n'))
})

t.test('clients that disconnect in the middle leave nothing behind', async (t) => {
  const server = await startDeployed(t)
  const client = new Client(server)
  t.after(() => client.close())
  for (let round = 0; round < 5; round++) {
    const leaving = new Client(server)
    const outcomes = Array.from({ length: 50 }, () => leaving.review(large(100_000)))
    leaving.close()
    await Promise.all(outcomes)
  }
  await until('no request is in flight', async () => (await server.metrics()).includes('\ninitlint_requests_in_flight 0\n'))
  t.match(await client.review(ordinary), { code: 200, allowed: true })
})
