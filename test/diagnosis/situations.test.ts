/** States of pods in which the message alone does not decide. */
import t from 'tap'
import { ago, crashed, event, one, pod, running, whyOf } from './build-pod.ts'

const unscheduled = (message: string, age: number, spec = {}) =>
  pod({
    metadata: { creationTimestamp: ago(age) },
    spec: { nodeName: undefined, ...spec },
    status: {
      conditions: message === '' ? [] : [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      containerStatuses: [],
    },
  })

const notReady = '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.'
const pressure = '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.'

t.test('waiting helps while a node starts, and may not help if it stays as it is', (t) => {
  const helps = (message: string, age: number) => one([unscheduled(message, age)]).waiting.helps
  t.equal(helps(notReady, 120), 'yes')
  t.equal(helps(notReady, 3600), 'unknown')
  t.equal(helps(pressure, 120), 'unknown')
  t.equal(helps('0/1 nodes are available: 1 node(s) had untolerated taint {gpu: }.', 120), 'no')
  t.equal(helps('0/1 nodes are available: 1 node(s) were unschedulable.', 120), 'unknown')
  t.end()
})

t.test('a node that the autoscaler adds', (t) => {
  const pending = unscheduled('0/3 nodes are available: 3 Insufficient cpu.', 120)
  const added = event('TriggeredScaleUp', 'pod triggered scale-up: [{pool-1 1->2 (max: 5)}]', { at: 5 })
  const refused = event('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached", { at: 60 })
  t.match(one([pending, added, refused]), { cause: { class: 'insufficient-resources' }, waiting: { helps: 'yes' } })
  t.match(one([pending, refused]), { cause: { class: 'insufficient-resources' }, waiting: { helps: 'unknown' } })
  t.match(one([pending, refused]).cause.evidence.join(), 'NotTriggerScaleUp')
  t.end()
})

t.test('a scheduler that says nothing', (t) => {
  t.match(one([unscheduled('', 30)]), { cause: { class: 'waiting-normal' }, waiting: { helps: 'yes' } })
  const late = one([unscheduled('', 900, { schedulerName: 'kube-batch' })])
  t.match(late, { cause: { class: 'waiting-normal' }, waiting: { helps: 'unknown' } })
  t.match(late.cause.message, 'kube-batch')
  t.end()
})

t.test('a login that is refused again and again while the init container runs', (t) => {
  const log = 'error authenticating: error="Error making API request. Code: 403. Errors: * permission denied" backoff=1.9s'
  const waits = pod({ init: { image: 'hashicorp/vault:1.12' }, initStatus: running(3600) })
  const [found] = whyOf([waits], { init: log }).pods
  t.match(found, { stage: { kind: 'init-run', container: 'init' }, cause: { class: 'init-waits-forever' }, waiting: { helps: 'unknown' } })
  t.end()
})

t.test('an init container that failed before and runs again: what its log says ends it again', (t) => {
  const ended = { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(40), finishedAt: ago(30) } }
  const ask = (initStatus: object) =>
    whyOf([pod({ init: { image: 'acme/fetch:1' }, initStatus: { ...running(1), ...initStatus } })], { init: 'wget: Connection refused\n' })
      .pods[0]
  t.match(ask({ restartCount: 1, lastState: ended }), {
    status: 'Init:0/1',
    stage: { kind: 'init-run', container: 'init' },
    cause: { class: 'application' },
    waiting: { helps: 'unknown' },
  })
  t.match(ask({}), { cause: { class: 'init-waits-forever' } })
  t.end()
})

t.test('an init container of an image that prints what it waits for', (t) => {
  const cause = (seconds: number) =>
    whyOf([pod({ init: { image: 'acme/wait:1' }, initStatus: running(seconds) })], { init: 'waiting for database\n' }).pods[0]?.cause.class
  t.equal(cause(3600), 'init-waits-forever')
  t.equal(cause(60), 'waiting-normal')
  t.end()
})

t.test('an app that may not write', (t) => {
  const app = { volumeMounts: [{ name: 'data', mountPath: '/data' }] }
  const spec = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
  const found = (log: string) => whyOf([pod({ app, spec, status: { phase: 'Running' }, appStatus: crashed(1) })], { app: log }).pods[0]
  const denied = found("mkdir: cannot create directory '/data/pg': Permission denied")
  t.match(denied, { stage: { kind: 'app-run' }, cause: { class: 'application' }, waiting: { helps: 'no' } })
  t.match(denied?.cause.message, '/data/pg')
  t.match(found("chmod: changing permissions of '/scripts/run.sh': Read-only file system")?.cause.message, '/scripts/run.sh')
  t.end()
})

t.test('what to do about a taint of a node condition is done on the node', (t) => {
  const advice = (key: string) => one([unscheduled(`0/1 nodes are available: 1 node(s) had untolerated taint {${key}: }.`, 900)]).now.join()
  t.match(advice('node.kubernetes.io/unreachable'), 'kubelet')
  t.match(advice('node.kubernetes.io/disk-pressure'), 'disk')
  t.match(advice('gpu'), 'toleration')
  t.match(one([unscheduled('0/1 nodes are available: 1 node(s) were unschedulable.', 900)]).now.join(), 'kubectl uncordon')
  const spread = "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints."
  t.match(one([unscheduled(spread, 900)]).now.join(), 'whenUnsatisfiable')
  t.match(
    one([unscheduled("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.", 900)]).cause.message,
    'anti-affinity',
  )
  t.end()
})

const refusedBy = (message: string, kind = 'ReplicaSet') => {
  const about = { kind, namespace: 'shop', name: 'web-1', uid: 'rs' }
  return one([
    { apiVersion: 'apps/v1', kind, metadata: { name: 'web-1', namespace: 'shop', uid: 'rs' } },
    event('FailedCreate', message, { about }),
  ])
}

t.test('what a refusal of the API server asks for', (t) => {
  const security = refusedBy(
    'Error creating: pods "web-1-a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
  )
  t.match(security, { cause: { class: 'admission-denied', certainty: 'certain' }, waiting: { helps: 'no' } })
  t.match(security.now.join(), 'allowPrivilegeEscalation: false, runAsNonRoot: true')
  const account = refusedBy(
    'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: error looking up service account shop/app: serviceaccount "app" not found',
    'StatefulSet',
  )
  t.match(account, { cause: { class: 'admission-denied' }, waiting: { helps: 'unknown', until: 'ServiceAccount app exists' } })
  const quota = 'Error creating: pods "web-1-a" is forbidden: failed quota: q: must specify limits.cpu for: init; limits.memory for: init'
  t.match(refusedBy(quota).cause.message, 'limits.memory for: init')
  const old =
    'Error creating: Internal error occurred: failed calling admission webhook "w.example": Post https://w.example: context deadline exceeded'
  t.match(refusedBy(old), { cause: { class: 'webhook-refused-pods' }, waiting: { helps: 'unknown' } })
  const scc =
    'Error creating: pods "web-1-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden]'
  t.match(refusedBy(scc).cause.message, 'SecurityContextConstraints')
  t.end()
})

t.test('what the storage says decides what to do', (t) => {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
  const before = { conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: ago(500) }] }
  const found = (message: string, reason = 'FailedMount') => one([pod({ spec: { volumes }, status: before }), event(reason, message)])
  const mount = (output: string) => found(`MountVolume.SetUp failed for volume "v" : mount failed: exit status 32\nOutput: ${output}`)
  t.match(mount('mount.nfs: access denied by server while mounting 192.0.2.3:/srv').now.join(), 'export rules')
  t.match(mount('bad option; for several filesystems you might need a /sbin/mount.nfs helper program').now.join(), 'nfs-common')
  t.match(mount('mount.nfs: Connection timed out').now.join(), 'firewall')
  t.match(mount('/dev/sdb already mounted or mount point busy.').now.join(), 'multipath')
  const limit =
    'AttachVolume.Attach failed for volume "pvc-1" : googleapi: Error 400: Maximum number of disks attached exceeded, limitExceeded'
  t.match(found(limit, 'FailedAttachVolume'), { cause: { class: 'attach-failed' }, now: [/larger type of node/] })
  t.match(found('MountVolume.SetUp failed for volume "v" : some words').cause.message, 'some words')
  const driver =
    'MountVolume.NewMounter initialization failed for volume "s" : volume mode "Ephemeral" not supported by driver d.example (no CSIDriver object)'
  t.match(found(driver), { cause: { class: 'csi-driver-missing' }, now: ['install CSI driver d.example'] })
  t.end()
})

