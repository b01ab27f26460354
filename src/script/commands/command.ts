/** What a command of the catalogue is: data for the table in docs, and a function over the machine. */
import type { Machine } from '../machine/machine.ts'
import type { ShellOptions } from '../syntax/dialect.ts'
import type { Value } from '../value/value.ts'

/** One carried out command, as its model sees it. */
export interface Call {
  readonly name: string
  /** The fields behind the name. */
  readonly arguments: readonly Value[]
  readonly machine: Machine
  /** Runs another command in its place: `env`, `timeout`, `xargs` and their like. @returns its exit status */
  run(fields: readonly Value[]): number
  /**
   * Runs the text of a script in a shell of its own: `sh -ec TEXT`, `su -c TEXT`.
   * @param positional `$1` and what follows
   * @param options what the shell was started with: `-e`, `-u`, `-o pipefail`
   * @param program which shell: `sh` where left out
   * @returns its exit status
   * @throws NotAnalyzed where the text is not known or does not parse
   */
  runShell(text: Value, positional?: readonly Value[], options?: Partial<ShellOptions>, program?: string): number
  /**
   * States that a kill in the middle can leave behind, each as a function that brings the machine's files into it. Call it before the
   * effect; where the rehearsal wants one of them, it does not return.
   */
  partials(...states: readonly (() => void)[]): void
  /** Says that an outside cause (network, full disk) can make this command fail: obligation (b) tries it. */
  fallible(): void
  /** Says that something of what the command does is not known; the verdict can then not be `safe`. Paths it may touch become unknown. */
  unknown(why: string, touched?: readonly string[]): void
  /**
   * `unknown`, for a command whose status and output are not known either: it succeeds where nobody looks, and where a condition
   * hangs on it, it is supposed to do so or not: once for a first run, once for the runs after it.
   * @returns the exit status
   */
  notFollowed(why: string, touched?: readonly string[]): number
}

/** The families of the catalogue's table. */
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

/** One row of the table: a form, and what happens when it runs again. */
export interface CommandForm {
  readonly form: string
  /** What the second run does. */
  readonly again: string
  /** What makes it safe, '' where it always is. */
  readonly safeWhen: string
}

export interface CommandModel {
  readonly names: readonly string[]
  readonly section: CatalogueSection
  readonly forms: readonly CommandForm[]
  /**
   * Carries the command out on the machine. Never asks the outside.
   * @returns the exit status
   * @throws NotAnalyzed where a flag or an operand is not followed
   */
  run(call: Call): number
}

/** What the interpreter looks commands up in, by name. */
export type Catalogue = ReadonlyMap<string, CommandModel>

/**
 * A command whose record is its names and its run.
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
