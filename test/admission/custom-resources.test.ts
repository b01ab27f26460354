import t from 'tap'
import { ask } from '../support/answers.ts'
import { portsOf, review } from '../support/reviews.ts'

const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }
const pinned = { image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }
const template = (container: object) => ({ spec: { containers: [{ name: 'web', ...container }] } })
const rollout = (container: object, spec: object = {}) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'default' },
  spec: { template: template(container), ...spec },
})
const jobSet = (...containers: object[]) => ({
  apiVersion: 'jobset.x-k8s.io/v1alpha2',
  kind: 'JobSet',
  metadata: { name: 'train' },
  spec: { replicatedJobs: containers.map((container) => ({ template: { spec: { template: template(container) } } })) },
})
const place = (index: number) => `/spec/replicatedJobs/${index}/template/spec/template/spec/containers/0/image`
const deny = portsOf('rules: {image-latest: deny}')

t.test('a custom resource with a pod template is judged: warned about, denied, or allowed', async (t) => {
  const warned = ask('validate', review({ object: rollout(latest) }), portsOf('preset: recommended'))
  t.same([warned.allowed, warned.warned], [true, ['image-latest']])
  t.match(warned.record, { kind: 'Rollout', name: 'web', verdict: 'warned' })
  const denied = ask('validate', review({ object: rollout(latest) }), deny)
  t.same([denied.allowed, denied.causes.map(({ field }) => field)], [false, ['/spec/template/spec/containers/0/image']])
  t.ok(ask('validate', review({ object: rollout(pinned) }), deny).allowed)
})

t.test('every template of a JobSet is judged; equal findings are one warning', async (t) => {
  const answer = ask('validate', review({ object: jobSet(pinned, latest, latest) }), deny)
  t.same([answer.allowed, answer.causes.map(({ field }) => field)], [false, [place(1), place(2)]])
  t.same(ask('validate', review({ object: jobSet(latest, latest) }), portsOf('preset: recommended')).warned, ['image-latest'])
})

t.test('an UPDATE is judged only for the templates that it changes, and old violations only warn', async (t) => {
  const update = (object: object, oldObject: object) => ask('validate', review({ operation: 'UPDATE', object, oldObject }), deny)
  t.match(update(rollout(latest, { replicas: 2 }), rollout(latest)), { allowed: true, warned: [], record: { skipped: 'unchanged' } })
  t.match(update(jobSet(latest, pinned), jobSet(latest, latest)), { allowed: true, warned: [] })
  t.match(update(jobSet(latest, latest), jobSet(latest, pinned)), { allowed: false, causes: [{ field: place(1) }] })
  const [old, added] = [
    { ...latest, env: [] },
    { ...latest, command: ['x'] },
  ]
  t.match(update(jobSet(added, pinned), jobSet(old, latest)), { allowed: true, warned: ['image-latest'] })
})

t.test('an UPDATE of a custom resource that has only containers is judged for what it changes', async (t) => {
  const task = (container: object) => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'build' },
    spec: { steps: [{ name: 's', ...container }] },
  })
  const update = (object: object, oldObject: object) => ask('validate', review({ operation: 'UPDATE', object, oldObject }), deny)
  t.match(update(task(latest), task(pinned)), { allowed: false, causes: [{ field: '/spec/steps/0/image' }] })
  t.match(update(task(latest), task(latest)), { allowed: true, warned: [], record: { skipped: 'unchanged' } })
  t.match(update(task({ ...latest, command: ['x'] }), task(latest)), { allowed: true, warned: ['image-latest'] })
})

t.test('the mutating webhook never changes a custom resource', async (t) => {
  const fixing = portsOf(
    'fix: {on: templates, force: true}\nregistries: [{match: "**", fragile: true}]\nrules: {pull-always-fragile-registry: fix}',
  )
  const always = { image: 'nginx:1.27', imagePullPolicy: 'Always' }
  const deployment = { ...rollout(always), apiVersion: 'apps/v1', kind: 'Deployment' }
  t.ok(ask('mutate', review({ object: deployment }), fixing).patch)
  t.equal(ask('mutate', review({ object: rollout(always) }), fixing).patch, undefined)
})

t.test('a resource with too many templates is denied if the policy denies anything, and allowed with a warning otherwise', async (t) => {
  const object = jobSet(...Array.from({ length: 1001 }, () => latest))
  t.match(ask('validate', review({ object }), deny), { allowed: false, record: { skipped: 'oversize', complete: false, kind: 'JobSet' } })
  t.match(ask('validate', review({ object }), portsOf('preset: recommended')), { allowed: true, warnings: [/too large to check/] })
})

t.test('paths of the policy are judged too', async (t) => {
  const object = { apiVersion: 'x.example/v1', kind: 'Cluster', metadata: { name: 'c' }, spec: { pods: [template(latest)] } }
  const body = 'rules: {image-latest: deny}\n'
  t.match(ask('validate', review({ object }), portsOf(body)), { allowed: true, record: { skipped: 'not-a-workload' } })
  const listed = portsOf(`${body}templates: [{apiVersion: x.example/v1, kind: Cluster, paths: ["spec.pods[*]"]}]`)
  t.notOk(ask('validate', review({ object }), listed).allowed)
})
