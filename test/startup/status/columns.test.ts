import t from 'tap'
import { readPod } from '../../../src/startup/node/pod-spec.ts'
import { printPod } from '../../../src/startup/status/columns.ts'
import { type ContainerState, type ContainerStatus, newPodStatus, type PodStatus } from '../../../src/startup/status/status.ts'

const pod = readPod('p', {
  initContainers: [{ name: 'one' }, { name: 'side', restartPolicy: 'Always' }],
  containers: [{ name: 'a' }, { name: 'b' }],
})

const status = (name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  state,
  lastTermination: null,
  restartCount: 0,
  containerId: 1,
  started: state.kind === 'running',
  ready: state.kind === 'running',
  ...more,
})
const ended = (exitCode: number, reason: string): ContainerState => ({ kind: 'terminated', exitCode, reason })
const waiting = (reason: string): ContainerState => ({ kind: 'waiting', reason })
const running: ContainerState = { kind: 'running', startedAt: 0 }
const print = (
  inits: readonly ContainerStatus[],
  apps: readonly ContainerStatus[],
  more: Partial<PodStatus> = {},
  deleted = false,
): string => {
  const {
    status: text,
    ready,
    restarts,
  } = printPod(pod, { ...newPodStatus, phase: 'Running', initContainers: inits, containers: apps, ...more }, deleted)
  return `${text} ${ready} ${restarts}`
}

t.test('statuses of containers lead to the columns of kubectl get pods', async (t) => {
  const idle = [status('a', waiting('PodInitializing')), status('b', waiting('PodInitializing'))]
  const done = [status('one', ended(0, 'Completed')), status('side', running)]
  t.equal(print([], []), 'Running 0/3 0', 'the phase if no container has a status')
  t.equal(print([], [], { reason: 'Evicted' }), 'Evicted 0/3 0')
  t.equal(print([status('one', running), status('side', waiting('PodInitializing'))], idle), 'Init:0/2 0/3 0')
  t.equal(print([status('one', ended(0, 'Completed')), status('side', waiting('PodInitializing'))], idle), 'Init:1/2 0/3 0')
  t.equal(print([status('one', ended(1, 'Error'), { restartCount: 2 })], idle), 'Init:Error 0/3 2')
  t.equal(print([status('one', ended(9, ''))], idle), 'Init:ExitCode:9 0/3 0')
  t.equal(print([status('one', waiting('ImagePullBackOff'))], idle), 'Init:ImagePullBackOff 0/3 0')
  t.equal(print(done, idle), 'PodInitializing 1/3 0', 'a sidecar counts as ready')
  t.equal(print(done, [status('a', running), status('b', running)], { ready: true }), 'Running 3/3 0')
  t.equal(print(done, [status('a', ended(0, 'Completed')), status('b', running)]), 'NotReady 2/3 0')
  t.equal(
    print(done, [status('a', ended(0, 'Completed')), status('b', ended(2, 'Error'))]),
    'Error 1/3 0',
    'an error takes precedence over Completed',
  )
  t.equal(print(done, [status('a', ended(0, 'Completed')), status('b', running)], { ready: true }), 'Running 2/3 0')
  t.equal(
    print([status('one', waiting('CrashLoopBackOff'))], [status('a', ended(137, 'Error'))], { initialized: true }),
    'Error 0/3 0',
    'init containers are hidden after initialization',
  )
  t.equal(print(done, idle, {}, true), 'Terminating 1/3 0')
  t.equal(print(done, idle, { phase: 'Failed' }, true), 'PodInitializing 1/3 0', 'a failed pod is not Terminating')
})
