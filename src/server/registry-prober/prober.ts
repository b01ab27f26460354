import type { Observed, RegistryHealth } from '../../lint/rule.ts'
import type { Limits } from '../bounds/limits.ts'
import type { Logger } from '../observe/log.ts'
import type { Metrics, ProbeResult } from '../observe/metrics.ts'
import { probe } from './probe.ts'

/** How many results of a registry are kept. */
const windowSize = 10

/** How much of the interval is left to chance, so that replicas and registries are not asked in step. */
const jitter = 0.4

/** What is known of one URL. */
interface Target {
  readonly url: string
  /** Host and port, the name in metrics and logs. */
  readonly registry: string
  /** Whether it was up, the latest last. */
  readonly results: boolean[]
  /** Time of the last probe, ms since 1970. */
  checked: number | undefined
  /** When it is asked next, ms on the monotonic clock. */
  due: number
  asking: boolean
}

/** A registry as this replica sees it. */
export interface RegistryState extends Observed {
  readonly registry: string
  readonly probe: string
  /** Null before the first probe has ended. */
  readonly up: boolean | null
  /** Time of the last probe, ms since 1970. */
  readonly checked: number | null
}

export interface ProberPorts {
  /** The URLs that the policy in force names; asked again all the time, because the policy changes. */
  probes(): readonly string[]
  readonly metrics: Metrics
  readonly log: Logger
  readonly limits: Pick<Limits, 'probeInterval' | 'probeTimeout' | 'probesAtOnce'>
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/**
 * Asks the registries that the policy gives a probe URL for, again and again, and keeps the last results of each. Lives beside the
 * reviews and never waits in one: they read `health`. Without a probe URL in the policy it does nothing.
 */
export class RegistryProber {
  readonly #ports: ProberPorts
  readonly #targets = new Map<string, Target>()
  readonly #stopped = new AbortController()
  #asking = 0
  #wanted: readonly string[] = []
  #health: RegistryHealth = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(ports: ProberPorts) {
    this.#ports = ports
  }

  /** What was found, by URL: a value that does not change any more, so that one review sees one state. */
  get health(): RegistryHealth {
    return this.#health
  }

  /** All registries of the policy, in its order. */
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
    this.#timer = setInterval(() => this.#look(), pace)
    this.#look()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopped.abort()
  }

  #look(): void {
    const wanted = this.#ports.probes()
    if (wanted !== this.#wanted) this.#follow(wanted)
    const now = performance.now()
    for (const target of this.#targets.values()) {
      if (this.#asking >= this.#ports.limits.probesAtOnce) return
      if (!target.asking && target.due <= now) void this.#ask(target)
    }
  }

  /** Takes over the URLs of another policy; what is known of those that stay is kept. */
  #follow(wanted: readonly string[]): void {
    this.#wanted = wanted
    const before = new Map(this.#targets)
    this.#targets.clear()
    for (const url of wanted) this.#targets.set(url, before.get(url) ?? newTarget(url))
    const registries = new Set([...this.#targets.values()].map(({ registry }) => registry))
    for (const { registry } of before.values()) if (!registries.has(registry)) this.#ports.metrics.forgetRegistry(registry)
    this.#publish()
  }

  async #ask(target: Target): Promise<void> {
    const { limits } = this.#ports
    this.#asking += 1
    target.asking = true
    // Whatever goes wrong with a URL that the policy accepted is a registry that cannot be asked, never the end of the server.
    const result = await probe(target.url, limits.probeTimeout, this.#stopped.signal).catch(() => 'error' as const)
    this.#asking -= 1
    target.asking = false
    target.due = performance.now() + limits.probeInterval * (1 - jitter / 2 + Math.random() * jitter)
    // What nobody wants to know any more counts nowhere.
    if (this.#stopped.signal.aborted || this.#targets.get(target.url) !== target) return
    this.#keep(target, result)
    this.#look()
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
    if (result === 'up' && wasUp === false) log.info({ registry }, 'the registry answers again')
    if (result !== 'up' && wasUp !== false) log.warn({ registry, result }, 'the registry does not answer as it should')
    this.#publish()
  }

  #publish(): void {
    const known = [...this.#targets.values()].filter(({ results }) => results.length > 0)
    this.#health = new Map(known.map(({ url, results }) => [url, observed(results)]))
  }
}

function newTarget(url: string): Target {
  return { url, registry: new URL(url).host, results: [], checked: undefined, due: 0, asking: false }
}

function observed(results: readonly boolean[]): Observed {
  return { failures: results.filter((up) => !up).length, probes: results.length }
}
