/** A cache of analyses across reviews. */
import type { ScriptAnalysis } from './analysis.ts'

/** What an entry takes in addition to its texts, in bytes: the objects of the cache and of a small analysis. */
const entryBytes = 1000

interface Entry {
  /** Its own copy: an equal key of another review could keep the memory of that review alive. */
  readonly key: string
  readonly analysis: ScriptAnalysis
  readonly bytes: number
}

/** Keeps the most recently used analyses within an amount of memory. */
export class AnalysisCache {
  readonly #kept = new Map<string, Entry>()
  readonly #maxBytes: number
  #bytes = 0

  /** @param maxBytes the maximum of the estimated memory of all entries */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): ScriptAnalysis | undefined {
    const entry = this.#kept.get(key)
    if (entry === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(entry.key, entry)
    return entry.analysis
  }

  /** Adds an analysis, and drops the least recently used ones that there is no room for. */
  set(key: string, analysis: ScriptAnalysis): void {
    this.#drop(key)
    const bytes = bytesOf(key, analysis)
    this.#kept.set(key, { key, analysis, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}

/** The memory of an entry, estimated: its texts with two bytes per character, and as much again for the objects that hold them. */
function bytesOf(key: string, analysis: ScriptAnalysis): number {
  return entryBytes + 2 * key.length + 4 * JSON.stringify(analysis).length
}
