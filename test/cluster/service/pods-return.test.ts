/** No replica runs and failurePolicy is Fail: initlint's own pods and those of kube-system must be created nevertheless. */
import t from 'tap'
import { asArray, asString, at, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { tryPod } from '../support/load.ts'
import { addresses, namespace, startReplica } from '../support/replicas.ts'
import { failClosed, startInstalled, untilReviewed } from '../support/service.ts'

const controlPlane = await startInstalled(t)
const { kubectl, mustKubectl, request } = controlPlane
const first = await startReplica(t, controlPlane, addresses[0])

/** Uids of the Deployment's pods. There is no node here: they stay Pending, which is enough to know that they were admitted. */
async function ownPods(): Promise<readonly string[]> {
  const list = await request('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io/name=initlint`)
  return asArray(member(list, 'items'))
    .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined)
    .map((pod) => asString(at(pod, 'metadata', 'uid')) ?? '')
}

const twoOthers = (old: readonly string[]) =>
  until('two other pods', async () => {
    const found = await ownPods()
    return found.length >= 2 && found.every((uid) => !old.includes(uid)) ? found : undefined
  })

t.test('all pods of initlint are deleted while no replica runs: they, and pods in kube-system, are created', async (t) => {
  await failClosed(controlPlane)
  await untilReviewed(controlPlane)
  await first.kill()
  await until('the webhook fails closed', async () => {
    const { status, text } = await tryPod(controlPlane)
    return status !== 201 && text.includes('failed calling webhook')
  })

  await controlPlane.startControllers()
  const before = await twoOthers([])
  await mustKubectl(['delete', 'pods', '--all', '-n', namespace, '--timeout=60s'])
  const after = await twoOthers(before)
  t.comment('the Deployment can be rolled out and scaled')
  await mustKubectl(['rollout', 'restart', 'deployment/initlint', '-n', namespace])
  await until('a second ReplicaSet', async () => {
    const list = await request('GET', `/apis/apps/v1/namespaces/${namespace}/replicasets`)
    return asArray(member(list, 'items')).length === 2
  })
  await until('a pod of it', async () => (await ownPods()).some((uid) => !after.includes(uid)))
  await mustKubectl(['scale', 'deployment/initlint', '-n', namespace, '--replicas=3'])

  t.comment('pods in kube-system can be created')
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'dns' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }
  const inSystem = await kubectl(['create', '-n', 'kube-system', '-f', '-'], pod)
  t.equal(inSystem.code, 0, inSystem.stderr)

  t.comment('the first replica that starts is called')
  await startReplica(t, controlPlane, addresses[1])
  await untilReviewed(controlPlane)
})
