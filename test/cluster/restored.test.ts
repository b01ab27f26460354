/**
 * A denial that begins later keeps nothing from returning: each operation of the real controllers gives the same pods in a namespace that
 * denies what it runs as in one that initlint does not review.
 */
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { startInitlint } from './support/initlint.ts'
import { createPod } from './support/load.ts'
import { appOf, podOf, templateOf } from './support/objects.ts'
import { failClosed } from './support/service.ts'
import { listed } from './support/stored.ts'

/** One that denies, and one that the configuration of the webhook excludes. */
const [judged, free] = ['judged', 'free'] as const
const namespaces = [judged, free]
const denies = (entry: object) => ({ overrides: [{ match: { namespaces: [judged] }, rules: { 'image-latest': entry } }] })

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl } = controlPlane
const server = await startInitlint(t, controlPlane, { preset: 'recommended' })
await controlPlane.startControllers()
for (const namespace of namespaces) await mustKubectl(['create', 'namespace', namespace])
const addNode = (name: string) => mustKubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Node', metadata: { name } })
await addNode('node-1')
await failClosed(controlPlane)
const excluded = [{ op: 'add', path: '/webhooks/0/namespaceSelector/matchExpressions/0/values/-', value: free }]
await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', JSON.stringify(excluded)])

const container = { name: 'web', image: 'nginx' }
const spec = { tolerations: [{ operator: 'Exists' }] }
const workload = (kind: string, more: object = {}) => appOf(kind, templateOf(kind.toLowerCase(), [container], spec), more)
const jobTemplate = (name: string) => ({ template: templateOf(name, [container], { ...spec, restartPolicy: 'Never' }) })
const workloads = [
  // No pod becomes ready without a kubelet, so a rolling update would stop after its first pod.
  workload('Deployment', { strategy: { type: 'Recreate' } }),
  workload('StatefulSet', { serviceName: 'x' }),
  workload('DaemonSet'),
  { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' }, spec: jobTemplate('job') },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cronjob' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: jobTemplate('cronjob') } },
  },
]

interface LivePod {
  readonly app: string
  readonly name: string
  readonly uid: string
  readonly environment: number
}

/** The pods that run or will run. */
async function podsOf(namespace: string): Promise<readonly LivePod[]> {
  return (await listed(controlPlane, 'pods', '-n', namespace))
    .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined && at(pod, 'status', 'phase') !== 'Failed')
    .map((pod) => ({
      app: asString(at(pod, 'metadata', 'labels', 'app')) ?? '',
      name: asString(at(pod, 'metadata', 'name')) ?? '',
      uid: asString(at(pod, 'metadata', 'uid')) ?? '',
      environment: asArray(member(asArray(at(pod, 'spec', 'containers'))[0], 'env')).length,
    }))
}

/** Does the same in both namespaces, and waits until each has the number of new pods of the workload. */
async function both(app: string, count: number, args: readonly string[], isWanted: (pod: LivePod) => boolean = () => true): Promise<void> {
  const old = new Set((await Promise.all(namespaces.map(podsOf))).flat().map(({ uid }) => uid))
  if (args.length > 0) for (const namespace of namespaces) await mustKubectl([...args, '-n', namespace])
  for (const namespace of namespaces)
    await until(
      `${namespace} has ${count} new pods of ${app}`,
      async () => (await podsOf(namespace)).filter((pod) => pod.app === app && !old.has(pod.uid) && isWanted(pod)).length >= count,
      120_000,
    )
}

t.test('everything is let in while the policy only warns', async (t) => {
  for (const namespace of namespaces)
    for (const object of workloads) {
      const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], object)
      t.equal(code, 0, stderr)
    }
  for (const namespace of namespaces)
    await until(`${namespace} has its pods`, async () => {
      const apps = new Set((await podsOf(namespace)).map(({ app }) => app))
      return ['deployment', 'statefulset', 'daemonset', 'job'].every((app) => apps.has(app))
    })
  await server.setPolicy(denies({ action: 'deny' }))
})

t.test('what the controllers make returns', async (t) => {
  await t.test('a Deployment is scaled up', () => both('deployment', 2, ['scale', 'deployment/deployment', '--replicas=3']))
  await t.test('a node is drained of the pods of a Deployment', () =>
    both('deployment', 3, ['delete', 'pods', '-l', 'app=deployment', '--wait=false']),
  )
  await t.test('rollout restart', () => both('deployment', 3, ['rollout', 'restart', 'deployment/deployment']))
  await t.test('set env', () =>
    both('deployment', 3, ['set', 'env', 'deployment/deployment', 'A=b'], ({ environment }) => environment === 1),
  )
  await t.test('a roll-back to an old ReplicaSet', () =>
    both('deployment', 3, ['rollout', 'undo', 'deployment/deployment'], ({ environment }) => environment === 0),
  )
  await t.test('a Pod of a StatefulSet is lost', () => both('statefulset', 1, ['delete', 'pod', 'statefulset-0', '--wait=false']))
  await t.test('a DaemonSet gets a new node', async () => {
    await addNode('node-2')
    for (const namespace of namespaces)
      await until(
        `${namespace} has a pod for each node`,
        async () => (await podsOf(namespace)).filter(({ app }) => app === 'daemonset').length === 2,
      )
  })
  await t.test('a Job retries', async () => {
    for (const namespace of namespaces) {
      const pod = (await podsOf(namespace)).find(({ app }) => app === 'job')
      const failed = JSON.stringify({ status: { phase: 'Failed' } })
      await mustKubectl(['patch', 'pod', pod?.name ?? '', '-n', namespace, '--subresource=status', '--type=merge', '-p', failed])
      await until(
        `${namespace} has another pod of the job`,
        async () => (await podsOf(namespace)).some(({ app, uid }) => app === 'job' && uid !== pod?.uid),
        120_000,
      )
    }
  })
  await t.test('a CronJob is due', () => both('cronjob', 1, []))

  const events = await listed(controlPlane, 'events', '-n', judged)
  const refused = events.filter((event) => (asString(at(event, 'message')) ?? '').includes('denied'))
  t.same(
    refused.map((event) => at(event, 'message')),
    [],
    'nothing that a controller makes was denied',
  )
  t.match((await server.ops('/metrics')).text, /^initlint_denials_spared_total\{rule="image-latest"\} [1-9]/m)
})

