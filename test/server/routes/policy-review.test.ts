/** POST /validate-policy over the wire. */
import t from 'tap'
import { TokenBucket, TokenBuckets } from '../../../src/server/bounds/token-bucket.ts'
import { logSink, testApp, testPorts } from '../support/server.ts'

const review = (policy: string, name = 'initlint-policy') => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'uid-1',
    operation: 'CREATE',
    namespace: 'initlint',
    name,
    dryRun: true,
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'initlint' }, data: { 'policy.yaml': policy } },
  },
})

const good = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'

t.test('an invalid policy is denied, counted and logged without its text', async (t) => {
  const sink = logSink()
  const ports = testPorts(t, { log: sink.log })
  const app = await testApp(t, ports)
  const send = (payload: object) => app.inject({ method: 'POST', url: '/validate-policy?timeout=5s', payload: JSON.stringify(payload) })
  const denied = await send(review(`${good}preset: SECRET-WORD\n`))
  t.equal(denied.statusCode, 200)
  t.match(denied.json(), { response: { uid: 'uid-1', allowed: false, status: { code: 422 } } })
  t.match((await send(review(good))).json(), { response: { uid: 'uid-1', allowed: true } })
  t.match((await send(review('nonsense', 'other'))).json(), { response: { allowed: true } })
  t.strictSame(
    sink.lines().map(({ endpoint, verdict }) => [endpoint, verdict]),
    [
      ['validate-policy', 'denied'],
      ['validate-policy', 'allowed'],
    ],
  )
  t.notMatch(sink.text(), 'SECRET-WORD')
  const { text } = await ports.metrics.expose()
  t.match(text, 'initlint_policy_reviews_total{verdict="denied",dry_run="true"} 1')
  t.match(text, 'initlint_policy_reviews_total{verdict="allowed",dry_run="true"} 1')
})

t.test('no AdmissionReview: 400; too deep: allowed with a warning; too many at once: 503', async (t) => {
  const app = await testApp(t, testPorts(t))
  const send = (payload: string) => app.inject({ method: 'POST', url: '/validate-policy', payload })
  t.equal((await send('nonsense')).statusCode, 400)
  const deep = JSON.stringify(review(good)).replace('"data":{', `"metadata2":${'['.repeat(600_000)}${']'.repeat(600_000)},"data":{`)
  t.match((await send(deep)).json(), { response: { uid: 'uid-1', allowed: true, warnings: [/without a check/] } })
  const replies = await Promise.all(Array.from({ length: 40 }, () => send(JSON.stringify(review(good)))))
  const busy = replies.filter(({ statusCode }) => statusCode === 503)
  t.ok(busy.length > 0 && busy.length < 40, `${busy.length} of 40 are told to retry`)
  t.ok(busy.every(({ headers }) => headers['retry-after'] === '1'))
  t.equal((await app.inject({ method: 'GET', url: '/validate-policy' })).statusCode, 405)
})

t.test('a review of another object costs no check of a policy: any number is answered, without parsing the rest', async (t) => {
  const app = await testApp(t, testPorts(t))
  const start = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"uid-1","name":"other","namespace":"shop",'
  const payload = `${start}"operation":"CREATE","object":${'['.repeat(1000)}`
  for (let round = 0; round < 40; round++) {
    const reply = await app.inject({ method: 'POST', url: '/validate-policy', payload })
    t.match(reply.json(), { response: { uid: 'uid-1', allowed: true } })
  }
  const ours = await app.inject({ method: 'POST', url: '/validate-policy', payload: JSON.stringify(review(good)) })
  t.equal(ours.statusCode, 200)
})

t.test('a policy larger than a ConfigMap can be is not parsed', async (t) => {
  const app = await testApp(t, testPorts(t, { limits: { policyReviewBytes: 1000 } }))
  const payload = JSON.stringify(review(`${good}# ${'x'.repeat(1000)}`))
  const reply = await app.inject({ method: 'POST', url: '/validate-policy', payload })
  t.match(reply.json(), { response: { uid: 'uid-1', allowed: true, warnings: [/without a check/] } })
})

t.test('TokenBuckets: one address cannot use up the rate of all', (t) => {
  const clock = () => 0
  const buckets = new TokenBuckets(new TokenBucket(5, 1, clock), () => new TokenBucket(2, 1, clock))
  const taken = (address: string) => [1, 2, 3].map(() => buckets.take(address))
  t.same(taken('a'), [true, true, false])
  t.same(taken('b'), [true, true, false])
  t.same(taken('c'), [true, false, false], 'the rate of all')
  const other = new TokenBuckets(new TokenBucket(1000, 1, clock), () => new TokenBucket(1, 1, clock))
  t.same([other.take('a'), other.take('a')], [true, false])
  for (let index = 0; index < 256; index++) other.take(`${index}`)
  t.equal(other.take('a'), true, 'the number of addresses is bounded')
  t.end()
})
