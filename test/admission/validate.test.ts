import t from 'tap'
import { answerReview } from '../../src/admission/index.ts'
import { createRegistry } from '../../src/lint/registry.ts'
import { defineRule } from '../../src/lint/rule.ts'
import { ask } from '../support/answers.ts'
import { deployment, pod, portsOf, review, uid } from '../support/reviews.ts'

const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }
const pinned = { image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }

t.test('a body that is not an AdmissionReview v1 gets a Status with code 400 and a message', async (t) => {
  const v1 = review({ object: pod(latest) }) as { request: object }
  const bodies = [
    null,
    [],
    'text',
    {},
    { kind: 'Pod' },
    { ...v1, apiVersion: 'admission.k8s.io/v1beta1' },
    { ...v1, request: null },
    { ...v1, request: { ...v1.request, uid: '' } },
  ]
  for (const body of bodies) {
    const answer = answerReview('validate', body, portsOf('preset: recommended'))
    t.notOk(answer.ok)
    t.match(answer, { status: { kind: 'Status', status: 'Failure', code: 400, message: String } })
  }
})

t.test('a pod without a tag: allowed with a warning and the uid of the request', async (t) => {
  const answer = ask('validate', review({ object: pod(latest) }), portsOf('preset: recommended'))
  t.equal(answer.response.uid, uid)
  t.ok(answer.allowed)
  t.same(answer.warned, ['image-latest'])
  t.equal(
    answer.warnings[0],
    '[image-latest] containers "web": luksa/kiada has no tag and imagePullPolicy is Always: every container start contacts docker.io; pin a tag',
  )
  t.equal(answer.record.verdict, 'warned')
})

