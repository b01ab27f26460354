import type { KubernetesObject } from '@kubernetes/client-node'
import type { KeeperPorts } from '../server/keepers/contracts.ts'
import { BackOff } from './back-off.ts'
import { type ClusterClient, clusterProblem } from './client.ts'
import { type InformerSource, Session } from './list-watch-session.ts'

export type { InformerSource } from './list-watch-session.ts'

export type InformerPorts = Pick<KeeperPorts, 'log' | 'metrics' | 'signal' | 'now'>

const second = 1000

/** How often everything is listed again, ms: against an etcd that was restored from a backup, and what else a watch may miss. */
const relistInterval = 300 * second
/** How often the same trouble is logged, ms. */
const complaintInterval = 60 * second
/** Most kinds of trouble that are told apart until the server answers again. */
const maxComplaints = 8
/** How long a watch must have lived for the trouble before it to be over, ms. */
const goodLife = 10 * second

/**
 * Knows the objects of one list, by client-node's ListWatch: list, watch, list again when the server has forgotten our place (410).
 * A try that fails is followed by another one, for ever; what is known stays known meanwhile.
 */
export class Informer<T extends KubernetesObject> {
  readonly #client: ClusterClient
  readonly #source: InformerSource<T>
  readonly #ports: InformerPorts
  readonly #backOff: BackOff
  readonly #callbacks: (() => void)[] = []
  /** The session whose objects are known: it has listed. */
  #known: Session<T> | undefined
  /** The session that lists at this moment, to take over. */
  #next: Session<T> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastContact = 0
  /** When each kind of trouble was logged last. */
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

  /** Settles after the first list, however long that takes. @throws the reason of the signal, where it is aborted before */
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

  /** An object as it was last seen. */
  get(name: string, namespace?: string): T | undefined {
    return this.#known?.objects.get(name, namespace)
  }

  /** All objects as they were last seen. */
  list(): readonly T[] {
    return this.#known?.objects.list() ?? []
  }

  /** Calls back after every change, and perhaps without one; several changes at once may be one call. */
  onChange(callback: () => void): void {
    this.#callbacks.push(callback)
  }

  /** When the API server last answered, ms since 1970; 0 for never. A quiet watch is renewed, and answered, every 30 s. */
  lastContact(): number {
    return this.#lastContact
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#known?.stop()
    this.#next?.stop()
  }

  /** Begins a session, which takes over when it has listed. */
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
    // Not all replicas at once.
    this.#plan(relistInterval * (0.9 + Math.random() / 5))
    this.#settle?.resolve()
    this.#notify()
  }

  #failed(session: Session<T>, error: unknown): void {
    session.stop()
    if (this.#stopped || (session !== this.#next && session !== this.#known)) return
    this.#complain(error)
    // The session that is known has lost its watch while another one lists: that one takes over.
    if (session === this.#known && this.#next !== undefined) return
    this.#plan(this.#backOff.next())
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#connect(), milliseconds)
  }

  /** Says what is wrong at once, and then once a minute. */
  #complain(error: unknown): void {
    const { name, path, fieldSelector } = this.#source
    const action = `list and watch ${path}${fieldSelector === undefined ? '' : ` where ${fieldSelector}`}`
    const problem = clusterProblem(error, action)
    const now = this.#ports.now()
    const last = this.#complaints.get(problem)
    if (last !== undefined ? now - last < complaintInterval : this.#complaints.size >= maxComplaints) return
    this.#complaints.set(problem, now)
    const waits = this.#known === undefined ? 'waiting for the API server, not ready before it answers' : 'the API server is out of reach'
    this.#ports.log.warn({ informer: name, problem }, `${waits}; trying again`)
  }

  #notify(): void {
    for (const callback of this.#callbacks) {
      try {
        callback()
      } catch (error) {
        this.#ports.log.error({ informer: this.#source.name, err: error }, 'a change could not be taken in')
      }
    }
  }
}
