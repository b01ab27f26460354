/** The analyses of init scripts: cached, shared by all reviews, and made apart from the event loop. */
import { hash } from 'node:crypto'
import type { Container } from '../../model/containers.ts'
import type { JsonObject } from '../../model/json.ts'
import { noSiblings, type Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import {
  AnalysisCache,
  type Analyst,
  type FoundScript,
  inputFrom,
  inputOf,
  KnownInputs,
  keyOf,
  mountsIn,
  notAnalyzed,
  nothingGiven,
  type PodVolumes,
  type ScriptAnalysis,
  type ScriptInput,
  settingOf,
} from '../../script/index.ts'
import type { Limits } from '../bounds/limits.ts'
import type { Metrics } from '../observe/metrics.ts'
import { JobEnded, type Jobs, type Task } from './workers.ts'

/** An analysis that is being made. */
interface Pending {
  readonly task: Task<ScriptAnalysis>
  /** Resolves when it is made, or will not be made. */
  readonly settled: Promise<void>
  /** Reviews that wait for it. */
  waiting: number
  /** Whether a review was answered without it: the next Pod of the template needs it. */
  isPromised: boolean
}

/** Why a script has no analysis although it was tried. */
const gaveUp = 'its analysis exceeded the time or memory of a worker thread'

/** How long a script that ended its worker is not tried again, ms. */
const retryAfter = 10 * 60 * 1000

/** Maximum number of such scripts that are remembered. */
const maxFailures = 1000

export interface AnalysesPorts {
  readonly jobs: Jobs
  readonly limits: Limits
  readonly metrics: Metrics
}

export class Analyses {
  readonly #ports: AnalysesPorts
  readonly #cache: AnalysisCache
  /** By the hash of their input, like the cache: inputs are long, and their lengths would add up. */
  readonly #pending = new Map<string, Pending>()
  /** When a script ended its worker, ms on the monotonic clock. */
  readonly #failures = new Map<string, number>()
  /** Reviews that wait, by namespace. */
  readonly #waiting = new Map<string, number>()

  /** Containers whose scripts came again, so that their analyses are found without a hash. */
  readonly inputs: KnownInputs<Keyed>

  constructor(ports: AnalysesPorts) {
    this.#ports = ports
    this.#cache = new AnalysisCache(ports.limits.analysisCacheBytes)
    this.inputs = new KnownInputs(ports.limits.knownInputBytes)
  }

  /** The analyst of one review. */
  forReview(): ReviewAnalyst {
    return new ReviewAnalyst(this)
  }

  /** Resolves when no analysis is being made. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all([...this.#pending.values()].map((pending) => pending.settled))
  }

  find(key: string): ScriptAnalysis | undefined {
    const failed = this.#failures.get(key)
    if (failed === undefined) return this.#cache.get(key)
    if (performance.now() - failed < retryAfter) return notAnalyzed(gaveUp)
    this.#failures.delete(key)
    return undefined
  }

  /** Begins an analysis unless it is being made. @returns undefined if too many wait already */
  begin(key: string, input: ScriptInput, tenant: string, size: number): Pending | undefined {
    const known = this.#pending.get(key)
    if (known !== undefined) return known
    const task = this.#ports.jobs.run({ kind: 'script', input }, tenant, size)
    if (task === undefined) return undefined
    const pending: Pending = { task, settled: this.#settle(key, task), waiting: 0, isPromised: false }
    this.#pending.set(key, pending)
    return pending
  }

  async #settle(key: string, { done }: Task<ScriptAnalysis>): Promise<void> {
    try {
      this.#cache.set(key, await done)
      this.#ports.metrics.scriptAnalyzed()
    } catch (error) {
      if (!(error instanceof JobEnded)) throw error
      if (error.reason !== 'canceled') this.#fail(key)
    } finally {
      this.#pending.delete(key)
    }
  }

  #fail(key: string): void {
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined && this.#failures.size >= maxFailures) this.#failures.delete(oldest)
    this.#failures.set(key, performance.now())
  }

  /**
   * Waits until the analyses are there.
   * @param milliseconds the longest wait
   * @param gone aborted when the client has left
   */
  async wait(pending: readonly Pending[], tenant: string, milliseconds: number, gone: AbortSignal): Promise<void> {
    const before = this.#waiting.get(tenant) ?? 0
    const isTooMany = before >= this.#ports.limits.waitingReviews
    for (const each of pending) each.waiting++
    this.#waiting.set(tenant, before + 1)
    const start = performance.now()
    const end = Promise.withResolvers<void>()
    const timer = setTimeout(end.resolve, isTooMany ? 0 : milliseconds)
    const leave = (): void => end.resolve()
    gone.addEventListener('abort', leave)
    try {
      await Promise.race([Promise.all(pending.map(({ settled }) => settled)), end.promise])
    } finally {
      clearTimeout(timer)
      gone.removeEventListener('abort', leave)
      this.#ports.metrics.scriptWait((performance.now() - start) / 1000)
      this.#leave(pending, tenant, gone.aborted)
    }
  }

  /** An analysis that only clients wanted who have left is not begun. */
  #leave(pending: readonly Pending[], tenant: string, isGone: boolean): void {
    const left = (this.#waiting.get(tenant) ?? 1) - 1
    if (left === 0) this.#waiting.delete(tenant)
    else this.#waiting.set(tenant, left)
    for (const each of pending) {
      each.waiting--
      if (!isGone) each.isPromised = true
      else if (each.waiting === 0 && !each.isPromised) each.task.cancel()
    }
  }
}

