/** A command model: rows for the table in docs/catalogue.md, and a function that runs the command on the abstract machine. */
import type { Machine } from '../machine/machine.ts'
import type { ShellOptions } from '../syntax/dialect.ts'
import type { Value } from '../value/value.ts'

/** One invocation of a command, as seen by its model. */
export interface Call {
  readonly name: string
  /** The fields after the name. */
  readonly arguments: readonly Value[]
  readonly machine: Machine
  /** Runs another command in place of this one, as `env`, `timeout` and `xargs` do. @returns its exit status */
  run(fields: readonly Value[]): number
  /**
   * Runs script text in a separate shell: `sh -ec TEXT`, `su -c TEXT`.
   * @param positional `$1` and the following parameters
   * @param options the options that the shell was started with: `-e`, `-u`, `-o pipefail`
   * @param program the shell; `sh` if omitted
   * @returns its exit status
   * @throws NotAnalyzed if the text is unknown or does not parse
   */
  runShell(text: Value, positional?: readonly Value[], options?: Partial<ShellOptions>, program?: string): number
  /**
   * States that a kill partway through the command can leave behind, each as a function that puts the machine's files into that state. Call
   * it before applying the effect: if the rehearsal wants one of these states, this call does not return.
   */
  partials(...states: readonly (() => void)[]): void
  /**
   * Marks the command as one that an outside cause (network, full disk) can make fail. The rehearsal then also tries that failure
   * (obligation `failure`).
   */
  fallible(): void
  /** Records that part of the command's effect is unknown, so the verdict cannot be `safe`. The paths it may touch become unknown. */
  unknown(why: string, touched?: readonly string[]): void
  /**
   * Like `unknown`, for a command whose exit status and output are unknown too. It is assumed to succeed if nothing tests its status. If a
   * condition depends on the status, both outcomes are tried, separately for the first run and for the runs after it.
   * @returns the exit status
   */
  notFollowed(why: string, touched?: readonly string[]): number
}

/** The sections of docs/catalogue.md. */
export type CatalogueSection =
  | 'shell'
  | 'files'
  | 'archives'
  | 'downloads'
  | 'git'
  | 'users'
  | 'text'
  | 'databases'
  | 'migrations'
  | 'clusters'
  | 'object stores'
  | 'brokers'
  | 'keys'
  | 'network'
  | 'processes'

/** One row of the table: a form of the command, and what a rerun does. */
export interface CommandForm {
  readonly form: string
  /** What a rerun does. */
  readonly again: string
  /** What makes the rerun safe; '' if nothing is needed. */
  readonly safeWhen: string
}

export interface CommandModel {
  readonly names: readonly string[]
  readonly section: CatalogueSection
  readonly forms: readonly CommandForm[]
  /**
   * Runs the command on the machine. Never contacts anything outside it.
   * @returns the exit status
   * @throws NotAnalyzed for an option or operand that the model does not support
   */
  run(call: Call): number
}

/** The models that the interpreter looks up, by command name. */
export type Catalogue = ReadonlyMap<string, CommandModel>

/**
 * Builds a model from its parts.
 * @param run as `CommandModel.run`
 * @param forms its rows in docs/catalogue.md
 */
export function command(
  section: CatalogueSection,
  names: readonly string[],
  run: CommandModel['run'],
  ...forms: readonly CommandForm[]
): CommandModel {
  return { names, section, forms, run }
}
