import t from 'tap'
import { readWorkload } from '../../src/model/workload.ts'

interface Case {
  readonly metadata?: object
  readonly container: { readonly image: string; readonly imagePullPolicy?: string }
  readonly old?: { readonly image: string; readonly imagePullPolicy?: string }
  readonly source?: 'manifest' | 'review'
}

/** The origin of the pull policy of a pod's only container. */
function originOf({ metadata = {}, container, old, source = 'review' }: Case) {
  const pod = (body: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', ...body }] } })
  const context = { namespace: 'default', source } as const
  const before = old === undefined ? null : (readWorkload(pod(old), context) ?? null)
  const workload = readWorkload(pod(container), { ...context, old: before })
  const use = workload?.imageUses()[0]
  if (workload === undefined || use === undefined) throw new Error('the case is no pod')
  const { kind, evidence } = workload.origin(use)
  return `${kind} ${evidence}`
}

const lastApplied = (container: object) => ({
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { containers: [{ name: 'c', ...container }] } }),
  },
})
const managed = (...entries: [operation: string, owned: object][]) => ({
  managedFields: entries.map(([operation, owned]) => ({
    operation,
    fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': owned } } },
  })),
})

t.test('a raw manifest says it itself', async (t) => {
  t.equal(originOf({ source: 'manifest', container: { image: 'nginx' } }), 'defaulted absent')
  t.equal(originOf({ source: 'manifest', container: { image: 'nginx', imagePullPolicy: 'Always' } }), 'explicit written')
})

t.test('a review without evidence', async (t) => {
  t.equal(originOf({ container: { image: 'nginx', imagePullPolicy: 'Always' } }), 'unknown none')
  t.equal(originOf({ container: { image: 'nginx', imagePullPolicy: 'Never' } }), 'explicit not-the-default')
  t.equal(originOf({ container: { image: 'nginx' } }), 'defaulted absent')
})

t.test('server-side apply tells', async (t) => {
  const container = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ metadata: managed(['Apply', { 'f:image': {} }]), container }), 'defaulted apply-entry')
  t.equal(originOf({ metadata: managed(['Apply', { 'f:imagePullPolicy': {} }]), container }), 'explicit apply-entry')
  t.equal(originOf({ metadata: managed(['Update', { 'f:imagePullPolicy': {} }]), container }), 'unknown none')
  t.equal(originOf({ metadata: managed(['Apply', {}], ['Update', { 'f:imagePullPolicy': {} }]), container }), 'unknown none')
})

t.test('client-side apply leaves the manifest', async (t) => {
  const container = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ metadata: lastApplied({ image: 'nginx' }), container }), 'defaulted last-applied')
  t.equal(originOf({ metadata: lastApplied(container), container }), 'explicit last-applied')
  const broken = { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } }
  t.equal(originOf({ metadata: broken, container }), 'unknown none')
})

t.test('after a change of the tag the default of the tag before may still stand', async (t) => {
  const container = { image: 'nginx:1.25', imagePullPolicy: 'Always' }
  const old = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ container, old }), 'unknown none')
  t.equal(originOf({ metadata: lastApplied({ image: 'nginx:1.25' }), container, old }), 'defaulted last-applied')
  t.equal(originOf({ container, old: { image: 'nginx:1.24', imagePullPolicy: 'Always' } }), 'unknown none', 'from longer ago')
  t.equal(originOf({ container, old: { image: 'nginx:1.24', imagePullPolicy: 'IfNotPresent' } }), 'explicit not-the-default')
  const never = { image: 'nginx:1.25', imagePullPolicy: 'Never' }
  t.equal(originOf({ container: never, old: never }), 'explicit not-the-default')
})
