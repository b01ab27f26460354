/** What logs and metrics contain, and what they must not contain. */
import net from 'node:net'
import t from 'tap'
import type { AdmissionRecord } from '../../../src/admission/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { logReview, type ReviewSelection } from '../../../src/server/observe/log.ts'
import { podReview } from '../support/reviews.ts'
import { logSink, testApp, testPorts } from '../support/server.ts'

t.test('the log has one line per review with names and verdict, and no other content of the object', async (t) => {
  const sink = logSink()
  const app = await testApp(t, testPorts(t, { log: sink.log }))
  const review = podReview({
    uid: 'uid-7',
    name: 'web',
    annotations: { note: 'SECRET-1' },
    env: [{ name: 'TOKEN', value: 'SECRET-2' }],
    image: 'nginx:latest',
  })
  Object.assign(review.request.object.spec.containers[0] ?? {}, { args: ['--password=SECRET-3'] })
  await app.inject({ method: 'POST', url: '/validate?timeout=10s', payload: JSON.stringify(review) })
  await app.inject({ method: 'POST', url: '/validate', payload: `${JSON.stringify(review).slice(0, -3)}, SECRET-4` })
  const lines = sink.lines()
  t.equal(lines.length, 1)
  t.match(lines[0], {
    level: 'info',
    msg: 'review',
    endpoint: 'validate',
    uid: 'uid-7',
    operation: 'CREATE',
    kind: 'Pod',
    namespace: 'shop',
    name: 'web',
    dryRun: false,
    verdict: 'warned',
    ms: Number,
  })
  t.ok(String(lines[0]?.rules).split(',').includes('image-latest=warn'))
  t.notMatch(sink.text(), 'SECRET')
})

t.test('names cannot forge lines or flood the log', async (t) => {
  const sink = logSink()
  const app = await testApp(t, testPorts(t, { log: sink.log }))
  const forged = 'x\n{"level":"error","msg":"forged"}\r\n\u2028\u001b[31m'
  await app.inject({ method: 'POST', url: '/validate', payload: JSON.stringify(podReview({ uid: forged, name: forged })) })
  await app.inject({
    method: 'POST',
    url: '/validate',
    payload: JSON.stringify(podReview({ uid: 'y'.repeat(1e6), name: 'z'.repeat(1e6) })),
  })
  t.equal(sink.lines().length, 2)
  t.notOk(sink.lines().some(({ msg }) => msg === 'forged'))
  t.ok(sink.text().length < 5000)
  t.notMatch(sink.text(), '\u001b')
})

