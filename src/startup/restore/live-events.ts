/**
 * What the Events of a Pod show about the kubelet's memory: attempts to pull, and the last sync that found a container in back-off. Events
 * are incomplete: after 25 of one pod, the kubelet records one every five minutes (client-go tools/record/events_cache.go,
 * defaultSpamBurst and defaultSpamQPS), and the API server deletes them after an hour.
 */
import { asObject, asString, at, type JsonObject } from '../../model/json.ts'
import { timeOf } from './live-pod.ts'

/** The events about one container, times in seconds since the pod's creation. */
export interface ContainerEvents {
  /** Attempts to pull its image. */
  pulls: number
  firstPullAt: number | null
  lastPullAt: number | null
  /** The last failed attempt. */
  lastFailureAt: number | null
  /** The last sync in which it was in the back-off of its restart. */
  lastBackOffAt: number | null
  /** The last sync in which the pull of its image was in its back-off. */
  lastPullBackOffAt: number | null
  /** Syncs that could neither pull its image nor create it, for another reason than that a pull failed. */
  createFailures: number
  lastCreateFailureAt: number | null
  /** The waiting reason that follows from the last of these failures; '' without one. */
  createReason: string
  /** The last time that its image was found or pulled. */
  lastImageAt: number | null
  /** Whether its postStart hook failed. */
  hookFailed: boolean
  /** Failed probes, by field name. */
  readonly unhealthy: Map<string, number>
}

/** The events of a pod. */
export interface LiveEvents {
  readonly byContainer: ReadonlyMap<string, ContainerEvents>
  /** Whether there may be more than what is listed. */
  readonly areIncomplete: boolean
  /** The last events about the pod itself, by reason. */
  readonly pod: ReadonlyMap<string, number>
  /** Failed attempts to attach or mount a volume, one entry for each message. */
  readonly mounts: readonly RepeatedEvent[]
  /** The last sync that found a volume which cannot be mounted at all, because its claim is missing or unbound; null without one. */
  readonly lastVolumeSyncAt: number | null
}

/** An event that was counted: how often, and when first and last. */
export interface RepeatedEvent {
  readonly count: number
  readonly first: number
  readonly last: number
}

/** defaultSpamBurst. */
const burst = 25
/** No pod has more events in the API server: each is deleted after an hour, and the filter lets through 12 an hour after the first 25. */
const maximumEvents = 500

const noEvents = (): ContainerEvents => ({
  pulls: 0,
  firstPullAt: null,
  lastPullAt: null,
  lastFailureAt: null,
  lastBackOffAt: null,
  lastPullBackOffAt: null,
  createFailures: 0,
  lastCreateFailureAt: null,
  createReason: '',
  lastImageAt: null,
  hookFailed: false,
  unhealthy: new Map(),
})

/**
 * Reads Events of a pod. Events of other objects are ignored.
 * @param uid the pod's, undefined if unknown
 * @param epoch milliseconds since 1970 that seconds count from
 */
export function readLiveEvents(events: readonly JsonObject[], name: string, uid: string | undefined, epoch: number): LiveEvents {
  const byContainer = new Map<string, ContainerEvents>()
  const pod = new Map<string, number>()
  const mounts: RepeatedEvent[] = []
  let lastVolumeSyncAt: number | null = null
  let total = 0
  for (const event of events.slice(-maximumEvents)) {
    const about = asObject(event.involvedObject)
    if (about.kind !== 'Pod' || about.name !== name || (uid !== undefined && about.uid !== undefined && about.uid !== uid)) continue
    const count = countOf(event)
    const [first, last] = timesOf(event, epoch)
    if (last === null) continue
    total += count
    const container = /\{(.+)\}/.exec(asString(about.fieldPath) ?? '')?.[1]
    const reason = asString(event.reason) ?? ''
    const message = asString(event.message) ?? ''
    if (container === undefined) {
      if (reason === 'FailedMount' && unprocessed.test(message)) lastVolumeSyncAt = Math.max(last, lastVolumeSyncAt ?? last)
      if (isMountFailure(reason, message)) mounts.push({ count, first: Math.min(first ?? last, last), last })
      pod.set(reason, Math.max(last, pod.get(reason) ?? Number.NEGATIVE_INFINITY))
      continue
    }
    const known = byContainer.get(container) ?? noEvents()
    byContainer.set(container, known)
    addEvent(known, reason, message, count, first ?? last, last)
  }
  return { byContainer, areIncomplete: total >= burst, pod, mounts, lastVolumeSyncAt }
}

