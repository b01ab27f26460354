/** Custom resources in a scan: what they own, what is over, and what makes their next Pod. */
import t from 'tap'
import { asObject, at } from '../../src/model/json.ts'
import { differences, Scan } from '../../src/scan/index.ts'
import { outermostOwners } from '../../src/scan/ownership.ts'
import { portsOf } from '../support/reviews.ts'
import { ownerOf, podSpec, stored, template } from './objects.ts'

const onlyLatest = 'preset: off\nrules: {image-latest: warn}'
const denyLatest = 'preset: off\nrules: {image-latest: deny}'
const allowed =
  'preset: off\nrules: {image-latest: deny, registry-not-allowed: deny}\nregistries: [{match: "registry.example/**", allowed: true}]'

function scanned(policy: string, objects: readonly object[]) {
  const scan = new Scan(portsOf(policy, {}))
  for (const object of objects) scan.add(object)
  return scan.result()
}

const rowsOf = (policy: string, objects: readonly object[]) =>
  scanned(policy, objects).rows.map(({ object, owner, pods, effect }) => ({
    name: `${owner === null ? '' : `${owner.kind} ${owner.name}: `}${object.kind} ${object.name}`,
    pods,
    effect,
  }))

const argo = 'argoproj.io/v1alpha1'
const rollout = (image: string): object => stored(argo, 'Rollout', 'web', { spec: template(image) })
const ofRollout = { owner: ownerOf(argo, 'Rollout', 'web') }
const replicaSet = (image: string, replicas = 1): object =>
  stored('apps/v1', 'ReplicaSet', 'web-1', { ...ofRollout, spec: { replicas, ...template(image) } })

t.test('custom resources that own each other are one row, in any order', async (t) => {
  const agones = 'agones.dev/v1'
  const server = template('nginx')
  const fleet = stored(agones, 'Fleet', 'web', { spec: { template: { spec: server } } })
  const set = stored(agones, 'GameServerSet', 'web', { spec: { template: { spec: server } }, owner: ownerOf(agones, 'Fleet', 'web') })
  const game = stored(agones, 'GameServer', 'web-1', { spec: server, owner: ownerOf(agones, 'GameServerSet', 'web') })
  const pod = stored('v1', 'Pod', 'web-1-x', { spec: podSpec('nginx'), owner: ownerOf(agones, 'GameServer', 'web-1') })
  const custom = [fleet, set, game]
  for (const order of [custom, custom.toReversed(), [set, fleet, game]]) {
    const { workloads, pods, rows } = scanned(onlyLatest, [...order, pod])
    t.same([workloads, pods], [1, 1])
    t.match(rows[0], { object: { kind: 'Fleet', name: 'web' }, pods: 1 })
  }
  t.match(rowsOf(onlyLatest, [game, pod]), [{ name: 'GameServer web-1' }], 'an owner that is missing')
})

t.test('a template without defaults is the same as its Pods with them', async (t) => {
  const env = (first: object, second: object): object => ({
    env: [{ name: 'NAME', valueFrom: { fieldRef: first } }, { name: 'KEY', valueFrom: { configMapKeyRef: second } }, { name: 'EMPTY' }],
  })
  const written = { name: 'app', image: 'nginx', ...env({ fieldPath: 'metadata.name' }, { key: 'k', name: 'c' }) }
  const defaulted = {
    name: 'app',
    image: 'nginx',
    imagePullPolicy: 'Always',
    ...env({ apiVersion: 'v1', fieldPath: 'metadata.name' }, { name: 'c', key: 'k' }),
  }
  const rollout = stored(argo, 'Rollout', 'web', { spec: { template: { spec: { containers: [written] } } } })
  const pod = (container: object): object =>
    stored('v1', 'Pod', 'web-1', { spec: { restartPolicy: 'Always', containers: [container] }, ...ofRollout })
  t.same(rowsOf(onlyLatest, [rollout, pod(defaulted)]), [{ name: 'Rollout web', pods: 1, effect: 'warns' }])
  t.equal(rowsOf(onlyLatest, [rollout, pod({ ...defaulted, imagePullPolicy: 'Never' })]).length, 2)
  t.equal(rowsOf(onlyLatest, [rollout, pod({ ...defaulted, env: [] })]).length, 2)
})

t.test('owners that form a circle keep their rows', async (t) => {
  const make = (name: string, owner: string): object =>
    stored(argo, 'Rollout', name, { spec: template('nginx'), owner: ownerOf(argo, 'Rollout', owner) })
  t.equal(scanned(onlyLatest, [make('a', 'b'), make('b', 'a')]).workloads, 2)
  t.equal(scanned(onlyLatest, [make('a', 'a')]).workloads, 1)
})

t.test('each owner of a long chain is looked at once', async (t) => {
  const length = 100_000
  let looks = 0
  const owners = new Map(Array.from({ length }, (_, index) => [String(index), String(index + 1)]))
  const counting = Object.assign(new Map(owners), {
    get: (key: string) => {
      looks++
      return owners.get(key)
    },
  })
  const found = outermostOwners(counting, new Map([[String(length), 'outermost']]))
  t.equal(found.size, length)
  t.same(new Set(found.values()), new Set(['outermost']))
  t.ok(looks <= length, `${looks} looks`)
})

