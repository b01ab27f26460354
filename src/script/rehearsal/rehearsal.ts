/** The result of a rehearsal. */
import type { Rerun, Storage } from '../container/storage.ts'
import type { RunCommand } from '../machine/steps.ts'

/** The event after which the script has to run again safely (see rehearse.ts). */
export type Obligation = 'repeat' | 'failure' | 'stop' | 'interrupted'

/** What goes wrong in the second run. */
export type Outcome =
  /** A command fails, and fails in every further attempt. */
  | 'fails'
  /** It exits 0, but the result of a single run is there more than once. */
  | 'duplicates'
  /** It exits 0, but it replaces a key or a password that is already in use. */
  | 'replaces'
  /** It exits 0, but the result is not that of a single run. */
  | 'differs'

export interface Hazard extends RunCommand {
  /** Offset of the command in the script. */
  readonly offset: number
  /** The command for readers. */
  readonly command: string
  readonly obligation: Obligation
  readonly rerun: Rerun
  readonly storage: Storage
  /** The path or external object that was left behind, '' if it cannot be named. */
  readonly path: string
  readonly outcome: Outcome
  /** Exit status of the command in the second run; 0 if it does not fail. */
  readonly status: number
  /** Whether it fails because the path is read-only and the user is not root. */
  readonly isRefused?: boolean
}

/** What one command of the script does in the first run and in the second one, both undisturbed. */
export interface RehearsedCommand {
  readonly offset: number
  /** The command in one or two words. */
  readonly program: string
  /** The paths and objects of services that it writes in the first run. */
  readonly writes: readonly { readonly path: string; readonly storage: Storage }[]
  /** Exit status; if it runs several times, the first that is not 0. Null if it does not run. */
  readonly first: number | null
  readonly again: number | null
}

/** Why a command of the first run is certain to fail, if the container and not the script is the cause. */
export type Refusal = 'readOnly' | 'owner' | 'pipefail' | 'unread'

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
  /** The path that it cannot change, '' if none can be named. */
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
  /** Whether another shell or other tools could make a difference. */
  readonly isFlavored: boolean
  /** Commands of all runs; work on long texts and many files is converted to commands. */
  readonly steps: number
}
