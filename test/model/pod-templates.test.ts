import t from 'tap'
import { compileTemplatePaths, holdsContainers, templateSteps } from '../../src/model/pod-templates.ts'
import { readWorkload, readWorkloads, type Workload } from '../../src/model/workload.ts'
import * as fc from '../support/properties.ts'

const context = { namespace: 'default', source: 'manifest' } as const
const podSpec = {
  initContainers: [{ name: 'init', image: 'a:1' }],
  containers: [{ name: 'app', image: 'b:1' }],
}
const custom = (apiVersion: string, kind: string, spec: unknown) => ({ apiVersion, kind, metadata: { name: 'x' }, spec })
const places = (workloads: readonly Workload[]) =>
  workloads.flatMap((each) => each.imageUses().map(({ role, imagePointer }) => `${role} ${imagePointer}`))

t.test('a kind with spec.template.spec.containers is read like a Deployment', async (t) => {
  const template = { metadata: { labels: { a: 'b' } }, spec: podSpec }
  const [rollout, ...more] = readWorkloads(custom('argoproj.io/v1alpha1', 'Rollout', { template }), context)
  t.same(more, [])
  t.match(rollout, { kind: 'CustomResource', kindName: 'Rollout', hasPodSpec: true, podSpecPointer: '/spec/template/spec', name: 'x' })
  t.equal(rollout?.podLabels.get('a'), 'b')
  t.same(places([rollout as Workload]), ['init /spec/template/spec/initContainers/0/image', 'app /spec/template/spec/containers/0/image'])
})

t.test('a kind of another group is a custom resource, even with the name of one of the nine', async (t) => {
  const [kruise] = readWorkloads(custom('apps.kruise.io/v1beta1', 'StatefulSet', { template: { spec: podSpec } }), context)
  t.match(kruise, { kind: 'CustomResource', kindName: 'StatefulSet' })
  t.match(readWorkloads(custom('apps/v1', 'StatefulSet', { template: { spec: podSpec } }), context), [{ kind: 'StatefulSet' }])
})

t.test('objects without a kind, without containers, or with a template of something else are not read', async (t) => {
  t.same(readWorkloads({ spec: { template: { spec: podSpec } } }, context), [])
  t.same(readWorkloads(custom('x.example/v1', 'X', { template: { spec: { containers: {} } } }), context), [])
  t.same(readWorkloads(custom('x.example/v1', 'X', { template: { spec: { containers: ['a', 1, null] } } }), context), [])
  t.same(readWorkloads(custom('x.example/v1', 'X', { template: [{ name: 'a', image: 'b' }] }), context), [])
  t.same(readWorkloads(null, context), [])
})

t.test('shipped paths: lists, mappings, lists of containers and single containers', async (t) => {
  const jobSet = custom('jobset.x-k8s.io/v1alpha2', 'JobSet', {
    replicatedJobs: [
      { name: 'a', template: { spec: { template: { spec: podSpec } } } },
      { template: { spec: { template: { spec: podSpec } } } },
    ],
  })
  const job = '/spec/replicatedJobs/1/template/spec/template/spec'
  t.same(places(readWorkloads(jobSet, context)).slice(2), [`init ${job}/initContainers/0/image`, `app ${job}/containers/0/image`])

  const pyTorch = custom('kubeflow.org/v1', 'PyTorchJob', { pytorchReplicaSpecs: { 'Wor/ker': { template: { spec: podSpec } } } })
  const worker = '/spec/pytorchReplicaSpecs/Wor~1ker/template/spec'
  t.same(places(readWorkloads(pyTorch, context)), [`init ${worker}/initContainers/0/image`, `app ${worker}/containers/0/image`])

  const task = custom('tekton.dev/v1', 'Task', {
    steps: [{ name: 's', image: 'a' }, { image: 'b' }, 'c'],
    sidecars: [{ name: 'd', image: 'd' }],
  })
  const taskWorkloads = readWorkloads(task, context)
  t.same(places(taskWorkloads), ['app /spec/steps/0/image', 'app /spec/steps/1/image', 'app /spec/sidecars/0/image'])
  t.ok(taskWorkloads.every(({ hasPodSpec }) => !hasPodSpec))

  const workflow = custom('argoproj.io/v1alpha1', 'Workflow', {
    templates: [
      { name: 'print', container: { image: 'a' }, initContainers: [{ name: 'i', image: 'b' }] },
      { script: { image: 'c' } },
      { dag: {} },
    ],
  })
  const found = readWorkloads(workflow, context)
  t.same(places(found), [
    'app /spec/templates/0/container/image',
    'app /spec/templates/1/script/image',
    'app /spec/templates/0/initContainers/0/image',
  ])
  t.same(
    found.flatMap((each) => each.containers().map(({ name }) => name)),
    ['print', 'script', 'i'],
  )
})

