import t from 'tap'
import { explainInputs, imagesOfInputs, lintInputs, rehearseInputs, renderLintText } from '../../src/inspect/index.ts'
import { builtInPolicy, type Policy } from '../../src/policy/index.ts'
import { policyOf, registry } from '../policy/support.ts'

const recommended = builtInPolicy('recommended', registry)

function lint(objects: readonly object[], policy: Policy = recommended) {
  const inputs = [{ file: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) }]
  const output = lintInputs(inputs, { policy, registry, namespace: 'default', now: 0, docsBase: '' })
  return { ...output, text: renderLintText(output, inputs, { color: false, showAudit: false, quiet: false }) }
}

const podSpec = {
  initContainers: [
    {
      name: 'fetch',
      image: 'alpine/git:2',
      command: ['sh', '-c', 'git clone https://x.example/r /d/r'],
      volumeMounts: [{ name: 'd', mountPath: '/d' }],
    },
  ],
  containers: [{ name: 'app', image: 'nginx', volumeMounts: [{ name: 'd', mountPath: '/d' }] }],
  volumes: [{ name: 'd', emptyDir: {} }],
}
const object = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: 'x' }, spec })
const withTemplate = (apiVersion: string, kind: string, extra: object = {}) =>
  object(apiVersion, kind, { template: { spec: { ...podSpec, ...extra } } })

t.test('a Rollout gets the findings of a Deployment, with its own name and place', async (t) => {
  const deployment = lint([withTemplate('apps/v1', 'Deployment')])
  const rollout = lint([withTemplate('argoproj.io/v1alpha1', 'Rollout')])
  t.same(
    rollout.diagnostics.map(({ rule, pointer }) => [rule, pointer]),
    deployment.diagnostics.map(({ rule, pointer }) => [rule, pointer]),
  )
  t.ok(
    rollout.diagnostics.some(({ rule }) => rule === 'image-latest') &&
      rollout.diagnostics.some(({ rule }) => rule === 'init-not-idempotent'),
  )
  t.match(rollout.diagnostics[0], {
    object: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace: 'default', name: 'x' },
    line: Number,
  })
  t.match(rollout.summary, { objects: 1, notJudged: {} })
})

t.test('a variable in $(NAME) that env does not set: a controller may add it, unless Kubernetes creates the pods', async (t) => {
  const setup = { name: 'setup', image: 'busybox:1', command: ['sh', '-c', 'cp $(SOURCE) /d'] }
  const rules = (apiVersion: string, kind: string) =>
    lint([withTemplate(apiVersion, kind, { initContainers: [setup] })]).diagnostics.map(({ rule }) => rule)
  t.ok(rules('apps/v1', 'Deployment').includes('init-never-succeeds'))
  t.notOk(rules('example.com/v1', 'Thing').includes('init-never-succeeds'))
})

t.test('rules about what a controller does are silent: a failed pod, replicas, reserved resources', async (t) => {
  const never = { restartPolicy: 'Never' }
  const rules = (objects: readonly object[]) => new Set(lint(objects).diagnostics.map(({ rule }) => rule))
  t.ok(rules([withTemplate('batch/v1', 'Job', never)]).has('init-no-retry'))
  t.notOk(rules([withTemplate('batch.volcano.sh/v1', 'Job', never)]).has('init-no-retry'))
  const migrate = {
    initContainers: [{ name: 'm', image: 'a:1', command: ['alembic', 'upgrade', 'head'], resources: { requests: { cpu: '4' } } }],
    containers: [{ name: 'app', image: 'b:1', resources: { requests: { cpu: '1' } } }],
  }
  const daemonSets = ['apps/v1', 'apps.kruise.io/v1alpha1'].map((apiVersion) =>
    rules([object(apiVersion, 'DaemonSet', { template: { spec: migrate } })]),
  )
  for (const rule of ['init-migration-races', 'init-reserves-resources']) {
    t.same(
      daemonSets.map((found) => found.has(rule)),
      [true, false],
      rule,
    )
  }
})

t.test('an image that a controller fills in is not judged', async (t) => {
  const images = ['{{inputs.parameters.image}}', '$(params.image)', 'nginx:{{workflow.parameters.tag}}']
  const steps = images.map((image, index) => ({ name: `s${index}`, image }))
  t.same(lint([object('tekton.dev/v1', 'Task', { steps })]).diagnostics, [])
  t.ok(lint([object('apps/v1', 'Deployment', { template: { spec: { containers: steps } } })]).diagnostics.length > 0)
})

const containersOf = (apiVersion: string, kind: string, container: object, spec: object = {}) =>
  object(apiVersion, kind, {
    ...spec,
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'app', ...container }] } },
  })

