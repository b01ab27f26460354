/** `why` against a real API server, with exactly the role that it prints; no kubelet runs, so the statuses of pods are set. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { asArray, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { startControlPlane } from './support/control-plane.ts'
import { initlint } from './support/initlint.ts'

const controlPlane = await startControlPlane(t, [])
const { mustKubectl, config } = controlPlane
await controlPlane.startControllers()

const namespace = 'shop'
const role = (await initlint(['why', '--print-rbac'])).stdout
await mustKubectl(['create', 'namespace', namespace])
await mustKubectl(['apply', '-f', '-'], role)
await mustKubectl(['create', 'serviceaccount', 'why', '-n', namespace])
await mustKubectl(['create', 'clusterrolebinding', 'why', '--clusterrole=initlint-why', `--serviceaccount=${namespace}:why`])
const token = (await mustKubectl(['create', 'token', 'why', '-n', namespace, '--duration=2h'])).trim()
const kubeconfig = join(t.testdir(), 'kubeconfig')
const clusters = [{ name: 'test', cluster: { server: config.server, 'certificate-authority-data': config.caData } }]
const contexts = [{ name: 'test', context: { cluster: 'test', user: 'why', namespace } }]
writeFileSync(kubeconfig, JSON.stringify({ 'current-context': 'test', clusters, contexts, users: [{ name: 'why', user: { token } }] }))

async function why(...args: readonly string[]) {
  const { code, stdout, stderr } = await initlint(['why', '--kubeconfig', kubeconfig, '--format', 'json', ...args])
  return { code, stderr, output: stdout === '' ? undefined : JSON.parse(stdout) }
}

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'registry.example/web:1' }] } }
const deployment = (where: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: where },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
})

/** Sets the status of a pod as a kubelet would. */
async function setStatus(pod: string, status: object): Promise<void> {
  await mustKubectl(['patch', 'pod', pod, '-n', namespace, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })])
}

t.test('a pod of a Deployment: its status, its Events and the chain of its owners, with nothing forbidden', async (t) => {
  await mustKubectl(['apply', '-f', '-'], deployment(namespace))
  const pod = await until('the controllers made a Pod', async () => {
    const list = JSON.parse(await mustKubectl(['get', 'pods', '-n', namespace, '-l', 'app=web', '-o', 'json']))
    return asArray(member(list, 'items')).map((each) => String(at(each, 'metadata', 'name')))[0]
  })
  t.match((await why(pod)).output, { pods: [{ stage: { kind: 'scheduling' }, cause: { class: 'waiting-normal' } }] })
  const message = 'Back-off pulling image "registry.example/web:1": ErrImagePull: dial tcp 192.0.2.1:443: connect: connection refused'
  await setStatus(pod, {
    conditions: [{ type: 'PodScheduled', status: 'True' }],
    containerStatuses: [
      {
        name: 'app',
        image: 'registry.example/web:1',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ImagePullBackOff', message } },
      },
    ],
  })
  const expected = [
    {
      object: { kind: 'Pod', name: pod },
      owner: { kind: 'Deployment', name: 'web' },
      stage: { kind: 'image-pull', container: 'app' },
      cause: { class: 'connection-refused' },
    },
  ]
  for (const target of [pod, `pod/${pod}`, 'deployment/web']) {
    const { code, output } = await why(target)
    t.equal(code, 0, target)
    t.match(output, { pods: expected }, target)
    t.notOk('notLookedAt' in output, 'the role suffices')
  }
  const all = await why('-A')
  t.match(all.output, { pods: expected })
  t.notOk('notLookedAt' in all.output)
})

t.test('a Deployment whose pods are forbidden has a diagnosis although there is no pod', async (t) => {
  await mustKubectl(['create', 'namespace', 'locked'])
  await mustKubectl(['label', 'namespace', 'locked', 'pod-security.kubernetes.io/enforce=restricted'])
  await mustKubectl(['apply', '-f', '-'], deployment('locked'))
  const output = await until('the controller reports that its pods are forbidden', async () => {
    const found = (await why('deployment/web', '-n', 'locked')).output
    return at(found, 'pods', 0, 'cause', 'class') === 'admission-denied' ? found : undefined
  })
  t.match(output.pods, [
    { object: { kind: 'Deployment', name: 'web' }, stage: { kind: 'admission', container: null }, waiting: { helps: 'no' } },
  ])
})

t.test('no such pod, and rights that are missing', async (t) => {
  t.match(await why('other'), { code: 2, stderr: /no Pod other in namespace shop/ })
  const without = role.replace(', persistentvolumeclaims, events', ', persistentvolumeclaims')
  await mustKubectl(['apply', '-f', '-'], without)
  const output = await until('the authorizer knows the smaller role', async () => {
    const found = (await why('deployment/web')).output
    return found !== undefined && 'notLookedAt' in found ? found : undefined
  })
  t.match(output, { pods: [{ cause: { class: 'connection-refused' } }], notLookedAt: [{ what: 'events in shop', why: /forbidden/ }] })
})