t.test('what a finished pod was doing', (t) => {
  const failed = (reason: string, message: string) => pod({ status: { phase: 'Failed', reason, message } })
  const late = failed('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline')
  const pulling = event('Pulling', 'Pulling image "ghcr.io/acme/big:1"', { field: 'containers{app}' })
  t.match(one([late, pulling]), { cause: { class: 'deadline' }, stage: { kind: 'finished' } })
  t.match(one([late, pulling]).cause.message, 'ghcr.io/acme/big:1')
  t.match(one([late]).cause.class, 'deadline')
  const device = failed(
    'UnexpectedAdmissionError',
    'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices gpu.intel.com/i915, which is unexpected',
  )
  t.match(one([device]), { cause: { class: 'node-admission' }, now: [/device plugin of gpu\.intel\.com\/i915/] })
  t.end()
})

t.test('an image without a command, and an error of the runtime that no pattern knows', (t) => {
  const without = pod({ appStatus: { state: { waiting: { reason: 'CreateContainerError', message: 'no command specified' } } } })
  t.match(one([without]), { cause: { class: 'command-not-found' }, now: [/set command/] })
  const hook = crashed(128, 'StartError', {
    message: 'OCI runtime create failed: nvidia-container-cli: initialization error: no driver: unknown',
  })
  const failing = one([pod({ appStatus: hook })])
  t.match(failing, { stage: { kind: 'start' }, cause: { class: 'start-error' } })
  t.match(failing.cause.message, 'initialization error: no driver')
  t.end()
})