t.test('pods that the API server refuses: only if the controller of the custom resource adds nothing', async (t) => {
  const said = (item: object) => {
    const inputs = [{ file: null, text: JSON.stringify(item) }]
    const { timelines } = explainInputs(inputs, { namespace: 'default', conditions: [] })
    const errors = lint([item]).diagnostics.filter(({ messageId }) => messageId === 'refused')
    t.equal(timelines[0]?.verdict === 'rejected', errors.length > 0, 'lint and explain agree')
    return errors.map(({ pointer, message }) => `${pointer.replace('/spec/template/spec/containers/0', '')} ${message.split(';')[0]}`)
  }
  const rollout = ['argoproj.io/v1alpha1', 'Rollout'] as const
  const knative = ['serving.knative.dev/v1', 'Service'] as const
  const required = 'the API server rejects the pods of this Rollout: spec.containers[0].image: Required value'
  t.strictSame(said(containersOf(...rollout, { image: null })), [`/image ${required}`])
  t.strictSame(said(containersOf(...rollout, {}, { selector: { matchLabels: { app: 'a' } } })), [`/image ${required}`])
  t.strictSame(said(containersOf(...rollout, { image: '' })), [`/image ${required}`])
  t.match(said(containersOf(...rollout, { image: 7 })), [/^\/image .*a number instead of a string/])
  t.match(said(containersOf(...rollout, { image: 'a:1', imagePullPolicy: 'Sometimes' })), [/^\/imagePullPolicy .*Unsupported value/])
  t.match(said(containersOf(...knative, { image: null })), [/^\/image .* pods of this Service: .*Required value/])
  for (const [title, item] of [
    ['a Rollout without the key and a selector may be a patch', containersOf(...rollout, {})],
    ['a valid Rollout', containersOf(...rollout, { image: 'a:1' })],
    [
      'a mount of a volume that a webhook adds',
      containersOf(...rollout, { image: 'a:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }, { selector: {} }),
    ],
    ['Knative sets names and the handlers of probes', containersOf(...knative, { name: '', image: 'a:1', readinessProbe: {} })],
    ['any other controller may fill in the image', containersOf('x.example/v1', 'Thing', { image: null })],
    ['the operator fills in the image', containersOf('postgresql.cnpg.io/v1', 'Pooler', { image: '' })],
  ] as const)
    t.strictSame(said(item), [], title)
})

t.test('tags of a Knative Service are resolved to digests, so nothing is reported about them', async (t) => {
  const rules = (apiVersion: string) => new Set(lint([withTemplate(apiVersion, 'Service')]).diagnostics.map(({ rule }) => rule))
  for (const rule of ['image-latest', 'pull-policy-defaulted']) {
    t.same(
      ['serving.knative.dev/v1', 'x.example/v1'].map((apiVersion) => rules(apiVersion).has(rule)),
      [false, true],
      rule,
    )
  }
})

t.test('a JobSet is one object, and each of its templates is judged', async (t) => {
  const job = { template: { spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx' }] } } } } }
  const { diagnostics, summary } = lint([object('jobset.x-k8s.io/v1alpha2', 'JobSet', { replicatedJobs: [job, job] })])
  t.same(
    diagnostics.filter(({ rule }) => rule === 'image-latest').map(({ pointer }) => pointer),
    [0, 1].map((index) => `/spec/replicatedJobs/${index}/template/spec/template/spec/containers/0/image`),
  )
  t.equal(summary.objects, 1)
})

t.test('other objects that hold containers are counted by kind, in JSON and in text', async (t) => {
  const hidden = object('x.example/v1', 'Cluster', { pods: [{ containers: [{ name: 'a', image: 'nginx' }] }] })
  const { summary, text } = lint([
    hidden,
    hidden,
    { ...hidden, kind: 'Proxy' },
    { ...hidden, kind: '__proto__' },
    object('v1', 'Service', {}),
  ])
  t.strictSame(Object.entries(summary.notJudged), [
    ['Cluster', 2],
    ['Proxy', 1],
    ['__proto__', 1],
  ])
  t.match(text, /^Nothing to check: .*\n2 Clusters, 1 Proxy and 1 __proto__ not judged: .*templates/)
  const kinds = Array.from({ length: 9 }, (_, index) => ({ ...hidden, kind: `K${index}s` }))
  t.match(lint([...kinds, hidden, hidden]).text, /1 K0s, .*1 K4s and 6 of other kinds not judged/)
  t.match(lint([hidden, hidden, withTemplate('apps/v1', 'Deployment')]).text, /\n2 Clusters not judged: /)
})

t.test('a policy adds paths', async (t) => {
  const hidden = object('x.example/v1', 'Cluster', { pods: [{ containers: [{ name: 'a', image: 'nginx' }] }] })
  const policy = policyOf('templates: [{apiVersion: x.example/*, kind: Cluster, paths: ["spec.pods[*]"]}]\n')
  const { diagnostics, summary } = lint([hidden], policy)
  t.match(
    diagnostics.filter(({ rule }) => rule === 'image-latest'),
    [{ pointer: '/spec/pods/0/containers/0/image' }],
  )
  t.same(summary.notJudged, {})
})

t.test('explain reads PodSpecs of custom resources, but not mere containers', async (t) => {
  const task = object('tekton.dev/v1', 'Task', { steps: [{ name: 's', image: 'nginx' }] })
  const items = [withTemplate('argoproj.io/v1alpha1', 'Rollout', { initContainers: [] }), task]
  const inputs = [{ file: null, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]
  const { timelines } = explainInputs(inputs, { namespace: 'default', conditions: ['registry-down=docker.io'] })
  t.match(timelines, [{ object: { kind: 'Rollout' } }])
  t.match(imagesOfInputs(inputs, { namespace: 'default' }).images, [{}, { role: 'app', container: 's' }])
})

t.test('images and rehearse read pod templates of custom resources', async (t) => {
  const inputs = [{ file: null, text: JSON.stringify(withTemplate('argoproj.io/v1alpha1', 'Rollout')) }]
  t.match(imagesOfInputs(inputs, { namespace: 'default' }).images, [
    { image: 'alpine/git:2', object: { kind: 'Rollout' } },
    { image: 'nginx' },
  ])
  t.match(rehearseInputs(inputs, { namespace: 'default' }).containers, [
    { container: 'fetch', verdict: 'unsafe', object: { kind: 'Rollout' } },
  ])
})