t.test('what has finished is left out', async (t) => {
  const container = { container: { image: 'nginx' }, name: 'main' }
  const workflow = (name: string, status: object): object => stored(argo, 'Workflow', name, { spec: { templates: [container] }, status })
  const rows = rowsOf(onlyLatest, [
    workflow('running', { phase: 'Running' }),
    workflow('done', { phase: 'Succeeded', finishedAt: '2026-11-01T00:00:00Z' }),
    workflow('failed', { phase: 'Error' }),
    stored('tekton.dev/v1', 'TaskRun', 'done', {
      spec: { taskSpec: { steps: [{ name: 'a', image: 'nginx' }] } },
      status: { completionTime: '2026-11-01T00:00:00Z' },
    }),
    stored('batch.volcano.sh/v1alpha1', 'Job', 'done', { spec: { tasks: [template('nginx')] }, status: { state: { phase: 'Completed' } } }),
    stored('jobset.x-k8s.io/v1alpha2', 'JobSet', 'done', {
      spec: { replicatedJobs: [{ template: { spec: template('nginx') } }] },
      status: { conditions: [{ type: 'Completed', status: 'True' }] },
    }),
    stored(argo, 'Rollout', 'paused', { spec: template('nginx'), status: { phase: 'Failed' } }),
  ])
  t.same(
    rows.map(({ name }) => name),
    ['Rollout paused', 'Workflow running'],
  )
})

t.test('a custom resource that is denied blocks if it makes its Pods, and not if a ReplicaSet makes them', async (t) => {
  t.match(rowsOf(denyLatest, [rollout('nginx')]), [{ effect: 'blocks' }])
  t.match(rowsOf(denyLatest, [rollout('nginx'), replicaSet('nginx')]), [{ name: 'Rollout web', effect: 'denies' }])
  t.match(rowsOf(denyLatest, [rollout('nginx'), replicaSet('nginx', 0)]), [{ effect: 'denies' }])
  t.match(rowsOf(allowed, [rollout('nginx'), replicaSet('nginx')]), [{ effect: 'blocks' }], 'a rule that denies every Pod')
  const job = stored('batch/v1', 'Job', 'web-1', { ...ofRollout, spec: template('nginx') })
  t.match(rowsOf(denyLatest, [rollout('nginx'), job]), [{ effect: 'blocks' }], 'the next Job is refused')
})

t.test('an object of a custom resource with another template has a row below it, and its Pods are counted there', async (t) => {
  const rows = rowsOf(onlyLatest, [
    rollout('nginx:1.27'),
    replicaSet('nginx'),
    stored('v1', 'Pod', 'web-1-x', { spec: podSpec('nginx'), owner: ownerOf('apps/v1', 'ReplicaSet', 'web-1') }),
  ])
  t.same(rows, [{ name: 'Rollout web: ReplicaSet web-1', pods: 1, effect: 'warns' }])
})

t.test('a list of Pods that begins again keeps the other objects of a custom resource', async (t) => {
  const scan = new Scan(portsOf(onlyLatest, {}))
  const pod = stored('v1', 'Pod', 'web-1-x', { spec: podSpec('nginx'), owner: ownerOf('apps/v1', 'ReplicaSet', 'web-1') })
  for (const object of [rollout('nginx:1.27'), replicaSet('nginx'), pod]) scan.add(object)
  scan.forget('Pod')
  scan.add(pod)
  t.match(scan.result(), { pods: 1, rows: [{ object: { kind: 'ReplicaSet' }, pods: 1 }] })
})

t.test('kinds with the same name in two API groups are two workloads', async (t) => {
  const inGroup = (apiVersion: string): object => {
    const object = stored(apiVersion, 'StatefulSet', 'web', { spec: template('nginx') })
    return { ...object, metadata: { ...asObject(at(object, 'metadata')), uid: apiVersion } }
  }
  const objects = ['apps.kruise.io/v1beta1', 'apps/v1'].map(inGroup)
  t.equal(scanned(denyLatest, objects).rows.length, 2)
  t.same(
    differences(scanned(denyLatest, objects), scanned('preset: off', objects)).map(({ object }) => object.apiVersion),
    ['apps/v1', 'apps.kruise.io/v1beta1'],
  )
})

t.test('a kind without a namespace is in none', async (t) => {
  const object = {
    apiVersion: argo,
    kind: 'ClusterWorkflowTemplate',
    metadata: { name: 'build', uid: 'u' },
    spec: { templates: [{ name: 'main', container: { image: 'nginx' } }] },
  }
  const { rows, namespaces } = scanned(onlyLatest, [object])
  t.match(rows, [{ object: { kind: 'ClusterWorkflowTemplate', namespace: '' } }])
  t.equal(namespaces, 0)
  const { uid: _uid, ...metadata } = object.metadata
  t.match(scanned(onlyLatest, [{ ...object, metadata }]).rows, [{ object: { namespace: 'default' } }], 'a manifest')
})
