import type { JsonPointer } from '../model/json.ts'
import type { AnalyzedInit, Edit } from '../script/index.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import { forPeople, type Input, type InputError, type ObjectName, type Place } from './output.ts'

/** A hazard in the JSON output. */
export interface HazardEntry {
  /** Line in the script, from 1. */
  readonly line: number
  readonly command: string
  readonly obligation: string
  readonly rerun: string
  readonly storage: string
  readonly outcome: string
  readonly fix: string
  /** Changes of the script that were rehearsed, in UTF-16 offsets; left out if none passed. Those of all hazards can be applied together. */
  readonly edits?: readonly Edit[]
}

/** What the text output needs in addition to the JSON. */
interface RehearsedForPeople {
  readonly file: string | null
  readonly place: Place | null
  readonly init: AnalyzedInit
}

export interface RehearsedEntry {
  readonly object: ObjectName
  readonly container: string
  readonly pointer: JsonPointer
  readonly verdict: AnalyzedInit['verdict']
  readonly atomic: boolean | null
  readonly hazards: readonly HazardEntry[]
  readonly unknown: AnalyzedInit['unknown']
  readonly [forPeople]: RehearsedForPeople
}

export interface RehearseOutput {
  readonly containers: readonly RehearsedEntry[]
  readonly errors: readonly InputError[]
}

/** Rehearses every regular init container, in the order of the inputs and of the PodSpec. Never throws, whatever the inputs contain. */
export function rehearseInputs(inputs: readonly Input[], options: { readonly namespace: string }): RehearseOutput {
  const containers: RehearsedEntry[] = []
  const errors: InputError[] = []
  for (const inspected of workloadsOf(inputs, options.namespace, errors)) containers.push(...entriesOf(inspected))
  return { containers, errors }
}

function entriesOf({ workload, scripts, file, locate }: InspectedWorkload): RehearsedEntry[] {
  return scripts.analyzed().map((init) => {
    const { container, verdict, atomic, unknown } = init
    const hazards = init.hazards.map(({ line, command, obligation, rerun, storage, outcome, fix, edits }): HazardEntry => {
      return { line, command, obligation, rerun, storage, outcome, fix, ...(edits === undefined ? {} : { edits }) }
    })
    return {
      object: objectName(workload),
      container: container.name,
      pointer: container.pointer,
      verdict,
      atomic,
      hazards,
      unknown,
      [forPeople]: { file, place: locate(container.pointer), init },
    }
  })
}