/** The key of an input. */
interface Keyed {
  readonly key: string
  /** The memory of the input, bytes. */
  readonly size: number
}

interface Missing {
  readonly input: ScriptInput
  /** Its memory, bytes. */
  readonly size: number
}

/** What was read of a container. */
interface Read {
  readonly container: Container
  readonly setting: ReturnType<typeof settingOf>
  readonly found: FoundScript
}

/**
 * Finds the analyses of one review, and notes those that are not there yet. The review is judged again when they are: its scripts are read
 * and hashed only once, because both take time on the event loop.
 */
export class ReviewAnalyst implements Analyst {
  readonly #analyses: Analyses
  /** Most reviews lack none. */
  #missing: Map<string, Missing> | undefined
  /** By the container in the review: no two containers of parsed JSON are the same object. */
  readonly #read = new Map<JsonObject, FoundScript>()
  readonly #keys = new Map<ScriptInput, Keyed>()
  /** The inputs that no known container had. */
  #unknown: Map<ScriptInput, Read> | undefined

  constructor(analyses: Analyses) {
    this.#analyses = analyses
  }

  read(container: Container, workload: Workload, siblings: Siblings, volumes?: PodVolumes): FoundScript {
    const before = this.#read.get(container.raw)
    if (before !== undefined) return before
    const found = siblings === noSiblings ? this.#readAlone(container, workload, volumes) : inputOf(container, workload, siblings, volumes)
    this.#read.set(container.raw, found)
    return found
  }

  /** Reads a container that no other object of the input affects. */
  #readAlone(container: Container, workload: Workload, volumes?: PodVolumes): FoundScript {
    const mounts = mountsIn(container, workload, volumes)
    const setting = settingOf(workload)
    const known = this.#analyses.inputs.find(container, mounts, setting)
    if (known !== undefined) {
      this.#keys.set(known.found.input, known.data)
      return known.found
    }
    const found = inputFrom(container, mounts, setting, nothingGiven)
    if (found.input !== null) {
      this.#unknown ??= new Map()
      this.#unknown.set(found.input, { container, setting, found })
    }
    return found
  }

  analyze(input: ScriptInput): ScriptAnalysis | undefined {
    const known = this.#keys.get(input)
    const { key, size } = known ?? this.#keyOf(input)
    const analysis = this.#analyses.find(key)
    if (analysis === undefined) {
      this.#missing ??= new Map()
      this.#missing.set(key, { input, size })
    }
    // Only a script that comes again is worth the memory.
    else if (known === undefined) this.#keep(input, { key, size })
    return analysis
  }

  #keyOf(input: ScriptInput): Keyed {
    const text = keyOf(input)
    const made = { key: hash('sha256', text, 'base64'), size: 2 * text.length }
    this.#keys.set(input, made)
    return made
  }

  #keep(input: ScriptInput, data: Keyed): void {
    const read = this.#unknown?.get(input)
    if (read === undefined) return
    const { container, setting, found } = read
    if (found.input !== null) this.#analyses.inputs.add({ container, mounts: found.mounts, setting, found, data })
  }

  /** Whether an analysis was needed that is not there yet. */
  get isWaiting(): boolean {
    return this.#missing !== undefined
  }

  /**
   * Begins the missing analyses and waits for them.
   * @param tenant the namespace of the review
   * @param milliseconds the longest wait
   * @param gone aborted when the client has left
   */
  async ready(tenant: string, milliseconds: number, gone: AbortSignal): Promise<void> {
    const missing = [...(this.#missing ?? [])]
    this.#missing = undefined
    const pending = missing.flatMap(([key, { input, size }]) => this.#analyses.begin(key, input, tenant, size) ?? [])
    // Without room for all of them, there is nothing to wait for: the answer would be incomplete anyway.
    const longest = pending.length < missing.length ? 0 : milliseconds
    await this.#analyses.wait(pending, tenant, longest, gone)
  }
}
