/** Events on workloads, written with initlint's own rights, while real controllers work: what GitOps users and `kubectl describe` see. */
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { accountKubeconfig, applyAccount } from './support/cluster-initlint.ts'
import { root, shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { deploymentOf } from './support/objects.ts'
import { policyFolder } from './support/policy-folder.ts'
import { freePort, startDaemon, until } from './support/processes.ts'

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl, request, webhook } = controlPlane
await applyAccount(controlPlane)
await mustKubectl(['apply', '-f', join(root, 'manifests/components/events/rbac.yaml')])
await controlPlane.startControllers()

const policy = policyFolder(t, { warnTo: { exceptUsers: ['system:serviceaccount:flux-system:*'] } })
const opsPort = await freePort()
const daemon = startDaemon(
  process.execPath,
  [
    ...[join(root, 'src/main.ts'), 'serve', '--host', webhook.host, '--port', String(webhook.port), '--ops-port', String(opsPort)],
    ...['--tls-cert', webhook.certPath, '--tls-key', webhook.keyPath, '--try', 'off', '--policy', policy.path],
    ...['--kubeconfig', await accountKubeconfig(t, controlPlane), '--events'],
  ],
  { cwd: root },
)
t.teardown(() => daemon.stop('SIGINT'))
await until('initlint ready', async () => ((await fetch(`http://${webhook.host}:${opsPort}/readyz`)).ok ? true : undefined)).catch(
  (error) => {
    throw new Error(`${error.message}\n${daemon.output()}`)
  },
)
await controlPlane.install([shippedConfigurations.validating])
await until('the API server asks initlint', async () => {
  const { stderr } = await kubectl(['create', 'deployment', 'probe', '--image=nginx', '--dry-run=server'])
  return stderr.includes('[image-latest]') ? true : undefined
})

const flux = ['--as=system:serviceaccount:flux-system:kustomize-controller', '--as-group=system:masters']
const web = (name: string) => deploymentOf(name, [{ name: 'web', image: 'registry.example/web' }])

/** The Events of initlint about objects of a kind whose name begins so. */
async function events(kind: string, name: string): Promise<readonly unknown[]> {
  const list = await request('GET', '/api/v1/namespaces/default/events')
  return asArray(member(list, 'items')).filter(
    (event) =>
      at(event, 'source', 'component') === 'initlint' &&
      at(event, 'involvedObject', 'kind') === kind &&
      (asString(at(event, 'involvedObject', 'name')) ?? '').startsWith(name),
  )
}

const some = (kind: string, name: string) =>
  until(`an Event on ${kind} ${name}`, async () => {
    const found = await events(kind, name)
    return found.length > 0 ? found : undefined
  }).catch((error) => {
    throw new Error(`${error.message}\n${daemon.output()}`)
  })

t.test('what a GitOps user applies', async (t) => {
  const { code, stderr } = await kubectl(['apply', ...flux, '-f', '-'], web('web'))
  t.equal(code, 0, stderr)
  t.notMatch(stderr, 'image-latest', 'no warning: nobody would read it')
  const [event] = await some('Deployment', 'web')
  t.match(event, { type: 'Warning', reason: 'ImageLatest', message: /^\[image-latest\] containers "web": / })
  const uid = await mustKubectl(['get', 'deployment', 'web', '-o', 'jsonpath={.metadata.uid}'])
  t.equal(at(event, 'involvedObject', 'uid'), uid)
  t.match(await mustKubectl(['describe', 'deployment', 'web']), '[image-latest]')
})

t.test('the pods that a controller makes: one Event on their owner, however many there are', async (t) => {
  await mustKubectl(['scale', 'deployment', 'web', '--replicas=3'])
  await until('three pods', async () => {
    const names = await mustKubectl(['get', 'pods', '-l', 'app=web', '-o', 'name'])
    return names.trim().split('\n').length === 3 ? true : undefined
  })
  const onReplicaSet = await some('ReplicaSet', 'web-')
  t.same(
    onReplicaSet.map((event) => member(event, 'reason')),
    ['ImageLatest'],
  )
  t.strictSame(await events('Pod', 'web-'), [])
  t.equal((await events('Deployment', 'web')).length, 1, 'the ReplicaSet of the Deployment says nothing new')
})

t.test('never for a dry run, never for what is denied', async (t) => {
  const dry = await kubectl(['apply', ...flux, '--dry-run=server', '-f', '-'], web('dry'))
  t.equal(dry.code, 0, dry.stderr)
  policy.write({ warnTo: { exceptUsers: ['system:serviceaccount:flux-system:*'] }, rules: { 'image-latest': 'deny' } })
  await until('denied', async () => ((await kubectl(['apply', ...flux, '-f', '-'], web('denied'))).code === 0 ? undefined : true))
  policy.write({ warnTo: { exceptUsers: ['system:serviceaccount:flux-system:*'] } })
  // An Event that comes later than those would: what was to be written before it has been written.
  await until('allowed', async () => ((await kubectl(['apply', ...flux, '-f', '-'], web('last'))).code === 0 ? true : undefined))
  await some('Deployment', 'last')
  t.strictSame(await events('Deployment', 'dry'), [])
})

t.test('counted, and nothing failed', async (t) => {
  const text = await (await fetch(`http://${webhook.host}:${opsPort}/metrics`)).text()
  const count = (result: string) => Number(new RegExp(`^initlint_events_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1])
  t.ok(count('written') >= 3)
  t.ok(count('known') >= 3)
  t.equal(count('failed'), 0)
})
