/** The sizes of load.test.ts with the limits that are shipped: as large as the API server can send, and larger. */
import t from 'tap'
import { podReview, warnedRules } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, policySource, testServer } from '../support/server.ts'

const mebibyte = 1024 * 1024
const padded = (bytes: number) => JSON.stringify(podReview({ uid: 'large', annotations: { padding: 'x'.repeat(bytes) } }))
const denying = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n'

t.test('30 MiB are read and checked', async (t) => {
  const { ports, ca } = await testServer(t)
  const reply = await call(ports.webhook, '/validate', padded(30 * mebibyte), { ca })
  t.equal(reply.code, 200)
  t.same(warnedRules(reply.text), ['image-latest'])
})

t.test('33 MiB are denied for their uid if the policy denies, with and without a declared length', async (t) => {
  const policy = policySource(`${scratch(t, { 'policy.yaml': denying })}/policy.yaml`)
  const { ports, ca } = await testServer(t, { policy })
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const reply = await call(ports.webhook, '/validate', padded(33 * mebibyte), { ca, headers })
    t.match(JSON.parse(reply.text), { response: { uid: 'large', allowed: false } })
  }
})

t.test('30 MiB that cost many times their size when parsed are not parsed', async (t) => {
  const policy = policySource(`${scratch(t, { 'policy.yaml': denying })}/policy.yaml`)
  const { ports, ca } = await testServer(t, { policy })
  const start = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"odd","namespace":"shop","object":'
  for (const part of ['[', '{"":', '[],', '0,']) {
    const reply = await call(ports.webhook, '/validate', start + part.repeat((30 * mebibyte) / part.length), { ca })
    t.match(JSON.parse(reply.text), { response: { uid: 'odd', allowed: false } }, part)
  }
})
