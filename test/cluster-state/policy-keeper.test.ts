/** The keeper of the policy ConfigMap: which policy it uses, what it stores and what it reports. */
import t, { type Test } from 'tap'
import { connect } from '../../src/cluster/client.ts'
import { clusterNamespaces } from '../../src/cluster/namespaces.ts'
import { configMapPolicy } from '../../src/cluster/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import type { KeeperPorts } from '../../src/server/keepers/contracts.ts'
import { policyId } from '../../src/server/keepers/policy-files.ts'
import { Metrics } from '../../src/server/observe/metrics.ts'
import { logSink } from '../server/support/server.ts'
import { until, untilUnchangedFor } from '../support/waiting.ts'
import { FakeApiServer } from './support/fake-api-server.ts'

const fake = (t: Test) => new FakeApiServer(t).start()
const policy = (action: string) => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: ${action}}\n`
const idOf = (text: string) => policyId([{ file: 'policy.yaml', text }])
const bad = `${policy('deny')}rulez: {}\n`

function ports(signal = new AbortController().signal, now = Date.now) {
  const registry = defaultRegistry()
  const sink = logSink()
  const metrics = new Metrics(registry, { inFlight: 0, unfinished: 0 })
  const keeperPorts: KeeperPorts = { registry, metrics, log: sink.log, now, pollInterval: 100, signal }
  return { keeperPorts, sink, metrics }
}

async function replica(t: Test, server: FakeApiServer, now = Date.now) {
  const { keeperPorts, sink, metrics } = ports(undefined, now)
  const configMap = { namespace: 'initlint', name: 'policy' }
  const keeper = await configMapPolicy({ client: connect({ kubeconfig: server.kubeconfig }), configMap, version: '1.2.3' })(keeperPorts)
  t.teardown(() => keeper.stop())
  return { keeper, sink, metrics, id: () => keeper.inForce.policy.id, state: () => keeper.inForce.state }
}

t.test('a missing, valid, invalid and again valid policy are each reported once', async (t) => {
  const server = await fake(t)
  server.put('policy-status', {})
  const one = await replica(t, server)
  t.equal(one.id(), 'built-in-audit-only')
  t.same(one.state(), { origin: 'built-in' })
  server.put('policy', { 'policy.yaml': policy('deny') })
  await until('the policy is in force', () => one.id() === idOf(policy('deny')))
  await until('the status has the policy', () => server.dataOf('policy-status')?.hash === one.id())
  t.match(server.dataOf('policy-status'), { version: '1.2.3', 'policy.yaml': policy('deny') })
  server.put('policy', { 'policy.yaml': bad })
  await until('the bad policy is refused', () => one.state()?.origin === 'last-good')
  t.equal(one.id(), idOf(policy('deny')))
  await until('the status has the refusal', () => server.dataOf('policy-status')?.refused === idOf(bad))
  server.put('policy', { 'policy.yaml': bad, unrelated: 'x' })
  const second = await replica(t, server)
  t.equal(second.id(), one.id())
  t.same(second.state(), one.state())
  server.put('policy', { 'policy.yaml': policy('warn') })
  await until('both replicas have the next policy', () => one.id() === idOf(policy('warn')) && second.id() === one.id())
  await until('the status has no refusal any more', () => server.dataOf('policy-status')?.refused === undefined)
  await until('four Events', () => server.events.size === 4)
  t.same(
    new Set(server.events.keys()),
    new Set([
      `policy.accepted-${idOf(policy('deny'))}`,
      `policy.accepted-${idOf(policy('warn'))}`,
      'policy.missing',
      `policy.refused-${idOf(bad)}`,
    ]),
  )
  t.match(server.events.get(`policy.refused-${idOf(bad)}`), {
    type: 'Warning',
    reason: 'PolicyInvalid',
    message: /policy\.yaml:4:1: rulez: /,
  })
  t.equal(one.sink.lines().filter(({ level }) => level === 'error').length, 1)
  const { text } = await one.metrics.expose()
  t.match(text, 'initlint_reloads_total{what="policy",result="failed"} 1')
  t.match(text, 'initlint_reloads_total{what="policy",result="ok"} 2')
  t.match(text, `initlint_policy_info{id="${one.id()}",source="configmap"} 1`)
  server.delete('policy')
  await until('both replicas have audit-only', () => one.id() === 'built-in-audit-only' && second.id() === one.id())
})

t.test('several replicas write one status and then stop writing', async (t) => {
  const server = await fake(t)
  server.put('policy-status', { hash: 'nonsense', 'old.yaml': 'x' })
  server.put('policy', { 'policy.yaml': policy('deny') })
  const replicas = await Promise.all([replica(t, server), replica(t, server), replica(t, server)])
  await until('the status has the policy', () => server.dataOf('policy-status')?.hash === idOf(policy('deny')))
  t.equal(server.dataOf('policy-status')?.['old.yaml'], undefined)
  await untilUnchangedFor('the number of requests', 1500, () => server.requests.length)
  t.same(new Set(replicas.map(({ id }) => id())), new Set([idOf(policy('deny'))]))
})

t.test('a status that is missing or not writable is logged once, and the policy is still used', async (t) => {
  const server = await fake(t)
  server.put('policy', { 'policy.yaml': policy('deny') })
  const one = await replica(t, server)
  t.equal(one.id(), idOf(policy('deny')))
  const complaints = () => one.sink.lines().filter(({ msg }) => String(msg).includes('cannot store the last good policy'))
  await until('the first complaint', () => complaints().length === 1)
  t.match(complaints()[0], { problem: /no ConfigMap initlint\/policy-status/ })
  server.forbidsWrites = true
  server.put('policy-status', {})
  await until('the second complaint', () => complaints().length === 2)
  t.match(complaints()[1], { problem: /RBAC does not allow this \(patch configmaps initlint\/policy-status/ })
  server.put('policy', { 'policy.yaml': bad })
  await until('the bad policy is refused', () => one.state()?.origin === 'last-good')
  t.equal(complaints().length, 2)
  server.forbidsWrites = false
  await until('the status has the policy', () => server.dataOf('policy-status')?.hash === idOf(policy('deny')))
})

t.test('warnings about a valid policy are logged once', async (t) => {
  const server = await fake(t)
  server.put('policy-status', {})
  server.put('policy', { 'policy.yaml': `${policy('deny').replace('image-latest', 'image-of-tomorrow')}` })
  const one = await replica(t, server)
  const warnings = () => one.sink.lines().filter(({ msg }) => String(msg).includes('warning about the policy'))
  await until('the status has the policy', () => server.dataOf('policy-status')?.hash === one.id())
  t.equal(warnings().length, 1)
  t.match(warnings()[0], { problem: /image-of-tomorrow/ })
})

t.test('an exemption that expires is written into the status and counted, without any change in the cluster', async (t) => {
  const server = await fake(t)
  server.put('policy-status', {})
  const exemption = 'exemptions: [{rules: [image-latest], reason: x, expires: 2026-11-15}]\n'
  server.put('policy', { 'policy.yaml': policy('deny') + exemption })
  let now = Date.parse('2026-11-15T23:59:59Z')
  const replicas = await Promise.all([replica(t, server, () => now), replica(t, server, () => now)])
  await until('the status has the policy', () => server.dataOf('policy-status')?.hash === replicas[0]?.id())
  t.equal(server.dataOf('policy-status')?.exemptionsEnded, undefined)
  now += 1000
  await until('the status has the exemption', () => server.dataOf('policy-status')?.exemptionsEnded !== undefined)
  t.equal(server.dataOf('policy-status')?.exemptionsEnded, 'policy.yaml:4: exemptions[0] expired after 2026-11-15 (UTC)\n')
  await untilUnchangedFor('the number of requests', 1000, () => server.requests.length)
  server.put('policy', { 'policy.yaml': policy('deny') })
  await until('the entry is removed', () => server.dataOf('policy-status')?.exemptionsEnded === undefined)
})

t.test('labelsOf returns the labels of a known namespace, otherwise undefined', async (t) => {
  const server = await fake(t)
  server.putNamespace('shop', { tier: 'gold' })
  const namespaces = await clusterNamespaces(connect({ kubeconfig: server.kubeconfig }))(ports().keeperPorts)
  t.teardown(() => namespaces.stop())
  t.same(namespaces.labelsOf('shop'), new Map([['tier', 'gold']]))
  t.equal(namespaces.labelsOf('nowhere'), undefined)
  server.putNamespace('nowhere', {})
  await until('the new namespace is known', () => namespaces.labelsOf('nowhere')?.size === 0)
  server.putNamespace('shop', {})
  await until('the removed label is known', () => namespaces.labelsOf('shop')?.size === 0)
  const giveUp = new AbortController()
  server.lists = 'hangs'
  const waiting = clusterNamespaces(connect({ kubeconfig: server.kubeconfig }))(ports(giveUp.signal).keeperPorts)
  giveUp.abort(new Error('enough'))
  await t.rejects(waiting, { message: 'enough' })
})
