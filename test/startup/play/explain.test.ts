import t from 'tap'
import type { JsonObject } from '../../../src/model/json.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import { container, start, startPod } from '../support/recordings.ts'

const statuses = (timeline: Timeline): string => timeline.statuses.join(' ')
const init = (...runs: readonly JsonObject[]): JsonObject => ({ containers: { init: { runs } } })
const withInit = (more: JsonObject = {}): JsonObject => ({ initContainers: [container('init')], containers: [container('main')], ...more })

t.test('in an empty scenario the pod starts and runs', async (t) => {
  const timeline = startPod(withInit())
  t.equal(statuses(timeline), 'Pending Init:0/1 PodInitializing Running')
  t.match(timeline, { verdict: 'running', phase: 'Running', ready: '1/1', podReason: null, rejection: null, job: null })
  t.same(
    [...timeline.executions],
    [
      ['init', 1],
      ['main', 1],
    ],
  )
})

t.test('with the registry down and the image cached, only imagePullPolicy Always keeps retrying', async (t) => {
  const offline = (imagePullPolicy: string): Timeline =>
    startPod({ containers: [container('main', { imagePullPolicy })] }, { registries: { 'registry.test': 'down' } })
  t.equal(offline('Always').verdict, 'retrying')
  t.equal(offline('IfNotPresent').verdict, 'running')
  t.equal(offline('Never').verdict, 'running')
})

t.test('a pull is retried and succeeds after the registry is up again', async (t) => {
  const timeline = startPod(
    { containers: [{ name: 'main', image: 'late.test/app:1' }] },
    {
      images: { 'late.test/app:1': { cached: false, pullable: false } },
      registries: { 'late.test': 'down' },
      actions: [{ when: { afterSeconds: 20 }, do: 'registry-up', registry: 'late.test' }],
    },
  )
  t.equal(statuses(timeline), 'Pending ContainerCreating ErrImagePull ImagePullBackOff ... Running')
  t.equal(timeline.verdict, 'running')
})

t.test('policy Never and an evicted image: the next restart shows ErrImageNeverPull', async (t) => {
  const timeline = startPod(
    { containers: [container('main', { imagePullPolicy: 'Never' })] },
    {
      containers: { main: { runs: [{ seconds: 12, exit: 1 }] } },
      actions: [{ when: { status: 'Running' }, do: 'image-evicted', image: 'registry.test/app:1' }],
    },
  )
  t.equal(statuses(timeline), 'Pending ContainerCreating Running Error ErrImageNeverPull')
})

t.test(
  'CRI-O with several search registries: a name without a registry cannot be looked up, even if the image is on the node',
  async (t) => {
    const scenario = { runtime: { shortNames: 'ambiguous' }, images: { 'tool:1': { cached: true } } }
    const of = (image: string, imagePullPolicy: string): Timeline =>
      startPod({ containers: [{ name: 'main', image, imagePullPolicy }] }, scenario)
    for (const policy of ['IfNotPresent', 'Never']) {
      t.equal(statuses(of('tool:1', policy)), 'Pending ContainerCreating ImageInspectError', policy)
      t.match(of('tool:1', policy), { verdict: 'retrying' })
      t.strictSame([...(of('tool:1', policy).reasons.get('main') ?? [])].sort(), ['Failed', 'InspectFailed'], policy)
    }
    t.equal(statuses(of('tool:1', 'Always')), 'Pending ContainerCreating ErrImagePull ImagePullBackOff ...')
    t.equal(of('docker.io/library/tool:1', 'Never').verdict, 'running')
    t.equal(of('registry.test/app:1', 'IfNotPresent').verdict, 'running')
  },
)

t.test('a cached private image needs the pull secret; a missing pull secret is only an event', async (t) => {
  const image = { 'private.test/app:1': { cached: true, pullable: true, cachedBy: 'another pod, with pull secret cred' } }
  const pull = (names: readonly string[], pullable: unknown): Timeline =>
    startPod(
      {
        imagePullSecrets: names.map((name) => ({ name })),
        containers: [{ name: 'main', image: 'private.test/app:1', imagePullPolicy: 'Never' }],
      },
      { images: { 'private.test/app:1': { ...image['private.test/app:1'], pullable } }, secrets: { cred: 'private.test' } },
    )
  t.equal(statuses(pull(['cred'], true)), 'Pending ContainerCreating Running')
  t.equal(statuses(pull([], 'unauthorized')), 'Pending ContainerCreating ErrImageNeverPull')
  const absent = startPod(
    { imagePullSecrets: [{ name: 'gone' }], containers: [container('main')] },
    { missing: [{ secret: 'gone', as: 'imagePullSecret' }] },
  )
  t.equal(absent.verdict, 'running')
  t.same(absent.reasons.get('(pod)'), ['FailedToRetrieveImagePullSecret'])
})

t.test('restarts are about 10 s, 20 s, 40 s apart', async (t) => {
  const timeline = startPod({ containers: [container('main')] }, { kubelet: {}, containers: { main: { runs: [{ seconds: 2, exit: 1 }] } } })
  const starts = timeline.steps.filter(({ kind }) => kind === 'run').map(({ at }) => at)
  const gaps = starts.slice(1, 5).map((at, index) => at - (starts[index] ?? 0))
  for (const [index, shortest] of [0, 10, 20, 40].entries()) {
    t.ok((gaps[index] ?? 0) >= shortest && (gaps[index] ?? 0) <= shortest * 1.5 + 5, `gap ${index}: ${gaps[index]}`)
  }
})

