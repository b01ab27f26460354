/** A pod's status as reported by the kubelet, limited to what kubectl's columns and the machine need. Immutable. */
import { oncePer } from '../../model/once-per.ts'
import type { Phase } from '../timeline/timeline.ts'

/** How a process ended. */
export interface Terminated {
  readonly kind: 'terminated'
  readonly reason: string
  readonly exitCode: number
}

/** core/v1 ContainerState. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'running'; readonly startedAt: number }
  | Terminated

/** core/v1 ContainerStatus. */
export interface ContainerStatus {
  readonly name: string
  readonly state: ContainerState
  readonly lastTermination: Terminated | null
  readonly restartCount: number
  readonly containerId: number | null
  readonly started: boolean | null
  readonly ready: boolean
}

/** core/v1 PodStatus. */
export interface PodStatus {
  readonly phase: Phase
  /** status.reason, '' for none. */
  readonly reason: string
  /** In the order of the spec. */
  readonly initContainers: readonly ContainerStatus[]
  /** Sorted by name. */
  readonly containers: readonly ContainerStatus[]
  /** The conditions Initialized, Ready and AllContainersRestarting. */
  readonly initialized: boolean
  readonly ready: boolean
  readonly restartingAll: boolean
  /** When the kubelet accepted the pod, null before. */
  readonly startTime: number | null
}

/** The status of a pod that the API server just accepted. */
export const newPodStatus: PodStatus = Object.freeze({
  phase: 'Pending',
  reason: '',
  initContainers: Object.freeze([]),
  containers: Object.freeze([]),
  initialized: false,
  ready: false,
  restartingAll: false,
  startTime: null,
})

/** Whether the pod will never run again. */
export function isTerminal(phase: Phase): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}

/** One container's entry in a list of statuses. */
export function statusOf(statuses: readonly ContainerStatus[], name: string): ContainerStatus | undefined {
  return byName(statuses).get(name)
}

/** Caches lookups: a sync looks up the entry of every container many times. */
const byName = oncePer(
  (statuses: readonly ContainerStatus[]): ReadonlyMap<string, ContainerStatus> => new Map(statuses.map((status) => [status.name, status])),
)

/** Whether two statuses are equal. */
export function sameStatus(left: PodStatus, right: PodStatus): boolean {
  return (
    left.phase === right.phase &&
    left.reason === right.reason &&
    left.initialized === right.initialized &&
    left.ready === right.ready &&
    left.restartingAll === right.restartingAll &&
    left.startTime === right.startTime &&
    sameList(left.initContainers, right.initContainers) &&
    sameList(left.containers, right.containers)
  )
}

function sameList(left: readonly ContainerStatus[], right: readonly ContainerStatus[]): boolean {
  return left.length === right.length && left.every((status, index) => sameContainer(status, right[index] as ContainerStatus))
}

function sameContainer(left: ContainerStatus, right: ContainerStatus): boolean {
  return (
    left.name === right.name &&
    left.restartCount === right.restartCount &&
    left.containerId === right.containerId &&
    left.started === right.started &&
    left.ready === right.ready &&
    sameState(left.state, right.state) &&
    sameState(left.lastTermination, right.lastTermination)
  )
}

function sameState(left: ContainerState | null, right: ContainerState | null): boolean {
  if (left === null || right === null || left.kind !== right.kind) return left === right
  if (left.kind === 'running') return right.kind === 'running' && left.startedAt === right.startedAt
  if (left.kind === 'terminated' && right.kind === 'terminated' && left.exitCode !== right.exitCode) return false
  return right.kind !== 'running' && left.reason === right.reason
}
