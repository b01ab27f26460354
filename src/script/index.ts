/** What rules and reports use of scripts. Outside src/script, only this file, shape/ and the catalogue (for docs) may be imported. */
export { type ContainerCommand, type ContainerHazard, notAnalyzed, type ScriptAnalysis } from './analysis/analysis.ts'
export { type Analyst, plainAnalyst } from './analysis/analyst.ts'
export { analyzeScript, factsOfScript } from './analysis/analyze.ts'
export { AnalysisCache } from './analysis/cache.ts'
export type { Ending, Failing } from './analysis/ending.ts'
export { type AnalyzedInit, InitScripts } from './analysis/init-scripts.ts'
export {
  type FoundScript,
  inputFrom,
  inputOf,
  keyOf,
  mountsIn,
  nothingGiven,
  type ScriptInput,
  settingOf,
} from './analysis/input.ts'
export { KnownInputs } from './analysis/known-inputs.ts'
export { applied, type Edit } from './change/draft.ts'
export { claimTemplatesOf } from './container/container-script.ts'
export { mountOf, type PodVolumes, type Rerun, type Storage } from './container/storage.ts'
export { isInImageFolder } from './machine/image-folder.ts'
export type { Place } from './machine/place.ts'
export { shownPlace } from './rehearsal/names.ts'
export { textOf } from './value/value.ts'