t.test('a missing ConfigMap that is created later: the pod starts then', async (t) => {
  const actions = [{ when: { afterSeconds: 15 }, do: 'configmap-created', configMap: 'cm' }]
  const environment = startPod(withInit({ initContainers: [container('init', { envFrom: [{ configMapRef: { name: 'cm' } }] })] }), {
    missing: [{ configMap: 'cm', as: 'env' }],
    actions,
  })
  t.equal(statuses(environment), 'Pending Init:0/1 Init:CreateContainerConfigError Init:0/1 PodInitializing Running')
  const mounted = container('init', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })
  const volume = startPod(withInit({ volumes: [{ name: 'v', configMap: { name: 'cm' } }], initContainers: [mounted] }), {
    missing: [{ configMap: 'cm', as: 'volume' }],
    actions,
  })
  t.equal(statuses(volume), 'Pending Init:0/1 PodInitializing Running')
  t.same(volume.reasons.get('(pod)'), ['FailedMount'])
})

t.test('a patched image restarts an app container, not an init container', async (t) => {
  const patch = (list: string, name: string): Timeline =>
    startPod(withInit(), {
      images: { 'registry.test/app:2': { cached: true } },
      actions: [{ when: { status: 'Running' }, do: 'pod-patched', patch: { spec: { [list]: [{ name, image: 'registry.test/app:2' }] } } }],
    })
  t.same(
    [...patch('containers', 'main').executions],
    [
      ['init', 1],
      ['main', 2],
    ],
  )
  t.same(
    [...patch('initContainers', 'init').executions],
    [
      ['init', 1],
      ['main', 1],
    ],
  )
})

t.test('RestartAllContainers reruns the init containers; with restartPolicy Never their failure fails the pod', async (t) => {
  const restartPolicyRules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }]
  const main = container('main', { restartPolicy: 'Never', restartPolicyRules })
  const timeline = startPod(withInit({ restartPolicy: 'Never', containers: [main] }), {
    containers: {
      init: {
        runs: [
          { seconds: 1, exit: 0 },
          { seconds: 1, exit: 1 },
        ],
      },
      main: { runs: [{ seconds: 2, exit: 88 }] },
    },
  })
  t.equal(timeline.statuses.at(-1), 'ContainerStatusUnknown')
  t.match(timeline, { verdict: 'failed', phase: 'Failed' })
  t.equal(timeline.executions.get('init'), 2)
})

t.test('after a node reboot all containers run again', async (t) => {
  const timeline = startPod(withInit(), { actions: [{ when: { afterSeconds: 20 }, do: 'node-reboot' }] })
  t.equal(statuses(timeline), 'Pending Init:0/1 PodInitializing Running Error Running')
  t.same(
    [...timeline.executions],
    [
      ['init', 2],
      ['main', 2],
    ],
  )
})

t.test('steps of a failing init container and an app container, by lane and in order', async (t) => {
  const timeline = startPod(
    withInit({ containers: [{ name: 'main', image: 'registry.test/new:1' }] }),
    init({ seconds: 2, exit: 1 }, { seconds: 2, exit: 0 }),
  )
  const kinds = (lane: string): readonly string[] => timeline.steps.filter((step) => step.lane === lane).map(({ kind }) => kind)
  t.same(kinds('init'), ['wait', 'cached', 'run', 'back-off', 'cached', 'run', 'done'])
  t.same(kinds('main'), ['wait', 'pull', 'run'])
  t.same(
    timeline.steps.map(({ at }) => at),
    timeline.steps.map(({ at }) => at).sort((a, b) => a - b),
    'sorted by time',
  )
  t.match(timeline.steps.find(({ kind, lane }) => kind === 'run' && lane === 'init')?.detail, {
    attempt: 1,
    exitCode: 1,
    outcome: 'failed',
  })
  t.equal(timeline.steps.at(-1)?.until, null, 'main still runs')
  t.same(
    timeline.lanes.map(({ name, role }) => [name, role]),
    [
      ['init', 'init'],
      ['main', 'app'],
    ],
  )
})

t.test('a Job creates pods until one succeeds or its limits are reached', async (t) => {
  const job = (restartPolicy: string, runs: readonly JsonObject[], spec: JsonObject = {}): Timeline =>
    start(
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { ...spec, template: { spec: withInit({ restartPolicy }) } } },
      { containers: { init: { runs }, main: { runs: [{ seconds: 1, exit: 0 }] } } },
    )
  const fails = { seconds: 1, exit: 1 }
  const succeeds = { seconds: 1, exit: 0 }
  t.match(job('Never', [succeeds]).job, { outcome: 'complete', pods: { length: 1 } })
  t.match(job('Never', [fails, succeeds]), { verdict: 'completed', job: { outcome: 'complete', pods: { length: 2 } } })
  t.match(job('Never', [fails]), { verdict: 'failed', job: { reason: 'BackoffLimitExceeded', pods: { length: 7 } } })
  t.match(job('Never', [fails], { backoffLimit: 1 }).job, { reason: 'BackoffLimitExceeded', pods: { length: 2 } })
  t.match(job('OnFailure', [fails], { backoffLimit: 2 }), {
    verdict: 'failed',
    job: { reason: 'BackoffLimitExceeded', pods: { length: 1 } },
  })
  const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }]
  t.match(job('Never', [fails], { podFailurePolicy: { rules } }).job, { reason: 'PodFailurePolicy', pods: { length: 1 } })
  t.match(job('Never', [{ seconds: null }], { activeDeadlineSeconds: 30 }).job, { reason: 'DeadlineExceeded', outcome: 'failed' })
})
