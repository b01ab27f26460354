/** Containers that start and fail, end, or never become ready. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, owner, pod, type RecordedScenario, script, type Truth } from '../scenario.ts'

/** Starts at about 0, 1, 12, 34 and 77 s, and with an 80 s step. */
const untilFortySeconds = 110
const untilEightySeconds = 220

function one(
  name: string,
  spec: JsonObject,
  truth: Truth,
  seconds = untilFortySeconds,
  more: Partial<RecordedScenario> = {},
): RecordedScenario {
  return { name, objects: [pod(name, spec)], seconds, truth, ...more }
}

const init = (cause: string, remedy: string, container: string): Truth => ({ cause, stage: 'init-run', container, waiting: 'no', remedy })
const running = (cause: string, remedy: string, container: string | null = 'app'): Truth => ({
  cause,
  stage: 'app-run',
  container,
  waiting: 'no',
  remedy,
})
const emptyDir = { volumes: [{ name: 'src', emptyDir: {} }] }
const src = { volumeMounts: [{ name: 'src', mountPath: '/src' }] }
const exec = (command: string, more: JsonObject = {}): JsonObject => ({
  exec: { command: ['sh', '-c', command] },
  periodSeconds: 5,
  failureThreshold: 2,
  ...more,
})

export const runs: readonly RecordedScenario[] = [
  // Since 1.37, the app restarts while its sidecar is in back-off (docs/kubernetes-versions.md).
  one(
    'app-behind-sidecar',
    {
      initContainers: [script('proxy', 'sleep 2; exit 1', { restartPolicy: 'Always' })],
      containers: [script('app', 'sleep 62; echo "proxy: connection refused" >&2; exit 1')],
    },
    { cause: 'application', stage: 'sidecar-start', container: 'proxy', waiting: 'no', remedy: 'see the log of the sidecar' },
    130,
  ),
  one(
    'init-fails',
    { initContainers: [script('migrate', 'echo "connect to db.shop:5432: connection refused" >&2; sleep 1; exit 1')], containers: [app()] },
    init('connection-refused', 'start the database', 'migrate'),
    untilEightySeconds,
  ),
  one(
    'app-fails',
    { containers: [script('app', 'echo "panic: no configuration" >&2; sleep 1; exit 2')] },
    running('usage-or-go-panic', 'see the log'),
    untilEightySeconds,
  ),
  one(
    'app-fails-slowly',
    { containers: [script('app', 'sleep 7; echo "fatal: lost the leader" >&2; exit 1')] },
    running('application', 'see the log'),
    untilEightySeconds,
  ),
  one(
    'app-completes',
    { containers: [script('app', 'echo done; sleep 2')] },
    running('process-ended', 'run it as a Job'),
    untilEightySeconds,
  ),
  one(
    'git-clone-again',
    {
      ...emptyDir,
      initContainers: [script('fetch', 'git clone https://git.test/shop.git /src/shop && test -e /src/ready', src)],
      containers: [app()],
    },
    init('init-not-idempotent', 'rm -rf /src/shop before the clone', 'fetch'),
    untilEightySeconds,
  ),
  one(
    'mkdir-again',
    { ...emptyDir, initContainers: [script('prepare', 'mkdir /src/data && ls /src/missing', src)], containers: [app()] },
    init('init-not-idempotent', 'mkdir -p', 'prepare'),
  ),
  one(
    'exit-127',
    { initContainers: [script('render', 'envsubst HOST')], containers: [app()] },
    init('command-not-found', 'install envsubst in the image', 'render'),
  ),
  one(
    'exit-126',
    { initContainers: [script('render', '/version')], containers: [app()] },
    init('not-executable', 'make the script executable', 'render'),
    60,
  ),
  one(
    'read-only-file-system',
    {
      initContainers: [script('write', 'echo a > /etc/app.conf', { securityContext: { readOnlyRootFilesystem: true } })],
      containers: [app()],
    },
    init('init-writes-readonly', 'write to an emptyDir', 'write'),
    60,
  ),
  one(
    'permission-denied',
    { ...emptyDir, securityContext: { runAsUser: 1000 }, initContainers: [script('own', 'chown 0 /src', src)], containers: [app()] },
    init('access-denied', 'set fsGroup, or run as root', 'own'),
    60,
  ),
  one(
    'oom-init',
    { initContainers: [script('load', 'exec tail /dev/zero', { resources: { limits: { memory: '16Mi' } } })], containers: [app()] },
    init('oom', 'raise limits.memory', 'load'),
  ),
  one(
    'oom-app',
    { containers: [script('app', 'sleep 2; exec tail /dev/zero', { resources: { limits: { memory: '16Mi' } } })] },
    running('oom', 'raise limits.memory'),
  ),
  one(
    'memory-limit-too-low',
    { containers: [app({ resources: { limits: { memory: '1Mi' } } })] },
    { cause: 'memory-limit-too-low', stage: 'sandbox', container: null, waiting: 'no', remedy: 'raise limits.memory' },
    60,
  ),
  // The kubelet expands $$ to $. The first process of a container ignores signals that it sends to itself.
  one(
    'segfault',
    { containers: [script('app', "sleep 1; sh -c 'kill -SEGV $$$$'; exit $?")] },
    running('segfault', 'see the core dump'),
    60,
  ),
  one('killed', { containers: [script('app', "sleep 1; sh -c 'kill -KILL $$$$'; exit $?")] }, running('sigkill', 'find what kills it'), 60),
  one(
    'init-never-ends',
    { initContainers: [script('wait', 'until test -e /never; do sleep 2; done')], containers: [app()] },
    { cause: 'init-never-completes', stage: 'init-run', container: 'wait', waiting: 'no', remedy: 'limit the attempts' },
    40,
  ),
  one(
    'init-restart-never',
    { restartPolicy: 'Never', initContainers: [script('migrate', 'sleep 1; exit 3')], containers: [app()] },
    { ...init('application', 'delete the pod', 'migrate'), stage: 'finished' },
    30,
  ),
  one(
    'app-restart-never',
    { restartPolicy: 'Never', containers: [script('app', 'sleep 2; exit 4')] },
    { ...running('application', 'delete the pod'), stage: 'finished' },
    30,
  ),
  one('liveness-fails', { containers: [app({ livenessProbe: exec('false') })] }, running('probe-kill', 'correct the probe'), 170),
  one(
    'liveness-http',
    {
      containers: [
        app({ livenessProbe: { httpGet: { port: 59999, path: '/healthz', host: '127.0.0.1' }, periodSeconds: 5, failureThreshold: 2 } }),
      ],
    },
    running('probe-kill', 'listen on 59999'),
    90,
  ),
  one('startup-probe-fails', { containers: [app({ startupProbe: exec('false') })] }, running('probe-kill', 'raise failureThreshold'), 170),
  one(
    'readiness-fails',
    { containers: [app({ readinessProbe: exec('echo "no leader"; false') })] },
    running('probe-failed', 'correct the probe'),
    40,
  ),
  one(
    'readiness-later',
    { containers: [script('app', 'sleep 20; touch /tmp/ready; sleep 100000', { readinessProbe: exec('test -e /tmp/ready') })] },
    { ...running('waiting-normal', 'wait'), waiting: 'yes' },
    45,
  ),
  one(
    'sidecar-crashes',
    { initContainers: [script('proxy', 'sleep 1; exit 1', { restartPolicy: 'Always' })], containers: [app()] },
    { cause: 'application', stage: 'sidecar-start', container: 'proxy', waiting: 'no', remedy: 'see the log of the sidecar' },
  ),
  one(
    'sidecar-ends',
    { initContainers: [script('proxy', 'sleep 3', { restartPolicy: 'Always' })], containers: [app()] },
    { cause: 'process-ended', stage: 'sidecar-start', container: 'proxy', waiting: 'no', remedy: 'the sidecar must keep running' },
  ),
  one(
    'sidecar-probe-fails',
    { initContainers: [script('proxy', 'sleep 100000', { restartPolicy: 'Always', startupProbe: exec('false') })], containers: [app()] },
    { cause: 'probe-kill', stage: 'sidecar-start', container: 'proxy', waiting: 'no', remedy: 'correct the startup probe' },
    150,
  ),
  one(
    'post-start-fails',
    { containers: [app({ lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 5'] } } } })] },
    { cause: 'post-start-hook', stage: 'start', container: 'app', waiting: 'no', remedy: 'correct the hook' },
    90,
  ),
  one(
    'deadline',
    { activeDeadlineSeconds: 25, restartPolicy: 'OnFailure', initContainers: [script('work', 'sleep 3; exit 1')], containers: [app()] },
    { cause: 'deadline', stage: 'finished', container: null, waiting: 'no', remedy: 'raise activeDeadlineSeconds' },
    45,
  ),
  one(
    'restart-rule',
    {
      restartPolicy: 'Never',
      containers: [
        script('app', 'sleep 2; exit 42', {
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    running('application', 'see the log'),
  ),
  one(
    'goes-well',
    { initContainers: [script('prepare', 'sleep 3')], containers: [app()] },
    { ...running('waiting-normal', 'nothing', null), waiting: 'yes' },
    20,
  ),
  one(
    'slow-init',
    { initContainers: [script('load', 'sleep 25')], containers: [app()] },
    { ...init('waiting-normal', 'wait', 'load'), waiting: 'yes' },
    40,
  ),
  {
    ...one(
      'deleted-with-pre-stop',
      { terminationGracePeriodSeconds: 12, containers: [app({ lifecycle: { preStop: { exec: { command: ['sleep', '6'] } } } })] },
      { cause: 'waiting-normal', stage: 'app-run', container: null, waiting: 'yes', remedy: 'wait for the grace period' },
      40,
    ),
    actions: [{ after: 10, do: 'delete', object: pod('deleted-with-pre-stop', {}) }],
  },
  one(
    'ephemeral-storage',
    {
      containers: [
        script('app', 'dd if=/dev/zero of=/tmp/big bs=1M count=40; sleep 100000', {
          resources: { limits: { 'ephemeral-storage': '8Mi' } },
        }),
      ],
    },
    { cause: 'evicted-own-limit', stage: 'finished', container: 'app', waiting: 'no', remedy: 'raise the limit' },
    110,
  ),
  {
    name: 'job-fails-never',
    objects: [
      owner('Job', 'job-fails-never', { restartPolicy: 'Never', containers: [script('work', 'sleep 1; exit 1')] }, { backoffLimit: 2 }),
    ],
    seconds: 90,
    truth: { cause: 'application', stage: 'finished', container: 'work', waiting: 'no', remedy: 'see the log' },
  },
  {
    name: 'job-fails-on-failure',
    objects: [
      owner(
        'Job',
        'job-fails-on-failure',
        { restartPolicy: 'OnFailure', containers: [script('work', 'sleep 1; exit 1')] },
        { backoffLimit: 3 },
      ),
    ],
    seconds: 90,
    truth: running('application', 'see the log', 'work'),
  },
  {
    name: 'statefulset-ordered',
    objects: [
      owner(
        'StatefulSet',
        'statefulset-ordered',
        { initContainers: [script('join', 'sleep 1; exit 1')], containers: [app()] },
        { replicas: 2, serviceName: 's' },
      ),
    ],
    seconds: 60,
    truth: init('application', 'correct the template and delete the pod', 'join'),
  },
  {
    name: 'deployment-fails',
    objects: [
      owner('Deployment', 'deployment-fails', { containers: [script('app', 'echo "bind: address already in use" >&2; sleep 1; exit 1')] }),
    ],
    seconds: untilFortySeconds,
    truth: running('application', 'see the log'),
  },
  {
    name: 'daemonset-init-fails',
    objects: [
      owner('DaemonSet', 'daemonset-init-fails', {
        initContainers: [script('modules', 'echo "modprobe: not permitted" >&2; exit 1')],
        containers: [app()],
      }),
    ],
    seconds: 60,
    truth: init('application', 'see the log', 'modules'),
  },
]
