/** One recording: a pod, its status at each change, its events, its owners and the logs of containers that ended. */
import { createHash } from 'node:crypto'
import { asObject, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import { difference } from './difference.ts'
import type { Truth } from './scenario.ts'

/** A change of the pod. Times are in seconds since the pod's creation. */
export interface RecordedChange {
  readonly at: number
  /** What kubectl prints. */
  readonly printed: string
  /** What differs from the previous status (`difference`). */
  readonly status: JsonObject
  /** Members of the metadata that differ: deletionTimestamp, finalizers. */
  readonly metadata?: JsonObject
}

/** An owner, as it was from a time on. */
export interface RecordedObject {
  readonly at: number
  readonly object: JsonObject
}

/**
 * An Event. The same one, counted again, has only the members that differ from before, and its name. The involvedObject of an Event about
 * the pod is its fieldPath alone.
 */
export interface RecordedEvent {
  readonly at: number
  readonly name: string
  readonly event: JsonObject
}

/** The log of a container's execution, at the time at which it had ended. */
export interface RecordedLog {
  readonly at: number
  readonly container: string
  readonly restart: number
  readonly text: string
}

/** Development on one half, measurement on the other. */
export type Half = 'development' | 'measurement'

/** A line of recordings.jsonl. */
export interface PodRecording {
  readonly name: string
  readonly half: Half
  readonly kubernetes: string
  readonly truth: Truth
  /** How long it was watched, in seconds since its creation. */
  readonly seconds: number
  /** apiVersion, kind, metadata and spec. */
  readonly pod: JsonObject
  readonly changes: readonly RecordedChange[]
  readonly events: readonly RecordedEvent[]
  readonly owners: readonly RecordedObject[]
  /** Claims and other objects that the scenario created besides the pod's owner. */
  readonly others: readonly JsonObject[]
  readonly logs: readonly RecordedLog[]
}

/** The half of a scenario; all its pods are in the same. */
export function halfOf(scenario: string): Half {
  const [first = 0] = createHash('sha256').update(scenario).digest()
  return first % 2 === 0 ? 'development' : 'measurement'
}

/** What a node adds and no diagnosis uses. */
const dropped: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'generateName', 'allocatedResources', 'user'])

/** Replaces what names this machine or this run: the node's folder, uids, ids of containers and images. */
export function newNormalizer(folder: string): (value: unknown) => unknown {
  const known = new Map<string, string>()
  const numbered = (text: string, length: number): string => {
    const found =
      known.get(text) ??
      createHash('sha256')
        .update(String(known.size + 1))
        .digest('hex')
    known.set(text, found)
    return found.slice(0, length)
  }
  const uid = (text: string): string => {
    const hex = numbered(text, 32)
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
  }
  const text = (value: string): string =>
    value
      .replaceAll(folder, '/var/lib/node')
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, uid)
      .replace(/\b[0-9a-f]{64}\b/g, (id) => numbered(id, 64))
  const normal = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(normal)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (dropped.has(key) ? [] : [[key, normal(item)]])))
  }
  return normal
}

/** Members of conditions and container statuses that show nothing about a start: mounts and resources of each container repeat the spec. */
const droppedOfItems: ReadonlySet<string> = new Set(['volumeMounts', 'resources', 'lastProbeTime', 'observedGeneration'])
const droppedOfStatus: ReadonlySet<string> = new Set(['resources', 'observedGeneration'])

function withoutRepeats(status: JsonObject): JsonObject {
  const without = (object: JsonObject, members: ReadonlySet<string>): JsonObject =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !members.has(key)))
  const short = (value: unknown): unknown =>
    Array.isArray(value) && value.every(isObject) ? value.map((item) => without(item, droppedOfItems)) : value
  return Object.fromEntries(Object.entries(without(status, droppedOfStatus)).map(([key, value]) => [key, short(value)]))
}

/** What an Event repeats of itself, or has only in the newer API. */
const droppedOfEvents: ReadonlySet<string> = new Set(['metadata', 'reportingInstance', 'eventTime', 'action', 'kind', 'apiVersion'])

/** Collects the Events of one pod. */
export class Events {
  readonly list: RecordedEvent[] = []
  readonly #known = new Map<string, JsonObject>()
  readonly #names = new Map<string, string>()

  /** Adds a version of an Event. */
  add(at: number, object: JsonObject): void {
    const full = String(member(object.metadata, 'name'))
    const name = this.#names.get(full) ?? `event-${this.#names.size + 1}`
    this.#names.set(full, name)
    const { kind, fieldPath, ...other } = asObject(object.involvedObject)
    // An Event about the pod itself needs no name: the reader adds it.
    const involvedObject = kind === 'Pod' ? { fieldPath } : { kind, name: other.name }
    const isNew = object.lastTimestamp === null
    const members = Object.entries({ ...object, involvedObject }).filter(
      ([key]) => !droppedOfEvents.has(key) || (isNew && key === 'eventTime'),
    )
    const event = Object.fromEntries(members)
    const changed = difference(this.#known.get(name) ?? {}, event)
    this.#known.set(name, event)
    if (Object.keys(changed).length > 0) this.list.push({ at, name, event: changed })
  }
}

/** Collects the changes of one pod. */
export class Changes {
  readonly list: RecordedChange[] = []
  #status: JsonObject = {}
  #metadata: JsonObject = {}

  /** Adds a version of the pod, if it differs. */
  add(at: number, printed: string, pod: unknown): void {
    const status = withoutRepeats(asObject(member(pod, 'status')))
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = asObject(member(pod, 'metadata'))
    const metadata = Object.fromEntries(
      Object.entries({ deletionTimestamp, deletionGracePeriodSeconds, finalizers }).filter(([, value]) => value !== undefined),
    )
    const change = { status: difference(this.#status, status), metadata: difference(this.#metadata, metadata) }
    const isSame = Object.keys(change.status).length === 0 && Object.keys(change.metadata).length === 0
    if (isSame && this.list.length > 0) return
    this.#status = status
    this.#metadata = metadata
    this.list.push({ at, printed, status: change.status, ...(Object.keys(change.metadata).length > 0 && { metadata: change.metadata }) })
  }
}
