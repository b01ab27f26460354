/** Which stage a start has reached, and in which container. */
import { imageReasons, initialReasons } from '../startup/status/waiting-reasons.ts'
import type { StageKind } from './causes/index.ts'
import type { EventView } from './view/events.ts'
import { type ContainerView, isDone, newestEnd, type PodView } from './view/pod-view.ts'

export interface Stage {
  readonly kind: StageKind
  /** Null before the first container, and if the whole pod ended. */
  readonly container: ContainerView | null
}

/** Reasons of kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go and pkg/kubelet/container/sync_result.go. */
const stageOfReason: Readonly<Record<string, StageKind>> = {
  CreateContainerConfigError: 'create-config',
  CreateContainerError: 'create',
  PreCreateHookError: 'create',
  RunContainerError: 'start',
  PreStartHookError: 'start',
  StartError: 'start',
  PostStartHookError: 'start',
}

/** Terminations of containers whose process never ran: of containerd and of cri-dockerd. */
const startFailures: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun'])

const volumeReasons: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'])
const sandboxReasons: ReadonlySet<string> = new Set(['FailedCreatePodSandBox', 'NetworkNotReady', 'FailedPodSandBoxStatus'])

export function isVolumeEvent({ reason }: EventView): boolean {
  return volumeReasons.has(reason)
}

export function isSandboxEvent({ reason }: EventView): boolean {
  return sandboxReasons.has(reason)
}

export function stageOf(pod: PodView): Stage {
  const { phase, conditions, containers, node } = pod
  if (phase === 'Failed' || phase === 'Succeeded') {
    return { kind: 'finished', container: pod.reason === '' && phase === 'Failed' ? (failedOf(containers) ?? null) : null }
  }
  const isScheduled = node !== '' || conditions.get('PodScheduled')?.status === 'True'
  if (!isScheduled && containers.every(({ wasCreated }) => !wasCreated)) return { kind: 'scheduling', container: null }
  const before = beforeContainers(pod)
  if (before !== undefined) return { kind: before, container: null }
  const container = focusOf(containers)
  if (container !== undefined && container.role === 'app' && trouble(container) === 0) return { kind: 'app-run', container: null }
  return container === undefined ? { kind: 'sandbox', container: null } : { kind: containerStage(container), container }
}

/** The container that ended a pod: the first init container that failed, otherwise the first app container. */
function failedOf(containers: readonly ContainerView[]): ContainerView | undefined {
  const failed = ({ state }: ContainerView) => state.kind === 'terminated' && (state.exitCode !== 0 || state.reason === 'OOMKilled')
  return containers.find((each) => each.role === 'init' && failed(each)) ?? containers.find((each) => each.role === 'app' && failed(each))
}

/** Volumes or sandbox, if the kubelet has not come to the containers. */
function beforeContainers({ conditions, containers, events, workload }: PodView): 'volumes' | 'sandbox' | undefined {
  const ready = conditions.get('PodReadyToStartContainers')?.status
  const trouble = events.find((event) => isVolumeEvent(event) || isSandboxEvent(event))
  const progress = events.find(({ container }) => container !== null)
  const isBlocked = containers.every(isUntouched)
  const troubleIsNewer = trouble !== undefined && trouble.last > (progress?.last ?? 0)
  if (ready === 'True' || (!isBlocked && !(ready === 'False' && troubleIsNewer))) return undefined
  if (trouble !== undefined && (troubleIsNewer || progress === undefined)) return isVolumeEvent(trouble) ? 'volumes' : 'sandbox'
  if (progress !== undefined || (ready === undefined && containers.some(({ state }) => state.kind !== 'none'))) return undefined
  const volumes = workload.podSpec.volumes
  return Array.isArray(volumes) && volumes.length > 0 ? 'volumes' : 'sandbox'
}

/** Whether the kubelet has not tried to create or pull anything for it. */
function isUntouched({ state, wasCreated, restarts }: ContainerView): boolean {
  if (wasCreated || restarts > 0) return false
  return state.kind === 'none' || (state.kind === 'waiting' && initialReasons.has(state.reason))
}

/** The container on which the start depends. */
function focusOf(containers: readonly ContainerView[]): ContainerView | undefined {
  const inits = containers.filter(({ role }) => role !== 'app')
  const apps = containers.filter(({ role }) => role === 'app')
  const appsBegan = apps.some(({ wasCreated }) => wasCreated) || apps.some(({ events }) => events.length > 0)
  let crashing: ContainerView | undefined
  for (const [index, each] of inits.entries()) {
    // The kubelet may have removed the containers of completed init containers, and older ones do not report them again.
    if (isDone(each) || (each.state.kind === 'none' && appsBegan)) continue
    const laterBegan = appsBegan || inits.slice(index + 1).some(({ wasCreated, events: own }) => wasCreated || own.length > 0)
    if (each.role === 'sidecar' && laterBegan && each.container.raw.startupProbe === undefined) crashing ??= each
    else if (each.role === 'sidecar' && laterBegan && appsBegan) crashing ??= each
    else return each
  }
  const worst = apps.toSorted((a, b) => trouble(b) - trouble(a))[0]
  if (worst === undefined || crashing === undefined) return crashing ?? worst
  // An app that ends may end because its sidecar does not run.
  if (hasEnded(crashing) && hasEnded(worst)) return crashing
  return trouble(worst) > 1 ? worst : crashing
}

/** Whether its process ran and has ended; the kubelet may start it again after its back-off. */
function hasEnded(container: ContainerView): boolean {
  const { state } = container
  const isEnd = state.kind === 'terminated' || (state.kind === 'waiting' && state.reason === 'CrashLoopBackOff')
  return isEnd && !neverRan(container)
}

/** How much an app container is in trouble: 3 cannot start, 2 fails, 1 not ready, 0 fine. */
function trouble({ state, isReady }: ContainerView): number {
  if (state.kind === 'waiting') return initialReasons.has(state.reason) ? 1.5 : 3
  if (state.kind === 'terminated') return state.exitCode !== 0 || state.reason === 'OOMKilled' ? 2.5 : 0.5
  return isReady ? 0 : 1
}

/** Whether the process never ran at the newest attempt. */
export function neverRan(container: ContainerView): boolean {
  return startFailures.has(newestEnd(container)?.reason ?? '')
}

const runStages = { init: 'init-run', sidecar: 'sidecar-start', app: 'app-run' } as const

function containerStage(container: ContainerView): StageKind {
  const { state, role } = container
  const run = runStages[role]
  if (state.kind === 'running') return run
  if (state.kind === 'terminated') return neverRan(container) ? 'start' : run
  const reason = state.kind === 'waiting' ? state.reason : ''
  if (imageReasons.has(reason)) return 'image-pull'
  const known = Object.hasOwn(stageOfReason, reason) ? stageOfReason[reason] : undefined
  if (known !== undefined) return known
  if (reason === 'CrashLoopBackOff') return neverRan(container) ? 'start' : run
  // Probes fail after the start, which the status may not show yet.
  const newest = container.events.find((event) => event.reason !== 'Unhealthy' && event.reason !== 'Killing')
  if (newest?.reason === 'Pulling' || /^(?:Error: )?(?:ErrImage|ImagePull)|^Failed to pull image/.test(newest?.message ?? ''))
    return 'image-pull'
  if (newest?.reason === 'Pulled' || newest?.reason === 'Created' || newest?.reason === 'Started') return 'create'
  if (newestEnd(container) !== null) return run
  return 'image-pull'
}
