/** What a policy would do to objects that run already. */
import t from 'tap'
import { differences, Scan, type ScanRow } from '../../src/scan/index.ts'
import { ask } from '../support/answers.ts'
import { portsOf, review } from '../support/reviews.ts'
import { deployment, podSpec, replicasOf, stored, template, uidOf } from './objects.ts'

function scanOf(policy: string, objects: readonly object[], labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Scan {
  const scan = new Scan(portsOf(policy, { namespaceLabels: (name) => new Map(Object.entries(labels[name] ?? {})) }))
  for (const object of objects) scan.add(object)
  return scan
}

const shown = ({ object, owner, pods, effect, diagnostics }: ScanRow) => ({
  name: owner === null ? `${object.kind} ${object.name}` : `${owner.kind} ${owner.name}: ${object.name}`,
  pods,
  effect,
  rules: diagnostics.map(({ rule }) => rule),
})
const rowsOf = (policy: string, objects: readonly object[]) => scanOf(policy, objects).result().rows.map(shown)

const onlyLatest = 'preset: off\nrules: {image-latest: warn}'
const denyLatest = 'preset: off\nrules: {image-latest: deny}'
const allowed = 'preset: off\nrules: {registry-not-allowed: deny}\nregistries: [{match: "registry.example/**", allowed: true}]'

t.test('one row for a Deployment, with its Pods; ReplicaSets have none', async (t) => {
  const objects = [
    deployment('web', 'nginx'),
    ...replicasOf('web', 'nginx'),
    deployment('ok', 'nginx:1.27'),
    ...replicasOf('ok', 'nginx:1.27'),
  ]
  const { rows, workloads, pods, namespaces } = scanOf(onlyLatest, objects).result()
  t.same(rows.map(shown), [{ name: 'Deployment web', pods: 2, effect: 'warns', rules: ['image-latest'] }])
  t.same({ workloads, pods, namespaces }, { workloads: 2, pods: 4, namespaces: 1 })
})

t.test('what is over is left out: ReplicaSets without replicas, Jobs that ended, Pods that ended', async (t) => {
  const done = { conditions: [{ type: 'Complete', status: 'True' }] }
  const objects = [
    stored('apps/v1', 'ReplicaSet', 'old', { spec: { replicas: 0, ...template('nginx') } }),
    stored('batch/v1', 'Job', 'done', { spec: template('nginx'), status: done }),
    stored('v1', 'Pod', 'ended', { spec: podSpec('nginx'), status: { phase: 'Succeeded' } }),
    deployment('web', 'nginx:1.27'),
    ...replicasOf('web', 'nginx', { pods: 0, revision: 'old' }),
  ]
  t.same(rowsOf(onlyLatest, objects), [])
  t.equal(scanOf(onlyLatest, objects).result().workloads, 1)
})

t.test('the Jobs of a CronJob, and a Job of its own', async (t) => {
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: uidOf('CronJob', 'shop', 'nightly') }
  const jobOwner = { apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-1', uid: uidOf('Job', 'shop', 'nightly-1') }
  const rows = rowsOf(onlyLatest, [
    stored('batch/v1', 'CronJob', 'nightly', { spec: { jobTemplate: { spec: template('nginx') } } }),
    stored('batch/v1', 'Job', 'nightly-1', { owner, spec: template('nginx') }),
    stored('batch/v1', 'Job', 'once', { spec: template('nginx') }),
    stored('v1', 'Pod', 'nightly-1-x', { owner: jobOwner, spec: podSpec('nginx') }),
  ])
  t.same(
    rows.map(({ name, pods }) => [name, pods]),
    [
      ['CronJob nightly', 1],
      ['Job once', 0],
    ],
  )
})

t.test('the mirror of a static Pod is left out, as the webhook lets the kubelet create it', async (t) => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'n' }
  const annotations = { 'kubernetes.io/config.mirror': 'hash' }
  const { workloads, pods } = scanOf(denyLatest, [
    stored('v1', 'Pod', 'proxy-node-1', { owner, annotations, spec: podSpec('nginx') }),
  ]).result()
  t.same({ workloads, pods }, { workloads: 0, pods: 0 })
})

t.test('ephemeral containers are not judged: the next Pod has none', async (t) => {
  const debug = { ephemeralContainers: [{ name: 'debug', image: 'busybox', imagePullPolicy: 'Always' }] }
  const pod = stored('v1', 'Pod', 'single', { spec: podSpec('nginx:1.27', debug) })
  t.same(rowsOf(denyLatest, [pod, deployment('web', 'nginx:1.27'), ...replicasOf('web', 'nginx:1.27', { spec: debug })]), [])
  t.match(pod, { spec: debug }, 'the object is not changed')
})

