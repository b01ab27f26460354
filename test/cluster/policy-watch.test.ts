/** The policy is a ConfigMap of a real API server, and several initlints obey it, as the ServiceAccount that the manifests make. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { asArray, asObject, asString, at, member } from '../../src/model/json.ts'
import { podReview } from '../server/support/reviews.ts'
import { apiServerOf } from './support/api-server.ts'
import { accountKubeconfig, applyAccount, type ClusterInitlint, namespace, startClusterInitlint } from './support/cluster-initlint.ts'
import { startControlPlane } from './support/control-plane.ts'
import { until } from './support/processes.ts'

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl, request } = controlPlane
await applyAccount(controlPlane)
const kubeconfig = await accountKubeconfig(t, controlPlane)
const flags = ['--policy-configmap', `${namespace}/initlint-policy`, '--kubeconfig', kubeconfig]

const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
const policyOf = (action: string, more = '') => `${head}rules: {image-latest: ${action}}\n${more}`

async function applyPolicy(data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'initlint-policy', namespace }
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
}

/** What is done about an image without a tag: `deny`, `warn`, or nothing that anybody sees. */
async function judgement(replica: ClusterInitlint): Promise<'deny' | 'warn' | 'nothing'> {
  const response = member(await replica.validate(podReview({ image: 'registry.example/app' })), 'response')
  if (member(response, 'allowed') === false) return 'deny'
  return asArray(member(response, 'warnings')).some((warning) => String(warning).includes('[image-latest]')) ? 'warn' : 'nothing'
}

