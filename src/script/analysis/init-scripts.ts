/** The scripts of the init containers of a workload. */
import type { Container } from '../../model/containers.ts'
import type { JsonPointer } from '../../model/json.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import type { ContainerScript } from '../container/container-script.ts'
import { type Mount, PodVolumes } from '../container/storage.ts'
import { maxScriptLength } from '../syntax/parse.ts'
import { notAnalyzed, type ScriptAnalysis } from './analysis.ts'
import type { Analyst } from './analyst.ts'
import { maxStepsPerScript } from './analyze.ts'
import { endingOfFault, openEnding } from './ending.ts'
import type { FoundScript } from './input.ts'

/** An init container and the analysis of its script. */
export interface AnalyzedInit extends ScriptAnalysis {
  readonly container: Container
  /** Where the script, or the argument that starts it, is in the workload. */
  readonly pointer: JsonPointer
  readonly mounts: readonly Mount[]
  /** The script; undefined if it is not known what runs. */
  readonly found: ContainerScript | undefined
}

/** Maximum number of init containers of one workload whose scripts are analyzed: no real pod has more. */
const maxScripts = 100

/** Longest text of all init scripts of one workload that is analyzed, in UTF-16 units: twice the longest single script. */
const maxTextPerWorkload = 2 * maxScriptLength

/**
 * Maximum number of commands over all runs of all init scripts of one workload: the script that exceeds it is the last one that is analyzed.
 * Many long scripts must not make a workload slow.
 */
const maxStepsPerWorkload = maxStepsPerScript

const tooMany = `the workload has more than ${maxScripts} init containers`
const tooLong = 'the init scripts of this workload are longer than 128 KiB in total'
const tooSlow = 'the init scripts of this workload take too many steps to analyze in total'

/** The init containers of a workload with the analyses of their scripts. They are read once, when they are first needed. */
export class InitScripts {
  readonly #workload: Workload
  readonly #siblings: Siblings
  readonly #analyst: Analyst
  readonly #waiting: string[] = []
  #analyzed: readonly AnalyzedInit[] | undefined
  #sidecars: readonly AnalyzedInit[] | undefined
  #volumes: PodVolumes | undefined
  #text = 0
  #steps = 0

  constructor(workload: Workload, siblings: Siblings, analyst: Analyst) {
    this.#workload = workload
    this.#siblings = siblings
    this.#analyst = analyst
  }

  /**
   * The plain init containers in order, except those whose analysis is not there yet. Sidecars are skipped: they run as long as the pod, so
   * nothing waits for them to exit.
   */
  analyzed(): readonly AnalyzedInit[] {
    this.#analyzed ??= this.#analyze('init')
    return this.#analyzed
  }

  /** The sidecars, as `analyzed`, within what the budget has left after the plain init containers. */
  sidecars(): readonly AnalyzedInit[] {
    this.analyzed()
    this.#sidecars ??= this.#analyze('sidecar')
    return this.#sidecars
  }

  /** The names of the containers whose analysis was needed, but is not there yet. */
  get waiting(): readonly string[] {
    return this.#waiting
  }

  #analyze(role: 'init' | 'sidecar'): readonly AnalyzedInit[] {
    const analyzed: AnalyzedInit[] = []
    let count = 0
    for (const container of this.#workload.containers()) {
      if (container.role !== role) continue
      const init = ++count > maxScripts ? unread(container, tooMany) : this.#read(container)
      if (init === undefined) this.#waiting.push(container.name)
      else analyzed.push(init)
    }
    return analyzed
  }

  #read(container: Container): AnalyzedInit | undefined {
    if (this.#text > maxTextPerWorkload) return unread(container, tooLong)
    if (this.#steps >= maxStepsPerWorkload) return unread(container, tooSlow)
    this.#volumes ??= new PodVolumes(this.#workload.podSpec)
    const script = this.#analyst.read(container, this.#workload, this.#siblings, this.#volumes)
    const analysis = this.#analysisOf(script)
    this.#steps += analysis?.steps ?? 0
    if (analysis === undefined) return undefined
    const { found, mounts, input } = script
    return { ...analysis, container, pointer: found.pointer, mounts, found: input === null ? undefined : found }
  }

  #analysisOf({ found, input }: FoundScript): ScriptAnalysis | undefined {
    if (input === null) return notAnalyzed(found.why, null, found.fault === undefined ? openEnding : endingOfFault(found.fault))
    this.#text += found.text.length
    return this.#text > maxTextPerWorkload ? notAnalyzed(tooLong) : this.#analyst.analyze(input)
  }
}

function unread(container: Container, why: string): AnalyzedInit {
  return { ...notAnalyzed(why), container, pointer: container.pointer, mounts: [], found: undefined }
}
