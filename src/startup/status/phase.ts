/** getPhase of pkg/kubelet/kubelet_pods.go, 1.36: a pod's phase from the statuses of its containers. */
import type { ContainerSpec, PodModel } from '../node/pod-spec.ts'
import { shouldRestart } from '../node/restart-rules.ts'
import type { Phase } from '../timeline/timeline.ts'
import { type ContainerStatus, statusOf, type Terminated } from './status.ts'

/** The reason in the status of a container that RestartAllContainers removed. */
export const restartingAllContainers = 'RestartingAllContainers'

interface Counts {
  pendingInit: number
  pendingSidecars: number
  fatalInit: number
  unknown: number
  running: number
  waiting: number
  stopped: number
  stoppedForGood: number
  succeeded: number
}

/**
 * @param statuses of all containers
 * @param podIsTerminal whether the kubelet has stopped all containers permanently
 * @param hasInitialized whether an app container was ever created in the current sandbox
 */
export function phaseOf(pod: PodModel, statuses: readonly ContainerStatus[], podIsTerminal: boolean, hasInitialized: boolean): Phase {
  const counts: Counts = {
    pendingInit: 0,
    pendingSidecars: 0,
    fatalInit: 0,
    unknown: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    stoppedForGood: 0,
    succeeded: 0,
  }
  for (const container of pod.initContainers) {
    const status = statusOf(statuses, container.name)
    if (container.role === 'sidecar') countSidecar(counts, status)
    else countInit(counts, pod, container, status)
  }
  for (const container of pod.containers) countApp(counts, pod, container, statusOf(statuses, container.name))
  if (counts.fatalInit > 0) return 'Failed'
  if (counts.pendingInit > 0 || (counts.pendingSidecars > 0 && !hasInitialized) || counts.waiting > 0) return 'Pending'
  if (counts.unknown > 0) return 'Pending'
  if (counts.running > 0) return 'Running'
  if (counts.stopped === 0) return 'Pending'
  if (!podIsTerminal && counts.stopped !== counts.stoppedForGood) return 'Running'
  return counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed'
}

function restartable(pod: PodModel, container: ContainerSpec, { exitCode, reason }: Terminated): boolean {
  return shouldRestart(container, pod, exitCode) || reason === restartingAllContainers
}

function countInit(counts: Counts, pod: PodModel, container: ContainerSpec, status: ContainerStatus | undefined): void {
  const state = status?.state
  const ended = state?.kind === 'terminated' ? state : state?.kind === 'waiting' ? status?.lastTermination : null
  if (ended === null || ended === undefined) counts.pendingInit++
  else if (ended.exitCode !== 0 && !restartable(pod, container, ended)) counts.fatalInit++
}

function countSidecar(counts: Counts, status: ContainerStatus | undefined): void {
  if (status === undefined) {
    counts.unknown++
  } else if (status.state.kind === 'running') {
    if (status.started !== true) counts.pendingSidecars++
    counts.running++
  } else if (status.state.kind === 'waiting' && status.lastTermination === null) {
    counts.pendingSidecars++
    counts.waiting++
  }
}

function countApp(counts: Counts, pod: PodModel, container: ContainerSpec, status: ContainerStatus | undefined): void {
  const state = status?.state
  if (state === undefined) {
    counts.unknown++
  } else if (state.kind === 'running') {
    counts.running++
  } else if (state.kind === 'terminated') {
    counts.stopped++
    if (!restartable(pod, container, state)) counts.stoppedForGood++
    if (state.exitCode === 0) counts.succeeded++
  } else if (status?.lastTermination) {
    counts.stopped++
    if (!restartable(pod, container, status.lastTermination)) counts.stoppedForGood++
  } else {
    counts.waiting++
  }
}
