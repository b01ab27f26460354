/** What one unit of a script (units.ts) did in a run, so that other runs can take it over. */
import { maxEntries, maxPieces, maxText } from '../limits.ts'
import type { Entry, FileSystem } from '../machine/file-system.ts'
import type { Change, Footprint } from '../machine/footprint.ts'
import type { Exit, Killed, Machine, Shell, Step } from '../machine/machine.ts'
import { empty, lengthOf, type Value } from '../value/value.ts'
import type { NotAnalyzed } from '../value/world.ts'

/** What one unit did in a run. */
export interface UnitRun {
  /** The numbers of the states of the shell before and after it; a copy of the latter. */
  readonly shellBefore: number
  readonly shellAfter: number
  readonly shell: Shell
  /** Whether it was in a first run. */
  readonly isFirst: boolean
  readonly statusBefore: number
  readonly statusAfter: number
  readonly inputBefore: Value | undefined
  readonly inputAfter: Value | undefined
  /** Its status, or what it threw. */
  readonly end: number | Exit | Killed | NotAnalyzed
  readonly footprint: Footprint
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  /** The steps after which the files are kept, with the number of changes by then. */
  readonly kept: ReadonlyMap<Step, number>
  readonly ticks: number
  readonly output: Value
  readonly unknowns: Machine['unknowns']
  readonly refused: Machine['refused']
  readonly missing: Machine['missing']
}

/** Above these, a limit of what a run prints or lists may matter. */
export const [usualText, usualPieces, usualEntries] = [maxText / 2, maxPieces / 2, maxEntries / 2]

/** Whether a file is a plain one that is short enough for more text. */
export function canAddTo(key: string, files: FileSystem): boolean {
  const content = contentOf(files.listedAs(key))
  return files.isPlainFile(key) && lengthOf(content) <= usualText && content.length <= usualPieces
}

/** The text of a file; empty if it is none. */
export function contentOf(entry: Entry | undefined): Value {
  return entry?.node.kind === 'file' ? entry.node.content : empty
}
