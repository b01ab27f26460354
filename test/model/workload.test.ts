import t from 'tap'
import { readWorkload } from '../../src/model/workload.ts'
import { workloadKinds, workloadShapes } from '../../src/model/workload-kinds.ts'
import * as fc from '../support/properties.ts'

const context = { namespace: 'default', source: 'manifest' } as const

const podSpec = {
  initContainers: [
    { name: 'init', image: 'a' },
    { name: 'mesh', image: 'b:1', restartPolicy: 'Always' },
  ],
  containers: [{ name: 'app', image: 'c@sha256:x', imagePullPolicy: 'Never' }],
  ephemeralContainers: [{ name: 'debug', image: 'd:latest' }],
  volumes: [
    { name: 'data', image: { reference: 'e', pullPolicy: 'IfNotPresent' } },
    { name: 'tmp', emptyDir: {} },
  ],
}

/** A workload of the kind with the given PodSpec. */
function workloadOf(kind: (typeof workloadKinds)[number], spec: object): object {
  const { group, template } = workloadShapes[kind]
  const body = [...template].reverse().reduce<object>((inner, key) => ({ [key]: inner }), { spec })
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { name: 'x' }, ...body }
}

t.test('all nine kinds: the roles of containers, and the pointers of image uses', async (t) => {
  t.equal(workloadKinds.length, 9)
  for (const kind of workloadKinds) {
    const workload = readWorkload(workloadOf(kind, podSpec), context)
    if (workload === undefined) return t.fail(`${kind} is not a workload`)
    t.same(
      workload.containers().map(({ role, name }) => [role, name]),
      [
        ['init', 'init'],
        ['sidecar', 'mesh'],
        ['app', 'app'],
        ['ephemeral', 'debug'],
      ],
    )
    const prefix = [...workloadShapes[kind].template, 'spec'].map((key) => `/${key}`).join('')
    t.same(
      workload.imageUses().map(({ role, pullPolicy, policyPointer }) => [role, pullPolicy, policyPointer]),
      [
        ['init', 'Always', `${prefix}/initContainers/0/imagePullPolicy`],
        ['sidecar', 'IfNotPresent', `${prefix}/initContainers/1/imagePullPolicy`],
        ['app', 'Never', `${prefix}/containers/0/imagePullPolicy`],
        ['ephemeral', 'Always', `${prefix}/ephemeralContainers/0/imagePullPolicy`],
        ['image-volume', 'IfNotPresent', `${prefix}/volumes/0/image/pullPolicy`],
      ],
    )
  }
})

t.test('other kinds and other groups are not workloads', async (t) => {
  t.equal(readWorkload({ apiVersion: 'v1', kind: 'Service' }, context), undefined)
  t.equal(readWorkload({ apiVersion: 'example.com/v1', kind: 'Deployment' }, context), undefined)
  t.equal(readWorkload({ apiVersion: 'v1', kind: 'constructor' }, context), undefined)
  t.equal(readWorkload(null, context), undefined)
})

t.test('old and future versions of a kind are workloads', async (t) => {
  t.ok(readWorkload({ apiVersion: 'extensions/v1beta1', kind: 'Deployment' }, context))
  t.ok(readWorkload({ apiVersion: 'apps/v2', kind: 'Deployment' }, context))
})

t.test('no JSON value makes the reader throw', async () => {
  const shape = fc.record(
    {
      metadata: fc.anything(),
      spec: fc.record(
        { containers: fc.anything(), initContainers: fc.array(fc.anything()), volumes: fc.array(fc.anything()) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(shape, (body) => {
      const workload = readWorkload({ apiVersion: 'v1', kind: 'Pod', ...(JSON.parse(JSON.stringify(body) ?? '{}') as object) }, context)
      for (const use of workload?.imageUses() ?? []) workload?.origin(use)
      return workload !== undefined
    }),
  )
})
