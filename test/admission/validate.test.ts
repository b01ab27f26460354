import t from 'tap'
import { answerReview } from '../../src/admission/index.ts'
import { createRegistry } from '../../src/lint/registry.ts'
import { defineRule } from '../../src/lint/rule.ts'
import { inputOf } from '../../src/script/index.ts'
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

t.test('an UPDATE repeats no finding that the object had before; it is still counted', async (t) => {
  const update = (object: object, oldObject: object, policy = 'preset: recommended') =>
    ask('validate', review({ operation: 'UPDATE', object, oldObject }), portsOf(policy))
  const two = (first: object, second: object, env: object[] = []) =>
    deployment(
      {},
      {
        template: {
          spec: {
            containers: [
              { name: 'a', env, ...first },
              { name: 'b', ...second },
            ],
          },
        },
      },
    )
  const env = [{ name: 'A', value: 'b' }]
  const setEnv = update(two(latest, latest, env), two(latest, latest))
  t.same(setEnv.warnings, [])
  t.match(setEnv.auditAnnotations, { audit: /image-latest/ })
  const setImage = update(two(latest, { ...latest, image: 'busybox' }), two(latest, pinned))
  t.same(setImage.warned, ['image-latest'])
  t.match(setImage.warnings[0], 'containers "b"')
  const allowed = 'registries: [{match: "registry.example/**", allowed: true}]'
  t.same(update(two(pinned, pinned, env), two(pinned, pinned), allowed).warned, ['registry-not-allowed'], 'its new Pods will be refused')
})

t.test('an UPDATE with a violation that the old object also has: a warning; with a new violation: denied', async (t) => {
  const ports = portsOf('rules: {image-latest: deny}')
  const sidecar = { name: 'log', image: 'fluentd:v1', imagePullPolicy: 'IfNotPresent' }
  const before = pod(latest)
  const after = pod(latest, { spec: { containers: [sidecar, { name: 'web', ...latest }] } })
  const same = ask('validate', review({ operation: 'UPDATE', object: after, oldObject: before }), ports)
  t.ok(same.allowed)
  t.same(same.warned, ['image-latest'])
  const worse = pod(latest, {
    spec: {
      containers: [
        { ...sidecar, image: 'fluentd' },
        { name: 'web', ...latest },
      ],
    },
  })
  const added = ask('validate', review({ operation: 'UPDATE', object: worse, oldObject: before }), ports)
  t.notOk(added.allowed)
  t.same(
    added.causes.map(({ field }) => field),
    ['/spec/containers/0/image'],
  )
})

t.test('a new ephemeral container: a finding only about that container', async (t) => {
  const ephemeralContainers = [{ name: 'debug', image: 'busybox', imagePullPolicy: 'Always' }]
  const body = review({
    operation: 'UPDATE',
    subResource: 'ephemeralcontainers',
    object: pod(latest, { spec: { ephemeralContainers } }),
    oldObject: pod(latest),
  })
  const answer = ask('validate', body, portsOf('preset: recommended'))
  t.equal(answer.warned.length, 1)
  t.ok(answer.warnings[0]?.startsWith('[image-latest] ephemeralContainers "debug": '))
  t.notOk(ask('validate', body, portsOf('rules: {image-latest: deny}')).allowed)
})

const owner = (kind: string, apiVersion: string) => ({ ownerReferences: [{ apiVersion, kind, name: 'o', uid: 'u', controller: true }] })

t.test('warnings go to users and to robots without owner, but not to controllers, operators and warnTo.exceptUsers', async (t) => {
  const ports = portsOf('rules: {image-latest: warn}\nwarnTo: {exceptUsers: ["system:serviceaccount:argocd:*"]}')
  const warnedFor = (user: string, metadata: object) =>
    ask('validate', review({ user, object: pod(latest, { metadata }) }), ports).warned.length > 0
  const controller = 'system:serviceaccount:kube-system:replicaset-controller'
  t.notOk(warnedFor(controller, owner('ReplicaSet', 'apps/v1')), 'the template was checked')
  t.ok(warnedFor('jane', owner('ReplicaSet', 'apps/v1')), 'an owner reference set by a user is ignored')
  t.ok(warnedFor('jane', owner('Rollout', 'argoproj.io/v1alpha1')), 'a person')
  t.notOk(warnedFor('system:serviceaccount:argo:rollouts', owner('Rollout', 'argoproj.io/v1alpha1')), 'an operator')
  t.notOk(warnedFor('system:serviceaccount:argocd:application-controller', {}), 'warnTo')
  t.ok(warnedFor('system:serviceaccount:ci:deployer', {}), 'a robot without owner')
})

t.test('a Pod created by a controller gets no warnings, but audit annotations', async (t) => {
  const object = pod(latest, { metadata: owner('ReplicaSet', 'apps/v1') })
  const body = review({ user: 'system:serviceaccount:kube-system:replicaset-controller', object })
  t.same(ask('validate', body, portsOf('rules: {image-latest: warn, pull-policy-defaulted: off}')).auditAnnotations, {
    warn: 'image-latest',
    policy: 'test',
  })
})

const controllers = [
  ['ReplicaSet', 'apps/v1', 'replicaset-controller'],
  ['StatefulSet', 'apps/v1', 'statefulset-controller'],
  ['DaemonSet', 'apps/v1', 'daemon-set-controller'],
  ['ReplicationController', 'v1', 'replication-controller'],
  ['Job', 'batch/v1', 'job-controller'],
] as const
const accountOf = (name: string): string => `system:serviceaccount:kube-system:${name}`

