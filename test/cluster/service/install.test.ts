/** The unmodified default installation on a real API server: initlint runs with its ServiceAccount and is called by its Service's name. */
import { join } from 'node:path'
import t from 'tap'
import { at } from '../../../src/model/json.ts'
import { policyId } from '../../../src/server/keepers/policy-files.ts'
import { until } from '../../support/waiting.ts'
import { root, startControlPlane } from '../support/control-plane.ts'
import { addresses, mountServiceAccount, namespace, type Replica, startReplica } from '../support/replicas.ts'
import { untilReviewed } from '../support/service.ts'
import { untilInForce } from '../support/states.ts'
import { listed } from '../support/stored.ts'

const overlay = join(root, 'manifests/overlays/default')
const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { kubectl, mustKubectl, request } = controlPlane
await mustKubectl(['apply', '-k', overlay])
const token = await mountServiceAccount(controlPlane)
const first = await startReplica(t, controlPlane, addresses[0])
const second = await startReplica(t, controlPlane, addresses[1])

const pod = (name: string, image = 'nginx') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'app', image }] },
})

await untilReviewed(controlPlane)

const policy = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace },
  data: { '10-base.yaml': text },
})
const document = (rest: string): string => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${rest}\n`
const denying = policy(document('rules: {image-latest: deny}'))
const denyingId = policyId([{ file: '10-base.yaml', text: denying.data['10-base.yaml'] }])
const invalid = policy(document('rules: {image-latets: deny, image-latest: refuse}'))

/** Replaces the first. */
let third: Replica

/** Creates a pod by dry run. */
const create = (image?: string) => kubectl(['create', '--dry-run=server', '-f', '-'], pod('tried', image))
const isDenied = async (): Promise<boolean> => (await create()).stderr.includes('denied the request')

t.test('initlint writes the CA into the configuration, and applying the manifests again preserves it', async (t) => {
  const bundle = () =>
    mustKubectl(['get', 'validatingwebhookconfiguration', 'initlint', '-o', 'jsonpath={.webhooks[*].clientConfig.caBundle}'])
  const before = await bundle()
  t.equal(before.split(' ').filter((text) => text.length > 0).length, 2, 'both webhooks have one')
  await mustKubectl(['apply', '-k', overlay])
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-k', overlay])
  t.equal(await bundle(), before)
  t.equal((await create()).code, 0)
  t.match((await create()).stderr, '[image-latest]')
})

t.test('RBAC: initlint has the permissions that it needs and no others', async (t) => {
  const asInitlint = (args: readonly string[], input?: object) =>
    kubectl(
      ['--kubeconfig=/dev/null', `--server=${controlPlane.config.server}`, '--insecure-skip-tls-verify', `--token=${token}`, ...args],
      input,
    )
  for (const args of [
    ['get', 'configmap', 'initlint-policy', '-n', namespace],
    ['get', 'secret', 'initlint-certificate', '-n', namespace],
    ['get', 'namespaces'],
    ['get', 'validatingwebhookconfiguration', 'initlint'],
  ]) {
    const { code, stderr } = await asInitlint(args)
    t.equal(code, 0, `${args.join(' ')} ${stderr}`)
  }
  for (const args of [
    ['get', 'secrets', '-n', namespace],
    ['get', 'secrets', '-n', 'default'],
    ['get', 'configmaps', '-n', namespace],
    ['get', 'configmap', 'kube-root-ca.crt', '-n', 'default'],
    ['get', 'pods', '-A'],
    ['get', 'validatingwebhookconfigurations'],
    ['create', 'secret', 'generic', 'another', '-n', namespace],
    ['create', 'configmap', 'another', '-n', namespace],
    ['create', 'namespace', 'another'],
    ['delete', 'validatingwebhookconfiguration', 'initlint'],
    ['delete', 'secret', 'initlint-certificate', '-n', namespace],
    ['delete', 'configmap', 'initlint-policy', '-n', namespace],
    ['annotate', 'configmap', 'initlint-policy', 'a=b', '-n', namespace],
    ['label', 'namespace', 'default', 'a=b'],
    ['create', 'clusterrolebinding', 'more', '--clusterrole=cluster-admin', '--serviceaccount=initlint:initlint'],
    ['create', 'token', 'initlint', '-n', namespace],
  ]) {
    const { code, stderr } = await asInitlint(args)
    t.not(code, 0, args.join(' '))
    t.match(stderr, 'forbidden', args.join(' '))
  }
})

t.test('a new policy is in force on every replica', async (t) => {
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], denying)
  await untilInForce([first, second], denyingId)
  t.ok(await isDenied())
  t.equal((await create('nginx:1.27')).code, 0)
})

t.test('an invalid policy is rejected when it is applied, with the file and a suggestion', async (t) => {
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], invalid)
  t.equal(code, 1)
  t.match(stderr, '10-base.yaml')
  t.match(stderr, 'image-latets')
  t.match(stderr, 'image-latest')
  t.ok(await isDenied(), 'the previous policy stays in force')
})

t.test('an invalid policy that bypasses the webhook: running and starting replicas keep the last good one', async (test) => {
  const configuration = JSON.parse(await mustKubectl(['get', 'validatingwebhookconfiguration', 'initlint', '-o', 'json']))
  const index = configuration.webhooks.findIndex(({ name }: { name: string }) => name.startsWith('policy.'))
  test.ok(index >= 0)
  await mustKubectl([
    'patch',
    'validatingwebhookconfiguration',
    'initlint',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'remove', path: `/webhooks/${index}` }]),
  ])
  // A replica that starts gets the last good policy from the status, which is written after the policy is in force.
  const status = `/api/v1/namespaces/${namespace}/configmaps/initlint-policy-status`
  await until('the status has the last good policy', async () => at(await request('GET', status), 'data', 'hash') === denyingId)
  await until('the invalid policy is stored', async () => {
    const { code } = await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], invalid)
    return code === 0
  })
  await first.kill()
  // The next test uses it, too.
  third = await startReplica(t, controlPlane, addresses[2])
  for (const replica of [second, third]) {
    await until('the invalid policy is refused', async () =>
      (await replica.ops('/metrics')).text.includes(`initlint_policy_info{id="${denyingId}",source="last-good"} 1`),
    )
  }
  for (let round = 0; round < 20; round++) test.ok(await isDenied(), 'whichever replica is called')
  const about = await until('an Event on the ConfigMap', async () => {
    const events = await listed(controlPlane, 'events', '-n', namespace)
    const found = events.filter((event) => at(event, 'involvedObject', 'name') === 'initlint-policy')
    return found.length > 0 ? found : undefined
  })
  test.match(JSON.stringify(about), 'image-latets')
})

t.test('without the ConfigMap nothing is denied and no warning is sent; a new ConfigMap is in force again', async (t) => {
  await mustKubectl(['delete', 'configmap', 'initlint-policy', '-n', namespace])
  await untilInForce([second, third], 'built-in-audit-only')
  t.equal((await create()).stderr, '')
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], denying)
  await untilInForce([second, third], denyingId)
  t.ok(await isDenied())
})
