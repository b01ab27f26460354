/** The policy is a ConfigMap of a real API server, watched by several replicas with the ServiceAccount of the manifests. */
import t from 'tap'
import { asArray, asObject, asString, at, member } from '../../src/model/json.ts'
import { podReview } from '../server/support/reviews.ts'
import { unchangedFor, until } from '../support/waiting.ts'
import { apiServerOf } from './support/api-server.ts'
import { accountKubeconfig, applyAccount, type ClusterInitlint, namespace, startClusterInitlint } from './support/cluster-initlint.ts'
import { startControlPlane } from './support/control-plane.ts'
import { untilLogged, untilReady } from './support/states.ts'

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl, request } = controlPlane
await applyAccount(controlPlane)
const kubeconfig = await accountKubeconfig(t, controlPlane)
const flags = ['--policy-configmap', `${namespace}/initlint-policy`, '--kubeconfig', kubeconfig]

/** A replica that sees a change writes within milliseconds, and retries a failed write after at most a second. */
const quietTime = 1500

const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
const policyOf = (action: string, more = '') => `${head}rules: {image-latest: ${action}}\n${more}`

async function applyPolicy(data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'initlint-policy', namespace }
  await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
}

/** What a replica answers to an image without a tag: a denial, a warning, or nothing that the requester sees. */
async function verdictOf(replica: ClusterInitlint): Promise<'deny' | 'warn' | 'nothing'> {
  const response = member(await replica.validate(podReview({ image: 'registry.example/app' })), 'response')
  if (member(response, 'allowed') === false) return 'deny'
  return asArray(member(response, 'warnings')).some((warning) => String(warning).includes('[image-latest]')) ? 'warn' : 'nothing'
}

