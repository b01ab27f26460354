/** Reads a Pod as the API server stores it: the facts that the model can take over, and the times that the status shows. */
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import { type PodModel, readPod } from '../node/pod-spec.ts'
import { killedExit } from '../scenario/scenario.ts'
import type { ContainerState, ContainerStatus, PodStatus, Terminated } from '../status/status.ts'
import type { Phase } from '../timeline/timeline.ts'

/** The end of an execution, with its times in seconds since the pod's creation; null for times that the status does not show. */
export interface Ended extends Terminated {
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

/** What the status shows of one container. */
export interface LiveContainer {
  readonly name: string
  readonly state: ContainerState | Ended
  readonly last: Ended | null
  /** waiting.message, '' for none. */
  readonly message: string
  readonly restartCount: number
  readonly started: boolean | null
  readonly ready: boolean
  /** Whether the runtime has created a container: it has an id. */
  readonly exists: boolean
}

/** A Pod with its times as seconds since its creation. */
export interface LivePod {
  readonly model: PodModel
  readonly phase: Phase
  readonly reason: string
  /** In the order of the spec, without entries that the spec does not have. */
  readonly initContainers: readonly LiveContainer[]
  readonly containers: readonly LiveContainer[]
  /** Conditions with the status True. */
  readonly conditions: ReadonlySet<string>
  readonly startTime: number | null
  readonly isScheduled: boolean
  /** When the grace period of its deletion ends; null if it is not being deleted. */
  readonly deletedAt: number | null
  readonly hasFinalizers: boolean
  /** Milliseconds since 1970: what the seconds count from. */
  readonly epoch: number
}

/** Milliseconds since 1970, null if it is no time, or 1970 itself: the start of a process that was never started (StartError). */
export function timeOf(value: unknown): number | null {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : null
}

const phases: readonly Phase[] = ['Pending', 'Running', 'Succeeded', 'Failed']

/**
 * Reads a Pod. Whatever is missing or has another type is left out: a status is written by the kubelet, but the input may be any text.
 * @param now milliseconds since 1970, for a Pod without creationTimestamp and startTime
 */
export function readLivePod(pod: JsonObject, now: number): LivePod {
  const metadata = asObject(pod.metadata)
  const status = asObject(pod.status)
  const epoch = timeOf(metadata.creationTimestamp) ?? timeOf(status.startTime) ?? now
  const model = readPod(asString(metadata.name) ?? '', asObject(pod.spec))
  const seconds = (value: unknown): number | null => {
    const time = timeOf(value)
    return time === null ? null : (time - epoch) / 1000
  }
  const conditions = new Set(
    asArray(status.conditions).flatMap((condition) =>
      member(condition, 'status') === 'True' ? (asString(member(condition, 'type')) ?? []) : [],
    ),
  )
  return {
    model,
    phase: phases.find((phase) => phase === status.phase) ?? 'Pending',
    reason: asString(status.reason) ?? '',
    initContainers: readContainers(status.initContainerStatuses, model.initContainers, seconds),
    containers: readContainers(status.containerStatuses, model.containers, seconds),
    conditions,
    startTime: seconds(status.startTime),
    isScheduled: Boolean(asString(at(pod, 'spec', 'nodeName'))) || conditions.has('PodScheduled'),
    deletedAt: seconds(metadata.deletionTimestamp),
    hasFinalizers: asArray(metadata.finalizers).length > 0,
    epoch,
  }
}

type Seconds = (value: unknown) => number | null

function readContainers(list: unknown, specs: PodModel['containers'], seconds: Seconds): readonly LiveContainer[] {
  const statuses = new Map<unknown, JsonObject>()
  // A status has one entry per container of the spec, of which the model reads a bounded number.
  for (const status of asArray(list)
    .filter(isObject)
    .slice(0, 2 * specs.length))
    statuses.set(status.name, status)
  return specs.flatMap(({ name, role }) => {
    const status = statuses.get(name)
    return status === undefined ? [] : [readContainer(name, status, seconds, role === 'init')]
  })
}

function readContainer(name: string, status: JsonObject, seconds: Seconds, isInit: boolean): LiveContainer {
  const { restartCount, started } = status
  return {
    name,
    state: readState(status.state, seconds, isInit),
    last: readEnd(at(status, 'lastState', 'terminated'), seconds, isInit),
    message: asString(at(status, 'state', 'waiting', 'message')) ?? '',
    restartCount: typeof restartCount === 'number' && restartCount > 0 ? Math.floor(restartCount) : 0,
    started: typeof started === 'boolean' ? started : null,
    ready: status.ready === true,
    exists: Boolean(asString(status.containerID)),
  }
}

function readState(state: unknown, seconds: Seconds, isInit: boolean): LiveContainer['state'] {
  const running = member(state, 'running')
  if (isObject(running)) return { kind: 'running', startedAt: seconds(running.startedAt) ?? 0 }
  const ended = readEnd(member(state, 'terminated'), seconds, isInit)
  // A state without a member means waiting (core/v1 ContainerState).
  return ended ?? { kind: 'waiting', reason: asString(at(state, 'waiting', 'reason')) ?? '' }
}

/**
 * The kubelet treats an init container that was killed for memory as failed, even if the runtime reports exit code 0 (isInitContainerFailed,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go; kubernetes#104650).
 */
function readEnd(terminated: unknown, seconds: Seconds, isInit: boolean): Ended | null {
  if (!isObject(terminated)) return null
  const { exitCode } = terminated
  const isKilled = isInit && exitCode === 0 && terminated.reason === 'OOMKilled'
  return {
    kind: 'terminated',
    reason: asString(terminated.reason) ?? '',
    exitCode: isKilled ? killedExit : typeof exitCode === 'number' ? exitCode : 0,
    startedAt: seconds(terminated.startedAt),
    finishedAt: seconds(terminated.finishedAt),
  }
}

/** All containers of the pod, in the order of the spec. */
export function liveContainers({ initContainers, containers }: LivePod): readonly LiveContainer[] {
  return [...initContainers, ...containers]
}

/** The last end of a container: its state, or its last state if it waits to be started again. */
export function lastEnd({ state, last }: LiveContainer): Ended | null {
  if (state.kind === 'terminated' && 'finishedAt' in state) return state
  return state.kind === 'waiting' ? last : null
}

/**
 * The status as the model has it.
 * @param ids the ids of the containers in the model's runtime
 */
export function modelStatus(pod: LivePod, ids: ReadonlyMap<string, number>): PodStatus {
  const status = ({ name, state, last, restartCount, started, ready }: LiveContainer): ContainerStatus => ({
    name,
    state: withoutTimes(state),
    lastTermination: last === null ? null : { kind: 'terminated', reason: last.reason, exitCode: last.exitCode },
    restartCount,
    containerId: ids.get(name) ?? null,
    started,
    ready,
  })
  return {
    phase: pod.phase,
    reason: pod.reason,
    initContainers: pod.initContainers.map(status),
    containers: pod.containers.map(status).sort((left, right) => (left.name < right.name ? -1 : 1)),
    initialized: pod.conditions.has('Initialized'),
    ready: pod.conditions.has('Ready'),
    restartingAll: pod.conditions.has('AllContainersRestarting'),
    startTime: pod.startTime,
  }
}

function withoutTimes(state: LiveContainer['state']): ContainerState {
  return state.kind === 'terminated' ? { kind: 'terminated', reason: state.reason, exitCode: state.exitCode } : state
}