async function untilAll(replicas: readonly ClusterInitlint[], wanted: string): Promise<void> {
  await until(`all judge: ${wanted}`, async () => {
    const judged = await Promise.all(replicas.map(judgement))
    return judged.every((each) => each === wanted) ? true : undefined
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${replicas.map(({ daemon }) => daemon.output()).join('\n\n')}`)
  })
}

async function statusData(): Promise<Readonly<Record<string, unknown>>> {
  const status = await request('GET', `/api/v1/namespaces/${namespace}/configmaps/initlint-policy-status`)
  return asObject(member(status, 'data'))
}

async function events(reason: string): Promise<readonly unknown[]> {
  const list = await request('GET', `/api/v1/namespaces/${namespace}/events`)
  return asArray(member(list, 'items')).filter((event) => member(event, 'reason') === reason)
}

const one = await startClusterInitlint(t, controlPlane, flags)
const other = await startClusterInitlint(t, controlPlane, flags)
const both = [one, other]

t.test('without a ConfigMap: audit-only, and an Event says so', async (t) => {
  await untilAll(both, 'nothing')
  t.match(await one.get('/policy'), { id: 'built-in-audit-only', state: { origin: 'built-in' } })
  const [event] = await until('an Event', async () => ((await events('PolicyMissing')).length > 0 ? events('PolicyMissing') : undefined))
  t.match(event, { type: 'Warning', involvedObject: { kind: 'ConfigMap', name: 'initlint-policy' } })
})

t.test('a policy is obeyed by both as it is applied, and written down once', async (t) => {
  for (const action of ['deny', 'warn', 'deny']) {
    await applyPolicy({ 'policy.yaml': policyOf(action) })
    const applied = Date.now()
    await untilAll(both, action)
    t.comment(`${action}: obeyed ${Date.now() - applied} ms after kubectl ended`)
  }
  const policy = await one.get('/policy')
  t.match(policy, { state: { origin: 'configmap' }, sources: [{ file: 'policy.yaml' }] })
  t.same(await other.get('/policy'), policy)
  const id = asString(member(policy, 'id'))
  const written = await until('the status', async () => {
    const data = await statusData()
    return data.hash === id ? data : undefined
  })
  t.match(written, { 'policy.yaml': policyOf('deny'), refused: undefined })
  const status = () => request('GET', `/api/v1/namespaces/${namespace}/configmaps/initlint-policy-status`)
  const version = at(await status(), 'metadata', 'resourceVersion')
  await mustKubectl(['label', 'configmap', 'initlint-policy', '-n', namespace, 'changed=nothing'])
  await sleep(1500)
  t.equal(at(await status(), 'metadata', 'resourceVersion'), version, 'a label is no new policy')
})

t.test('a bad policy: both keep the last good one, as does a third that starts now; the admin is told where and why', async (t) => {
  const before = member(await one.get('/policy'), 'id')
  await applyPolicy({ 'policy.yaml': `${policyOf('warn')}rulez: {}\n` })
  const third = startClusterInitlint(t, controlPlane, flags)
  await until('both refuse it', async () => {
    const states = await Promise.all(both.map((replica) => replica.get('/policy')))
    return states.every((state) => at(state, 'state', 'refused', 'id') !== undefined) ? true : undefined
  })
  for (const replica of [...both, await third]) {
    t.match(await replica.get('/policy'), {
      id: before,
      state: { origin: 'last-good', refused: { errors: [/^policy\.yaml:4:1: rulez: /] } },
    })
    t.equal(await judgement(replica), 'deny')
    t.match((await replica.ops('/metrics')).text, 'initlint_reloads_total{what="policy",result="failed"} 1')
    t.match((await replica.ops('/metrics')).text, `initlint_policy_info{id="${before}",source="last-good"} 1`)
    t.equal((await replica.ops('/readyz')).status, 200)
    t.match(replica.daemon.output(), /"problem":"policy\.yaml:4:1: rulez: /)
  }
  t.match(await statusData(), { hash: before, 'policy.yaml': policyOf('deny'), errors: /^policy\.yaml:4:1: rulez: / })
  const found = await events('PolicyInvalid')
  t.equal(found.length, 1, 'three replicas, one Event')
  t.match(found[0], { type: 'Warning', involvedObject: { name: 'initlint-policy' }, message: /policy\.yaml:4:1: rulez: / })
  await applyPolicy({ 'policy.yaml': policyOf('warn') })
  await untilAll([...both, await third], 'warn')
  const accepted = `initlint-policy.accepted-${asString(member(await one.get('/policy'), 'id'))}`
  await until('the Event of the repair', async () => {
    const names = (await events('PolicyAccepted')).map((event) => at(event, 'metadata', 'name'))
    return names.includes(accepted) ? true : undefined
  })
  await until('the status is clean', async () => ((await statusData()).refused === undefined ? true : undefined))
})

t.test('RBAC: the account may do no more than it needs', async (t) => {
  const as = ['--kubeconfig', kubeconfig, '-n', namespace]
  for (const args of [
    ['get', 'configmaps'],
    ['get', 'secrets'],
    ['delete', 'configmap', 'initlint-policy'],
    ['get', 'pods', '-A'],
    ['get', 'events'],
    ['create', 'configmap', 'x'],
  ]) {
    t.match((await kubectl([...args, ...as])).stderr, /forbidden/i, args.join(' '))
  }
})

t.test('labels of a namespace decide, and their change', async () => {
  await mustKubectl(['create', 'namespace', 'shop'])
  await applyPolicy({
    'policy.yaml': policyOf(
      'warn',
      'overrides:\n- match: {namespaceSelector: {matchLabels: {tier: gold}}}\n  rules: {image-latest: deny}\n',
    ),
  })
  await untilAll(both, 'warn')
  await mustKubectl(['label', 'namespace', 'shop', 'tier=gold'])
  await untilAll(both, 'deny')
  await mustKubectl(['label', 'namespace', 'shop', 'tier-'])
  await untilAll(both, 'warn')
  await mustKubectl(['delete', 'namespace', 'shop', '--wait=false'])
})

t.test('the ConfigMap is deleted: audit-only on both; made again, it is obeyed', async () => {
  await applyPolicy({ 'policy.yaml': policyOf('deny') })
  await untilAll(both, 'deny')
  await mustKubectl(['delete', 'configmap', 'initlint-policy', '-n', namespace])
  await untilAll(both, 'nothing')
  await applyPolicy({ '10-base.yaml': policyOf('deny'), '20-cluster.yaml': policyOf('warn') })
  await untilAll(both, 'warn')
})

t.test('the API server is killed and comes back: what was edited meanwhile is obeyed', async (t) => {
  const apiServer = await apiServerOf(t, controlPlane)
  await apiServer.kill()
  t.same(await Promise.all(both.map(judgement)), ['warn', 'warn'], 'judged without it')
  const late = await startClusterInitlint(t, controlPlane, flags, false)
  const impatient = await startClusterInitlint(t, controlPlane, flags, false)
  for (const replica of [late, impatient])
    await until('they wait', async () => (replica.daemon.output().includes('cannot be reached') ? true : undefined))
  t.equal((await late.ops('/livez')).status, 200)
  t.equal((await late.ops('/readyz')).status, 503)
  await impatient.daemon.stop('SIGTERM')
  t.equal(impatient.daemon.child.exitCode, 0)
  await apiServer.restart()
  const edited = Date.now()
  await applyPolicy({ '10-base.yaml': policyOf('deny') })
  await untilAll(both, 'deny')
  t.comment(`obeyed ${Date.now() - edited} ms after an edit of the API server that had just come back`)
  await until('the third is ready', async () => ((await late.ops('/readyz')).status === 200 ? true : undefined))
  await untilAll([...both, late], 'deny')
})
