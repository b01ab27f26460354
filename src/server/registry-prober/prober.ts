import type { Observed, RegistryHealth } from '../../lint/rule.ts'
import type { Limits } from '../bounds/limits.ts'
import type { Logger } from '../observe/log.ts'
import type { Metrics, ProbeResult } from '../observe/metrics.ts'
import { probe } from './probe.ts'

/** How many results are kept for each registry. */
const windowSize = 10

/** The random share of the interval, so that replicas do not probe in step. */
const jitter = 0.4

/** The state of one probe URL. */
interface Target {
  readonly url: string
  /** Host and port, used as the name in metrics and logs. */
  readonly registry: string
  /** Whether it was up, the latest last. */
  readonly results: boolean[]
  /** Time of the last probe, ms since 1970. */
  checked: number | undefined
  /** Time of the next probe, ms on the monotonic clock. */
  due: number
  isProbing: boolean
}

/** A registry as this replica sees it. */
export interface RegistryState extends Observed {
  readonly registry: string
  readonly probe: string
  /** Null until the first probe has ended. */
  readonly up: boolean | null
  /** Time of the last probe, ms since 1970. */
  readonly checked: number | null
}

export interface ProberPorts {
  /** The probe URLs of the policy in force; called repeatedly because the policy can change. */
  probes(): readonly string[]
  readonly metrics: Metrics
  readonly log: Logger
  readonly limits: Pick<Limits, 'probeInterval' | 'probeTimeout' | 'probesAtOnce'>
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/**
 * Periodically probes the registries for which the policy has a probe URL, and keeps the last results of each. Reviews never wait for a
 * probe; they only read `health`. Does nothing without probe URLs in the policy.
 */
export class RegistryProber {
  readonly #ports: ProberPorts
  readonly #targets = new Map<string, Target>()
  readonly #stopped = new AbortController()
  #inFlight = 0
  #wanted: readonly string[] = []
  #health: RegistryHealth = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(ports: ProberPorts) {
    this.#ports = ports
  }

  /** The results by URL: an immutable value, so that each review sees a consistent state. */
  get health(): RegistryHealth {
    return this.#health
  }

  /** The state of each probed registry, in the order of the policy. */
  states(): readonly RegistryState[] {
    return [...this.#targets.values()].map(({ url, registry, results, checked }) => ({
      registry,
      probe: url,
      up: results.at(-1) ?? null,
      ...observed(results),
      checked: checked ?? null,
    }))
  }

  start(): void {
    const pace = Math.min(this.#ports.limits.probeInterval / 10, 1000)
    this.#timer = setInterval(() => this.#probeDue(), pace)
    this.#probeDue()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopped.abort()
  }

  #probeDue(): void {
    const wanted = this.#ports.probes()
    if (wanted !== this.#wanted) this.#follow(wanted)
    const now = performance.now()
    for (const target of this.#targets.values()) {
      if (this.#inFlight >= this.#ports.limits.probesAtOnce) return
      if (!target.isProbing && target.due <= now) void this.#probe(target)
    }
  }

  /** Switches to the URLs of a new policy; the results of URLs that remain are kept. */
  #follow(wanted: readonly string[]): void {
    this.#wanted = wanted
    const before = new Map(this.#targets)
    this.#targets.clear()
    for (const url of wanted) this.#targets.set(url, before.get(url) ?? newTarget(url))
    const registries = new Set([...this.#targets.values()].map(({ registry }) => registry))
    for (const { registry } of before.values()) if (!registries.has(registry)) this.#ports.metrics.forgetRegistry(registry)
    this.#publish()
  }

  async #probe(target: Target): Promise<void> {
    const { limits } = this.#ports
    this.#inFlight += 1
    target.isProbing = true
    // An unexpected error with a URL that the policy accepted counts as a failed probe; it must not stop the server.
    const result = await probe(target.url, limits.probeTimeout, this.#stopped.signal).catch(() => 'error' as const)
    this.#inFlight -= 1
    target.isProbing = false
    target.due = performance.now() + limits.probeInterval * (1 - jitter / 2 + Math.random() * jitter)
    // Ignores the result of a stopped prober or of a URL that the policy no longer has.
    if (this.#stopped.signal.aborted || this.#targets.get(target.url) !== target) return
    this.#keep(target, result)
    this.#probeDue()
  }

  #keep(target: Target, result: ProbeResult): void {
    const { metrics, log, now } = this.#ports
    const { registry, results } = target
    const wasUp = results.at(-1)
    results.push(result === 'up')
    if (results.length > windowSize) results.shift()
    target.checked = now()
    metrics.registryProbe(registry, result)
    const sameHost = [...this.#targets.values()].filter((other) => other.registry === registry)
    metrics.registryUp(
      registry,
      sameHost.every((other) => other.results.at(-1) !== false),
    )
    if (result === 'up' && wasUp === false) log.info({ registry }, 'the registry is reachable again')
    if (result !== 'up' && wasUp !== false) log.warn({ registry, result }, 'the probe of the registry failed')
    this.#publish()
  }

  #publish(): void {
    const known = [...this.#targets.values()].filter(({ results }) => results.length > 0)
    this.#health = new Map(known.map(({ url, results }) => [url, observed(results)]))
  }
}

function newTarget(url: string): Target {
  return { url, registry: new URL(url).host, results: [], checked: undefined, due: 0, isProbing: false }
}

function observed(results: readonly boolean[]): Observed {
  return { failures: results.filter((up) => !up).length, probes: results.length }
}
