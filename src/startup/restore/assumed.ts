/**
 * The scenario that a Pod's status suggests: what failed fails again in the same way, what runs keeps running, and what has not been tried
 * yet works.
 */
import { allContainers, type ContainerSpec } from '../node/pod-spec.ts'
import { type ContainerBehavior, happyScenario, type ImageFacts, type ProbeName, type Run, type Scenario } from '../scenario/scenario.ts'
import { restartingAllContainers } from '../status/phase.ts'
import { initialReasons, pullReasons } from '../status/waiting-reasons.ts'
import type { LiveEvents } from './live-events.ts'
import { type LiveContainer, type LivePod, liveContainers } from './live-pod.ts'

/** The waiting reasons of a container that is created when its turn comes, or is being created. */
const patientReasons: ReadonlySet<string> = new Set([...initialReasons, restartingAllContainers])
/** The container was created, but its process could not be started. */
const startReasons: ReadonlySet<string> = new Set(['RunContainerError', 'StartError', 'ContainerCannotRun'])

/** The reason for which a container waits, '' if it does not wait. */
export function waitingReason({ state }: LiveContainer): string {
  return state.kind === 'waiting' ? state.reason : ''
}

/** Whether the image of a container could not be pulled. The event of the first failure comes before its status does. */
export function isPulling(container: LiveContainer, { byContainer }: LiveEvents): boolean {
  const reason = waitingReason(container)
  if (pullReasons.has(reason)) return true
  const events = byContainer.get(container.name)
  if (events?.lastFailureAt == null || container.exists || container.state.kind !== 'waiting' || !initialReasons.has(reason)) return false
  return events.lastImageAt === null || events.lastImageAt < events.lastFailureAt
}

/** The reason of a failed pull: the status shows it, or the message of the back-off after it repeats it (prevPullErrMsg, image_manager.go). */
export function pullFailure(container: LiveContainer): string {
  const reason = waitingReason(container)
  if (initialReasons.has(reason)) return 'ErrImagePull'
  if (reason !== 'ImagePullBackOff') return reason
  const told = /: (\w+): /.exec(container.message)?.[1] ?? ''
  return pullReasons.has(told) && told !== 'ImagePullBackOff' ? told : 'ErrImagePull'
}

/**
 * The reason for which the kubelet cannot create a container and tries again every 10 to 15 s; null if there is none. The event of the
 * first failure comes before its status does.
 */
export function createFailure(container: LiveContainer, { byContainer }: LiveEvents): string | null {
  const reason = waitingReason(container)
  const events = byContainer.get(container.name)
  const isSeen = container.state.kind === 'waiting' && !container.exists && container.last === null && initialReasons.has(reason)
  if (isSeen && events?.lastCreateFailureAt != null && events.createReason !== '') return events.createReason
  const isOther = patientReasons.has(reason) || pullReasons.has(reason) || startReasons.has(reason) || reason === 'CrashLoopBackOff'
  return isOther ? null : reason
}

/** The reasons for which containers cannot be created or started, by name: what the kubelet reports, or what their last hook did. */
export function createFailures(pod: LivePod, events: LiveEvents): ReadonlyMap<string, string> {
  return new Map(
    liveContainers(pod).flatMap((container) => {
      // The container is started, and stopped when its hook fails (kuberuntime_container.go, startContainer).
      const hookFails = container.state.kind !== 'running' && events.byContainer.get(container.name)?.hookFailed === true
      const reason = createFailure(container, events) ?? (hookFails ? 'PostStartHookError' : null)
      return reason === null ? [] : [[container.name, reason] as const]
    }),
  )
}

/** The reasons of failed pulls, by container. */
export function pullFailures(pod: LivePod, events: LiveEvents): ReadonlyMap<string, string> {
  return new Map(
    liveContainers(pod).flatMap((container) => (isPulling(container, events) ? [[container.name, pullFailure(container)] as const] : [])),
  )
}

/** Failures that keep the sandbox from being created. */
export interface PodFailures {
  readonly mounts: boolean
  readonly sandbox: boolean
}

/** Whether the volumes or the sandbox of a pod without containers failed, according to its events. */
export function podFailures(pod: LivePod, { pod: events }: LiveEvents): PodFailures {
  const hasBegun = pod.conditions.has('PodReadyToStartContainers') || liveContainers(pod).some(({ exists }) => exists)
  const failed = (reason: string): boolean => !hasBegun && events.has(reason)
  return {
    mounts: failed('FailedMount') || failed('FailedAttachVolume') || failed('FailedMapVolume'),
    sandbox: failed('FailedCreatePodSandBox'),
  }
}

/** @param kubernetes the minor version of the kubelet, undefined for the model's default */
export function assumedScenario(pod: LivePod, events: LiveEvents, kubernetes?: string): Scenario {
  const images = new Map<string, ImageFacts>()
  const containers = new Map<string, ContainerBehavior>()
  const specs = new Map(allContainers(pod.model).map((spec) => [spec.name, spec] as const))
  for (const container of liveContainers(pod)) {
    const spec = specs.get(container.name)
    if (spec === undefined) continue
    const absent = isPulling(container, events)
    // What keeps a container from being created keeps its image from being asked for, whatever its pull policy says.
    const isPast = container.exists || createFailure(container, events) !== null
    if (absent || isPast) images.set(spec.image, imageFacts(!absent))
    containers.set(container.name, behaviorOf(container, spec, events))
  }
  const kubelet = { ...happyScenario.kubelet, ...(kubernetes !== undefined && { kubernetes }) }
  return { ...happyScenario, kubelet, images, containers }
}

function imageFacts(works: boolean): ImageFacts {
  return { cached: works, pullable: works, why: null, cachedBy: 'preloaded', user: null }
}

function behaviorOf(container: LiveContainer, spec: ContainerSpec, { byContainer }: LiveEvents): ContainerBehavior {
  const unhealthy = byContainer.get(container.name)?.unhealthy ?? new Map<string, number>()
  const fails = (probe: ProbeName): boolean =>
    unhealthy.has(probe) || (probe === 'readinessProbe' && container.state.kind === 'running' && !container.ready)
  const probes = new Map(
    (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((probe) =>
      fails(probe) ? [[probe, [{ succeedsAfterSeconds: null }]] as const] : [],
    ),
  )
  const isStopped = fails('startupProbe') || fails('livenessProbe')
  const isProbed = spec.probes.has('startupProbe') || spec.probes.has('livenessProbe')
  return { runs: runsOf(container, isStopped, isProbed), runsOfVersion: new Map(), probes, onTerm: null }
}

/** @param isStopped whether a probe stops it @param isProbed whether a probe may have stopped it */
function runsOf(container: LiveContainer, isStopped: boolean, isProbed: boolean): readonly Run[] {
  const { state, last } = container
  const end = state.kind === 'terminated' && 'finishedAt' in state ? state : last
  const keepsRunning: Run = { seconds: null, exit: 0, oom: false, startError: null }
  if (end === null) return state.kind === 'running' ? [keepsRunning] : []
  // A process that the kubelet stopped does not end by itself.
  if (isStopped || (state.kind === 'running' && isProbed && end.exitCode === 0)) return [keepsRunning]
  const seconds = end.startedAt === null || end.finishedAt === null ? 0 : Math.max(0, end.finishedAt - end.startedAt)
  const startError = startReasons.has(end.reason) || startReasons.has(waitingReason(container)) ? 'as-before' : null
  return [{ seconds, exit: end.exitCode, oom: end.reason === 'OOMKilled', startError }]
}
