/** How the first run of an init container ends, as far as that is certain. */
import type { StartFault, StartFaultKind } from '../container/start-faults.ts'
import type { Refusal } from '../rehearsal/rehearsal.ts'

/**
 * `command`: the script itself; `unset`, `setLater`: the command gets `$(NAME)` as it is written (see shape/unset.ts); `syntax`: it does not parse; `carriageReturn`: its lines end with
 * carriage returns.
 */
export type FailureCause = 'command' | 'unset' | 'setLater' | 'syntax' | 'carriageReturn' | Refusal | StartFaultKind

/** A container whose first run fails, so that every further one fails in the same way. */
export interface Failing {
  readonly kind: 'fails'
  /** Line in the script, counted from 1; null if no script runs. */
  readonly line: number | null
  /** Exit status of the container. */
  readonly status: number
  readonly cause: FailureCause
  /** The command in one or two words, or the word that is wrong. */
  readonly what: string
  /** The path that cannot be changed, the word that is wrong, or the `$(NAME)` that is not replaced; '' if none can be named. */
  readonly path: string
  /** Whether the container runtime can start the container. */
  readonly isStarted: boolean
  /** Whether it may succeed once its claims contain data. */
  readonly isOnEmptyClaim: boolean
}

/** `never`: it never completes; `open`: it may complete, or how it ends is not known. */
export type Ending = Failing | { readonly kind: 'never'; readonly line: number } | { readonly kind: 'open' }

export const openEnding: Ending = { kind: 'open' }

/** The ending of a container that does not get as far as its script. */
export function endingOfFault({ kind, what, status, isStarted }: StartFault): Failing {
  return { kind: 'fails', line: null, status, cause: kind, what, path: '', isStarted, isOnEmptyClaim: false }
}

/** The ending of a script that no shell can read. @param line where the shell stops */
export function endingOfText(cause: 'syntax' | 'carriageReturn', line: number, what: string): Failing {
  return { kind: 'fails', line, status: 2, cause, what, path: '', isStarted: true, isOnEmptyClaim: false }
}
