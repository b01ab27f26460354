import type { Counter } from 'prom-client'

/** The values of the three labels. */
type Labels = readonly [string, string, string]

/**
 * Counts for a Prometheus counter with three labels, and passes the counts on at the scrape: prom-client looks up the labels for each
 * increment, which costs more than all other metrics of a review.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, Map<string, number>>>()

  /** Counts one. */
  add(...[first, second, third]: Labels): void {
    const counts = inner(inner(this.#counts, first), second)
    counts.set(third, (counts.get(third) ?? 0) + 1)
  }

  /** Passes on the counts since the last call. @param labelNames in the order of `add` */
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