t.test('what a built-in controller creates for its owner is denied only by a rule with everyPod', async (t) => {
  const [spared, strict] = [portsOf('rules: {image-latest: deny}'), portsOf('rules: {image-latest: {action: deny, everyPod: true}}')]
  const metadata = (kind: string, apiVersion: string) => ({ name: 'web-1', namespace: 'prod', ...owner(kind, apiVersion) })
  const replicaSet = { ...deployment(latest), kind: 'ReplicaSet', metadata: metadata('Deployment', 'apps/v1') }
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata('CronJob', 'batch/v1'),
    spec: { template: { spec: { containers: [{ name: 'web', ...latest }] } } },
  }
  const made = [
    ...controllers.map(([kind, apiVersion, account]) => [account, pod(latest, { metadata: owner(kind, apiVersion) })] as const),
    ['deployment-controller', replicaSet],
    ['cronjob-controller', job],
  ] as const
  for (const [account, object] of made) {
    const by = (user: string, ports = spared) => ask('validate', review({ user, object }), ports)
    for (const user of [accountOf(account), 'system:kube-controller-manager']) {
      const answer = by(user)
      t.ok(answer.allowed, user)
      t.match(answer.auditAnnotations, { warn: /image-latest/, spared: 'image-latest', policy: 'test' })
      t.same(answer.record.spared, ['image-latest'])
      t.notOk(by(user, strict).allowed, `everyPod: ${user}`)
    }
    const others = ['jane', accountOf('generic-garbage-collector'), `system:serviceaccount:shop:${account}`, 'system:kube-scheduler']
    for (const user of others) {
      const answer = by(user)
      t.notOk(answer.allowed, `${account}, ${user}`)
      t.same(answer.record.spared, [])
    }
    t.ok(by(accountOf(account), portsOf('rules: {image-latest: deny}', { timeIsUp: () => true })).allowed, 'without the time to judge')
    t.notOk(by(accountOf(account), portsOf('rules: {image-latest: {action: deny, everyPod: true}}', { timeIsUp: () => true })).allowed)
  }
  const forged = pod(latest, { metadata: owner('ReplicaSet', 'example.com/v1') })
  t.notOk(
    ask('validate', review({ user: accountOf('replicaset-controller'), object: forged }), spared).allowed,
    'another kind of this name',
  )
})

t.test('policy.controllers silences warnings and opens no denial', async (t) => {
  const object = pod(latest, { metadata: owner('ReplicaSet', 'apps/v1') })
  const policy = 'rules: {image-latest: deny}\ncontrollers: [robot]'
  t.notOk(ask('validate', review({ user: 'robot', object }), portsOf(policy)).allowed)
  t.ok(ask('validate', review({ user: accountOf('replicaset-controller'), object }), portsOf(policy)).allowed)
})

t.test('registry-not-allowed: Pods decide, unless everyPod is false', async (t) => {
  const allowed = 'registries: [{match: "registry.example/**", allowed: true}]\n'
  const owned = review({ user: accountOf('replicaset-controller'), object: pod(pinned, { metadata: owner('ReplicaSet', 'apps/v1') }) })
  const [template, own] = [review({ object: deployment(pinned) }), review({ object: pod(pinned) })]
  const verdicts = (policy: string) => [owned, template, own].map((body) => ask('validate', body, portsOf(policy)).allowed)
  t.same(verdicts(allowed), [false, true, false])
  t.same(verdicts(`${allowed}rules: {registry-not-allowed: {everyPod: false}}`), [true, false, false])
  const warning = (policy: string) =>
    ask('validate', template, portsOf(policy)).warnings.filter((line) => line.startsWith('[registry-not-allowed]'))
  t.match(warning(allowed), [/its Pods will be refused/])
  t.same(warning(`${allowed}rules: {registry-not-allowed: warn}`), [], 'one step milder than a warning')
})

t.test('a rule that reads scripts does not deny what a built-in controller creates, whether or not the analysis is there', async (t) => {
  const script = {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    initContainers: [
      { name: 'init', image: 'busybox:1', command: ['sh', '-c', 'mkdir /data/x'], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ],
  }
  const ports = portsOf('rules: {init-not-idempotent: deny}')
  for (const [kind, apiVersion, account] of controllers) {
    const object = pod(pinned, { metadata: owner(kind, apiVersion), spec: script })
    const by = (user: string, analyst = ports.analyst) => ask('validate', review({ user, object }), { ...ports, analyst })
    const controller = accountOf(account)
    const known = by(controller)
    t.ok(known.allowed, account)
    t.match(known.auditAnnotations, { warn: 'init-not-idempotent', spared: 'init-not-idempotent', policy: 'test' })
    t.ok(by(controller, { read: inputOf, analyze: () => undefined }).allowed, `${account} without the analysis`)
    t.same(
      by('jane').causes.map(({ reason }) => reason),
      ['init-not-idempotent'],
    )
    t.notOk(by('system:serviceaccount:shop:operator').allowed)
  }
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

t.test('out of time: a pod that a built-in controller creates is allowed, one that claims to be its pod is not', async (t) => {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: '1', controller: true }]
  const owned = pod(latest, { metadata: { ownerReferences } })
  const by = (user: string) =>
    ask('validate', review({ object: owned, user }), portsOf('rules: {image-latest: deny}', { timeIsUp: () => true })).allowed
  t.ok(by('system:serviceaccount:kube-system:replicaset-controller'))
  t.ok(by('system:kube-controller-manager'))
  t.notOk(by('system:serviceaccount:kube-system:job-controller'))
  t.notOk(by('system:serviceaccount:shop:replicaset-controller'))
})

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
