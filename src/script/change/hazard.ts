/** What goes wrong when a script runs again. */
import type { Rerun, Storage } from '../container/storage.ts'
import type { Place } from '../machine/place.ts'
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
  /** What was left behind, null if it cannot be named. */
  readonly place: Place | null
  readonly outcome: Outcome
  /** Exit status of the command in the second run; 0 if it does not fail. */
  readonly status: number
  /** Whether it fails because the path is read-only and the user is not root. */
  readonly isRefused?: boolean
}
