/** The result of a rehearsal. */
import type { Hazard } from '../change/hazard.ts'
import type { Storage } from '../container/storage.ts'
import type { Place } from '../machine/place.ts'

/** A place that a command wrote. */
export interface Write {
  readonly place: Place
  readonly storage: Storage
}

export type { Hazard, Obligation, Outcome } from '../change/hazard.ts'

/** What one command of the script does in the first run and in the second one, both undisturbed. */
export interface RehearsedCommand {
  readonly offset: number
  /** The command in one or two words. */
  readonly program: string
  /** What it writes in the first run. */
  readonly writes: readonly Write[]
  /** Exit status; if it runs several times, the first that is not 0. Null if it does not run. */
  readonly first: number | null
  readonly again: number | null
}

export interface UnknownPart {
  readonly offset: number
  readonly why: string
}

export interface Rehearsal {
  readonly verdict: 'safe' | 'unsafe' | 'unknown'
  /**
   * Whether a kill within any command is harmless: false if it leaves an incomplete result that the next run treats as complete or fails
   * over, null if that is not known.
   */
  readonly atomic: boolean | null
  readonly hazards: readonly Hazard[]
  readonly unknown: readonly UnknownPart[]
  /** In the order of the script; empty if the first run could not be analyzed. */
  readonly commands: readonly RehearsedCommand[]
  /** What one run leaves behind in each case, as keys: 'failed' if it fails. */
  readonly results: ReadonlySet<string>
  /** Whether another shell or other tools could make a difference. */
  readonly isFlavored: boolean
  /** Commands of all runs; work on long texts and many files is converted to commands. */
  readonly steps: number
}
