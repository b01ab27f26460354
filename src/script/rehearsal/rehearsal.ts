/** The result of a rehearsal. */
import type { Hazard } from '../change/hazard.ts'
import type { Storage } from '../container/storage.ts'
import type { Place } from '../machine/place.ts'
import type { FlavorAnswers } from '../syntax/dialect.ts'
import type { HiddenFailure } from './hidden.ts'

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

/** Why a command of the first run is certain to fail, if the container and not the script is the cause. */
export type Refusal = 'readOnly' | 'owner' | 'pipefail' | 'unread' | 'quotedCommand'

/** The command with which the first run fails in every case. */
export interface FirstFailure {
  /** Offset of the command in the script. */
  readonly offset: number
  /** The command in one or two words. */
  readonly program: string
  /** Exit status of the script. */
  readonly status: number
  /** Null if the script itself is the cause. */
  readonly refusal: Refusal | null
  /** The path that it cannot change or the word that is wrong, '' if none can be named. */
  readonly path: string
  /** Whether it may succeed once its volumes contain data. */
  readonly isOnEmptyClaim: boolean
  /** Whether the command is a test, or got a pattern that matches no file: its author did not think of an empty volume. */
  readonly isOversight: boolean
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
  /** How the first run fails in every case; null if it may succeed, or if that is not known. */
  readonly failure: FirstFailure | null
  /** Downloads whose failure stays hidden in each case. */
  readonly hidden: readonly HiddenFailure[]
  /** What it depends on the shell and the tools: others that give the same answers make no difference. */
  readonly flavor: FlavorAnswers
  /** Commands of all runs; work on long texts and many files is converted to commands. */
  readonly steps: number
}
