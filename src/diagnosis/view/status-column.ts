/** The STATUS column of `kubectl get pods`, by the part of the startup model that computes it. */
import { asArray, at, member } from '../../model/json.ts'
import { readPod } from '../../startup/node/pod-spec.ts'
import { printPod } from '../../startup/status/columns.ts'
import type { ContainerState, ContainerStatus } from '../../startup/status/status.ts'
import type { ContainerView, PodView, StateView } from './pod-view.ts'

export function statusColumn(pod: PodView): string {
  const { conditions, containers, phase } = pod
  // printPod of kubectl: a pod on a node that does not respond.
  if (pod.isBeingDeleted && pod.reason === 'NodeLost') return 'Unknown'
  const gate = conditions.get('PodScheduled')
  const isGated = gate?.reason === 'SchedulingGated'
  const status = printPod(
    readPod(pod.name, pod.workload.podSpec),
    {
      phase: (phase || 'Unknown') as 'Pending',
      reason: pod.reason !== '' ? pod.reason : isGated ? 'SchedulingGated' : '',
      initContainers: containers.filter(({ role }) => role !== 'app').map(statusOf),
      containers: inReportedOrder(pod).map(statusOf),
      initialized: conditions.get('Initialized')?.status === 'True',
      ready: conditions.get('Ready')?.status === 'True',
      restartingAll: conditions.get('AllContainersRestarting')?.status === 'True',
      startTime: null,
    },
    pod.isBeingDeleted,
  ).status
  // Without statuses of containers, the model would count init containers that the kubelet has not reported yet.
  return containers.every(({ state }) => state.kind === 'none') && !pod.isBeingDeleted
    ? pod.reason || (isGated ? gate.reason : phase)
    : status
}

/** The app containers as the kubelet reports them, by name (kubelet types.SortedContainerStatuses): of several, kubectl shows the first one's. */
function inReportedOrder({ object, containers }: PodView): readonly ContainerView[] {
  const names = asArray(at(object, 'status', 'containerStatuses')).map((status) => member(status, 'name'))
  const apps = containers.filter(({ role, state }) => role === 'app' && state.kind !== 'none')
  return apps.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
}

function statusOf(view: ContainerView): ContainerStatus {
  const { name, state, last, restarts, isReady, isStarted } = view
  return {
    name,
    state: modelState(state),
    lastTermination: last === null ? null : { kind: 'terminated', reason: last.reason, exitCode: last.exitCode },
    restartCount: restarts,
    containerId: null,
    started: isStarted,
    ready: isReady,
  }
}

function modelState(state: StateView): ContainerState {
  if (state.kind === 'terminated') return { kind: 'terminated', reason: state.reason, exitCode: state.exitCode }
  if (state.kind === 'running') return { kind: 'running', startedAt: (state.startedAt ?? 0) / 1000 }
  return { kind: 'waiting', reason: state.kind === 'waiting' ? state.reason : '' }
}