t.test('the warning states that Kubernetes set the pull policy if last-applied-configuration shows it', async (t) => {
  const annotation = JSON.stringify({ spec: { containers: [{ name: 'web', image: 'luksa/kiada' }] } })
  const object = pod(latest, { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': annotation } } })
  const answer = ask('validate', review({ object }), portsOf('preset: recommended'))
  t.equal(
    answer.warnings[0],
    '[image-latest] containers "web": luksa/kiada has no tag, so Kubernetes set imagePullPolicy: Always and every container start contacts docker.io; pin a tag',
  )
})

t.test('the same finding on several containers of a list is one warning', async (t) => {
  const object = pod(latest, {
    spec: {
      containers: [
        { name: 'a', ...latest },
        { name: 'b', ...latest },
      ],
      initContainers: [{ name: 'i', ...latest }],
    },
  })
  const { warnings, warned } = ask('validate', review({ object }), portsOf('preset: recommended'))
  t.equal(warned.length, 2)
  t.ok(warnings.some((line) => line.startsWith('[image-latest] containers "a", "b": ')))
  t.ok(warnings.some((line) => line.startsWith('[image-latest] initContainers "i": ')))
})

t.test('a denial has a cause for every violation and includes the warnings', async (t) => {
  const object = pod(latest, {
    spec: {
      containers: [
        { name: 'a', ...latest },
        { name: 'b', image: 'x:1', imagePullPolicy: 'Never' },
      ],
    },
  })
  const answer = ask('validate', review({ object }), portsOf('rules: {image-latest: deny}'))
  t.notOk(answer.allowed)
  t.match(answer.response.status, { code: 403, status: 'Failure', reason: 'Forbidden', message: /image-latest/ })
  t.same(
    answer.causes.map(({ reason, field }) => [reason, field]),
    [['image-latest', '/spec/containers/0/image']],
  )
  t.same(answer.warned, ['pull-never'])
  t.equal(answer.response.patch, undefined)
})

t.test('40 violations: the denial message has at most 1 KiB, and there are 40 causes', async (t) => {
  const containers = Array.from({ length: 40 }, (_, index) => ({
    name: `c${index}`,
    image: `registry.example/team/image-${index}`,
    imagePullPolicy: 'Always',
  }))
  const answer = ask('validate', review({ object: pod({}, { spec: { containers } }) }), portsOf('rules: {image-latest: deny}'))
  t.equal(answer.causes.length, 40)
  t.ok((answer.response.status as { message: string }).message.length <= 1024)
})

t.test('requests that cannot change how a pod starts are allowed without warnings and annotations', async (t) => {
  const ports = portsOf('preset: strict')
  const object = deployment(latest)
  const labelled = deployment(latest, { metadata: { labels: { a: 'b' } } })
  const cases = {
    delete: review({ operation: 'DELETE', oldObject: pod(latest) }),
    connect: review({ operation: 'CONNECT', object: {} }),
    status: review({ operation: 'UPDATE', subResource: 'status', object: pod(latest), oldObject: pod(pinned) }),
    service: review({ object: { apiVersion: 'v1', kind: 'Service' } }),
    nothing: review({}),
    label: review({ operation: 'UPDATE', object: labelled, oldObject: object }),
    mirror: review({ user: 'system:node:n1', object: pod(latest, { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }) }),
  }
  for (const [name, body] of Object.entries(cases)) {
    const { allowed, warnings, auditAnnotations } = ask('validate', body, ports)
    t.same([allowed, warnings, auditAnnotations], [true, [], {}], name)
  }
})

t.test('a mirror pod annotation from a user who is not a node: denied', async (t) => {
  const object = pod(latest, { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } })
  t.notOk(ask('validate', review({ object }), portsOf('rules: {image-latest: deny}')).allowed)
})

t.test('an unknown subresource, and a changed spec of a terminating pod: denied', async (t) => {
  const ports = portsOf('rules: {image-latest: deny}')
  t.notOk(
    ask('validate', review({ operation: 'UPDATE', subResource: 'new-thing', object: pod(latest), oldObject: pod(pinned) }), ports).allowed,
  )
  const object = pod(latest, { metadata: { deletionTimestamp: '2026-11-22T00:00:00Z' } })
  t.notOk(ask('validate', review({ operation: 'UPDATE', object, oldObject: pod(pinned) }), ports).allowed)
})

t.test('a rule that throws: allowed with a warning and a recorded fault; the other rules still run', async (t) => {
  const ports = portsOf('preset: recommended')
  const imageLatest = ports.registry.get('image-latest')
  const pullNever = ports.registry.get('pull-never')
  if (imageLatest === undefined || pullNever === undefined) throw new Error('rules are missing')
  const broken = defineRule({
    meta: pullNever.meta,
    // biome-ignore lint/correctness/useYield: it throws first.
    *check() {
      throw new Error('boom')
    },
  })
  const answer = ask('validate', review({ object: pod(latest) }), { ...ports, registry: createRegistry([broken, imageLatest]) })
  t.ok(answer.allowed)
  t.same(answer.warned, ['image-latest', 'pull-never'])
  t.same(
    answer.record.faults.map(({ rule }) => rule),
    ['pull-never'],
  )
})

t.test(
  'out of time: denied if a rule that did not run could deny, otherwise allowed with a warning; the record is incomplete',
  async (t) => {
    const out = (policy: string, change: object = {}) =>
      ask('validate', review({ object: pod(latest), ...change }), portsOf(policy, { timeIsUp: () => true }))
    const denying = out('rules: {image-latest: deny}')
    t.notOk(denying.allowed)
    t.match(denying.response, { status: { code: 403, message: /ran out of time.*try again/ } })
    t.notOk(denying.record.complete)
    const warning = out('preset: recommended')
    t.ok(warning.allowed)
    t.notOk(warning.record.complete)
    t.same(warning.warned, ['initlint'])
    const exempted = 'rules: {image-latest: deny}\nexemptions: [{rules: [image-latest], match: {}, reason: a}]'
    t.ok(out(exempted).allowed, 'a rule that is exempted for the entire object')
  },
)

t.test('rules that read no script run first: a forbidden image is denied although the scripts take all the time', async (t) => {
  let asked = 0
  const ports = portsOf('rules: {image-latest: deny, init-not-idempotent: warn}', { timeIsUp: () => ++asked > 12 })
  const answer = ask('validate', review({ object: pod(latest) }), ports)
  t.same(
    answer.causes.map(({ reason }) => reason),
    ['image-latest'],
  )
  t.notOk(answer.record.complete)
})

t.test('a thousand exempted findings hide no violation', async (t) => {
  const policy = 'rules: {image-latest: deny}\nexemptions: [{rules: [image-latest], match: {containers: ["exempt-*"]}, reason: a}]'
  const exempt = Array.from({ length: 1500 }, (_, index) => ({ name: `exempt-${index}`, image: 'nginx' }))
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [...exempt, { name: 'last', image: 'nginx' }] },
  }
  const answer = ask('validate', review({ object }), portsOf(policy))
  t.notOk(answer.allowed)
  t.same(answer.causes.length, 1)
})

t.test('a dry run and repeated requests get the same response', async (t) => {
  const ports = portsOf('preset: strict')
  const object = pod(latest)
  const once = JSON.stringify(ask('validate', review({ object }), ports).response)
  t.equal(JSON.stringify(ask('validate', review({ object, dryRun: true }), ports).response), once)
  for (let count = 0; count < 50; count++) t.equal(JSON.stringify(ask('validate', review({ object }), ports).response), once)
})
