/** Sizes and overload: nothing is escaped by a large body, and a busy server sheds in the one way that the API server repeats. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import t from 'tap'
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

t.test('bodies that cost many times their size when parsed are not parsed', async (t) => {
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

t.test('/lint takes 4 MiB', async (t) => {
  const { ports, ca } = await testServer(t)
  const reply = await call(ports.webhook, '/lint', `# ${'x'.repeat(5 * mebibyte)}`, { ca })
  t.equal(reply.code, 413)
  t.match(reply.text, /4 MiB/)
})

/** Opens a request and leaves its body unfinished. */
async function hang(port: number, sent = '{'): Promise<() => void> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  socket.on('error', () => {})
  socket.write(`POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${sent.length + 1}\r\n\r\n${sent}`)
  await sleep(100)
  return () => socket.destroy()
}

const shed = { code: 503, headers: { 'retry-after': '1', connection: 'close' } }

t.test('too many requests at once: 503, Retry-After: 1, Connection: close, and recovery', async (t) => {
  const { ports, ca } = await testServer(t, { limits: { inFlight: 2 } })
  const ends = [await hang(ports.webhook), await hang(ports.webhook)]
  t.match(await call(ports.webhook, '/validate', plain, { ca }), shed)
  t.match(await call(ports.webhook, '/lint', 'kind: Pod', { ca }), shed)
  for (const end of ends) end()
  await sleep(100)
  t.match(await call(ports.webhook, '/validate', plain, { ca }), { code: 200 })
})

t.test('too many bytes at once: the same; a body that is alone is let in whatever its size', async (t) => {
  const { ports, ca } = await testServer(t, { limits: { heldBytes: 1000 } })
  const large = padded(5000)
  t.match(await call(ports.webhook, '/validate', large, { ca }), { code: 200 })
  const end = await hang(ports.webhook, 'x'.repeat(900))
  t.match(await call(ports.webhook, '/validate', large, { ca }), shed)
  end()
  await sleep(100)
  t.match(await call(ports.webhook, '/validate', large, { ca }), { code: 200 })
})