t.test('credentials that were refused before an anonymous attempt', (t) => {
  const text = (kind: string) =>
    `failed to authorize: failed to fetch ${kind} token: unexpected status from GET request to https://r.example/token: 401`
  const message = `Back-off pulling image "r.example/a:1": ErrImagePull: [${text('oauth')}, ${text('anonymous')}]`
  t.equal(one([pod({ appStatus: { state: { waiting: { reason: 'ImagePullBackOff', message } } } })]).cause.class, 'credentials-rejected')
  t.end()
})

t.test('init containers of a mesh', (t) => {
  const init = { image: 'docker.io/istio/proxyv2:1.24' }
  const found = (code: number, log: string) => one([pod({ init, initStatus: crashed(code) })], { init: log })
  const check = found(126, 'error iptables validation failed; workload is not ready for Istio.')
  t.match(check, { cause: { class: 'init-never-succeeds' }, now: [/^kubectl delete pod web-1-a /] })
  const chain = found(1, '+ iptables -t nat -N ISTIO_REDIRECT\niptables: Chain already exists.')
  t.match(chain, { cause: { class: 'init-not-idempotent' }, now: [/^kubectl delete pod web-1-a /] })
  t.notMatch(chain.then.join(), 'mkdir')
  t.end()
})

t.test('a readiness gate that is not open', (t) => {
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition does not exist.' },
    { type: 'ContainersReady', status: 'True' },
  ]
  const gated = pod({
    spec: { readinessGates: [{ conditionType: 'target-health.example/web' }] },
    status: { phase: 'Running', conditions },
    appStatus: running(600, { ready: true, started: true }),
  })
  const found = one([gated])
  t.match(found, { cause: { class: 'waiting-normal' }, waiting: { helps: 'unknown' } })
  t.match(found.cause.message, 'target-health.example/web')
  t.end()
})

t.test('what keeps a pod that is deleted', (t) => {
  const found = (metadata: object, state: object, ...events: readonly unknown[]) =>
    one([
      pod({ metadata: { deletionTimestamp: ago(900), ...metadata }, status: { phase: 'Running' }, appStatus: state as never }),
      ...events,
    ])
  const alive = running(3600, { ready: true })
  t.match(found({ deletionTimestamp: ago(5) }, alive), { cause: { class: 'waiting-normal', message: 'the pod is being deleted' } })
  t.match(found({ finalizers: ['a.example/b'] }, crashed(0, 'Completed')).cause.message, 'a.example/b')
  t.match(
    found({}, alive, event('FailedKillPod', 'error killing pod: context deadline exceeded')).cause.message,
    'context deadline exceeded',
  )
  t.match(found({}, alive).now.join(), 'node-1')
  t.end()
})