/** pkg/kubelet/volumemanager/volume_manager.go, WaitForAttachAndMount: volumes that the populator could not process end the wait at once. */
const unprocessed = /failed to process volumes=\[[^\]]/

/**
 * Whether an operation on a volume failed. The message about a pod that waited in vain for its volumes is of no attempt
 * (pkg/kubelet/volumemanager/volume_manager.go, WaitForAttachAndMount).
 */
function isMountFailure(reason: string, message: string): boolean {
  const isReason = reason === 'FailedMount' || reason === 'FailedAttachVolume' || reason === 'FailedMapVolume'
  return isReason && !message.startsWith('Unable to attach or mount volumes')
}

/** core/v1 and events.k8s.io/v1 have the count in different fields; an event that happened once may have none. */
function countOf(event: JsonObject): number {
  const count = at(event, 'series', 'count') ?? event.count ?? event.deprecatedCount
  return typeof count === 'number' && count >= 1 ? Math.floor(count) : 1
}

function timesOf(event: JsonObject, epoch: number): readonly [number | null, number | null] {
  const seconds = (...values: readonly unknown[]): number | null => {
    for (const value of values) {
      const time = timeOf(value)
      if (time !== null) return (time - epoch) / 1000
    }
    return null
  }
  return [
    seconds(event.firstTimestamp, event.deprecatedFirstTimestamp, event.eventTime),
    seconds(at(event, 'series', 'lastObservedTime'), event.lastTimestamp, event.deprecatedLastTimestamp, event.eventTime),
  ]
}

/** `Error: ErrImagePull` and `Error: ImagePullBackOff` repeat what other events say. */
function isCreateFailure(reason: string, message: string): boolean {
  return reason === 'InspectFailed' || reason === 'ErrImageNeverPull' || (reason === 'Failed' && !/^Error: \w+$/.test(message))
}

/** Messages of runtimes: containerd (internal/cri/server/container_create.go and container_start.go), cri-dockerd, CRI-O. */
const ofCreation =
  /^Error: (?:failed to (?:generate container|create containerd container|reserve container)|Error response from daemon|CreateContainer)/
const ofStart = /^Error: (?:failed to (?:create containerd task|start container)|container create failed|failed to start)/

/**
 * The reason that the next status has. What no runtime says, the kubelet says before it asks the runtime (generateContainerConfig,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go).
 */
function createReasonOf(reason: string, message: string): string {
  if (reason === 'InspectFailed') return message.includes('apply default image tag') ? 'InvalidImageName' : 'ImageInspectError'
  if (reason === 'ErrImageNeverPull') return reason
  if (ofStart.test(message)) return 'RunContainerError'
  return ofCreation.test(message) ? 'CreateContainerError' : 'CreateContainerConfigError'
}

const probeOf: Readonly<Record<string, string>> = { Startup: 'startupProbe', Liveness: 'livenessProbe', Readiness: 'readinessProbe' }

function addEvent(known: ContainerEvents, reason: string, message: string, count: number, first: number, last: number): void {
  const later = (time: number | null): number => Math.max(last, time ?? Number.NEGATIVE_INFINITY)
  if (reason === 'Pulling') {
    known.pulls += count
    known.firstPullAt = Math.min(first, known.firstPullAt ?? Number.POSITIVE_INFINITY)
    known.lastPullAt = later(known.lastPullAt)
  } else if (reason === 'Failed' && message.includes('Failed to pull image')) {
    known.lastFailureAt = later(known.lastFailureAt)
  } else if (isCreateFailure(reason, message)) {
    known.createFailures += count
    if (last >= (known.lastCreateFailureAt ?? last)) known.createReason = createReasonOf(reason, message)
    known.lastCreateFailureAt = later(known.lastCreateFailureAt)
  } else if (reason === 'Pulled') {
    known.lastImageAt = later(known.lastImageAt)
  } else if (reason === 'BackOff' && message.startsWith('Back-off restarting')) {
    known.lastBackOffAt = later(known.lastBackOffAt)
  } else if (reason === 'BackOff' && message.startsWith('Back-off pulling')) {
    known.lastPullBackOffAt = later(known.lastPullBackOffAt)
  } else if (reason === 'FailedPostStartHook') {
    known.hookFailed = true
  } else if (reason === 'Unhealthy') {
    const probe = probeOf[/^(\w+) probe/.exec(message)?.[1] ?? '']
    if (probe !== undefined) known.unhealthy.set(probe, Math.max(last, known.unhealthy.get(probe) ?? Number.NEGATIVE_INFINITY))
  }
}
