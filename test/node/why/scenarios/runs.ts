/** Containers that start and fail, end, wait, or never become ready. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, owner, pod, script } from '../../record/scenario.ts'
import { type Act, container, type Expected, podSpec, type StuckScenario } from '../scenario.ts'

const init = (cause: string, name: string, waiting: Expected['waiting'] = 'no'): Expected => ({
  cause,
  stage: 'init-run',
  container: name,
  waiting,
})
const running = (cause: string, waiting: Expected['waiting'] = 'no'): Expected => ({ cause, stage: 'app-run', container: 'app', waiting })
const sidecar = (cause: string, waiting: Expected['waiting'] = 'no'): Expected => ({
  cause,
  stage: 'sidecar-start',
  container: 'proxy',
  waiting,
})

const initStuck = { status: 'Init:CrashLoopBackOff', restarts: 1 } as const

const exec = (command: string, more: JsonObject = {}): JsonObject => ({
  exec: { command: ['sh', '-c', command] },
  periodSeconds: 3,
  failureThreshold: 2,
  ...more,
})

const withInit = (name: string, first: JsonObject, spec: JsonObject = {}): JsonObject =>
  pod(name, { initContainers: [first], containers: [app()], ...spec })

/** Waits for the attempt after the nth restart, which fails again. Until shortly before it, kubectl shows Error. */
const nextStep = (restarts: number): Act => ({
  stuck: { status: 'Error', restarts },
  expected: running('application', 'unknown'),
  names: ['kubectl logs restart-steps -n restart-steps -c app --previous'],
  next: 'restart',
  cure: { by: 'waiting' },
})

