/** Events on workloads, written with initlint's own permissions while real controllers run: what `kubectl describe` shows. */
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { accountKubeconfig, applyAccount } from './support/cluster-initlint.ts'
import { root, shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { startInitlint } from './support/initlint.ts'
import { deploymentOf } from './support/objects.ts'

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl, request } = controlPlane
await applyAccount(controlPlane)
await mustKubectl(['apply', '-f', join(root, 'manifests/components/events/rbac.yaml')])
await controlPlane.startControllers()

const warnNoGitOps = { warnTo: { exceptUsers: ['system:serviceaccount:flux-system:*'] } }
const flags = ['--kubeconfig', await accountKubeconfig(t, controlPlane), '--events']
const server = await startInitlint(t, controlPlane, warnNoGitOps, flags)

const flux = ['--as=system:serviceaccount:flux-system:kustomize-controller', '--as-group=system:masters']
const web = (name: string) => deploymentOf(name, [{ name: 'web', image: 'registry.example/web' }])

/** The Events of initlint about objects of a kind whose names start with `name`. */
async function events(kind: string, name: string): Promise<readonly unknown[]> {
  const list = await request('GET', '/api/v1/namespaces/default/events')
  return asArray(member(list, 'items')).filter(
    (event) =>
      at(event, 'source', 'component') === 'initlint' &&
      at(event, 'involvedObject', 'kind') === kind &&
      (asString(at(event, 'involvedObject', 'name')) ?? '').startsWith(name),
  )
}

/** Events are written after the review that they report: waits for the first. */
const untilEvents = (kind: string, name: string) =>
  until(`an Event on ${kind} ${name}`, async () => {
    const found = await events(kind, name)
    return found.length > 0 ? found : undefined
  }).catch((error) => {
    throw new Error(`${error.message}\n${server.daemon.output()}`)
  })

t.test('a Deployment applied by a GitOps user: no warning, one Event', async (t) => {
  const { code, stderr } = await kubectl(['apply', ...flux, '-f', '-'], web('web'))
  t.equal(code, 0, stderr)
  t.notMatch(stderr, 'image-latest', 'no warning, since GitOps tools discard it')
  const [event] = await untilEvents('Deployment', 'web')
  t.match(event, { type: 'Warning', reason: 'InitlintFindings', message: /^\[image-latest\] containers "web": / })
  const uid = await mustKubectl(['get', 'deployment', 'web', '-o', 'jsonpath={.metadata.uid}'])
  t.equal(at(event, 'involvedObject', 'uid'), uid)
  t.match(await mustKubectl(['describe', 'deployment', 'web']), '[image-latest]')
})

t.test('several pods created by a controller: one Event on their owner', async (t) => {
  await mustKubectl(['scale', 'deployment', 'web', '--replicas=3'])
  await until('three pods', async () => {
    const names = await mustKubectl(['get', 'pods', '-l', 'app=web', '-o', 'name'])
    return names.trim().split('\n').length === 3
  })
  const onReplicaSet = await untilEvents('ReplicaSet', 'web-')
  t.same(
    onReplicaSet.map((event) => member(event, 'reason')),
    ['InitlintFindings'],
  )
  t.strictSame(await events('Pod', 'web-'), [])
  t.equal((await events('Deployment', 'web')).length, 1, 'none for the ReplicaSet of the Deployment')
})

t.test('another image of the same Deployment: the same Event, with another text', async (t) => {
  const [before] = await untilEvents('Deployment', 'web')
  await mustKubectl(['set', 'image', ...flux, 'deployment/web', 'web=registry.example/web:latest'])
  const [after] = await until('another text', async () => {
    const found = await events('Deployment', 'web')
    return asString(member(found[0], 'message')) === asString(member(before, 'message')) ? undefined : found
  })
  t.equal(at(after, 'metadata', 'uid'), at(before, 'metadata', 'uid'))
  t.match(member(after, 'message'), 'has the tag latest')
  t.equal((await events('Deployment', 'web')).length, 1)
})

t.test('a dry run and a denied object: no Event', async (t) => {
  const dry = await kubectl(['apply', ...flux, '--dry-run=server', '-f', '-'], web('dry'))
  t.equal(dry.code, 0, dry.stderr)
  await server.setPolicy({ ...warnNoGitOps, rules: { 'image-latest': 'deny' } })
  const denied = await kubectl(['apply', ...flux, '-f', '-'], web('denied'))
  t.equal(denied.code, 1)
  t.match(denied.stderr, 'denied the request')
  await server.setPolicy(warnNoGitOps)
  // Events are written in the order of their reviews, two at a time: those of the objects above would exist before this one.
  await mustKubectl(['apply', ...flux, '-f', '-'], web('last'))
  await untilEvents('Deployment', 'last')
  t.strictSame(await events('Deployment', 'dry'), [])
  t.strictSame(await events('Deployment', 'denied'), [])
})

t.test('the metrics count written and known Events, and no failure', async (t) => {
  const counts = await until('three Events are counted as written and three as known', async () => {
    const { text } = await server.ops('/metrics')
    const count = (result: string) => Number(new RegExp(`^initlint_events_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1])
    // The API server has an Event before initlint gets the answer and counts it.
    return count('written') >= 3 && count('known') >= 3 ? { failed: count('failed') } : undefined
  })
  t.equal(counts.failed, 0)
})
