import { createHash } from 'node:crypto'
import type { WorkloadNote } from '../admission/index.ts'
import { TokenBucket } from '../server/bounds/token-bucket.ts'
import type { EventSink, KeeperPorts } from '../server/keepers/contracts.ts'
import { type ClusterClient, clusterProblem } from './client.ts'
import { type ClusterEvent, writeEvent } from './events.ts'

/** Limits of the writer. */
export interface EventBounds {
  /** How many Events may be written in a burst and per second in the long run; the API server of a large cluster handles hundreds. */
  readonly burst: number
  readonly perSecond: number
  /** How many may wait to be written. */
  readonly queued: number
}

const defaultBounds: EventBounds = { burst: 50, perSecond: 2, queued: 200 }

const hour = 60 * 60 * 1000
const minute = 60 * 1000

/** How many Events are written at the same time. */
const writersAtOnce = 2

/** Maximum number of Events of an hour that are remembered; for others, the API server reports whether they exist. */
const maxRemembered = 10_000

/** Names as the API server sends them; another caller could send anything. */
const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

/** Maximum length of the object's name in the Event's name, which leaves room for the hash (a DNS subdomain has at most 253 characters). */
const maxNamePart = 220

type Write = (event: ClusterEvent, now: number) => Promise<'written' | 'known'>

/** Writes Events on objects with findings that no person was warned about. For `ServerOptions.events`. */
export function workloadEvents(client: ClusterClient): (ports: KeeperPorts) => EventSink {
  return (ports) => new WorkloadEvents((event, now) => writeEvent(client, event, now), ports)
}

/**
 * Writes Events without delaying reviews: `record` only puts them in a queue. There is one Event per object and version of the policy, with
 * the same name on all replicas; it is written again if its text changes, and once an hour, because the API server deletes old ones
 * (kube-apiserver --event-ttl). Events beyond the limits are dropped and counted; failures are counted and logged once a minute.
 */
export class WorkloadEvents implements EventSink {
  readonly #write: Write
  readonly #ports: Pick<KeeperPorts, 'log' | 'metrics' | 'now'>
  readonly #bounds: EventBounds
  readonly #bucket: TokenBucket
  readonly #queue: ClusterEvent[] = []
  /** The messages of this hour's Events, by name. */
  readonly #known = new Map<string, string>()
  #hour = 0
  #writing = 0
  #complained = Number.NEGATIVE_INFINITY
  #stopped = false

  constructor(write: Write, ports: Pick<KeeperPorts, 'log' | 'metrics' | 'now'>, bounds: EventBounds = defaultBounds) {
    this.#write = write
    this.#ports = ports
    this.#bounds = bounds
    this.#bucket = new TokenBucket(bounds.burst, bounds.perSecond)
  }

  record(note: WorkloadNote): void {
    if (this.#stopped) return
    this.#turnHour()
    this.#take(note)
    while (this.#writing < writersAtOnce && this.#queue.length > 0) void this.#work()
  }

  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
  }

  #turnHour(): void {
    const now = Math.floor(this.#ports.now() / hour)
    if (now !== this.#hour) this.#known.clear()
    this.#hour = now
  }

  #take(note: WorkloadNote): void {
    const { metrics } = this.#ports
    const event = eventOf(note)
    if (event === undefined) metrics.event('dropped')
    else if (this.#known.get(event.name) === event.message) metrics.event('known')
    else if (this.#queue.length >= this.#bounds.queued) metrics.event('dropped')
    else if (!this.#bucket.take()) metrics.event('limited')
    else {
      if (this.#known.size < maxRemembered || this.#known.has(event.name)) this.#known.set(event.name, event.message)
      const queued = this.#queue.findIndex(({ name }) => name === event.name)
      if (queued === -1) this.#queue.push(event)
      else this.#queue[queued] = event
    }
  }

  async #work(): Promise<void> {
    this.#writing += 1
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) await this.#writeOne(event)
    this.#writing -= 1
  }

  async #writeOne(event: ClusterEvent): Promise<void> {
    const { metrics, now } = this.#ports
    try {
      metrics.event(await this.#write(event, now()))
    } catch (error) {
      metrics.event('failed')
      // The next review of the object tries again.
      this.#known.delete(event.name)
      this.#complain(error, event)
    }
  }

  #complain(error: unknown, { about }: ClusterEvent): void {
    const now = this.#ports.now()
    if (now - this.#complained < minute) return
    this.#complained = now
    const problem = clusterProblem(error, `create and patch events in namespace ${about.namespace}`)
    this.#ports.log.warn({ problem }, 'an Event could not be written')
  }
}

/** For all findings, because an Event has only one. It names initlint: `kubectl get events` does not show the source. */
const reason = 'InitlintFindings'

/** @returns undefined if Kubernetes would not allow the object's names */
function eventOf({ target, policy, message }: WorkloadNote): ClusterEvent | undefined {
  const { apiVersion, kind, namespace, name, uid } = target
  if (!namespaceName.test(namespace) || !objectName.test(name) || !/^[A-Z][A-Za-z]{0,62}$/.test(kind)) return undefined
  const identity = JSON.stringify([apiVersion, kind, namespace, name, uid, policy])
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16)
  return {
    name: `${name.slice(0, maxNamePart).replace(/[.-]+$/, '')}.${hash}`,
    about: { apiVersion, kind, namespace, name, ...(uid === '' ? {} : { uid }) },
    type: 'Warning',
    reason,
    message,
  }
}
