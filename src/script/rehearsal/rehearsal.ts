/** What a rehearsal finds. */
import type { Rerun, Storage } from '../container/storage.ts'

export type Obligation = 'repeat' | 'failure' | 'stop' | 'interrupted'

/** What goes wrong in the second run. */
export type Outcome =
  /** A command fails, and fails again in every further try. */
  | 'fails'
  /** It exits 0, and what a single run leaves stands there more than once. */
  | 'duplicates'
  /** It exits 0, and a key or a password that is already in use is another one now. */
  | 'replaces'
  /** It exits 0, but the result is not that of a single run. */
  | 'differs'

export interface Hazard {
  /** Offset of the command in the script. */
  readonly offset: number
  readonly command: string
  readonly obligation: Obligation
  readonly rerun: Rerun
  readonly storage: Storage
  /** The path or external thing that was left behind, '' where none could be named. */
  readonly path: string
  readonly outcome: Outcome
  /** With what the command exits in the second run; 0 where it does not fail. */
  readonly status: number
  /** Whether it fails because the path is read-only and the user is not root. */
  readonly isRefused?: boolean
}

/** What one command of the script did in the first run and in the next one, both undisturbed. */
export interface RehearsedCommand {
  readonly offset: number
  readonly command: string
  /** What it wrote in the first run, paths and things of services. */
  readonly writes: readonly { readonly path: string; readonly storage: Storage }[]
  /** Exit status; the last one that was not 0 where a loop carried it out several times. Null: it was not carried out. */
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
  /** In the order of the script; empty where the first run could not be followed. */
  readonly commands: readonly RehearsedCommand[]
  /** Whether another shell or other tools could have made a difference. */
  readonly isFlavoured: boolean
  /** Commands that were carried out, over all runs; long texts and many files count as the commands that could have been instead. */
  readonly steps: number
}
