/** The clock of the node jumps: deadlines do not move, dates are read anew. */
import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { goodPair, writePair } from '../server/support/certificates.ts'
import { podReview } from '../server/support/reviews.ts'
import { scratch } from '../server/support/scratch.ts'
import { call, policySource, type TestServer, testServer } from '../server/support/server.ts'
import { until } from '../support/waiting.ts'

const policy = `apiVersion: initlint.dev/v1alpha1
kind: Policy
rules: {image-latest: deny}
exemptions: [{rules: [image-latest], match: {namespaces: [shop]}, reason: until the end of the year, expires: 2026-12-31}]
`
const latest = JSON.stringify(podReview({ image: 'nginx:latest' }))
const day = 24 * 3600 * 1000

/** A server whose clock the test sets. */
async function clockServer(t: Test, start: number) {
  const clock = { now: start }
  const file = `${scratch(t, { 'policy.yaml': policy })}/policy.yaml`
  const server = await testServer(t, { policy: policySource(file), now: () => clock.now })
  return { clock, file, server }
}

async function isAllowed({ ports, ca }: TestServer, path = '/validate'): Promise<boolean> {
  const reply = await call(ports.webhook, path, latest, { ca })
  if (reply.code !== 200) throw new Error(`code ${reply.code}`)
  return JSON.parse(reply.text).response.allowed
}

t.test('an exemption ends with its day in UTC, also if the clock jumps over it, and holds again if the clock is set back', async (t) => {
  const { clock, server } = await clockServer(t, Date.now())
  const dates: readonly (readonly [string, boolean])[] = [
    ['2026-12-31T23:59:59.999Z', true],
    ['2027-01-01T00:00:00Z', false],
    ['2026-12-30T00:00:00Z', true],
    ['2040-06-01T00:00:00Z', false],
    ['1970-01-01T00:00:00Z', true],
    ['9999-12-31T23:59:59Z', false],
  ]
  for (const [date, allowed] of dates) {
    clock.now = Date.parse(date)
    t.equal(await isAllowed(server), allowed, date)
  }
})

t.test('the deadline of a review does not depend on the clock', async (t) => {
  const { clock, server } = await clockServer(t, Date.now())
  for (const jump of [100 * 365 * day, -50 * 365 * day, 0]) {
    clock.now = Date.now() + jump
    const { response } = JSON.parse((await call(server.ports.webhook, '/validate?timeout=5s', latest, { ca: server.ca })).text)
    t.notMatch(JSON.stringify(response), /ran out of time/)
  }
})

t.test('a policy that is written while the clock is wrong is used', async (t) => {
  const { clock, file, server } = await clockServer(t, Date.now())
  clock.now = Date.UTC(2027, 0, 2)
  t.equal(await isAllowed(server), false)
  clock.now = 0
  writeFileSync(file, policy.replace('2026-12-31', '2027-12-31'))
  clock.now = Date.UTC(2027, 0, 2)
  await until('the new policy is in force', () => isAllowed(server))
})

t.test('a certificate that is renewed while the clock is years ahead is refused, and used once the clock is right', async (t) => {
  const { clock, server } = await clockServer(t, Date.now())
  const serial = async () => (await call(server.ports.webhook, '/validate', latest, { rejectUnauthorized: false })).peerSerial
  const first = await serial()
  clock.now = Date.now() + 50 * 365 * day
  writePair(server.files.cert.replace(/\/[^/]+$/, ''), await goodPair())
  await until('the refusal is logged', () => server.sink.text().includes('the new certificate is refused'))
  t.equal(await serial(), first)
  clock.now = Date.now()
  await until('the new certificate is served', async () => (await serial()) !== first)
})