t.test('a changed image is denied, and so is what only claims to come from a controller', async (t) => {
  for (const resource of ['deployment/deployment', 'statefulset/statefulset', 'daemonset/daemonset', 'cronjob/cronjob']) {
    const { code, stderr } = await kubectl(['set', 'image', resource, 'web=busybox', '-n', judged])
    t.not(code, 0, resource)
    t.match(stderr, 'denied by image-latest')
  }
  const [set] = await listed(controlPlane, 'replicasets', '-n', judged)
  const [name, uid] = [at(set, 'metadata', 'name'), at(set, 'metadata', 'uid')]
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }]
  const forged = podOf('forged', [container], {}, { ownerReferences })
  t.equal((await createPod(controlPlane, forged, judged)).status, 403, 'a forged owner')
  await mustKubectl(['create', 'role', 'creator', '--verb=create', '--resource=pods', '-n', judged])
  for (const user of [
    'replicaset-controller',
    'system:serviceaccount:judged:replicaset-controller',
    'system:serviceaccount:kube-system:job-controller',
  ]) {
    await mustKubectl(['create', 'rolebinding', `create-${user.replaceAll(':', '-')}`, '--role=creator', `--user=${user}`, '-n', judged])
    await until(`${user} may create pods`, async () =>
      (await kubectl(['auth', 'can-i', 'create', 'pods', `--as=${user}`, '-n', judged])).stdout.startsWith('yes'),
    )
    const { code, stderr } = await kubectl(['create', '-n', judged, `--as=${user}`, '-f', '-'], forged)
    t.not(code, 0, user)
    t.match(stderr, 'denied by image-latest', user)
  }
})

t.test('a rule with everyPod denies what controllers make', async () => {
  await server.setPolicy(denies({ action: 'deny', everyPod: true }))
  await mustKubectl(['delete', 'pod', 'statefulset-0', '-n', judged, '--wait=false'])
  await until('the controller reports the denial', async () => {
    const events = await listed(controlPlane, 'events', '-n', judged)
    return events.some(
      (event) =>
        at(event, 'reason') === 'FailedCreate' &&
        at(event, 'involvedObject', 'kind') === 'StatefulSet' &&
        (asString(at(event, 'message')) ?? '').includes('denied by image-latest'),
    )
  })
})

t.test('an override for Pods alone: each template is stored and says that its Pods will be refused, and they are', async (t) => {
  const entry = { action: 'deny', everyPod: true }
  const match = { namespaces: [judged], kinds: ['Pod'] }
  await server.setPolicy({ preset: 'off', overrides: [{ match, rules: { 'image-latest': entry } }] })
  const told = workloads.map((object, index) => structuredClone({ ...object, metadata: { name: `told-${index}` } }))
  for (const object of told) {
    const { code, stderr } = await kubectl(['apply', '-n', judged, '-f', '-'], object)
    t.equal(code, 0, stderr)
    t.match(stderr, /\[image-latest\] containers "web": .*\(its Pods will be refused\)/)
  }
  // The CronJob comes up to a minute later.
  for (const kind of ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'])
    await until(`the Pods of a ${kind} are denied`, async () => {
      const events = await listed(controlPlane, 'events', '-n', judged)
      return events.some(
        (event) =>
          at(event, 'reason') === 'FailedCreate' &&
          at(event, 'involvedObject', 'kind') === kind &&
          (asString(at(event, 'involvedObject', 'name')) ?? '').startsWith('told-') &&
          (asString(at(event, 'message')) ?? '').includes('denied by image-latest'),
      )
    })
  const restarted = await kubectl(['rollout', 'restart', 'deployment/told-0', '-n', judged])
  t.equal(restarted.code, 0, restarted.stderr)
  t.match(restarted.stderr, 'its Pods will be refused')
})

t.test('the same override without everyPod: the templates say nothing of it, and the Pods are created', async (t) => {
  const match = { namespaces: [judged], kinds: ['Pod'] }
  await server.setPolicy({ preset: 'off', overrides: [{ match, rules: { 'image-latest': 'deny' } }] })
  const [deployment] = workloads
  const { code, stderr } = await kubectl(['apply', '-n', judged, '-f', '-'], { ...deployment, metadata: { name: 'silent' } })
  t.equal(code, 0, stderr)
  t.notMatch(stderr, 'will be refused')
  await until('the Pod is there', async () => (await podsOf(judged)).some(({ name }) => name.startsWith('silent-')))
})
