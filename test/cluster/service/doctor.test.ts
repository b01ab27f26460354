/** `initlint doctor` on a real API server: a healthy installation, then one fault at a time. */
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { accountKubeconfig, applyAccount, namespace } from './support/cluster-initlint.ts'
import { root, startControlPlane } from './support/control-plane.ts'
import { initlint } from './support/initlint.ts'
import { freePort, startDaemon } from './support/processes.ts'
import type { ReplicaSettings } from './support/replica-by-address.ts'
import { opsOf, untilReady } from './support/states.ts'

const controlPlane = await startControlPlane(t, [])
const { mustKubectl, config } = controlPlane
await applyAccount(controlPlane)
const port = await freePort()
const configuration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'initlint' },
  webhooks: [
    {
      name: 'validate.initlint.dev',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      timeoutSeconds: 2,
      clientConfig: { url: `https://127.0.0.1:${port}/validate` },
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', namespace] }],
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
  ],
}
const policy = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace },
  data: { 'policy.yaml': `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${text}\n` },
})
await mustKubectl(['create', '-f', '-'], configuration)
await mustKubectl(['apply', '-f', '-'], policy('preset: recommended'))
await mustKubectl(['apply', '-n', namespace, '-f', join(root, 'manifests/base/deployment.yaml')])
// No controller runs here, so the test sets the status that it would set.
const counted = JSON.stringify({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', counted])
const opsPort = await freePort()
const settings: ReplicaSettings = {
  kubeconfig: await accountKubeconfig(t, controlPlane),
  namespace,
  port,
  opsPort,
  policy: 'initlint-policy',
}
const replica = startDaemon(process.execPath, [join(root, 'test/cluster/support/replica-by-address.ts'), JSON.stringify(settings)], {
  cwd: root,
})
t.teardown(() => replica.stop('SIGKILL'))
await untilReady({ daemon: replica, ops: opsOf(`http://127.0.0.1:${opsPort}`) })

interface Examined {
  readonly code: number
  /** Level of each finding that is not ok, by id. */
  readonly trouble: Readonly<Record<string, string>>
  readonly messages: string
}

async function examine(): Promise<Examined> {
  const { code, stdout, stderr } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath, '--format', 'json'])
  if (stdout === '') throw new Error(stderr)
  const findings = asArray(member(JSON.parse(stdout), 'findings'))
  const trouble = findings.filter((finding) => member(finding, 'level') !== 'ok')
  return {
    code,
    trouble: Object.fromEntries(trouble.map((finding) => [asString(at(finding, 'id')) ?? '', asString(at(finding, 'level')) ?? ''])),
    messages: findings.map((finding) => `${at(finding, 'message')} ${at(finding, 'remedy')}`).join('\n'),
  }
}

/**
 * Waits until doctor has these findings and this text: initlint and the API server learn about changes by watches, and the trial of one
 * run can be older than the status that the same run reads.
 */
async function expectTrouble(t: Tap, what: string, trouble: Readonly<Record<string, string>>, text = ''): Promise<void> {
  let last: Examined | undefined
  const found = async () => {
    last = await examine()
    return JSON.stringify(last.trouble) === JSON.stringify(trouble) && last.messages.includes(text)
  }
  await until(`doctor finds: ${what}`, found).catch(() => undefined)
  t.same(last?.trouble, trouble, last?.messages ?? '')
  t.ok(last?.messages.includes(text), `${text} in ${last?.messages}`)
  t.equal(last?.code, Object.values(trouble).includes('error') ? 1 : 0)
}
type Tap = Pick<typeof t, 'same' | 'equal' | 'ok'>

t.test('a healthy installation: exit code 0, the duration of the trial and the remaining life of the certificate', async (t) => {
  await expectTrouble(t, 'nothing', {})
  const { stdout, code } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
  t.equal(code, 0)
  t.match(stdout, /^ok +trial +.* in default \(dry run, \d+ ms\)/m)
  t.match(stdout, /^ok +certificate +.* for 89 days/m)
})

t.test('an invalid policy, one without findings, and one that denies the trial', async (t) => {
  await mustKubectl(['apply', '-f', '-'], policy('rules: {image-latets: deny, image-latest: refuse}'))
  await expectTrouble(t, 'the policy is refused', { policy: 'error' }, 'policy.yaml:3')
  await mustKubectl(['apply', '-f', '-'], policy('preset: off'))
  await expectTrouble(t, 'a trial without findings', {}, 'has no finding')
  await mustKubectl(['apply', '-f', '-'], policy('rules: {image-latest: deny}'))
  await expectTrouble(t, 'a denied trial', {}, 'initlint warned about')
})

t.test('replicas that are not ready', async (t) => {
  const none = JSON.stringify({ status: { readyReplicas: 1 } })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', none])
  await expectTrouble(t, 'one of two replicas is ready', { replicas: 'warning' })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', counted])
})

t.test('a configuration that selects the namespace of initlint and fails closed', async (t) => {
  const patch = [
    { op: 'remove', path: '/webhooks/0/namespaceSelector' },
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
  ]
  await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', JSON.stringify(patch)])
  await expectTrouble(t, 'own namespace and failurePolicy Fail', { 'own-namespace': 'error', 'failure-policy': 'warning' })
})

t.test('initlint is not running: no answer, then no caBundle, then no configuration', async (t) => {
  await replica.stop('SIGKILL')
  const failing = { 'own-namespace': 'error', 'failure-policy': 'warning', trial: 'error' }
  await expectTrouble(t, 'failing closed', failing, 'connection refused')
  await mustKubectl(['replace', '-f', '-'], configuration)
  await expectTrouble(t, 'no caBundle', { 'ca-bundle': 'error', trial: 'error' })
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint'])
  await expectTrouble(t, 'no configuration', { 'validating-configuration': 'error' })
})

t.test('a cluster that does not answer, an unknown context or a missing file: exit code 2 and one sentence', async (t) => {
  const missing = await initlint(['doctor', '--kubeconfig', '/no/such/file'])
  t.equal(missing.code, 2)
  t.equal(missing.stderr.trim().split('\n').length, 1)
  const context = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath, '--context', 'unknown-context'])
  t.equal(context.code, 2)
  t.match(context.stderr, 'unknown-context')
  const silent = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster: { server: `https://127.0.0.1:${await freePort()}` } }],
    users: [{ name: 'x', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  })
  const file = join(t.testdir({ kubeconfig: silent }), 'kubeconfig')
  const unreachable = await initlint(['doctor', '--kubeconfig', file])
  t.equal(unreachable.code, 2)
  t.match(unreachable.stderr, 'cannot be reached')
})
