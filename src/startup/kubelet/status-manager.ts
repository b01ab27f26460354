/** The status manager: pkg/kubelet/status/status_manager.go, 1.36. Keeps the kubelet's status and sends it to the API server. */
import { after } from '../node/clock.ts'
import type { PodModel } from '../node/pod-spec.ts'
import { allCouldRestart, shouldRestart } from '../node/restart-rules.ts'
import { type ContainerStatus, isTerminal, type PodStatus, sameStatus, statusOf, type Terminated } from '../status/status.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import { isReady, lastStatus } from './readiness.ts'

/** How long a status patch takes; changes within that time reach the API server as one. */
const patchSeconds = 0.015

/** SetPodStatus. Drops a status that would move a container out of terminated against its restart policy. */
export function setStatus(machine: Machine, kubelet: Kubelet, status: PodStatus): void {
  const old = lastStatus(machine, kubelet)
  if (isIllegal(machine.pod, old, status)) return
  const next = { ...status, startTime: old.startTime ?? machine.clock.now }
  if (kubelet.status !== null && sameStatus(kubelet.status, next)) return
  kubelet.status = next
  kubelet.flush ??= after(machine.clock, patchSeconds, () => flush(machine, kubelet))
}

/** syncPod and mergePodStatus: a terminal phase is withheld until none of the pod's containers can be running. */
function flush(machine: Machine, kubelet: Kubelet): void {
  kubelet.flush = null
  const { api } = machine
  if (machine.kubelet !== kubelet || kubelet.status === null) return
  let status = kubelet.status
  const couldRun = kubelet.worker.phase === 'sync' || kubelet.worker.phase === 'terminating'
  if (isTerminal(status.phase) && !isTerminal(api.status.phase) && couldRun) {
    status = { ...status, phase: api.status.phase, reason: api.status.reason }
  }
  api.status = isTerminal(status.phase) ? { ...status, ready: false } : status
  machine.statusChanged()
}

/** SetContainerReadiness. */
export function setReadiness(machine: Machine, kubelet: Kubelet, containerId: number, ready: boolean): void {
  change(machine, kubelet, containerId, (status) => ({ ...status, ready }))
}

/** SetContainerStartup. */
export function setStarted(machine: Machine, kubelet: Kubelet, containerId: number, started: boolean): void {
  change(machine, kubelet, containerId, (status) => ({ ...status, started }))
}

function change(machine: Machine, kubelet: Kubelet, containerId: number, edit: (status: ContainerStatus) => ContainerStatus): void {
  const { status } = kubelet
  if (status === null) return
  const editIn = (list: readonly ContainerStatus[]): readonly ContainerStatus[] =>
    list.map((item) => (item.containerId === containerId ? edit(item) : item))
  const initContainers = editIn(status.initContainers)
  const containers = editIn(status.containers)
  const ready = isReady(machine.pod, initContainers, containers, status.phase)
  setStatus(machine, kubelet, { ...status, initContainers, containers, ready })
}

/** checkContainerStateTransition. */
function isIllegal(pod: PodModel, old: PodStatus, status: PodStatus): boolean {
  if (pod.restartPolicy === 'Always' || allCouldRestart(pod)) return false
  const left = (before: readonly ContainerStatus[], now: readonly ContainerStatus[], containers: PodModel['containers']): boolean =>
    before.some(({ name, state }) => {
      const container = containers.find((item) => item.name === name)
      if (state.kind !== 'terminated' || container === undefined || container.role === 'sidecar') return false
      if (state.exitCode !== 0 && pod.restartPolicy === 'OnFailure') return false
      const next = statusOf(now, name)
      return !shouldRestart(container, pod, state.exitCode) && next !== undefined && next.state.kind !== 'terminated'
    })
  return left(old.containers, status.containers, pod.containers) || left(old.initContainers, status.initContainers, pod.initContainers)
}

const unknownEnd: Terminated = Object.freeze({ kind: 'terminated', reason: 'ContainerStatusUnknown', exitCode: 137 })

/** TerminatePod: the final status. Containers that may have run and have no recorded end become ContainerStatusUnknown. */
export function terminateStatus(machine: Machine, kubelet: Kubelet): void {
  const status = lastStatus(machine, kubelet)
  const ended = (item: ContainerStatus): ContainerStatus => (item.state.kind === 'terminated' ? item : { ...item, state: unknownEnd })
  const containers = hasInitialized(machine.pod, machine.api.status) ? status.containers.map(ended) : status.containers
  const count = startedInits(status.initContainers)
  const initContainers = status.initContainers.map((item, index) => (index < count ? ended(item) : item))
  kubelet.status = { ...status, containers, initContainers, phase: isTerminal(status.phase) ? status.phase : 'Failed' }
  kubelet.flush ??= after(machine.clock, patchSeconds, () => flush(machine, kubelet))
}

/** initializedContainers: the number of init containers up to the last one that has started; at least one. */
function startedInits(statuses: readonly ContainerStatus[]): number {
  const last = statuses.findLastIndex(({ state, lastTermination }) => state.kind !== 'waiting' || lastTermination !== null)
  return Math.max(1, last + 1)
}

/** hasPodInitialized, based on the API server's status. */
function hasInitialized(pod: PodModel, status: PodStatus): boolean {
  if (pod.initContainers.length === 0) return true
  if (status.containers.some(({ lastTermination, state }) => lastTermination !== null || state.kind !== 'waiting')) return true
  const last = status.initContainers.at(-1)
  if (last === undefined) return false
  if (pod.initContainers.at(-1)?.role === 'sidecar') return last.state.kind === 'running' && last.started === true
  return last.lastTermination?.exitCode === 0 || (last.state.kind === 'terminated' && last.state.exitCode === 0)
}