async function untilVerdict(replicas: readonly ClusterInitlint[], wanted: string): Promise<void> {
  await until(`the verdict of all replicas is ${wanted}`, async () => {
    const verdicts = await Promise.all(replicas.map(verdictOf))
    return verdicts.every((each) => each === wanted)
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${replicas.map(({ daemon }) => daemon.output()).join('\n\n')}`)
  })
}

const readStatus = () => request('GET', `/api/v1/namespaces/${namespace}/configmaps/initlint-policy-status`)
const statusVersion = async () => at(await readStatus(), 'metadata', 'resourceVersion')

/** The status is written after the policy is in force: waits until its data are as expected. */
function untilStatus(what: string, isWanted: (data: Readonly<Record<string, unknown>>) => boolean) {
  return until(`the status ${what}`, async () => {
    const data = asObject(member(await readStatus(), 'data'))
    return isWanted(data) ? data : undefined
  })
}

/** Events are written after the change that they report: waits for those with a reason. */
function untilEvents(reason: string): Promise<readonly unknown[]> {
  return until(`an Event ${reason}`, async () => {
    const list = await request('GET', `/api/v1/namespaces/${namespace}/events`)
    const found = asArray(member(list, 'items')).filter((event) => member(event, 'reason') === reason)
    return found.length > 0 ? found : undefined
  })
}

const one = await startClusterInitlint(t, controlPlane, flags)
const other = await startClusterInitlint(t, controlPlane, flags)
const both = [one, other]

t.test('without a ConfigMap: audit-only, and an Event about it', async (t) => {
  await untilVerdict(both, 'nothing')
  t.match(await one.get('/policy'), { id: 'built-in-audit-only', state: { origin: 'built-in' } })
  const [event] = await untilEvents('PolicyMissing')
  t.match(event, { type: 'Warning', involvedObject: { kind: 'ConfigMap', name: 'initlint-policy' } })
})

t.test('an applied policy: in force on both replicas, written to the status once', async (t) => {
  // Each text is unique, so the status cannot have it from before.
  for (const [action, text] of [
    ['deny', policyOf('deny', '# first\n')],
    ['warn', policyOf('warn')],
    ['deny', policyOf('deny')],
  ] as const) {
    await applyPolicy({ 'policy.yaml': text })
    const applied = Date.now()
    await untilVerdict(both, action)
    t.comment(`${action}: in force ${Date.now() - applied} ms after the end of kubectl`)
  }
  const policy = await one.get('/policy')
  t.match(policy, { state: { origin: 'configmap' }, sources: [{ file: 'policy.yaml' }] })
  t.same(await other.get('/policy'), policy)
  const id = asString(member(policy, 'id'))
  t.match(await untilStatus(`has the policy ${id}`, ({ hash }) => hash === id), { 'policy.yaml': policyOf('deny'), refused: undefined })
  await mustKubectl(['label', 'configmap', 'initlint-policy', '-n', namespace, 'changed=nothing'])
  await unchangedFor('the status after a new label, which is not a new policy,', quietTime, statusVersion)
})

t.test('an invalid policy: running and starting replicas keep the last good one, and log, status and Event name the line', async (t) => {
  const before = member(await one.get('/policy'), 'id')
  await applyPolicy({ 'policy.yaml': `${policyOf('warn')}rulez: {}\n` })
  const third = startClusterInitlint(t, controlPlane, flags)
  await until('both refuse it', async () => {
    const states = await Promise.all(both.map((replica) => replica.get('/policy')))
    return states.every((state) => at(state, 'state', 'refused', 'id') !== undefined)
  })
  for (const replica of [...both, await third]) {
    t.match(await replica.get('/policy'), {
      id: before,
      state: { origin: 'last-good', refused: { errors: [/^policy\.yaml:4:1: rulez: /] } },
    })
    t.equal(await verdictOf(replica), 'deny')
    t.match((await replica.ops('/metrics')).text, 'initlint_reloads_total{what="policy",result="failed"} 1')
    t.match((await replica.ops('/metrics')).text, `initlint_policy_info{id="${before}",source="last-good"} 1`)
    t.equal((await replica.ops('/readyz')).status, 200)
    await untilLogged(replica, /"problem":"policy\.yaml:4:1: rulez: /)
  }
  const refused = await untilStatus('has the refusal', (data) => data.refused !== undefined)
  t.match(refused, { hash: before, 'policy.yaml': policyOf('deny'), errors: /^policy\.yaml:4:1: rulez: / })
  const found = await untilEvents('PolicyInvalid')
  t.equal(found.length, 1, 'three replicas, one Event')
  t.match(found[0], { type: 'Warning', involvedObject: { name: 'initlint-policy' }, message: /policy\.yaml:4:1: rulez: / })
  await applyPolicy({ 'policy.yaml': policyOf('warn') })
  await untilVerdict([...both, await third], 'warn')
  const accepted = `initlint-policy.accepted-${asString(member(await one.get('/policy'), 'id'))}`
  await until('the Event of the repair', async () => {
    const names = (await untilEvents('PolicyAccepted')).map((event) => at(event, 'metadata', 'name'))
    return names.includes(accepted)
  })
  await untilStatus('no longer has the refusal', (data) => data.refused === undefined)
})

t.test('RBAC: the ServiceAccount has no permission that it does not need', async (t) => {
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

t.test('a policy with a namespaceSelector: adding and removing a label of the namespace takes effect', async () => {
  await mustKubectl(['create', 'namespace', 'shop'])
  await applyPolicy({
    'policy.yaml': policyOf(
      'warn',
      'overrides:\n- match: {namespaceSelector: {matchLabels: {tier: gold}}}\n  rules: {image-latest: deny}\n',
    ),
  })
  await untilVerdict(both, 'warn')
  await mustKubectl(['label', 'namespace', 'shop', 'tier=gold'])
  await untilVerdict(both, 'deny')
  await mustKubectl(['label', 'namespace', 'shop', 'tier-'])
  await untilVerdict(both, 'warn')
  await mustKubectl(['delete', 'namespace', 'shop', '--wait=false'])
})

t.test('the ConfigMap is deleted: audit-only on both replicas; created again: in force', async () => {
  await applyPolicy({ 'policy.yaml': policyOf('deny') })
  await untilVerdict(both, 'deny')
  await mustKubectl(['delete', 'configmap', 'initlint-policy', '-n', namespace])
  await untilVerdict(both, 'nothing')
  await applyPolicy({ '10-base.yaml': policyOf('deny'), '20-cluster.yaml': policyOf('warn') })
  await untilVerdict(both, 'warn')
})

t.test('the API server is killed and restarted: replicas keep their policy, wait, and follow the next edit', async (t) => {
  const apiServer = await apiServerOf(t, controlPlane)
  await apiServer.kill()
  t.same(await Promise.all(both.map(verdictOf)), ['warn', 'warn'], 'answered without it')
  const late = await startClusterInitlint(t, controlPlane, flags, false)
  const impatient = await startClusterInitlint(t, controlPlane, flags, false)
  for (const replica of [late, impatient]) await untilLogged(replica, 'cannot be reached')
  t.equal((await late.ops('/livez')).status, 200)
  t.equal((await late.ops('/readyz')).status, 503)
  await impatient.daemon.stop('SIGTERM')
  t.equal(impatient.daemon.child.exitCode, 0)
  await apiServer.restart()
  const edited = Date.now()
  await applyPolicy({ '10-base.yaml': policyOf('deny') })
  await untilVerdict(both, 'deny')
  t.comment(`in force ${Date.now() - edited} ms after an edit right after the restart of the API server`)
  await untilReady(late)
  await untilVerdict([...both, late], 'deny')
})
