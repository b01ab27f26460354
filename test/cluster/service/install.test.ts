/** The default install, unmodified, on a real API server: initlint runs with its ServiceAccount and is called by its Service's name. */
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../support/waiting.ts'
import { root, startControlPlane } from '../support/control-plane.ts'
import { addresses, mountServiceAccount, namespace, startReplica } from '../support/replicas.ts'
import { untilJudged } from '../support/service.ts'

const overlay = join(root, 'manifests/overlays/default')
const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { kubectl, mustKubectl } = controlPlane
await mustKubectl(['apply', '-k', overlay])
const token = await mountServiceAccount(controlPlane)
const first = await startReplica(t, controlPlane, addresses[0])
await startReplica(t, controlPlane, addresses[1])

const pod = (name: string, image = 'nginx') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'app', image }] },
})

await untilJudged(controlPlane)

const policy = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace },
  data: { '10-base.yaml': text },
})
const document = (rest: string): string => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${rest}\n`
const denying = policy(document('rules: {image-latest: deny}'))
const broken = policy(document('rules: {image-latets: deny, image-latest: refuse}'))

/** Tries to make a pod, without leaving one. */
const create = (image?: string) => kubectl(['create', '--dry-run=server', '-f', '-'], pod('tried', image))
const isDenied = async (): Promise<boolean> => (await create()).stderr.includes('denied the request')

t.test('initlint wrote the CA into the configuration itself, and applying the manifests again leaves it', async (t) => {
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

t.test('RBAC: what initlint needs, and nothing more', async (t) => {
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

t.test('a new policy is obeyed', async (t) => {
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], denying)
  await until('the policy denies', async () => ((await isDenied()) ? true : undefined), 10_000)
  t.equal((await create('nginx:1.27')).code, 0)
})

t.test('a broken policy is refused when it is applied, with the line and what was meant', async (t) => {
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], broken)
  t.equal(code, 1)
  t.match(stderr, '10-base.yaml')
  t.match(stderr, 'image-latets')
  t.match(stderr, 'image-latest')
  t.ok(await isDenied(), 'the old one stays')
})

t.test('forced in past the webhook, a broken policy changes nothing; a replica restarted at that moment judges as before', async (t) => {
  const configuration = JSON.parse(await mustKubectl(['get', 'validatingwebhookconfiguration', 'initlint', '-o', 'json']))
  const index = configuration.webhooks.findIndex(({ name }: { name: string }) => name.startsWith('policy.'))
  t.ok(index >= 0)
  await mustKubectl([
    'patch',
    'validatingwebhookconfiguration',
    'initlint',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'remove', path: `/webhooks/${index}` }]),
  ])
  await until('the broken policy is let in', async () => {
    const { code } = await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], broken)
    return code === 0 ? true : undefined
  })
  await first.kill()
  const again = await startReplica(t, controlPlane, addresses[2])
  t.match((await again.ops('/metrics')).text, 'initlint_policy_info')
  for (let round = 0; round < 20; round++) t.ok(await isDenied(), 'whichever replica is asked')
  const events = await mustKubectl(['get', 'events', '-n', namespace, '-o', 'json'])
  const about = JSON.parse(events).items.filter(
    (event: { involvedObject: { name: string } }) => event.involvedObject.name === 'initlint-policy',
  )
  t.ok(about.length > 0, 'an Event on the ConfigMap')
  t.match(JSON.stringify(about), 'image-latets')
})

t.test('without the ConfigMap nobody is denied or warned, and a new one is obeyed again', async (t) => {
  await mustKubectl(['delete', 'configmap', 'initlint-policy', '-n', namespace])
  await until('audit-only', async () => ((await create()).stderr === '' ? true : undefined), 10_000)
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], denying)
  await until('the policy denies again', async () => ((await isDenied()) ? true : undefined), 10_000)
  t.pass()
})
