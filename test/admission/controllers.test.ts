/** Warnings and denials of what controllers create for other objects. */
import t from 'tap'
import { inputOf } from '../../src/script/index.ts'
import { ask } from '../support/answers.ts'
import { initSpec } from '../support/hostile-pods.ts'
import { deployment, pod, portsOf, review } from '../support/reviews.ts'

const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }
const pinned = { image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }

const owner = (kind: string, apiVersion: string) => ({ ownerReferences: [{ apiVersion, kind, name: 'o', uid: 'u', controller: true }] })
const accountOf = (name: string): string => `system:serviceaccount:kube-system:${name}`
/** A Pod of a ReplicaSet. */
const owned = (container: object) => pod(container, { metadata: owner('ReplicaSet', 'apps/v1') })

t.test('warnings go to users and to robots without owner, but not to controllers, operators and warnTo.exceptUsers', async (t) => {
  const ports = portsOf('rules: {image-latest: warn}\nwarnTo: {exceptUsers: ["system:serviceaccount:argocd:*"]}')
  const warnedFor = (user: string, metadata: object) =>
    ask('validate', review({ user, object: pod(latest, { metadata }) }), ports).warned.length > 0
  t.notOk(warnedFor(accountOf('replicaset-controller'), owner('ReplicaSet', 'apps/v1')), 'the template was checked')
  t.ok(warnedFor('jane', owner('ReplicaSet', 'apps/v1')), 'an owner reference set by a user is ignored')
  t.ok(warnedFor('jane', owner('Rollout', 'argoproj.io/v1alpha1')), 'a person')
  t.notOk(warnedFor('system:serviceaccount:argo:rollouts', owner('Rollout', 'argoproj.io/v1alpha1')), 'an operator')
  t.notOk(warnedFor('system:serviceaccount:argocd:application-controller', {}), 'warnTo')
  t.ok(warnedFor('system:serviceaccount:ci:deployer', {}), 'a robot without owner')
})

t.test('a Pod created by a controller gets no warnings, but audit annotations', async (t) => {
  const body = review({ user: accountOf('replicaset-controller'), object: owned(latest) })
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
    t.ok(by(accountOf(account), { ...spared, timeIsUp: () => true }).allowed, 'without the time to judge')
    t.notOk(by(accountOf(account), { ...strict, timeIsUp: () => true }).allowed)
  }
  const forged = pod(latest, { metadata: owner('ReplicaSet', 'example.com/v1') })
  t.notOk(
    ask('validate', review({ user: accountOf('replicaset-controller'), object: forged }), spared).allowed,
    'another kind of this name',
  )
})

t.test('policy.controllers silences warnings and opens no denial', async (t) => {
  const ports = portsOf('rules: {image-latest: deny}\ncontrollers: [robot]')
  const by = (user: string) => ask('validate', review({ user, object: owned(latest) }), ports).allowed
  t.notOk(by('robot'))
  t.ok(by(accountOf('replicaset-controller')))
})

t.test('registry-not-allowed: Pods decide, unless everyPod is false', async (t) => {
  const allowed = 'registries: [{match: "registry.example/**", allowed: true}]\n'
  const created = review({ user: accountOf('replicaset-controller'), object: owned(pinned) })
  const [template, own] = [review({ object: deployment(pinned) }), review({ object: pod(pinned) })]
  const verdicts = (policy: string) => [created, template, own].map((body) => ask('validate', body, portsOf(policy)).allowed)
  t.same(verdicts(allowed), [false, true, false])
  t.same(verdicts(`${allowed}rules: {registry-not-allowed: {everyPod: false}}`), [true, false, false])
  const warning = (policy: string) =>
    ask('validate', template, portsOf(policy)).warnings.filter((line) => line.startsWith('[registry-not-allowed]'))
  t.match(warning(allowed), [/its Pods will be refused/])
  t.same(warning(`${allowed}rules: {registry-not-allowed: warn}`), [], 'one step milder than a warning')
})

t.test('a rule that reads scripts does not deny what a built-in controller creates, whether or not the analysis is there', async (t) => {
  const spec = initSpec(['mkdir /data/x'], 'busybox:1')
  const ports = portsOf('rules: {init-not-idempotent: deny}')
  for (const [kind, apiVersion, account] of controllers) {
    const object = pod(pinned, { metadata: owner(kind, apiVersion), spec })
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

t.test('out of time: a pod that a built-in controller creates is allowed, one that claims to be its pod is not', async (t) => {
  const ports = portsOf('rules: {image-latest: deny}', { timeIsUp: () => true })
  const by = (user: string) => ask('validate', review({ user, object: owned(latest) }), ports).allowed
  t.ok(by(accountOf('replicaset-controller')))
  t.ok(by('system:kube-controller-manager'))
  t.notOk(by(accountOf('job-controller')))
  t.notOk(by('system:serviceaccount:shop:replicaset-controller'))
})