t.test('logReviews selects the reviews that are logged: those with a visible result, all, or none', async (t) => {
  const logged = async (logReviews: ReviewSelection, action: 'warn' | 'audit'): Promise<unknown[]> => {
    const policy = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: off\nrules: {image-latest: ${action}}\n`
    const sink = logSink()
    const app = await testApp(t, testPorts(t, { log: sink.log, policy, logReviews }))
    for (const image of ['nginx:latest', 'registry.example/app:1.2.3'])
      await app.inject({ method: 'POST', url: '/validate', payload: JSON.stringify(podReview({ image })) })
    return sink.lines().map(({ verdict, rules }) => `${verdict} ${rules}`)
  }
  t.same(await logged('findings', 'warn'), ['warned image-latest=warn'])
  t.same(await logged('findings', 'audit'), [])
  t.same(await logged('all', 'audit'), ['allowed image-latest=audit', 'allowed '])
  t.same(await logged('none', 'warn'), [])
})

t.test('a line about a review that was not complete is logged as a finding; one about a failed rule is always logged', async (t) => {
  const record: AdmissionRecord = {
    ...{ uid: 'u', operation: 'CREATE', kind: 'Pod', namespace: 'n', name: 'p', dryRun: false, verdict: 'allowed', rules: [] },
    ...{ spared: [], faults: [], complete: true, waiting: 0, undecided: false },
  }
  const lines = (change: Partial<AdmissionRecord>, logReviews: ReviewSelection = 'findings') => {
    const sink = logSink()
    logReview({ log: sink.log, logReviews }, 'validate', { ...record, ...change }, 1)
    return sink.lines().length
  }
  t.equal(lines({}), 0)
  t.equal(lines({ complete: false }), 1)
  t.equal(lines({ waiting: 1 }), 1)
  t.equal(lines({ spared: ['image-latest'] }), 1)
  t.equal(lines({ verdict: 'patched' }), 1)
  t.equal(lines({ verdict: 'denied' }, 'none'), 0)
  t.equal(lines({ faults: [{ rule: 'image-latest', error: new Error('x') }] }, 'none'), 1)
})

t.test('a line is written as the logger would write it', async (t) => {
  const base: AdmissionRecord = {
    ...{ uid: 'u-1', operation: 'CREATE', kind: 'Pod', namespace: 'n', name: 'p', dryRun: false, verdict: 'warned', rules: [] },
    ...{ spared: [], faults: [], complete: true, waiting: 0, undecided: false },
  }
  const texts = ['web-0.x:1', '', 'a"b\\c', '\n\u2028\u001b\u007f', '日本 é', '{}', '<&>']
  const records: readonly AdmissionRecord[] = [
    ...texts.map((text) => ({ ...base, uid: text, operation: text, kind: text, namespace: text, name: text })),
    { ...base, rules: [{ rule: 'image-latest', action: 'warn' }], spared: ['a-b', 'c'], dryRun: true },
    { ...base, complete: false, waiting: 3, skipped: 'oversize' },
  ]
  for (const record of records) {
    const [own, other] = [logSink(), logSink()]
    logReview({ log: own.log, logReviews: 'all' }, 'mutate', record, 1.23456)
    const { uid, operation, kind, namespace, name, dryRun, verdict, rules, spared, skipped, complete, waiting } = record
    const optional = {
      ...(spared.length === 0 ? {} : { spared }),
      skipped,
      ...(complete ? {} : { complete }),
      ...(waiting === 0 ? {} : { notAnalyzed: waiting }),
    }
    const pairs = rules.map(({ rule, action }) => `${rule}=${action}`)
    const tree = { endpoint: 'mutate', uid, operation, kind, namespace, name, dryRun, verdict, rules: pairs, ...optional, ms: 1.23 }
    other.log.info(tree, 'review')
    const withoutTime = (text: string): string => text.replace(/"time":"[^"]+"/, '"time":""')
    t.equal(withoutTime(own.text()), withoutTime(other.text()))
  }
  const quiet = logSink()
  quiet.log.level = 'warn'
  logReview({ log: quiet.log, logReviews: 'all' }, 'validate', base, 1)
  t.equal(quiet.text(), '')
})

t.test('the error message about an invalid body does not quote it', async (t) => {
  const app = await testApp(t, testPorts(t))
  const reply = await app.inject({ method: 'POST', url: '/validate', payload: '{"a": SECRET}' })
  t.equal(reply.statusCode, 400)
  t.match(reply.json(), { kind: 'Status', code: 400, reason: 'BadRequest' })
  t.notMatch(reply.body, 'SECRET')
})

t.test('metrics have no labels with values from the request', async (t) => {
  const ports = testPorts(t)
  const app = await testApp(t, ports)
  const send = (payload: string) => app.inject({ method: 'POST', url: '/validate', payload })
  await send(JSON.stringify(podReview({ name: 'name-of-mine', image: 'my.registry/my/image' })))
  await send(JSON.stringify(podReview({ dryRun: true })))
  await send('nonsense')
  const { text } = await ports.metrics.expose()
  t.match(text, 'initlint_reviews_total{endpoint="validate",verdict="warned",dry_run="false"} 1')
  t.match(text, 'initlint_reviews_total{endpoint="validate",verdict="warned",dry_run="true"} 1')
  t.match(text, 'initlint_reports_total{rule="image-latest",action="warn",dry_run="true"} 1')
  t.match(text, 'initlint_failures_total{cause="bad-request"} 1')
  t.match(text, 'initlint_review_duration_seconds_count{endpoint="validate"} 2')
  t.match(text, 'nodejs_eventloop_lag_p99_seconds')
  t.notMatch(text, /name-of-mine|my\.registry|shop|alice/)
  const ids = new Set(defaultRegistry().rules.map(({ meta }) => meta.id))
  for (const [, rule] of text.matchAll(/rule="([^"]*)"/g)) t.ok(ids.has(rule ?? ''), `rule ${rule}`)
})

t.test('a rule that throws: the request is allowed, the error is logged under err and counted', async (t) => {
  const sink = logSink()
  const ports = testPorts(t, { log: sink.log })
  const [first] = ports.registry.rules
  if (first === undefined) return t.fail('no rules')
  const broken = {
    ...first,
    check: () => {
      throw new Error('broken on purpose')
    },
  }
  const registry = { ...ports.registry, rules: [broken, ...ports.registry.rules.slice(1)] }
  const app = await testApp(t, { ...ports, registry })
  const reply = await app.inject({ method: 'POST', url: '/validate', payload: JSON.stringify(podReview()) })
  t.match(reply.json(), { response: { uid: 'uid-1', allowed: true } })
  t.match(sink.lines()[0], { level: 'error', rule: first.meta.id, err: { message: 'broken on purpose' } })
  t.match((await ports.metrics.expose()).text, `initlint_rule_faults_total{rule="${first.meta.id}"} 1`)
})

t.test('an error outside of the rules: the request is allowed with its uid, and the error is logged', async (t) => {
  const sink = logSink()
  const ports = testPorts(t, { log: sink.log })
  const { policy } = ports.policyInForce()
  const broken = {
    ...policy,
    isEnforcing: () => false,
    endedExemptions: () => [],
    forWorkload: () => {
      throw new RangeError('broken on purpose')
    },
  }
  const app = await testApp(t, { ...ports, policyInForce: () => ({ policy: broken, texts: [] }) })
  const reply = await app.inject({ method: 'POST', url: '/validate', payload: JSON.stringify(podReview()) })
  t.equal(reply.statusCode, 200)
  t.match(reply.json(), { response: { uid: 'uid-1', allowed: true } })
  t.match(sink.lines()[0], { level: 'error', err: { message: 'broken on purpose' } })
})

t.test('no request causes an outgoing connection', async (t) => {
  const app = await testApp(t, testPorts(t))
  const { connect } = net.Socket.prototype
  t.teardown(() => {
    net.Socket.prototype.connect = connect
  })
  let calls = 0
  net.Socket.prototype.connect = function block(): never {
    calls++
    throw new Error('a connection was opened')
  }
  const payload = JSON.stringify(podReview({ image: 'evil.example/x' }))
  for (const url of ['/validate', '/mutate', '/lint']) {
    t.equal((await app.inject({ method: 'POST', url, payload })).statusCode, 200)
  }
  for (const url of ['/rules', '/policy', '/rules/image-latest']) t.equal((await app.inject({ method: 'GET', url })).statusCode, 200)
  t.equal(calls, 0)
})
