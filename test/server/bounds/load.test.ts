/** Sizes and overload: a large body does not bypass the checks, and a busy server sheds with a reply after which the API server retries. */
import t from 'tap'
import { until } from '../../support/waiting.ts'
import { metricsOf, untilMetric } from '../support/metrics.ts'
import { rawClient } from '../support/raw-clients.ts'
import { podReview, type ReviewReply } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, policySource, testServer } from '../support/server.ts'

const mebibyte = 1024 * 1024
const plain = JSON.stringify(podReview())
const padded = (bytes: number) => JSON.stringify(podReview({ uid: 'large', annotations: { padding: 'x'.repeat(bytes) } }))
const denying = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n'
const silent = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: audit-only\n'

t.test(
  'a review larger than reviewBytes is answered for its uid: denied if the policy denies, allowed with a warning otherwise',
  async (t) => {
    for (const [text, allowed] of [
      [denying, false],
      [silent, true],
    ] as const) {
      const policy = policySource(`${scratch(t, { 'policy.yaml': text })}/policy.yaml`)
      const { ports, ca, sink } = await testServer(t, { policy, limits: { reviewBytes: mebibyte } })
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const reply = await call(ports.webhook, '/validate', padded(mebibyte), { ca, headers })
        t.equal(reply.code, 200)
        const { response }: ReviewReply = JSON.parse(reply.text)
        t.match(response, { uid: 'large', allowed })
        t.equal(response.warnings?.length ?? 0, allowed ? 1 : 0)
      }
      t.ok(sink.text().length < 5000, 'the log stays small')
    }
  },
)

t.test('bodies that would take many times their size to parse: reviews are denied, /lint answers 413', async (t) => {
  const policy = policySource(`${scratch(t, { 'policy.yaml': denying })}/policy.yaml`)
  const { ports, ca } = await testServer(t, { policy })
  const start = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"odd","namespace":"shop","object":'
  for (const part of ['[', '{"":', '[],', '0,']) {
    const reply = await call(ports.webhook, '/validate', start + part.repeat((6 * mebibyte) / part.length), { ca })
    t.match(JSON.parse(reply.text), { response: { uid: 'odd', allowed: false } }, part)
  }
  const lint = await call(ports.webhook, '/lint', '['.repeat(3 * mebibyte), { ca })
  t.equal(lint.code, 413)
})

t.test('/lint answers 413 for more than 4 MiB', async (t) => {
  const { ports, ca } = await testServer(t)
  const reply = await call(ports.webhook, '/lint', `# ${'x'.repeat(5 * mebibyte)}`, { ca })
  t.equal(reply.code, 413)
  t.match(reply.text, /4 MiB/)
})

/** Sends a request with an incomplete body from an address of the loopback network. */
function hang(port: number, localAddress: string, sent = '{') {
  const sends = `POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${sent.length + 1}\r\n\r\n${sent}`
  return rawClient(port, { tls: true, localAddress, sends })
}

const shed = { code: 503, headers: { 'retry-after': '1', connection: 'close' } }

t.test('too many requests at once: 503 with Retry-After: 1 and Connection: close', async (t) => {
  const server = await testServer(t, { limits: { inFlight: 0 } })
  const { ports, ca } = server
  t.match(await call(ports.webhook, '/validate', plain, { ca }), shed)
  t.match(await call(ports.webhook, '/lint', 'kind: Pod', { ca }), shed)
  t.match(await metricsOf(server), '\ninitlint_failures_total{cause="overload"} 2\n')
})

t.test(
  'more unfinished requests than there are places: an ordinary request is answered, and the oldest of them end with 503',
  async (t) => {
    const server = await testServer(t, { limits: { unfinishedBodies: 4 } })
    const oldest = hang(server.ports.webhook, '127.0.0.2')
    await untilMetric(server, 'initlint_unfinished_bodies 1')
    const others = Array.from({ length: 3 }, () => hang(server.ports.webhook, '127.0.0.2'))
    await untilMetric(server, 'initlint_unfinished_bodies 4')
    t.match(await call(server.ports.webhook, '/validate', plain, { ca: server.ca }), { code: 200 })
    await until('the connection of the oldest one is closed', oldest.closed)
    t.match(oldest.received(), /^HTTP\/1\.1 503 [\s\S]*retry-after: 1\r\n[\s\S]*connection: close\r\n/i)
    await untilMetric(server, 'initlint_unfinished_bodies 3')
    await untilMetric(server, 'initlint_failures_total{cause="slow"} 1')
    await untilMetric(server, 'initlint_failures_total{cause="overload"} 0')
    t.same(
      others.map(({ closed }) => closed()),
      [false, false, false],
    )
    for (const { end } of others) end()
    await untilMetric(server, 'initlint_unfinished_bodies 0')
  },
)

t.test('an address with more than its share of the places loses them to others', async (t) => {
  const server = await testServer(t, { limits: { unfinishedBodies: 8 } })
  const first = hang(server.ports.webhook, '127.0.0.3')
  await untilMetric(server, 'initlint_unfinished_bodies 1')
  const flood = Array.from({ length: 20 }, () => hang(server.ports.webhook, '127.0.0.2'))
  await until('13 of the flood have ended', () => flood.filter(({ closed }) => closed()).length === 13)
  t.equal(first.closed(), false, 'it is older, but alone at its address')
  for (const { end } of [first, ...flood]) end()
})

t.test('too many bytes at once: slower bodies are discarded, and answered with 503 at their end', async (t) => {
  const server = await testServer(t, { limits: { heldBytes: 20_000 } })
  t.match(await call(server.ports.webhook, '/validate', padded(50_000), { ca: server.ca }), { code: 200 }, 'alone')
  const flood = [1, 2, 3].map(() => hang(server.ports.webhook, '127.0.0.2', 'x'.repeat(6000)))
  await untilMetric(server, 'initlint_unfinished_bodies 3')
  t.match(await call(server.ports.webhook, '/validate', padded(10_000), { ca: server.ca }), { code: 200 })
  for (const { send } of flood) send('x')
  const answers = await until('all are answered', () => {
    const received = flood.map((each) => each.received())
    return received.every((text) => text !== '') && received
  })
  t.same(answers.map((text) => text.slice(0, 12)).sort(), ['HTTP/1.1 400', 'HTTP/1.1 503', 'HTTP/1.1 503'])
  for (const { end } of flood) end()
})
