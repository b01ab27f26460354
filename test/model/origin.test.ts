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
  if (workload === undefined || use === undefined) throw new Error('the object of the case is not a pod')
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

t.test('raw manifest: defaulted if the policy is absent, otherwise explicit', async (t) => {
  t.equal(originOf({ source: 'manifest', container: { image: 'nginx' } }), 'defaulted absent')
  t.equal(originOf({ source: 'manifest', container: { image: 'nginx', imagePullPolicy: 'Always' } }), 'explicit written')
})

t.test('review without evidence: unknown if the value is the default, otherwise explicit', async (t) => {
  t.equal(originOf({ container: { image: 'nginx', imagePullPolicy: 'Always' } }), 'unknown none')
  t.equal(originOf({ container: { image: 'nginx', imagePullPolicy: 'Never' } }), 'explicit not-the-default')
  t.equal(originOf({ container: { image: 'nginx' } }), 'defaulted absent')
})

t.test('review after server-side apply: only an Apply entry is evidence', async (t) => {
  const container = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ metadata: managed(['Apply', { 'f:image': {} }]), container }), 'defaulted apply-entry')
  t.equal(originOf({ metadata: managed(['Apply', { 'f:imagePullPolicy': {} }]), container }), 'explicit apply-entry')
  t.equal(originOf({ metadata: managed(['Update', { 'f:imagePullPolicy': {} }]), container }), 'unknown none')
  t.equal(originOf({ metadata: managed(['Apply', {}], ['Update', { 'f:imagePullPolicy': {} }]), container }), 'unknown none')
})

t.test('review after kubectl apply: the last-applied manifest is evidence', async (t) => {
  const container = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ metadata: lastApplied({ image: 'nginx' }), container }), 'defaulted last-applied')
  t.equal(originOf({ metadata: lastApplied(container), container }), 'explicit last-applied')
  const broken = { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } }
  t.equal(originOf({ metadata: broken, container }), 'unknown none')
})

t.test('review of an update: the value may be the default for the old image', async (t) => {
  const container = { image: 'nginx:1.25', imagePullPolicy: 'Always' }
  const old = { image: 'nginx', imagePullPolicy: 'Always' }
  t.equal(originOf({ container, old }), 'unknown none')
  t.equal(originOf({ metadata: lastApplied({ image: 'nginx:1.25' }), container, old }), 'defaulted last-applied')
  t.equal(
    originOf({ container, old: { image: 'nginx:1.24', imagePullPolicy: 'Always' } }),
    'unknown none',
    'the default for an even earlier image',
  )
  t.equal(originOf({ container, old: { image: 'nginx:1.24', imagePullPolicy: 'IfNotPresent' } }), 'explicit not-the-default')
  const never = { image: 'nginx:1.25', imagePullPolicy: 'Never' }
  t.equal(originOf({ container: never, old: never }), 'explicit not-the-default')
})
