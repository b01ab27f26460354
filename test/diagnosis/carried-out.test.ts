/** Answers that did not cure a pod when they were carried out on a real node (test/node/why). */
import t from 'tap'
import { ago, crashed, event, one, pod, running, waiting } from './build-pod.ts'

const mounted = (type: object, mount: object = {}) => ({
  init: { command: ['sh', '-c', 'touch /v/ready'], volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] },
  spec: { volumes: [{ name: 'v', ...type }] },
  initStatus: crashed(1),
})

t.test('a claim that is not bound, in the words of the kubelet', async (t) => {
  const message =
    'Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: error processing PVC shop/data: PVC is not bound'
  const stuck = pod({
    spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
    status: { conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: ago(500) }] },
  })
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop', uid: 'c' },
    spec: { storageClassName: '' },
    status: { phase: 'Pending' },
  }
  const found = one([stuck, claim, event('FailedMount', message)])
  t.match(found, { stage: { kind: 'volumes' }, cause: { class: 'pvc-unbound' } })
  t.ok(found.cause.message.includes('data'))
  t.ok(found.now.includes('kubectl describe pvc -n shop'))
})

t.test('a pull secret is for the host of the image, not for the address that answered', async (t) => {
  const refused =
    'failed to resolve reference "private.example/api:1": pulling from host 10.0.0.9:6001 failed with status code [manifests 1]: 401 Unauthorized'
  const image = { app: { image: 'private.example/api:1' }, appStatus: waiting('ErrImagePull', refused) }
  const anonymous = one([pod(image)]).now.join()
  t.ok(anonymous.includes('pull secret for private.example'), anonymous)
  const withSecret = one([pod({ ...image, spec: { imagePullSecrets: [{ name: 'regcred' }] } })]).now.join()
  t.ok(withSecret.includes('regcred') && withSecret.includes('private.example'), withSecret)
})

t.test('a mount that does not fit is named by its mount point', async (t) => {
  const message =
    'failed to create containerd task: error mounting "/var/lib/kubelet/pods/u/volumes/v" to rootfs at "/etc/app.conf": mount src=/var/lib: not a directory'
  const found = one([pod({ appStatus: waiting('RunContainerError', message) })])
  t.match(found, { cause: { class: 'mount-mismatch' } })
  t.ok(found.cause.message.includes('/etc/app.conf'), found.cause.message)
})

t.test('a pod on the network of its node does not connect to itself', async (t) => {
  const log = { init: "wget: can't connect to remote host (127.0.0.1): Connection refused" }
  const stuck = (spec: Readonly<Record<string, unknown>>) => one([pod({ init: { command: ['fetch'] }, initStatus: crashed(1), spec })], log)
  t.equal(stuck({}).cause.class, 'init-needs-later-container')
  t.equal(stuck({ hostNetwork: true }).cause.class, 'application')
})

t.test('a task that has completed is not a server that ended, before the phase says so', async (t) => {
  const completed = { state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: ago(9), finishedAt: ago(1) } } }
  const found = (restartPolicy: string) => one([pod({ spec: { restartPolicy }, status: { phase: 'Running' }, appStatus: completed })])
  for (const policy of ['Never', 'OnFailure']) {
    t.match(found(policy), { cause: { class: 'waiting-normal', certainty: 'certain' } }, policy)
  }
  t.equal(found('Always').cause.class, 'process-ended')
})

t.test('a mount that is read-only by its own setting can be made writable', async (t) => {
  const log = { init: 'touch: /v/ready: Read-only file system' }
  const own = one([pod(mounted({ hostPath: { path: '/srv' } }, { readOnly: true }))], log)
  t.match(own, { cause: { class: 'init-writes-readonly' } })
  t.ok(own.now.join().includes('readOnly: true'), own.now.join())
  const configMap = one([pod(mounted({ configMap: { name: 'c' } }, { readOnly: true }))], log)
  t.notOk(configMap.now.join().includes('readOnly: true'), configMap.now.join())
})

t.test('a Job that reached its deadline was not refused by the API server', async (t) => {
  const job = (type: string) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'shop', uid: 'j' },
    status: {
      conditions: [{ type, status: 'True', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }],
    },
  })
  for (const type of ['FailureTarget', 'Failed']) t.equal(one([job(type)]).cause.class, 'deadline', type)
})

t.test('a startup probe that has killed the container twice, and fails again', async (t) => {
  const killed = { terminated: { exitCode: 137, reason: 'Error', startedAt: ago(40), finishedAt: ago(20) } }
  const again = running(10, { restartCount: 2, started: false, lastState: killed })
  const about = { field: 'containers{app}' }
  const found = one([
    pod({ app: { startupProbe: { exec: { command: ['test'] } } }, appStatus: again, status: { phase: 'Running' } }),
    event('Killing', 'Container app failed startup probe, will be restarted', { ...about, at: 22 }),
    event('Unhealthy', 'Startup probe failed: ', { ...about, at: 5 }),
  ])
  t.match(found, { cause: { class: 'probe-kill' } })
  t.ok(found.now.join().includes('failureThreshold'))
})

t.test('a pod that has failed and has no controller must be created again, whatever the cause is', async (t) => {
  const failed = { ...crashed(1), state: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(20), finishedAt: ago(10) } } }
  const given = { init: { command: ['fetch'] }, initStatus: failed, status: { phase: 'Failed' }, spec: { restartPolicy: 'Never' } }
  const again = (each: string) => each.startsWith('create the pod again')
  t.ok(one([pod({ ...given, metadata: { ownerReferences: [] } })]).now.some(again))
  t.notOk(one([pod(given)]).now.some(again))
})

t.test('a pod that its kubelet refused: what would let the next one in', async (t) => {
  const refused = (reason: string) => one([pod({ status: { phase: 'Failed', reason, message: 'Pod was rejected' } })]).now.join()
  t.ok(refused('NodeAffinity').includes('label node node-1'))
  t.ok(refused('OutOfcpu').includes('requests'))
  t.ok(refused('NodePorts').includes('hostPort'))
  for (const reason of ['NodeAffinity', 'UnexpectedAdmissionError']) t.ok(refused(reason).includes('create the pod again'), reason)
})