t.test(
  'paths of a policy are added to the shipped ones and to spec.template; a template that several paths reach is read once',
  async (t) => {
    const templates = compileTemplatePaths([
      {
        apiVersion: 'x.example/*',
        kind: 'X',
        paths: ['spec.pods[*]', 'spec.pods.*', 'spec.template', 'spec.template.spec', 'spec.absent'],
      },
    ])
    const object = custom('x.example/v2', 'X', { pods: [{ spec: podSpec }, podSpec], template: { spec: podSpec } })
    t.same(
      readWorkloads(object, { ...context, templates }).map(({ podSpecPointer }) => podSpecPointer),
      ['/spec/template/spec', '/spec/pods/0/spec', '/spec/pods/1'],
    )
    t.same(readWorkloads({ ...object, apiVersion: 'y.example/v2' }, { ...context, templates }).length, 1)
    t.same(templateSteps('a[*].b.*.c'), ['a', '*', 'b', '*', 'c'])
  },
)

t.test('on an UPDATE, each template gets the old one at the same place', async (t) => {
  const jobSet = (...images: string[]) =>
    custom('jobset.x-k8s.io/v1alpha2', 'JobSet', {
      replicatedJobs: images.map((image) => ({ template: { spec: { template: { spec: { containers: [{ name: 'a', image }] } } } } })),
    })
  const [first, second] = readWorkloads(jobSet('a:2', 'b:2'), context, jobSet('a:1'))
  t.equal(first?.old?.imageUses()[0]?.image, 'a:1')
  t.equal(second?.old, null)
  const pod = (image: string) => ({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', image }] } })
  t.equal(readWorkloads(pod('a:2'), context, pod('a:1'))[0]?.old?.imageUses()[0]?.image, 'a:1')
})

t.test('holdsContainers: lists of containers at any depth, but no schema of a CustomResourceDefinition', async (t) => {
  t.ok(holdsContainers({ spec: { a: [{ containers: [{ image: 'x' }] }] } }))
  t.ok(holdsContainers({ spec: { steps: [{ image: 'x' }] } }))
  t.notOk(holdsContainers({ spec: { containers: { type: 'array', items: { image: 'x' } } } }))
  t.notOk(holdsContainers({ spec: { containers: [{ name: 'overlay' }] } }), 'an overlay without an image')
  let deep: object = { containers: [{ image: 'x' }] }
  for (let depth = 0; depth < 100_000; depth++) deep = { deep }
  t.notOk(holdsContainers({ deep }), 'deeper than the limit')
  const wide = (length: number) => ({ spec: { containers: [{ image: 'x' }] }, wide: Array.from({ length }, () => ({})) })
  t.ok(holdsContainers(wide(10)))
  t.notOk(holdsContainers(wide(100_000)), 'behind more values than the limit')
})

t.test('no JSON value makes the reader throw', async (t) => {
  const kinds = fc.constantFrom('Workflow', 'JobSet', 'Task', 'PyTorchJob', 'Rollout', 'InferenceService')
  const container = fc.record({ name: fc.anything(), image: fc.oneof(fc.string(), fc.anything()) }, { requiredKeys: [] })
  const containers = fc.oneof(fc.array(container), fc.anything())
  const spec = fc.record(
    {
      template: fc.record({ spec: fc.record({ containers }), metadata: fc.anything() }),
      templates: fc.array(fc.record({ container, sidecars: containers })),
      steps: containers,
    },
    { requiredKeys: [] },
  )
  let read = 0
  fc.assert(
    fc.property(kinds, fc.constantFrom('argoproj.io/v1', 'tekton.dev/v1'), spec, (kind, apiVersion, generated) => {
      const object = JSON.parse(JSON.stringify(custom(apiVersion, kind, generated)))
      for (const workload of readWorkloads(object, context, object)) {
        read++
        for (const use of workload.imageUses()) workload.origin(use)
        workload.mounters()
      }
      holdsContainers(object)
      return readWorkload(object, context) === undefined
    }),
  )
  t.ok(read > 10, `${read} templates were read`)
})
