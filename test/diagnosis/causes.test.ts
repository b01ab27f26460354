/** Each cause of the closed list, reached from the state in which it is seen. */
import t from 'tap'
import { allPatterns, type Cause, causeNames } from '../../src/diagnosis/index.ts'
import { tables } from '../../src/diagnosis/messages/index.ts'
import { ago, crashed, event, one, pod, running, waiting, whyOf } from './build-pod.ts'

type Expected = readonly [cause: Cause, stage: string, container: string | null, helps: string]

interface Row {
  readonly title: string
  readonly objects: readonly unknown[]
  readonly logs?: Readonly<Record<string, string>>
  readonly expected: Expected
}

const script = (text: string) => ({ command: ['sh', '-ec', text], volumeMounts: [{ name: 'work', mountPath: '/work' }] })
const emptyDir = { volumes: [{ name: 'work', emptyDir: {} }] }
const claim = { volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'data' } }] }
const unscheduled = (message: string, reason = 'Unschedulable') =>
  pod({
    spec: { nodeName: undefined },
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason, message }], containerStatuses: [] },
  })
const beforeSandbox = (spec = {}) =>
  pod({ spec, status: { conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: ago(500) }] } })
const pulls = (message: string) =>
  pod({ appStatus: waiting('ImagePullBackOff', `Back-off pulling image "registry.example/web:1": ErrImagePull: ${message}`) })
const ended = (reason: string, message: string) => pod({ status: { phase: 'Failed', reason, message } })
const initCrash = (text: string, code: number, spec: object = emptyDir) =>
  pod({ init: script(text), spec: { ...spec }, initStatus: crashed(code) })
