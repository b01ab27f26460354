/** Who analyzes scripts: this thread, or another one that has the result ready later. */
import type { Container } from '../../model/containers.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import type { PodVolumes } from '../container/storage.ts'
import type { ScriptAnalysis } from './analysis.ts'
import { analyzeScript } from './analyze.ts'
import { AnalysisCache } from './cache.ts'
import { type FoundScript, inputOf, keyOf, type ScriptInput } from './input.ts'

export interface Analyst {
  /** The script of a container, as `inputOf` reads it. */
  read(container: Container, workload: Workload, siblings: Siblings, volumes?: PodVolumes): FoundScript
  /** The analysis of a script; undefined if it is not there yet. The same input returns the same object while it is cached. */
  analyze(input: ScriptInput): ScriptAnalysis | undefined
}

/** Analyzes at once, in this thread. */
export class PlainAnalyst implements Analyst {
  readonly #cache: AnalysisCache

  constructor(cache: AnalysisCache) {
    this.#cache = cache
  }

  read = inputOf

  analyze(input: ScriptInput): ScriptAnalysis {
    const key = keyOf(input)
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const analysis = analyzeScript(input)
    this.#cache.set(key, analysis)
    return analysis
  }
}

/** For the command line and the browser: their inputs often repeat a script, and end with the process. */
const plainCacheBytes = 8 * 1024 * 1024

export const plainAnalyst: Analyst = new PlainAnalyst(new AnalysisCache(plainCacheBytes))
