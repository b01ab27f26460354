/** SyncPod of pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.36: kills containers, creates a sandbox, starts containers. */
import type { Process } from '../node/clock.ts'
import { createSandbox, removeContainer, stopContainer } from '../node/runtime.ts'
import { executionsOf } from '../node/snapshot.ts'
import { isMissing } from '../node/world.ts'
import { ensureImage } from './image-pull.ts'
import { killContainer, killPod } from './kill-pod.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import type { PodActions } from './planned.ts'
import { podActions } from './pod-actions.ts'
import { type StartResult, startContainer } from './start-container.ts'

/** How long it takes to create a sandbox. */
const sandboxSeconds = 0.2
/** RestartAllContainers allows no grace period, so only the minimum applies (minimumGracePeriodInSeconds). */
const resetGraceSeconds = 2

/** The result of a sync. */
export interface RuntimeSyncResult {
  readonly starts: readonly StartResult[]
  readonly failed: boolean
  /** The earliest end of a back-off, null if none is pending. */
  readonly retryAt: number | null
  /** Whether anything was done at all. */
  readonly acted: boolean
  /** Whether containers were removed for RestartAllContainers. */
  readonly reset: boolean
}

/** Syncs the runtime with the spec once. */
export function* syncRuntime(machine: Machine, kubelet: Kubelet, restartAll: boolean): Process<RuntimeSyncResult> {
  const { pod, log } = machine
  const actions = podActions(pod, kubelet, restartAll)
  if (actions.createSandbox && actions.sandbox !== null) log.event(null, 'SandboxChanged')
  yield* killAndReset(machine, kubelet, actions)
  pruneInitContainers(machine, kubelet)
  const done = { acted: actions.killPod || actions.containersToKill.length > 0, reset: actions.containersToReset.length > 0 }
  let sandbox = actions.sandbox
  if (actions.createSandbox) {
    sandbox = yield* makeSandbox(machine, actions)
    if (sandbox === null) return { starts: [], failed: true, retryAt: null, acted: true, reset: done.reset }
  }
  const volumeFailures = yield* imageVolumes(machine, kubelet)
  const starts = yield* startAll(machine, kubelet, actions, sandbox ?? 0, volumeFailures)
  const failures = starts.filter(({ reason }) => reason !== null)
  const retries = failures.flatMap(({ retryAt }) => retryAt ?? [])
  return {
    starts,
    failed: failures.length > 0,
    retryAt: retries.length === 0 ? null : Math.min(...retries),
    acted: done.acted || done.reset || actions.createSandbox || starts.length > 0,
    reset: done.reset,
  }
}

function* killAndReset(machine: Machine, kubelet: Kubelet, actions: PodActions): Process<void> {
  if (actions.killPod) {
    yield* killPod(machine, kubelet.snapshot)
    if (actions.createSandbox) purgeInitContainers(machine, kubelet)
    return
  }
  for (const { id, name, graceSeconds } of actions.containersToKill) yield* killContainer(machine, id, name, graceSeconds)
  if (actions.containersToReset.length > 0) machine.log.moment(null, 'restart-all')
  for (const { id, name, state } of actions.containersToReset) {
    if (state === 'running') {
      machine.log.event(name, 'Killing')
      machine.log.moment(name, 'killing')
      yield* stopContainer(machine.runtime, id, resetGraceSeconds)
    }
    removeContainer(machine.runtime, id)
  }
}

/** purgeInitContainers: a new sandbox discards the init containers of the old one, including log files and restart counts. */
function purgeInitContainers({ pod, runtime }: Machine, kubelet: Kubelet): void {
  for (const { name } of pod.initContainers) {
    const known = executionsOf(kubelet.snapshot, name)
    if (known.length > 0) runtime.logs.delete(name)
    for (const { id } of known) removeContainer(runtime, id)
  }
}

/** pruneInitContainersBeforeStart: keeps only the newest ended execution of each init container. */
function pruneInitContainers({ pod, runtime }: Machine, kubelet: Kubelet): void {
  for (const { name } of pod.initContainers) {
    const ended = executionsOf(kubelet.snapshot, name).filter(({ state }) => state === 'exited')
    for (const { id } of ended.slice(1)) removeContainer(runtime, id)
  }
}

/** createPodSandbox; null if the runtime has no handler for the pod's runtime class. */
function* makeSandbox(machine: Machine, { attempt }: PodActions): Process<number | null> {
  const { log, pod, world, runtime } = machine
  const open = log.current(null)
  const step = open?.kind === 'sandbox' ? open : log.begin(null, 'sandbox', { attempt: attempt + 1 })
  const { runtimeClassName } = pod
  const hasNoHandler = runtimeClassName !== null && isMissing(world, 'runtimeHandler', runtimeClassName, 'runtimeClass')
  if (hasNoHandler || world.failing.sandbox) {
    log.event(null, 'FailedCreatePodSandBox')
    step.detail = { ...step.detail, outcome: 'failed' }
    return null
  }
  yield sandboxSeconds
  log.end(step, { outcome: 'ok' })
  return createSandbox(runtime, attempt).id
}

/** getImageVolumes: pulled at every sync, mounted or not; a failure affects only the containers that mount the volume. */
function* imageVolumes(machine: Machine, kubelet: Kubelet): Process<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>()
  for (const { name, image, pullPolicy } of machine.pod.imageVolumes) {
    const reason = yield* ensureImage(machine, kubelet, { image, pullPolicy, subject: null, lane: name })
    if (reason !== null) failures.set(name, reason)
  }
  return failures
}

/** Starts init containers in order up to the first that fails to start, sidecars excepted; then all app containers. */
function* startAll(
  machine: Machine,
  kubelet: Kubelet,
  actions: PodActions,
  sandbox: number,
  volumeFailures: ReadonlyMap<string, string>,
): Process<readonly StartResult[]> {
  const results: StartResult[] = []
  for (const container of actions.initContainersToStart) {
    const result = yield* startContainer(machine, kubelet, container, sandbox, volumeFailures)
    results.push(result)
    if (result.reason !== null && container.role === 'init') return results
  }
  for (const container of actions.containersToStart) {
    results.push(yield* startContainer(machine, kubelet, container, sandbox, volumeFailures))
  }
  return results
}