export const runs: readonly StuckScenario[] = [
  {
    name: 'out-of-memory',
    isQuick: true,
    objects: [
      withInit(
        'out-of-memory',
        script('load', 'dd if=/dev/zero of=/dev/null bs=64M count=1', { resources: { limits: { memory: '16Mi' } } }),
      ),
    ],
    acts: [
      {
        stuck: initStuck,
        expected: init('oom', 'load'),
        names: ['raise limits.memory of "load" (16Mi)'],
        cure: container('load', { resources: { limits: { memory: '128Mi' } } }),
      },
    ],
  },
  {
    name: 'server-down',
    objects: [withInit('server-down', script('fetch', 'wget -O /tmp/settings http://10.250.0.2:7811/settings'))],
    acts: [
      {
        stuck: { status: 'Init:Error', restarts: 1 },
        expected: init('application', 'fetch', 'unknown'),
        names: ['cannot connect'],
        next: 'restart',
        cure: { by: 'world', change: (lab) => lab.listen(7811) },
      },
    ],
  },
  {
    name: 'never-restarted',
    objects: [
      withInit('never-restarted', script('fetch', 'wget -O /tmp/settings http://10.250.0.2:7815/settings'), { restartPolicy: 'Never' }),
    ],
    acts: [
      {
        stuck: { status: 'Init:Error', phase: 'Failed' },
        before: (lab) => lab.listen(7815),
        expected: { ...init('application', 'fetch'), stage: 'finished' },
        names: ['create the pod again'],
        cure: { by: 'manifest', change: (manifest) => ({ ...manifest }) },
      },
    ],
  },
  {
    name: 'server-ends',
    objects: [owner('Deployment', 'server-ends', { containers: [script('app', 'sleep 1')] })],
    target: 'deployment/server-ends',
    acts: [
      {
        stuck: { status: 'CrashLoopBackOff', restarts: 1 },
        expected: running('process-ended'),
        names: ['keep the server in the foreground'],
        cure: container('app', { command: ['sleep', '100000'] }),
      },
    ],
  },
  {
    name: 'waits-for-server',
    isQuick: true,
    objects: [withInit('waits-for-server', script('wait', 'until wget -q --spider http://10.250.0.2:7812/; do sleep 1; done'))],
    acts: [
      {
        stuck: { status: 'Init:0/1', running: 'wait' },
        expected: init('init-waits-forever', 'wait', 'unknown'),
        names: ['10.250.0.2', 'exists and answers'],
        cure: { by: 'world', change: (lab) => lab.listen(7812) },
      },
    ],
  },
  {
    name: 'init-is-a-server',
    objects: [withInit('init-is-a-server', script('proxy', 'while true; do nc -l -p 7814 -e cat; done'))],
    acts: [
      {
        stuck: { status: 'Init:0/1', running: 'proxy' },
        expected: init('init-never-completes', 'proxy'),
        names: ['restartPolicy: Always'],
        cure: container('proxy', { restartPolicy: 'Always' }),
      },
    ],
  },
  {
    name: 'read-only-root',
    objects: [
      withInit('read-only-root', script('write', 'echo a > /etc/app.conf', { securityContext: { readOnlyRootFilesystem: true } }), {
        volumes: [{ name: 'v', emptyDir: {} }],
      }),
    ],
    acts: [
      {
        stuck: initStuck,
        expected: init('init-writes-readonly', 'write'),
        names: ['/etc/app.conf', 'emptyDir'],
        cure: container('write', { command: ['sh', '-c', 'echo a > /v/app.conf'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      },
    ],
  },
  {
    name: 'read-only-mount',
    objects: [
      withInit('read-only-mount', script('write', 'touch /v/ready', { volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }] }), {
        volumes: [{ name: 'v', hostPath: { path: '/var/lib/shop-ready', type: 'DirectoryOrCreate' } }],
      }),
    ],
    acts: [
      {
        stuck: initStuck,
        expected: init('init-writes-readonly', 'write'),
        names: ['/v/ready', 'readOnly: true from the mount at /v'],
        cure: container('write', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      },
    ],
  },
  {
    name: 'access-denied',
    isQuick: true,
    objects: [
      withInit('access-denied', script('write', 'echo a > /v/state', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }), {
        securityContext: { runAsUser: 1000 },
        volumes: [{ name: 'v', hostPath: { path: '/var/lib/shop-state', type: 'DirectoryOrCreate' } }],
      }),
    ],
    acts: [
      {
        stuck: initStuck,
        expected: init('init-denied-by-volume', 'write'),
        names: ['/v/state', 'runAsUser'],
        cure: podSpec((spec) => ({ ...spec, securityContext: { runAsUser: 0 } })),
      },
    ],
  },
  {
    name: 'liveness-probe',
    objects: [
      pod('liveness-probe', {
        containers: [
          app({ livenessProbe: { httpGet: { port: 59999, path: '/healthz', host: '127.0.0.1' }, periodSeconds: 3, failureThreshold: 2 } }),
        ],
      }),
    ],
    acts: [
      {
        stuck: { status: 'Running', restarts: 2 },
        expected: running('probe-kill', 'unknown'),
        names: ['liveness probe'],
        cure: container('app', { livenessProbe: exec('true') }),
      },
    ],
  },
  {
    name: 'startup-probe',
    objects: [
      pod('startup-probe', {
        containers: [script('app', 'sleep 12; touch /tmp/started; sleep 100000', { startupProbe: exec('test -e /tmp/started') })],
      }),
    ],
    acts: [
      {
        stuck: { status: 'Running', restarts: 2 },
        expected: running('probe-kill', 'unknown'),
        names: ['failureThreshold', 'startup probe'],
        cure: container('app', { startupProbe: exec('test -e /tmp/started', { failureThreshold: 20 }) }),
      },
    ],
  },
  {
    name: 'readiness-probe',
    isQuick: true,
    objects: [pod('readiness-probe', { containers: [app({ readinessProbe: exec('echo no leader; false') })] })],
    acts: [
      {
        stuck: { event: 'Unhealthy', running: 'app' },
        expected: running('probe-failed', 'unknown'),
        names: ['readiness probe', '"app"'],
        cure: container('app', { readinessProbe: exec('true') }),
      },
    ],
  },
  {
    name: 'sidecar-ends',
    isQuick: true,
    objects: [withInit('sidecar-ends', script('proxy', 'sleep 1', { restartPolicy: 'Always' }))],
    acts: [
      {
        stuck: { restarts: 2 },
        expected: sidecar('process-ended'),
        names: ['"proxy"', 'keep the server in the foreground'],
        cure: container('proxy', { command: ['sleep', '100000'] }),
      },
    ],
  },
  {
    name: 'sidecar-probe',
    objects: [withInit('sidecar-probe', script('proxy', 'sleep 100000', { restartPolicy: 'Always', startupProbe: exec('false') }))],
    acts: [
      {
        stuck: { restarts: 2 },
        expected: sidecar('probe-kill', 'unknown'),
        names: ['startup probe'],
        cure: container('proxy', { startupProbe: exec('true') }),
      },
    ],
  },
  {
    name: 'app-fails',
    objects: [pod('app-fails', { containers: [script('app', 'test "$LICENSE" = yes || { echo no license; exit 3; }; sleep 100000')] })],
    acts: [
      {
        stuck: { status: 'CrashLoopBackOff', restarts: 1 },
        expected: running('application', 'unknown'),
        names: ['kubectl logs app-fails -n app-fails -c app --previous'],
        cure: container('app', { env: [{ name: 'LICENSE', value: 'yes' }] }),
      },
    ],
  },
  {
    name: 'restart-steps',
    objects: [pod('restart-steps', { containers: [script('app', 'sleep 1; exit 3')] })],
    acts: [
      nextStep(3),
      nextStep(4),
      {
        stuck: { status: 'CrashLoopBackOff', restarts: 5 },
        expected: running('application', 'unknown'),
        names: ['kubectl logs'],
        cure: container('app', { command: ['sleep', '100000'] }),
      },
    ],
  },
]
