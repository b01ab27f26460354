/** What lines of logs mean, together with the exit code, the volumes and the other containers. */
import t from 'tap'
import { ago, crashed, one, pod, running } from './build-pod.ts'

const volumes = [
  { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
  { name: 'empty', emptyDir: {} },
]
const onClaim = { volumeMounts: [{ name: 'claim', mountPath: '/data' }] }
const onEmptyDir = { volumeMounts: [{ name: 'empty', mountPath: '/work' }] }

/** The first attempt has failed just now. */
function ended(exitCode: number): Readonly<Record<string, unknown>> {
  return { restartCount: 0, state: { terminated: { exitCode, reason: 'Error', startedAt: ago(3), finishedAt: ago(2) } } }
}

interface Line {
  readonly log: string
  readonly code?: number
  readonly cause: string
  readonly helps?: string
  readonly init?: Readonly<Record<string, unknown>>
  readonly app?: Readonly<Record<string, unknown>>
  readonly isFirst?: boolean
}

const lines: readonly Line[] = [
  { log: 'Error from server (AlreadyExists): configmaps "settings" already exists', cause: 'init-not-idempotent' },
  { log: 'Error: INSTALLATION FAILED: cannot re-use a name that is still in use', cause: 'init-not-idempotent' },
  { log: "ERROR 1007 (HY000) at line 1: Can't create database 'shop'; database exists", cause: 'init-not-idempotent' },
  { log: "useradd: user 'app' already exists", code: 9, cause: 'init-not-idempotent' },
  { log: 'keytool error: java.lang.Exception: Key pair not generated, alias <app> already exists', cause: 'init-not-idempotent' },
  { log: "FileExistsError: [Errno 17] File exists: '/data/index'", cause: 'init-not-idempotent', init: onClaim },
  { log: "Error while executing topic command : Topic 'orders' already exists.", cause: 'init-not-idempotent' },
  { log: 'gzip: stdin: unexpected end of file', cause: 'init-not-atomic', init: onClaim },
  { log: 'tar: Unexpected EOF in archive', code: 2, cause: 'init-not-atomic', init: onEmptyDir },
  // Without an earlier run, the file came like that.
  { log: 'gzip: stdin: unexpected end of file', cause: 'application', helps: 'unknown', init: onEmptyDir, isFirst: true },
  {
    log: "iptables v1.8.9 (legacy): can't initialize iptables table `nat': Permission denied (you must be root)",
    code: 3,
    cause: 'init-needs-privileged',
  },
  { log: 'mount: /host: permission denied.', code: 32, cause: 'init-needs-privileged' },
  { log: "mkdir: can't create directory '/data/lib': Permission denied", cause: 'init-denied-by-volume', init: onClaim },
  { log: "PermissionError: [Errno 13] Permission denied: '/data/x'", cause: 'init-denied-by-volume', init: onClaim },
  // bash words both alike: only a file that may not be executed ends in 126.
  { log: 'bash: /data/out: Permission denied', code: 1, cause: 'init-denied-by-volume', init: onClaim },
  { log: 'bash: /data/run.sh: Permission denied', code: 126, cause: 'not-executable', init: onClaim },
  { log: 'sh: 1: cannot create /data/out: Permission denied', code: 2, cause: 'init-denied-by-volume', init: onClaim },
  {
    log: 'Error from server (Forbidden): jobs.batch "db" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "jobs" in API group "batch"',
    cause: 'application',
  },
  { log: 'curl: (6) Could not resolve host: files.example', code: 6, cause: 'application', helps: 'unknown' },
  // psql exits with 2 if it cannot connect: no wrong option.
  { log: 'psql: error: FATAL:  password authentication failed for user "docker"', code: 2, cause: 'application', helps: 'no' },
  { log: 'something else', code: 2, cause: 'application', helps: 'unknown' },
  { log: 'tool: unrecognized option: z', code: 2, cause: 'usage-or-go-panic', helps: 'no' },
  { log: 'Host key verification failed.', code: 128, cause: 'application', helps: 'no' },
  { log: 'curl: (60) SSL certificate problem: unable to get local issuer certificate', code: 60, cause: 'application', helps: 'no' },
  { log: 'curl: (22) The requested URL returned error: 404', code: 22, cause: 'application', helps: 'unknown' },
  { log: 'Error: connect ECONNREFUSED 10.0.0.8:5432', cause: 'application', helps: 'unknown' },
  {
    log: 'dial tcp 127.0.0.1:5432: connect: connection refused',
    cause: 'init-needs-later-container',
    app: { ports: [{ containerPort: 5432 }] },
  },
  { log: 'connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused', cause: 'init-needs-later-container' },
]

for (const { log, code = 1, cause, helps = 'no', init = {}, app = {}, isFirst = false } of lines) {
  t.test(log, (t) => {
    const given = pod({ init, app, spec: { volumes }, initStatus: isFirst ? ended(code) : crashed(code) })
    const found = one([given], { init: `starting\n${log}\n` })
    t.equal(found.cause.class, cause)
    t.equal(found.waiting.helps, helps)
    t.strictSame(found.stage, { kind: 'init-run', container: 'init' })
    t.end()
  })
}

t.test('a connection to the pod itself after a sidecar has started', (t) => {
  const given = pod({
    spec: {
      initContainers: [
        { name: 'proxy', image: 'registry.example/proxy:1', restartPolicy: 'Always' },
        { name: 'init', image: 'registry.example/init:1' },
      ],
    },
    init: {},
    initStatus: crashed(1),
  })
  const found = one([given], { init: 'dial tcp 127.0.0.1:5432: connect: connection refused' })
  t.equal(found.cause.class, 'application', 'the sidecar may serve it')
  t.end()
})

t.test('a proxy of a service mesh as an init container without restartPolicy', (t) => {
  const given = pod({
    spec: { initContainers: [{ name: 'istio-proxy', image: 'registry.example/proxyv2:1' }] },
    status: {
      initContainerStatuses: [{ name: 'istio-proxy', ready: false, restartCount: 0, ...running(600) }],
    },
  })
  t.match(one([given]), { cause: { class: 'init-never-completes' }, waiting: { helps: 'no' } })
  t.end()
})