const webhook = (message: string) => [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', uid: 'd' }, spec: { replicas: 1 } },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'rs',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
    },
  },
  event('FailedCreate', message, { about: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1', uid: 'rs' } }),
]

const refused = 'Error creating: admission webhook "w.example" denied the request: no'

const rows: Row[] = [
  {
    title: 'a webhook denies the pods of a Deployment whose ReplicaSet is not in the input',
    objects: [
      { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1 } },
      event('FailedCreate', refused, { about: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' } }),
    ],
    expected: ['webhook-refused-pods', 'admission', null, 'no'],
  },
  {
    title: 'only the Events of a controller without pods',
    objects: [event('FailedCreate', refused, { about: { kind: 'StatefulSet', namespace: 'shop', name: 'db' } })],
    expected: ['webhook-refused-pods', 'admission', null, 'no'],
  },
  {
    title: 'a StatefulSet whose template was corrected, without revisions',
    objects: [
      pod({
        metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', controller: true }] },
        appStatus: waiting(
          'ImagePullBackOff',
          'Back-off pulling image "registry.example/web:1": ErrImagePull: registry.example/web:1: not found',
        ),
      }),
      {
        kind: 'StatefulSet',
        metadata: { name: 'web' },
        spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.example/web:2' }] } } },
      },
    ],
    expected: ['statefulset-stuck-revision', 'image-pull', 'app', 'no'],
  },
  {
    title: 'a webhook denies the pods of a Deployment',
    objects: webhook('Error creating: admission webhook "w.example" denied the request: no'),
    expected: ['webhook-refused-pods', 'admission', null, 'no'],
  },
  {
    title: 'a webhook does not answer',
    objects: webhook(
      'Error creating: Internal error occurred: failed calling webhook "w.example": failed to call webhook: Post "https://w": dial tcp: connect: connection refused',
    ),
    expected: ['webhook-refused-pods', 'admission', null, 'unknown'],
  },
  {
    title: 'Pod Security forbids the pods',
    objects: webhook('Error creating: pods "web-1-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'),
    expected: ['admission-denied', 'admission', null, 'no'],
  },
  {
    title: 'a quota forbids the pods',
    objects: webhook('Error creating: pods "web-1-" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'),
    expected: ['admission-denied', 'admission', null, 'unknown'],
  },
  {
    title: 'the pods are invalid',
    objects: webhook('Error creating: Pod "web-1-" is invalid: spec.containers[0].image: Required value'),
    expected: ['pod-rejected', 'admission', null, 'no'],
  },
  {
    title: 'a CronJob whose last Job hangs',
    objects: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly', namespace: 'shop', uid: 'c' },
        spec: { concurrencyPolicy: 'Forbid' },
        status: { active: [{ name: 'nightly-1' }] },
      },
      event('JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid', {
        about: { kind: 'CronJob', namespace: 'shop', name: 'nightly', uid: 'c' },
      }),
    ],
    expected: ['cronjob-blocked', 'admission', null, 'no'],
  },
  {
    title: 'a scheduling gate',
    objects: [unscheduled('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated')],
    expected: ['scheduling-gated', 'scheduling', null, 'unknown'],
  },
  {
    title: 'a taint of a node under pressure may pass',
    objects: [unscheduled('0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.')],
    expected: ['taint', 'scheduling', null, 'unknown'],
  },
  {
    title: 'a taint of an administrator stays',
    objects: [unscheduled('0/1 nodes are available: 1 node(s) had untolerated taint {gpu: true}.')],
    expected: ['taint', 'scheduling', null, 'no'],
  },
  {
    title: 'the reason of most nodes counts, not that of the control plane',
    objects: [
      unscheduled(
        "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      ),
    ],
    expected: ['affinity', 'scheduling', null, 'no'],
  },
  {
    title: 'a claim without a StorageClass',
    objects: [
      pod({
        spec: { ...claim, nodeName: undefined },
        status: {
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
            },
          ],
          containerStatuses: [],
        },
      }),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: 'shop' },
        spec: {},
        status: { phase: 'Pending' },
      },
    ],
    expected: ['pvc-unbound', 'scheduling', null, 'no'],
  },
  {
    title: 'a pod whose first container is created, before the kubelet reports it',
    objects: [
      pod({ init: {}, status: { conditions: [], initContainerStatuses: undefined, containerStatuses: undefined } }),
      event('Created', 'Created container: init', { field: 'initContainers{init}' }),
    ],
    expected: ['waiting-normal', 'create', 'init', 'yes'],
  },
  {
    title: 'an app that has crashed twice, and runs again',
    objects: [pod({ appStatus: { ...crashed(2), ...running(5), restartCount: 2, ready: true, started: true } })],
    expected: ['usage-or-go-panic', 'app-run', 'app', 'no'],
  },
  {
    title: 'an app that crashed once, and runs again',
    objects: [
      pod({
        appStatus: { ...crashed(2), ...running(5), restartCount: 1, ready: true, started: true },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }),
    ],
    expected: ['waiting-normal', 'app-run', null, 'yes'],
  },
  {
    title: 'an app that crashed often, and has run for an hour since',
    objects: [pod({ appStatus: { ...crashed(2), ...running(3600), ready: true, started: true } })],
    expected: ['waiting-normal', 'app-run', null, 'yes'],
  },
  {
    title: 'an init container that was killed for memory, and runs again',
    objects: [pod({ init: {}, initStatus: { ...crashed(137, 'OOMKilled'), ...running(5), restartCount: 1 } })],
    expected: ['oom', 'init-run', 'init', 'no'],
  },
  {
    title: 'a readiness probe that failed while the status still says that the container is created',
    objects: [
      pod({}),
      event('Started', 'Started container app', { field: 'containers{app}', at: 20 }),
      event('Unhealthy', 'Readiness probe failed: x', { field: 'containers{app}', at: 9 }),
    ],
    expected: ['waiting-normal', 'create', 'app', 'yes'],
  },
  {
    title: 'a manifest, which has no status',
    objects: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } }],
    expected: ['waiting-normal', 'scheduling', null, 'unknown'],
  },
  {
    title: 'a pod that was just created',
    objects: [
      pod({ metadata: { creationTimestamp: ago(5) }, spec: { nodeName: undefined }, status: { conditions: [], containerStatuses: [] } }),
    ],
    expected: ['waiting-normal', 'scheduling', null, 'yes'],
  },
  {
    title: 'a pull in progress',
    objects: [pod({}), event('Pulling', 'Pulling image "registry.example/web:1"', { field: 'containers{app}' })],
    expected: ['waiting-normal', 'image-pull', 'app', 'yes'],
  },
  {
    title: 'a ready pod',
    objects: [
      pod({
        appStatus: running(60, { ready: true, started: true }),
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      }),
    ],
    expected: ['waiting-normal', 'app-run', null, 'yes'],
  },
  { title: 'a completed pod', objects: [pod({ status: { phase: 'Succeeded' } })], expected: ['waiting-normal', 'finished', null, 'yes'] },
  {
    title: 'a node that does not respond',
    objects: [pod({ appStatus: running(60) }), event('NodeNotReady', 'Node is not ready', { at: 0 })],
    expected: ['node-lost', 'app-run', 'app', 'yes'],
  },
  {
    title: 'preempted',
    objects: [pod({ status: { phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' } })],
    expected: ['preempted', 'finished', null, 'no'],
  },
  {
    title: 'a kubelet without room',
    objects: [ended('OutOfcpu', "Pod was rejected: Node didn't have enough resource: cpu")],
    expected: ['node-admission', 'finished', null, 'no'],
  },
  {
    title: 'a shutdown',
    objects: [ended('Terminated', 'Pod was terminated in response to imminent node shutdown.')],
    expected: ['node-shutdown', 'finished', null, 'no'],
  },
  {
    title: 'its own storage limit',
    objects: [ended('Evicted', 'Usage of EmptyDir volume "work" exceeds the limit "1Gi". ')],
    expected: ['evicted-own-limit', 'finished', null, 'no'],
  },
  {
    title: 'pressure on a node',
    objects: [ended('Evicted', 'The node was low on resource: memory. ')],
    expected: ['evicted-node-pressure', 'finished', null, 'no'],
  },
  {
    title: 'a deadline',
    objects: [ended('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline')],
    expected: ['deadline', 'finished', null, 'no'],
  },
  {
    title: 'a StatefulSet that never replaces a bad pod',
    objects: [
      pod({
        metadata: {
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', controller: true }],
          labels: { 'controller-revision-hash': 'web-a' },
        },
        appStatus: waiting(
          'ImagePullBackOff',
          'Back-off pulling image "registry.example/web:1": ErrImagePull: registry.example/web:1: not found',
        ),
      }),
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {},
        status: { currentRevision: 'web-a', updateRevision: 'web-b' },
      },
    ],
    expected: ['statefulset-stuck-revision', 'image-pull', 'app', 'no'],
  },
  {
    title: 'an image of a volume',
    objects: [
      pod({
        spec: { volumes: [{ name: 'm', image: { reference: 'registry.example/models:3' } }] },
        appStatus: waiting(
          'ImagePullBackOff',
          'Back-off pulling image "registry.example/models:3": ErrImagePull: registry.example/models:3: not found',
        ),
      }),
    ],
    expected: ['image-volume-pull', 'image-pull', 'app', 'no'],
  },
  {
    title: 'an image that another pod pulled with credentials',
    objects: [
      pod({
        init: { image: 'registry.example/web:1' },
        app: { imagePullPolicy: 'IfNotPresent' },
        initStatus: { state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        appStatus: waiting(
          'ErrImagePull',
          'failed to resolve reference: unexpected status from HEAD request to https://registry.example/v2/web/manifests/1: 401 Unauthorized',
        ),
      }),
      event('Pulled', 'Container image "registry.example/web:1" already present on machine', { field: 'initContainers{init}' }),
    ],
    expected: ['credentials-verification', 'image-pull', 'app', 'no'],
  },
  {
    title: 'a wrong clock',
    objects: [
      pulls(
        'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2031-01-01T00:00:00Z is after 2027-01-01T00:00:00Z',
      ),
      event('Failed', 'Failed to pull image "registry.example/web:1": x', { field: 'containers{app}' }),
    ],
    expected: ['tls-expired-or-clock', 'image-pull', 'app', 'no'],
  },
  {
    title: 'a placeholder',
    objects: [pod({ app: { image: 'auto' }, appStatus: waiting('ImagePullBackOff', 'Back-off pulling image "auto"') })],
    expected: ['sidecar-not-injected', 'image-pull', 'app', 'no'],
  },
  {
    title: 'a second run of git clone',
    objects: [initCrash('git clone https://git.example/a.git /work/a', 128)],
    logs: { init: "Cloning\nfatal: destination path '/work/a' already exists and is not an empty directory.\n" },
    expected: ['init-not-idempotent', 'init-run', 'init', 'no'],
  },
  {
    title: 'a second run of git clone, without a log',
    objects: [initCrash('git clone https://git.example/a.git /work/a', 128)],
    expected: ['init-not-idempotent', 'init-run', 'init', 'no'],
  },
  {
    title: 'a migration that was interrupted',
    objects: [initCrash('migrate up', 1)],
    logs: { init: 'error: Dirty database version 40. Fix and force version.' },
    expected: ['init-not-atomic', 'init-run', 'init', 'no'],
  },
  {
    title: 'a script that always fails',
    objects: [initCrash('echo no\nexit 3', 3)],
    expected: ['init-never-succeeds', 'init-run', 'init', 'no'],
  },
  {
    title: 'a server as an init container',
    objects: [pod({ init: { command: ['sleep', 'infinity'] }, initStatus: running(900) })],
    expected: ['init-never-completes', 'init-run', 'init', 'no'],
  },
  {
    title: 'a wait without a limit',
    objects: [pod({ init: { command: ['sh', '-c', 'until nc -z db 5432; do sleep 1; done'] }, initStatus: running(900) })],
    expected: ['init-waits-forever', 'init-run', 'init', 'unknown'],
  },
  {
    title: 'a wait for the own pod',
    objects: [
      pod({
        init: { command: ['sh', '-c', 'until nc -z localhost 8080; do sleep 1; done'] },
        app: { ports: [{ containerPort: 8080 }] },
        initStatus: running(900),
      }),
    ],
    expected: ['init-waits-for-own-pod', 'init-run', 'init', 'no'],
  },
  {
    title: 'chown on a volume with root_squash',
    objects: [initCrash('chown -R 1 /work', 1, claim)],
    logs: { init: 'chown: /work/a: Operation not permitted' },
    expected: ['init-denied-by-volume', 'init-run', 'init', 'no'],
  },
  {
    title: 'sysctl without privileges',
    objects: [initCrash('sysctl -w vm.max_map_count=1', 255)],
    logs: { init: "sysctl: error setting key 'vm.max_map_count': Read-only file system" },
    expected: ['init-needs-privileged', 'init-run', 'init', 'no'],
  },
  {
    title: 'init containers that run again',
    objects: [
      pod({
        init: { image: 'registry.example/tool:1' },
        initStatus: running(100, { restartCount: 1 }),
        appStatus: { containerID: 'c', state: { terminated: { exitCode: 137, reason: 'Error' } } },
        status: { phase: 'Running' },
      }),
    ],
    expected: ['sandbox-restart', 'init-run', 'init', 'unknown'],
  },
  {
    title: 'a liveness probe that kills',
    objects: [
      pod({ app: { livenessProbe: {} }, appStatus: crashed(137) }),
      event('Killing', 'Container app failed liveness probe, will be restarted', { at: 31, field: 'containers{app}' }),
    ],
    expected: ['probe-kill', 'app-run', 'app', 'unknown'],
  },
  {
    title: 'a startup probe of a sidecar that fails',
    objects: [
      pod({ init: { restartPolicy: 'Always', startupProbe: {} }, initStatus: running(60) }),
      event('Unhealthy', 'Startup probe failed: dial tcp 10.1.0.4:15021: connect: connection refused', { field: 'initContainers{init}' }),
    ],
    expected: ['probe-failed', 'sidecar-start', 'init', 'unknown'],
  },
  {
    title: 'a startup probe that is not run',
    objects: [
      pod({
        spec: { restartPolicy: 'Never' },
        init: { restartPolicy: 'Always', startupProbe: { periodSeconds: 1 } },
        initStatus: running(600, { restartCount: 1 }),
      }),
    ],
    expected: ['sidecar-probe-not-run', 'sidecar-start', 'init', 'no'],
  },
  {
    title: 'a postStart hook',
    objects: [pod({ appStatus: waiting('PostStartHookError', "command 'wait' exited with 255: ") })],
    expected: ['post-start-hook', 'start', 'app', 'unknown'],
  },
  {
    title: 'a mesh',
    objects: [
      pod({
        spec: {
          initContainers: [
            { name: 'istio-init', image: 'p:1' },
            { name: 'init', image: 'i:1' },
          ],
          containers: [
            { name: 'app', image: 'a:1' },
            { name: 'istio-proxy', image: 'p:1' },
          ],
        },
        status: {
          initContainerStatuses: [
            { name: 'istio-init', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
            { name: 'init', ...crashed(1) },
          ],
        },
      }),
    ],
    logs: { init: 'dial tcp 10.0.0.1:5432: connect: connection refused' },
    expected: ['init-needs-later-container', 'init-run', 'init', 'no'],
  },
  {
    title: 'an app that fails after an init container that did nothing',
    objects: [
      pod({
        init: { command: ['sh', '-c', 'migrate &'] },
        initStatus: { state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        appStatus: crashed(1),
      }),
    ],
    expected: ['init-does-nothing', 'app-run', 'app', 'no'],
  },
  {
    title: 'a script that writes to a ConfigMap volume',
    objects: [initCrash('chown 1 /work/a', 1, { volumes: [{ name: 'work', configMap: { name: 'a' } }] })],
    logs: { init: 'chown: /work/a: Read-only file system' },
    expected: ['init-writes-readonly', 'init-run', 'init', 'no'],
  },
  {
    title: 'an image that the runtime cannot look up',
    objects: [pod({ appStatus: waiting('ImageInspectError', 'Failed to inspect image "a:1": something odd') })],
    expected: ['inspect-error', 'image-pull', 'app', 'unknown'],
  },
  {
    title: 'a registry that CRI-O reports as unavailable',
    objects: [
      pulls(
        'image pull failed for registry.example/web:1 because the registry is unavailable: pinging container registry registry.example',
      ),
    ],
    expected: ['registry-unavailable', 'image-pull', 'app', 'yes'],
  },
  {
    title: 'an unknown end',
    objects: [
      pod({ status: { phase: 'Failed' }, appStatus: { state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } } }),
    ],
    expected: ['lost', 'finished', 'app', 'no'],
  },
  {
    title: 'a program of the image that does not end with 0',
    objects: [pod({ appStatus: crashed(1) })],
    expected: ['application', 'app-run', 'app', 'unknown'],
  },
  {
    title: 'a volume that is attached elsewhere without a pod',
    objects: [
      beforeSandbox(claim),
      event(
        'FailedAttachVolume',
        'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
      ),
    ],
    expected: ['multi-attach-stale', 'volumes', null, 'unknown'],
  },
  {
    title: 'a volume whose other user is being deleted',
    objects: [
      beforeSandbox(claim),
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other', namespace: 'shop', deletionTimestamp: ago(5) } },
      event('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) other'),
    ],
    expected: ['multi-attach', 'volumes', null, 'yes'],
  },
  {
    title: 'init-before-sidecar: a server that is declared later',
    objects: [
      pod({
        spec: {
          initContainers: [
            { name: 'init', image: 'i:1', command: ['sh', '-c', 'until nc -z localhost 5432; do sleep 1; done'] },
            { name: 'proxy', image: 'p:1', restartPolicy: 'Always', ports: [{ containerPort: 5432 }] },
          ],
        },
        status: {
          initContainerStatuses: [
            { name: 'init', ...running(900) },
            { name: 'proxy', state: { waiting: { reason: 'PodInitializing' } } },
          ],
        },
      }),
    ],
    expected: ['init-before-sidecar', 'init-run', 'init', 'no'],
  },
]

/** Rows of the table of messages: the text in the place where it is seen. */
const places: Readonly<
  Partial<Record<keyof typeof tables, { readonly objects: (text: string) => readonly unknown[]; readonly stage: string }>>
> = {
  pull: { objects: (text) => [pulls(text)], stage: 'image-pull' },
  create: { objects: (text) => [pod({ appStatus: waiting('CreateContainerError', text) })], stage: 'create' },
  sandbox: { objects: (text) => [beforeSandbox(), event('FailedCreatePodSandBox', text)], stage: 'sandbox' },
  volume: { objects: (text) => [beforeSandbox(claim), event('FailedMount', text)], stage: 'volumes' },
  schedule: { objects: (text) => [unscheduled(text)], stage: 'scheduling' },
  exit: {
    objects: (text) => [pod({ appStatus: crashed(Number(/exit=(\d+)/.exec(text)?.[1]), /^(.*?) ?exit=/.exec(text)?.[1] ?? '') })],
    stage: '',
  },
}

const reached = new Set<string>()

for (const { title, objects, logs = {}, expected } of rows) {
  t.test(title, (t) => {
    const targets = objects.filter(
      (object) => (object as { kind?: string }).kind !== 'Pod' || (object as { metadata: { name: string } }).metadata.name !== 'other',
    )
    const others = objects.filter((object) => !targets.includes(object))
    const found = others.length === 0 ? one(objects, logs) : one2(objects, logs)
    const [cause, stage, container, helps] = expected
    t.strictSame(
      [found.cause.class, found.stage.kind, found.stage.container, found.waiting.helps],
      [cause, stage, container, helps],
      JSON.stringify(found.cause),
    )
    reached.add(found.cause.class)
    t.end()
  })
}

/** The diagnosis of the first of several pods. */
function one2(objects: readonly unknown[], logs: Readonly<Record<string, string>>) {
  const [first] = whyOf(objects, logs).pods
  if (first === undefined) throw new Error('no diagnosis')
  return first
}

t.test('each message of the table leads to a cause at its place', (t) => {
  for (const [name, patterns] of Object.entries(tables)) {
    const place = places[name as keyof typeof tables]
    if (place === undefined) continue
    for (const { id, cause, example } of patterns) {
      const found = one(place.objects(example))
      const stage = name === 'create' && (cause === 'exec-format' || cause === 'post-start-hook') ? 'start' : place.stage
      if (stage !== '') t.equal(found.stage.kind, stage, id)
      if (cause !== 'inner' && cause !== 'none' && name !== 'create') t.not(found.cause.class, 'waiting-normal', `${name}: ${id}`)
      reached.add(found.cause.class)
    }
  }
  t.end()
})

t.test('each cause of the closed list can be reached', (t) => {
  const named = new Set(allPatterns.map(({ cause }) => cause))
  t.strictSame(
    causeNames.filter((name) => !reached.has(name)),
    [],
  )
  t.ok(named.size > 80)
  t.end()
})
