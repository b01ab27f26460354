/** generateAPIPodStatus of pkg/kubelet/kubelet_pods.go, 1.36, and the conditions of pkg/kubelet/status/generate.go. */

import { allContainers, type PodModel } from '../node/pod-spec.ts'
import { allCouldRestart, restartsAll } from '../node/restart-rules.ts'
import { activeContainers, newest, type Snapshot } from '../node/snapshot.ts'
import { containerStatuses } from '../status/container-statuses.ts'
import { phaseOf } from '../status/phase.ts'
import { type ContainerStatus, isTerminal, type PodStatus, statusOf } from '../status/status.ts'
import type { Phase } from '../timeline/timeline.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import { withProbes } from './probe-status.ts'
import { isReady, lastStatus } from './readiness.ts'

/**
 * The status of the pod according to the kubelet's last view of the runtime.
 * @param podIsTerminal whether all containers were stopped permanently
 */
export function generateStatus(machine: Machine, kubelet: Kubelet, podIsTerminal: boolean): PodStatus {
  const { pod } = machine
  const { snapshot, reasons } = kubelet
  const old = lastStatus(machine, kubelet)
  const knowledge = { pod, snapshot, reasons, restartingAll: shouldRestartAll(pod, snapshot, old) }
  const apps = containerStatuses(knowledge, old.containers, pod.containers, false)
  const inits = containerStatuses(knowledge, old.initContainers, pod.initContainers, true)
  const initialized = activeContainers(snapshot).some(({ name }) => pod.containers.some((container) => container.name === name))
  let phase: Phase = phaseOf(pod, [...apps, ...inits], podIsTerminal, initialized)
  if (!isTerminal(phase) && isTerminal(old.phase)) phase = old.phase
  let reason = phase === old.phase ? old.reason : ''
  if (pastDeadline(machine, kubelet)) {
    machine.log.event(null, 'DeadlineExceeded')
    phase = 'Failed'
    reason = 'DeadlineExceeded'
  }
  if (isTerminal(machine.api.status.phase)) phase = machine.api.status.phase
  const containers = withProbes(machine, kubelet, pod.containers, apps).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const initContainers = withProbes(machine, kubelet, pod.initContainers, inits)
  return {
    phase,
    reason,
    initContainers,
    containers,
    initialized: isInitialized(pod, old, initContainers, containers, phase),
    ready: isReady(pod, initContainers, containers, phase),
    restartingAll: isRestartingAll(pod, snapshot, old, phase),
    startTime: old.startTime,
  }
}

/** ShouldAllContainersRestart, pkg/kubelet/container/helpers.go. */
function shouldRestartAll(pod: PodModel, snapshot: Snapshot, old: PodStatus): boolean {
  if (old.restartingAll) return true
  return allContainers(pod).some((container) => {
    const known = newest(snapshot, container.name)
    if (known === undefined || known.state !== 'exited') return false
    if (restartsAll(container, known.exitCode)) return true
    const state = (statusOf(old.initContainers, container.name) ?? statusOf(old.containers, container.name))?.state
    return state?.kind === 'terminated' && restartsAll(container, state.exitCode)
  })
}

function isRestartingAll(pod: PodModel, snapshot: Snapshot, old: PodStatus, phase: Phase): boolean {
  if (isTerminal(phase) || !allCouldRestart(pod) || !shouldRestartAll(pod, snapshot, old)) return false
  return allContainers(pod).some(({ name }) => newest(snapshot, name) !== undefined)
}

/** GeneratePodInitializedCondition. Once initialized, always initialized. */
function isInitialized(
  pod: PodModel,
  old: PodStatus,
  inits: readonly ContainerStatus[],
  apps: readonly ContainerStatus[],
  phase: Phase,
): boolean {
  if (phase === 'Succeeded' || apps.some(({ state }) => state.kind !== 'waiting')) return true
  const incomplete = pod.initContainers.some(({ name, role }) => {
    const status = statusOf(inits, name)
    return role === 'sidecar' ? status?.started !== true : status?.ready !== true
  })
  return !incomplete || old.initialized
}

/** pastActiveDeadline, pkg/kubelet/active_deadline.go: the time counts from when the kubelet accepted the pod. */
export function pastDeadline(machine: Machine, kubelet: Kubelet): boolean {
  const { startTime } = lastStatus(machine, kubelet)
  const seconds = machine.pod.activeDeadlineSeconds
  return seconds !== null && startTime !== null && machine.clock.now - startTime >= seconds
}
