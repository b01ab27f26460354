/** The steps of a run, and how a run can be disturbed. */
import type { Span } from '../syntax/syntax.ts'
import type { Value } from '../value/value.ts'
import type { Place } from './place.ts'

/** Where a run is disturbed. Steps are named by their numbers. */
export interface Disturbance {
  /** The run is killed right after this step. */
  readonly killAfter?: number
  /** This step fails: with status 1 and without doing anything, unless `leaving` is set. */
  readonly failAt?: number
  /** The failed step leaves its n-th incomplete state behind. */
  readonly leaving?: number
  /** Paths that are missing after the failed step, unless it is known that they exist. */
  readonly missing?: readonly string[]
  /** The run is killed within this step, which leaves its n-th partial state behind. */
  readonly interruptedAt?: { readonly step: number; readonly partial: number }
}

/** One field of a command: what it stands for, and where it is written. */
export interface CommandWord {
  readonly value: Value
  /** Null if it is not written in the script itself (`sh -c`, `eval`), or shares its word with other fields. */
  readonly span: Span | null
}

/** A file that a redirection of a command opens. */
export interface CommandTarget extends CommandWord {
  readonly operator: '>' | '>>' | '<' | '<>' | '>|'
}

/** A command as it ran. */
export interface RunCommand {
  /** The fields, without assignments and redirections. */
  readonly words: readonly CommandWord[]
  readonly targets: readonly CommandTarget[]
  /** The working directory as a path key; undefined if it is not known. */
  readonly folder: string | undefined
}

export interface Step extends RunCommand {
  /** Ascending, but not without gaps: equal in all runs that reach the command. */
  readonly number: number
  readonly offset: number
  /** The command for readers. */
  readonly command: string
  readonly targets: CommandTarget[]
  /** Whether an external cause (the network, a full disk) can make it fail, which obligation (b) of rehearse.ts covers. */
  fallible: boolean
  /** Number of incomplete states that such a failure can leave behind. */
  failures: number
  /** Number of partial states that a kill within the command can leave behind. */
  partials: number
  status: number
  /** Why it is certain to fail, if the container is the cause. */
  refusal?: {
    readonly kind: 'readOnly' | 'owner' | 'pipefail' | 'unread' | 'quotedCommand'
    readonly path: string
    readonly ifEmpty?: true
  }
  /** The places that it changed. A kill after a step that changed nothing equals a kill before it. */
  readonly writes: Place[]
}
