import type { KubernetesObject } from '@kubernetes/client-node'
import type { KeeperPorts } from '../server/keepers/contracts.ts'
import { BackOff } from './back-off.ts'
import { type ClusterClient, clusterProblem } from './client.ts'
import { type InformerSource, Session } from './list-watch-session.ts'

export type { InformerSource } from './list-watch-session.ts'

export type InformerPorts = Pick<KeeperPorts, 'log' | 'metrics' | 'signal' | 'now'>

const second = 1000

/**
 * How often everything is listed again, ms: a watch misses, for example, an etcd that was restored from a backup. Each list opens a new
 * watch: with six resources, a replica opens less than one a minute.
 */
const relistInterval = 600 * second
/** How often the same problem is logged, ms. */
const complaintInterval = 60 * second
/** Maximum number of different problems that are remembered until the server answers again. */
const maxComplaints = 8
/** How long a watch must have lasted for the back-off to start over, ms. */
const goodLife = 10 * second

/**
 * Caches the objects of one list, with client-node's ListWatch: list, watch, and list again when the resource version has expired (410).
 * Failed attempts are repeated forever; meanwhile, the last known objects remain available.
 */
export class Informer<T extends KubernetesObject> {
  readonly #client: ClusterClient
  readonly #source: InformerSource<T>
  readonly #ports: InformerPorts
  readonly #backOff: BackOff
  readonly #callbacks: (() => void)[] = []
  /** The session whose objects are available: it has listed. */
  #known: Session<T> | undefined
  /** The session that is listing and will replace the known one. */
  #next: Session<T> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastContact = 0
  /** When each problem was last logged. */
  readonly #complaints = new Map<string, number>()
  #started: Promise<void> | undefined
  #settle: { resolve(): void; reject(reason: unknown): void } | undefined
  #stopped = false

  constructor(client: ClusterClient, source: InformerSource<T>, ports: InformerPorts) {
    this.#client = client
    this.#source = source
    this.#ports = ports
    this.#backOff = new BackOff(ports.now)
  }

  /** Settles after the first list, however long that takes. @throws the reason of the signal if it is aborted first */
  start(): Promise<void> {
    this.#started ??= new Promise((resolve, reject) => {
      const { signal } = this.#ports
      this.#settle = { resolve, reject }
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', () => {
        this.stop()
        reject(signal.reason)
      })
      this.#connect()
    })
    return this.#started
  }

  /** The last known state of an object. */
  get(name: string, namespace?: string): T | undefined {
    return this.#known?.objects.get(name, namespace)
  }

  /** The last known state of all objects. */
  list(): readonly T[] {
    return this.#known?.objects.list() ?? []
  }

  /** Calls back after every change, and possibly without one; simultaneous changes can share one call. */
  onChange(callback: () => void): void {
    this.#callbacks.push(callback)
  }

  /** When the API server last answered, ms since 1970; 0 if never. The bookmark that a quiet watch sends every minute counts as an answer. */
  lastContact(): number {
    return this.#lastContact
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#known?.stop()
    this.#next?.stop()
  }

  /** Starts a session, which replaces the known one after its first list. */
  #connect(): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#next?.stop()
    const session: Session<T> = new Session(this.#client, this.#source, {
      contact: () => {
        this.#lastContact = this.#ports.now()
        this.#ports.metrics.informerContact(this.#source.name, this.#lastContact)
      },
      listed: () => this.#takeOver(session),
      changed: () => {
        if (session === this.#known) this.#notify()
      },
      failed: (error) => this.#failed(session, error),
      pause: () => this.#backOff.next(),
      lived: (milliseconds) => {
        if (milliseconds >= goodLife) this.#backOff.reset()
      },
      now: this.#ports.now,
    })
    this.#next = session
    session.start()
  }

  #takeOver(session: Session<T>): void {
    if (session !== this.#next) return
    this.#known?.stop()
    this.#known = session
    this.#next = undefined
    if (this.#complaints.size > 0) this.#ports.log.info({ informer: this.#source.name }, 'the API server answers again')
    this.#complaints.clear()
    // Jitter keeps the replicas from listing at the same time.
    this.#plan(relistInterval * (0.9 + Math.random() / 5))
    this.#settle?.resolve()
    this.#notify()
  }

  #failed(session: Session<T>, error: unknown): void {
    session.stop()
    if (this.#stopped || (session !== this.#next && session !== this.#known)) return
    this.#complain(error)
    // The known session lost its watch while another one is listing, which will replace it.
    if (session === this.#known && this.#next !== undefined) return
    this.#plan(this.#backOff.next())
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#connect(), milliseconds)
  }

  /** Logs a problem immediately and then once a minute. */
  #complain(error: unknown): void {
    const { name, path, fieldSelector } = this.#source
    const action = `list and watch ${path}${fieldSelector === undefined ? '' : ` with ${fieldSelector}`}`
    const problem = clusterProblem(error, action)
    const now = this.#ports.now()
    const last = this.#complaints.get(problem)
    if (last !== undefined ? now - last < complaintInterval : this.#complaints.size >= maxComplaints) return
    this.#complaints.set(problem, now)
    const state = this.#known === undefined ? 'waiting for the API server, not ready until it answers' : 'the API server cannot be reached'
    this.#ports.log.warn({ informer: name, problem }, `${state}; retrying`)
  }

  #notify(): void {
    for (const callback of this.#callbacks) {
      try {
        callback()
      } catch (error) {
        this.#ports.log.error({ informer: this.#source.name, err: error }, 'a change could not be processed')
      }
    }
  }
}
