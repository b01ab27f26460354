/** Pods that are deleted when a rule about scripts has begun to deny, and a new replica of initlint has analyzed nothing yet: all return. */
import t from 'tap'
import { asString, at } from '../../src/model/json.ts'
import { initSpec } from '../support/hostile-pods.ts'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { startInitlint } from './support/initlint.ts'
import { createPod, tryPod } from './support/load.ts'
import { startNeighbor } from './support/neighbor.ts'
import { appOf, podOf, templateOf, warnedRules } from './support/objects.ts'
import { failClosed } from './support/service.ts'
import { listed } from './support/stored.ts'

const namespace = 'drained'
const mild = { preset: 'recommended' }
const strict = { overrides: [{ match: { namespaces: [namespace] }, rules: { 'init-not-idempotent': 'deny' } }] }

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl } = controlPlane
const first = await startInitlint(t, controlPlane, mild)
await controlPlane.startControllers()
await mustKubectl(['create', 'namespace', namespace])
// The controller of DaemonSets creates a pod for each node whose taints it tolerates. A new node has the taint not-ready.
await mustKubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })
await failClosed(controlPlane)

const container = { name: 'web', image: 'registry.example/web:1' }
const specFor = (name: string) => ({
  ...initSpec([`mkdir /data/${name}`], 'registry.example/busybox:1'),
  tolerations: [{ operator: 'Exists' }],
})
const workload = (kind: string, spec: object) => {
  const name = kind.toLowerCase()
  return appOf(kind, templateOf(name, [container], specFor(name)), spec, { namespace })
}
const workloads = [
  workload('Deployment', { replicas: 3 }),
  workload('ReplicaSet', { replicas: 2 }),
  workload('StatefulSet', { replicas: 2, serviceName: 'x', podManagementPolicy: 'Parallel' }),
  workload('DaemonSet', {}),
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job', namespace },
    spec: {
      parallelism: 2,
      completions: 2,
      template: templateOf('job', [container], { ...specFor('job'), restartPolicy: 'Never' }),
    },
  },
]
/** Pods by the label of their template. */
const wanted = { daemonset: 1, deployment: 3, job: 2, replicaset: 2, statefulset: 2 }

/** The pods of the namespace that are not being deleted: their uids, by the label of their template. */
async function podsByApp(): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = await listed(controlPlane, 'pods', '-n', namespace)
  const pods = all.filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined)
  const byApp = Map.groupBy(pods, (pod) => asString(at(pod, 'metadata', 'labels', 'app')) ?? '')
  return new Map([...byApp].map(([app, pods]) => [app, pods.map((pod) => asString(at(pod, 'metadata', 'uid')) ?? '')]))
}

/** Waits until each workload has its pods, none of which is one of `old`. @returns their uids */
async function untilComplete(what: string, old: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  let last: ReadonlyMap<string, readonly string[]> = new Map()
  await until(
    what,
    async () => {
      last = await podsByApp()
      return Object.entries(wanted).every(([app, count]) => {
        const uids = last.get(app) ?? []
        return uids.length === count && uids.every((uid) => !old.has(uid))
      })
    },
    120_000,
  ).catch((error: Error) => {
    const counts = [...last].map(([app, uids]) => `${app}: ${uids.filter((uid) => !old.has(uid)).length}`)
    throw new Error(`${error.message}; new pods: ${counts.join(', ')}`)
  })
  return new Set([...last.values()].flat())
}

t.test('all pods of a namespace return', async (t) => {
  for (const object of workloads) {
    const { code, stderr } = await kubectl(['apply', '-f', '-'], object)
    t.equal(code, 0, stderr)
    t.ok(warnedRules(stderr).some((rule) => rule === 'init-not-idempotent') || stderr.includes('not analyzed yet'), stderr)
  }
  const before = await untilComplete('all pods are created', new Set())
  await first.daemon.stop('SIGINT')
  const fresh = await startInitlint(t, controlPlane, strict)
  const neighbor = await startNeighbor(t, controlPlane, fresh)

  await mustKubectl(['delete', 'pods', '--all', '-n', namespace, '--wait=false'])
  const after = await untilComplete('all pods are created again, with a cold cache', before)
  t.equal(after.size, before.size)

  const pod = podOf('by-hand', [container], specFor('deployment'))
  const { status } = await createPod(controlPlane, pod, namespace)
  t.equal(status, 403, 'the same pod of a user is denied')
  const said = await until('the script of the user is analyzed', async () => {
    const { text } = await tryPod(controlPlane, pod, namespace)
    return text.includes('still analyzing') ? undefined : text
  })
  t.match(said, 'denied by init-not-idempotent')

  await mustKubectl(['delete', 'pods', '--all', '-n', namespace, '--wait=false'])
  await untilComplete('all pods are created again, when their scripts are analyzed', new Set([...before, ...after]))
  const { byApiServer, byWebhook } = await neighbor.stop()
  t.same([...byApiServer.keys()], [201])
  t.same([...byWebhook.keys()], [200])
  const events = await listed(controlPlane, 'events', '-n', namespace)
  const failed = events.filter((event) => at(event, 'reason') === 'FailedCreate')
  t.same(
    failed.map((event) => at(event, 'message')),
    [],
    'no pod of a controller was denied',
  )
})