t.test('a DaemonSet that no node matches', (t) => {
  const set = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'shop' },
    status: { desiredNumberScheduled: 0 },
  }
  t.match(one([set]), { stage: { kind: 'admission' }, cause: { class: 'waiting-normal' } })
  t.end()
})

t.test('a sandbox that the runtime cannot start', (t) => {
  const found = (text: string) =>
    one([
      pod({ status: { conditions: [] } }),
      event('FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${text}`),
    ]).cause
  const sysctl = found('failed to start sandbox "5f": failed to create shim task: open /proc/sys/net/x: permission denied: unknown')
  t.match(sysctl, { class: 'start-error', certainty: 'likely' })
  t.notMatch(sysctl.message, 'rpc error')
  t.equal(found('failed to create containerd task: failed to create shim: not found').class, 'start-error')
  t.match(found('something else'), { class: 'cni', message: 'the sandbox of the pod cannot be created: something else' })
  t.end()
})

t.test('a mount says what to do about its output', (t) => {
  const found = (output: string, between = ' : ') =>
    one([
      pod({ status: { conditions: [] } }),
      event('FailedMount', `MountVolume.SetUp failed for volume "data"${between}mount failed: exit status 32\nOutput: ${output}`),
    ])
  t.match(found('mount.nfs: Failed to resolve server nfs: Name or service not known').now.join(), 'IP address')
  t.match(found('mount: special device /nfs:/srv does not exist', ' (spec.Name: "data") pod "5f" with: ').cause.message, 'does not exist')
  t.match(found('mount: odd words').cause.message, /cannot be mounted: mount: odd words$/)
  t.end()
})

t.test('a probe says what it got', (t) => {
  const found = (text: string) =>
    one([
      pod({ status: { phase: 'Running' }, appStatus: running(900) }),
      event('Unhealthy', `Readiness probe failed: ${text}`, { at: 5, field: 'containers{app}' }),
    ])
  t.match(found('HTTP probe failed with statuscode: 503').cause.message, /fails: HTTP probe failed with statuscode: 503$/)
  t.match(found('HTTP probe failed with statuscode: 503').now.join(), 'log')
  t.match(found('HTTP probe failed with statuscode: 404').now.join(), 'path')
  t.match(found('HTTP probe failed with statuscode: 401').now.join(), 'login')
  t.match(found('Get "http://10.0.0.4:80/": dial tcp 10.0.0.4:80: connect: connection refused').now.join(), 'listens')
  t.match(found('Get "http://10.0.0.4:80/": context deadline exceeded').now.join(), 'timeoutSeconds')
  t.match(found('').cause.message, /fails$/)
  t.end()
})

t.test('an interrupted migration', (t) => {
  const found = (code: number, log: string) =>
    whyOf([pod({ init: { image: 'acme/migrate:1' }, initStatus: crashed(code) })], { init: log }).pods[0]
  t.match(found(1, 'Error: P3009'), { cause: { class: 'init-not-atomic' }, waiting: { helps: 'no' } })
  t.match(found(255, 'Could not acquire change log lock.'), { cause: { class: 'init-not-atomic' }, waiting: { helps: 'unknown' } })
  t.match(found(255, 'odd words'), { cause: { class: 'application' } })
  t.end()
})

t.test('AppArmor that a node lacks', (t) => {
  const found = (message: string) => one([pod({ appStatus: { state: { waiting: { reason: 'CreateContainerError', message } } } })])
  t.match(found('get apparmor_parser version: exec: "apparmor_parser": executable file not found in $PATH').now.join(), 'install')
  t.match(found('applying apparmor profile to container 1f: empty localhost AppArmor profile is forbidden').now.join(), 'profile')
  t.match(found('odd words').now.join(), 'runtime')
  t.end()
})
