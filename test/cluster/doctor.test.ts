/** `initlint doctor` on a real API server: well, and with one thing after the other out of order. */
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { accountKubeconfig, applyAccount, namespace } from './support/cluster-initlint.ts'
import { root, startControlPlane } from './support/control-plane.ts'
import { initlint } from './support/initlint.ts'
import { freePort, startDaemon, until } from './support/processes.ts'
import type { ReplicaSettings } from './support/replica-by-address.ts'

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
// No controller runs here: what it would say of the replicas is said for it.
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
await until('initlint ready', async () => ((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok ? true : undefined)).catch(
  (error: Error) => {
    throw new Error(`${error.message}\n${replica.output()}`)
  },
)

interface Examined {
  readonly code: number
  /** Level of each finding that is not well, by id. */
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

/** Until the findings are these: initlint and the API server learn of changes by watches. */
async function expectTrouble(t: Tap, what: string, trouble: Readonly<Record<string, string>>): Promise<Examined> {
  let last: Examined | undefined
  const found = async () => {
    last = await examine()
    return JSON.stringify(last.trouble) === JSON.stringify(trouble) ? last : undefined
  }
  const examined = await until(what, found, 30_000).catch(() => last)
  t.same(examined?.trouble, trouble, examined?.messages ?? '')
  t.equal(examined?.code, Object.values(trouble).includes('error') ? 1 : 0)
  return examined as Examined
}
type Tap = Pick<typeof t, 'same' | 'equal'>

t.test('well: what was looked at, and how long an answer took', async (t) => {
  await expectTrouble(t, 'well', {})
  const { stdout, code } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
  t.equal(code, 0)
  t.match(stdout, /^ok +trial +.* in default \(dry run, \d+ ms\)/m)
  t.match(stdout, /^ok +certificate +.* for 89 days/m)
})

t.test('a policy that is refused', async (t) => {
  await mustKubectl(['apply', '-f', '-'], policy('rules: {image-latets: deny, image-latest: refuse}'))
  const { messages } = await expectTrouble(t, 'refused', { policy: 'error' })
  t.match(messages, 'policy.yaml:3')
  await mustKubectl(['apply', '-f', '-'], policy('preset: off'))
  t.match((await expectTrouble(t, 'quiet', {})).messages, 'has no finding')
  await mustKubectl(['apply', '-f', '-'], policy('rules: {image-latest: deny}'))
  t.match((await expectTrouble(t, 'denied', {})).messages, 'initlint warned about')
})

t.test('replicas that are not ready', async (t) => {
  const none = JSON.stringify({ status: { readyReplicas: 1 } })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', none])
  await expectTrouble(t, 'not ready', { replicas: 'warning' })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', counted])
})

t.test('a configuration that asks about initlint itself and fails closed', async (t) => {
  const patch = [
    { op: 'remove', path: '/webhooks/0/namespaceSelector' },
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
  ]
  await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', JSON.stringify(patch)])
  await expectTrouble(t, 'found', { 'own-namespace': 'error', 'failure-policy': 'warning' })
})

t.test('nobody listens: without an answer, then without a caBundle, then without a configuration', async (t) => {
  await replica.stop('SIGKILL')
  const { messages } = await expectTrouble(t, 'failing closed', { 'own-namespace': 'error', 'failure-policy': 'warning', trial: 'error' })
  t.match(messages, 'connection refused')
  await mustKubectl(['replace', '-f', '-'], configuration)
  await expectTrouble(t, 'no caBundle', { 'ca-bundle': 'error', trial: 'error' })
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint'])
  await expectTrouble(t, 'no configuration', { 'validating-configuration': 'error' })
})

t.test('a cluster that does not answer, or a file that is none, is a sentence', async (t) => {
  const nowhere = await initlint(['doctor', '--kubeconfig', '/no/such/file'])
  t.equal(nowhere.code, 2)
  t.equal(nowhere.stderr.trim().split('\n').length, 1)
  const context = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath, '--context', 'nobody'])
  t.equal(context.code, 2)
  t.match(context.stderr, 'nobody')
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