t.test('Pods that differ from the template have a row below it, once for all that differ in the same way', async (t) => {
  const injected = {
    containers: [
      { name: 'app', image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' },
      { name: 'proxy', image: 'proxy', imagePullPolicy: 'Always' },
    ],
  }
  const objects = [
    deployment('web', 'nginx:1.27'),
    ...replicasOf('web', 'nginx:1.27', { spec: injected }),
    ...replicasOf('web', 'nginx', { pods: 1, revision: 'old' }),
  ]
  t.same(rowsOf(onlyLatest, objects), [
    { name: 'Deployment web: web-a-0', pods: 2, effect: 'warns', rules: ['image-latest'] },
    { name: 'Deployment web: web-old-0', pods: 1, effect: 'warns', rules: ['image-latest'] },
  ])
})

t.test('effects: blocks, denies, warns, audits, exempt', async (t) => {
  const one = (policy: string, object: object) => rowsOf(policy, [object])[0]?.effect
  const web = deployment('web', 'nginx')
  const pod = stored('v1', 'Pod', 'single', { spec: podSpec('nginx') })
  t.equal(one(denyLatest, web), 'denies', 'its Pods return: the ReplicaSet controller makes them')
  t.equal(one(denyLatest, pod), 'blocks', 'a person has to create it again')
  t.equal(
    one(denyLatest, stored('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: template('nginx') })),
    'blocks',
    'its controller is not built in',
  )
  t.equal(one(allowed, deployment('web', 'quay.io/a:1')), 'blocks', 'the rule denies every Pod')
  t.equal(one(`${denyLatest}\noverrides: [{match: {kinds: [Pod]}, rules: {image-latest: {action: deny, everyPod: true}}}]`, web), 'blocks')
  t.equal(one(onlyLatest, web), 'warns')
  t.equal(one('preset: off\nrules: {image-latest: audit}', web), 'audits')
  t.equal(one(`${denyLatest}\nexemptions: [{rules: [image-latest], match: {names: [web]}, reason: x}]`, web), 'exempt')
  t.equal(one('preset: off', web), undefined)
})

t.test('Pods of an owner of another kind are one row', async (t) => {
  const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', name: 'build', uid: 'w' }
  const pods = ['a', 'b'].map((name) => stored('v1', 'Pod', name, { owner, spec: podSpec('nginx') }))
  t.same(rowsOf(denyLatest, pods), [{ name: 'Workflow build', pods: 2, effect: 'blocks', rules: ['image-latest'] }])
})

t.test('a list that begins again counts once', async (t) => {
  const pods = [...replicasOf('web', 'nginx').slice(1), stored('v1', 'Pod', 'single', { spec: podSpec('nginx') })]
  const scan = scanOf(onlyLatest, [deployment('web', 'nginx'), ...replicasOf('web', 'nginx')])
  scan.forget('Pod')
  for (const object of pods) scan.add(object)
  t.same(
    scan.result().rows.map((row) => [shown(row).name, row.pods]),
    [
      ['Deployment web', 2],
      ['Pod single', 1],
    ],
  )
  t.equal(scan.result().pods, 3)
})

t.test('the same rules, containers and effects as the review of the same object by a person', async (t) => {
  const images = ['nginx', 'nginx:1.27', 'quay.io/a/b:latest', 'registry.example/app:1', 'registry.example/app@sha256:123']
  const policies = [onlyLatest, denyLatest, allowed, 'preset: recommended', 'preset: strict']
  for (const policy of policies) {
    for (const image of images) {
      for (const object of [deployment('web', image), stored('v1', 'Pod', 'web', { spec: podSpec(image) })]) {
        const answer = ask('validate', review({ object, namespace: 'shop', user: '' }), portsOf(policy))
        const [row] = scanOf(policy, [object]).result().rows
        const said = row?.diagnostics.filter(({ action, exempted }) => action !== 'audit' && exempted === undefined) ?? []
        t.equal(answer.allowed, !said.some(({ action }) => action === 'deny'), `${policy} ${image} ${JSON.stringify(row?.effect)}`)
        if (answer.allowed) t.same(answer.warned.length, said.length, `${policy} ${image}`)
      }
    }
  }
})

t.test('labels of namespaces select overrides', async (t) => {
  const policy = `${onlyLatest}\noverrides: [{match: {namespaceSelector: {matchLabels: {stage: prod}}}, rules: {image-latest: deny}}]`
  const objects = [deployment('web', 'nginx', { namespace: 'a' }), deployment('web', 'nginx', { namespace: 'b' })]
  const { rows } = scanOf(policy, objects, { a: { stage: 'prod' }, b: { stage: 'dev' } }).result()
  t.same(
    rows.map(({ effect }) => effect),
    ['denies', 'warns'],
  )
})

t.test('a comparison has exactly what differs', async (t) => {
  const objects = [
    deployment('denied', 'quay.io/a:1'),
    deployment('same', 'nginx'),
    deployment('silenced', 'registry.example/app'),
    deployment('fine', 'registry.example/app:1'),
  ]
  const before = scanOf('preset: off\nrules: {image-latest: warn}', objects).result()
  const after = scanOf(
    `${allowed.replace('{registry', '{image-latest: warn, registry')}\nexemptions: [{rules: [image-latest], match: {names: [silenced]}, reason: x}]`,
    [...objects.map((object) => JSON.parse(JSON.stringify(object).replace('"nginx"', '"registry.example/nginx"')))],
  ).result()
  const found = differences(before, after).map(({ object, before: was, effect, changes }) => ({
    name: object.name,
    was,
    effect,
    changes: changes.map(({ change, diagnostic }) => `${change} ${diagnostic.rule}`),
  }))
  t.same(found, [
    { name: 'denied', was: null, effect: 'blocks', changes: ['denied registry-not-allowed'] },
    { name: 'silenced', was: 'warns', effect: 'exempt', changes: ['silenced image-latest'] },
  ])
})

t.test('anything may be in a list', async (t) => {
  const scan = scanOf(onlyLatest, [])
  for (const value of [
    null,
    1,
    'x',
    [],
    {},
    { kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod', metadata: 7, spec: [] },
    { apiVersion: 'v1', kind: 'Pod', metadata: { ownerReferences: 'x' } },
  ]) {
    t.doesNotThrow(() => scan.add(value))
  }
})
