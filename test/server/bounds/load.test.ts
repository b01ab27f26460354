/** Sizes and overload: a large body does not bypass the checks, and a busy server sheds with a reply after which the API server retries. */
import { connect } from 'node:tls'
import t from 'tap'
import { until } from '../../support/waiting.ts'
import { podReview, type ReviewReply, warnedRules } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, policySource, type Reply, type TestServer, testServer } from '../support/server.ts'

const mebibyte = 1024 * 1024
const plain = JSON.stringify(podReview())
const padded = (bytes: number) => JSON.stringify(podReview({ uid: 'large', annotations: { padding: 'x'.repeat(bytes) } }))
const denying = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n'
const silent = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: audit-only\n'

t.test('a review of 30 MiB is checked', async (t) => {
  const { ports, ca } = await testServer(t)
  const reply = await call(ports.webhook, '/validate', padded(30 * mebibyte), { ca })
  t.equal(reply.code, 200)
  t.same(warnedRules(reply.text), ['image-latest'])
})

t.test('a review of 33 MiB: denied if the policy can deny, else allowed with a warning', async (t) => {
  for (const [text, allowed] of [
    [denying, false],
    [silent, true],
  ] as const) {
    const policy = policySource(`${scratch(t, { 'policy.yaml': text })}/policy.yaml`)
    const { ports, ca, sink } = await testServer(t, { policy })
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const reply = await call(ports.webhook, '/validate', padded(33 * mebibyte), { ca, headers })
      t.equal(reply.code, 200)
      const { response }: ReviewReply = JSON.parse(reply.text)
      t.match(response, { uid: 'large', allowed })
      t.equal(response.warnings?.length ?? 0, allowed ? 1 : 0)
    }
    t.ok(sink.text().length < 5000, 'the log stays small')
  }
})

t.test('bodies that would take many times their size to parse: reviews are denied, /lint answers 413', async (t) => {
  const policy = policySource(`${scratch(t, { 'policy.yaml': denying })}/policy.yaml`)
  const { ports, ca } = await testServer(t, { policy })
  const start = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"odd","namespace":"shop","object":'
  for (const part of ['[', '{"":', '[],', '0,']) {
    const reply = await call(ports.webhook, '/validate', start + part.repeat((30 * mebibyte) / part.length), { ca })
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

/** Sends a request with an incomplete body. */
function hang(port: number, sent = '{'): () => void {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  socket.on('error', () => {})
  socket.write(`POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${sent.length + 1}\r\n\r\n${sent}`)
  return () => socket.destroy()
}

/** Repeats a call until its reply has a code: the server learns of a request, and of its end, a moment after the client has sent it. */
function untilReply(server: TestServer, code: number, path: string, body: string): Promise<Reply> {
  return until(`${path} answers ${code}`, async () => {
    const reply = await call(server.ports.webhook, path, body, { ca: server.ca })
    return reply.code === code ? reply : undefined
  })
}

const shed = { code: 503, headers: { 'retry-after': '1', connection: 'close' } }

t.test('too many requests at once: 503 with Retry-After: 1 and Connection: close, then 200 again', async (t) => {
  const server = await testServer(t, { limits: { inFlight: 2 } })
  const ends = [hang(server.ports.webhook), hang(server.ports.webhook)]
  t.match(await untilReply(server, 503, '/validate', plain), shed)
  t.match(await call(server.ports.webhook, '/lint', 'kind: Pod', { ca: server.ca }), shed)
  for (const end of ends) end()
  t.match(await untilReply(server, 200, '/validate', plain), { code: 200 })
})

t.test('too many bytes at once: 503, then 200 again; a single body is accepted whatever its size', async (t) => {
  const server = await testServer(t, { limits: { heldBytes: 1000 } })
  const large = padded(5000)
  t.match(await call(server.ports.webhook, '/validate', large, { ca: server.ca }), { code: 200 })
  const end = hang(server.ports.webhook, 'x'.repeat(900))
  t.match(await untilReply(server, 503, '/validate', large), shed)
  end()
  t.match(await untilReply(server, 200, '/validate', large), { code: 200 })
})
