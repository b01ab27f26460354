import type { Counter } from 'prom-client'

/** The most labels that a tally has. */
type Labels = readonly [string, string, string]

/**
 * Counts for a Prometheus counter with three labels, handed over at the scrape: prom-client looks its labels up at every count, which
 * costs more than the rest of a review's bookkeeping.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, Map<string, number>>>()

  /** Counts one. */
  add(...[first, second, third]: Labels): void {
    const counts = inner(inner(this.#counts, first), second)
    counts.set(third, (counts.get(third) ?? 0) + 1)
  }

  /** Hands over what was counted since the last time. @param labelNames in the order of `add` */
  handOver<L extends string>(counter: Counter<L>, labelNames: readonly [L, L, L]): void {
    for (const [first, seconds] of this.#counts) {
      for (const [second, thirds] of seconds) {
        for (const [third, count] of thirds) counter.inc(labelsOf(labelNames, [first, second, third]), count)
      }
    }
    this.#counts.clear()
  }
}

function inner<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = new Map<string, V>()
  map.set(key, made)
  return made
}

function labelsOf<L extends string>(names: readonly [L, L, L], values: Labels): Record<L, string> {
  const labels = {} as Record<L, string>
  for (const [index, name] of names.entries()) labels[name] = values[index] ?? ''
  return labels
}
