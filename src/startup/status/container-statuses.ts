/** convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go, 1.36: what the kubelet reports of each container. */

import type { ContainerSpec, PodModel } from '../node/pod-spec.ts'
import { shouldRestart } from '../node/restart-rules.ts'
import type { RuntimeContainer } from '../node/runtime.ts'
import { executionsOf, newest, type Snapshot } from '../node/snapshot.ts'
import { restartingAllContainers } from './phase.ts'
import { type ContainerState, type ContainerStatus, statusOf, type Terminated } from './status.ts'

/** The kubelet's knowledge when it writes statuses. */
export interface Knowledge {
  readonly pod: PodModel
  readonly snapshot: Snapshot
  /** Why the last start of a container failed, by its name. */
  readonly reasons: ReadonlyMap<string, string>
  /** Whether RestartAllContainers is in progress. */
  readonly restartingAll: boolean
}

/** ShouldContainerBeRestarted, pkg/kubelet/container/helpers.go: whether the next sync will start the container. */
export function willBeStarted(pod: PodModel, snapshot: Snapshot, container: ContainerSpec): boolean {
  const status = newest(snapshot, container.name)
  if (status === undefined) return true
  return status.state === 'exited' && shouldRestart(container, pod, status.exitCode)
}

/** HasAnyRegularContainerCreated, pkg/kubelet/kuberuntime: of any sandbox. */
export function anyAppCreated(pod: PodModel, snapshot: Snapshot): boolean {
  return pod.containers.some(({ name }) => newest(snapshot, name) !== undefined)
}

/**
 * The statuses of one list of containers.
 * @param previous the statuses last reported
 */
export function containerStatuses(
  knowledge: Knowledge,
  previous: readonly ContainerStatus[],
  containers: readonly ContainerSpec[],
  areInit: boolean,
): readonly ContainerStatus[] {
  const statuses = containers.map((container) => statusFromRuntime(knowledge, statusOf(previous, container.name), container))
  return containers.map((container, index) => withFailure(knowledge, container, statuses[index] as ContainerStatus, areInit))
}

function statusFromRuntime(knowledge: Knowledge, old: ContainerStatus | undefined, container: ContainerSpec): ContainerStatus {
  const [current, earlier] = executionsOf(knowledge.snapshot, container.name)
  if (current === undefined) return missingStatus(knowledge, old, container)
  const status = convert(current, old)
  return earlier === undefined ? status : { ...status, lastTermination: asTerminated(convert(earlier, old).state) }
}

function asTerminated(state: ContainerState): Terminated | null {
  return state.kind === 'terminated' ? state : null
}

/** A container that the runtime does not know: never created, or removed. */
function missingStatus(knowledge: Knowledge, old: ContainerStatus | undefined, container: ContainerSpec): ContainerStatus {
  const defaultReason = knowledge.pod.initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const fresh: ContainerStatus = {
    name: container.name,
    state: { kind: 'waiting', reason: defaultReason },
    lastTermination: old?.lastTermination ?? null,
    restartCount: old?.restartCount ?? 0,
    containerId: null,
    started: null,
    ready: false,
  }
  if (old === undefined) return fresh
  const status = old.state.kind === 'terminated' ? old : fresh
  if (knowledge.restartingAll && old.state.kind !== 'waiting') {
    return {
      ...status,
      state: { kind: 'waiting', reason: restartingAllContainers },
      lastTermination: { kind: 'terminated', reason: restartingAllContainers, exitCode: 137 },
      restartCount: old.restartCount + 1,
    }
  }
  if (old.state.kind !== 'running' || status.lastTermination !== null) return status
  // It ran and disappeared without a record: reported as terminated, so that the pod does not return to Pending.
  const lastTermination: Terminated = { kind: 'terminated', reason: 'ContainerStatusUnknown', exitCode: 137 }
  return { ...status, lastTermination, restartCount: status.restartCount + 1 }
}

function convert(container: Readonly<RuntimeContainer>, old: ContainerStatus | undefined): ContainerStatus {
  let restartCount = Math.max(container.restartCount, old?.restartCount ?? 0)
  let lastTermination: Terminated | null = null
  if (old !== undefined) {
    const replaced = old.containerId !== container.id && old.state.kind === 'terminated'
    lastTermination = replaced ? asTerminated(old.state) : old.lastTermination
  }
  if (container.state === 'exited') {
    const state: Terminated = { kind: 'terminated', reason: container.reason, exitCode: container.exitCode }
    return { name: container.name, state, lastTermination, restartCount, containerId: container.id, started: null, ready: false }
  }
  if (old?.state.kind === 'terminated' && old.restartCount >= container.restartCount) restartCount = old.restartCount + 1
  const state: ContainerState = { kind: 'running', startedAt: container.startedAt }
  // Gate ChangeContainerStatusOnKubeletRestart is off, so `started` is carried over.
  return {
    name: container.name,
    state,
    lastTermination,
    restartCount,
    containerId: container.id,
    started: old?.started ?? null,
    ready: false,
  }
}

/** A container that will be started and whose last start failed is waiting, with the reason of that failure. */
function withFailure(knowledge: Knowledge, container: ContainerSpec, status: ContainerStatus, isInit: boolean): ContainerStatus {
  const { pod, snapshot, reasons } = knowledge
  const known = newest(snapshot, container.name)
  if (isInit) {
    if (known?.state === 'exited' && known.exitCode === 0) return status
    if (known === undefined && container.role === 'init' && status.state.kind === 'waiting' && anyAppCreated(pod, snapshot)) {
      return { ...status, state: { kind: 'terminated', reason: 'Completed', exitCode: 0 } }
    }
  }
  const reason = reasons.get(container.name)
  if (reason === undefined || !willBeStarted(pod, snapshot, container)) return status
  const lastTermination = asTerminated(status.state) ?? status.lastTermination
  return { ...status, state: { kind: 'waiting', reason }, lastTermination }
}
