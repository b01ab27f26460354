/** Errors outside the rules: no review may end the process, or keep its place of the load. */
import t from 'tap'
import type { ServerPorts } from '../../../src/server/ports.ts'
import { podReview } from '../support/reviews.ts'
import { testApp, testPorts } from '../support/server.ts'

const payload = JSON.stringify(podReview())

function failing(): never {
  throw new Error('out of order')
}

t.test('an error while a review is judged: allowed with a warning', async (t) => {
  const ports = testPorts(t)
  const app = await testApp(t, { ...ports, namespaceLabels: failing })
  const reply = await app.inject({ method: 'POST', url: '/validate', payload })
  t.match(reply.json(), { response: { allowed: true, warnings: [/internal error/] } })
  t.equal(ports.load.inFlight, 0)
})

/** Replies to two reviews that arrive at once and fail, and to one after them. */
async function codesAround(t: Parameters<typeof testPorts>[0], ports: ServerPorts, repair: () => void): Promise<readonly number[]> {
  const app = await testApp(t, ports)
  const send = async () => (await app.inject({ method: 'POST', url: '/validate', payload })).statusCode
  const codes = await Promise.all([send(), send()])
  t.equal(ports.load.inFlight, 0)
  repair()
  return [...codes, await send()]
}

t.test('an error while such an error is logged: 500, and later reviews are answered', async (t) => {
  const ports = testPorts(t)
  let isBroken = true
  const namespaceLabels = () => (isBroken ? failing() : undefined)
  let logged = 0
  ports.log.error = () => (logged++ % 2 === 0 ? failing() : undefined)
  const codes = await codesAround(t, { ...ports, namespaceLabels }, () => {
    isBroken = false
  })
  t.same(codes, [500, 500, 200])
})

t.test('an error while a reply is sent: 500, and later reviews are answered', async (t) => {
  const ports = testPorts(t)
  const { metrics } = ports
  const review = metrics.review
  metrics.review = failing
  const codes = await codesAround(t, ports, () => {
    metrics.review = review
  })
  t.same(codes, [500, 500, 200])
})
