/** The record of a program: how it runs on the abstract machine, what its command lines show, and its rows in docs/catalogue.md. */

import type { Repairs } from '../change/kit.ts'
import type { CommandMachine } from '../machine/command-machine.ts'
import type { Machine } from '../machine/machine.ts'
import type { ProgramTraits } from '../shape/program.ts'
import type { ShellOptions } from '../syntax/dialect.ts'
import type { Value } from '../value/value.ts'

/**
 * One invocation of a command, as seen by its model.
 * @template M what it gets of the machine; all of it only in shells/, whose commands run others under another root or environment
 */
export interface Call<M extends CommandMachine = CommandMachine> {
  readonly name: string
  /** The fields after the name. */
  readonly arguments: readonly Value[]
  readonly machine: M
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
  /**
   * Incomplete states that such a failure can leave behind, each as a function that puts the machine's files into that state. Call it before
   * applying the effect: if the rehearsal wants one of these states, this call does not return.
   * @param status the exit status of the failure
   */
  failures(status: number, ...states: readonly (() => void)[]): void
  /** Records that part of the command's effect is unknown, so the verdict cannot be `safe`. The paths it may touch become unknown. */
  unknown(why: string, touched?: readonly string[]): void
  /**
   * Like `unknown`, for a command whose exit status and output are unknown too. It is assumed to succeed if nothing tests its status. If a
   * condition depends on the status, both outcomes are tried, separately for the first run and for the runs after it.
   * @returns the exit status
   */
  notFollowed(why: string, touched?: readonly string[]): number
}

/**
 * How a program parses its options:
 * - `getopt`: clusters (`-ab`), attached values (`-oV`), `--long=V` (getopt_long(3), Python's optparse and argparse)
 * - `pflag`: the same, and `--flag=false` (github.com/spf13/pflag: kubectl, helm, rclone, etcdctl)
 * - `words`: one dash or two before a whole word, `-path V` or `-path=V`, no clusters (Go's flag package, joptsimple, openssl)
 * - `separate`: as `words`, but a value is always the next argument (keytool, sqlite3, redis-cli)
 */
export type OptionStyle = 'getopt' | 'pflag' | 'words' | 'separate'

export interface OptionTable {
  /** `getopt` if omitted. */
  readonly style?: OptionStyle
  /** Options without a value: `-p`, `--parents`. */
  readonly flags?: readonly string[]
  /** Options with a value: `-m MODE`, `--mode=MODE`. */
  readonly values?: readonly string[]
  /** Options with two values, each in its own argument: `--arg NAME VALUE`. */
  readonly pairs?: readonly string[]
  /** Options with an optional value, which must be attached: `-i.bak`, `--preserve=mode`. */
  readonly attached?: readonly string[]
  /** Whether the first operand ends the options. */
  readonly operandsEndOptions?: boolean
  /** Why options that the table does not list cannot matter. Without a reason, such an option is not analyzed. */
  readonly lenient?: string
  /** Options that matter although the table is lenient: they are not analyzed. */
  readonly harmful?: readonly string[]
}

/** A table, and where it applies: to all command lines, or only after certain words. */
export interface OptionUse {
  readonly table: OptionTable
  /** The words before the options, if the table is only for one name or subcommand: `git clone`. */
  readonly after?: string
}

/**
 * Runs a command on the machine. Never contacts anything outside it.
 * @returns the exit status
 * @throws NotAnalyzed for an option or operand that the model does not support
 */
export interface Run<M extends CommandMachine = CommandMachine> {
  (call: Call<M>): number
  /** The tables of its options. */
  readonly options?: readonly OptionUse[]
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

/** The changes of a script that may repair a hazard of the program, best first. None is certain: each is tried. */
export interface ProgramRepairs {
  /** If it fails. */
  readonly failing?: Repairs
  /** If it changes the result. */
  readonly differing?: Repairs
  /** If a kill leaves it with part of its result. */
  readonly interrupted?: Repairs
  /** Options with which it keeps a result that is there already, even an incomplete one. */
  readonly keeping?: RegExp
}

/** What a program does, and what its command lines show. */
export interface Program extends ProgramTraits {
  /** Undefined if a rehearsal does not follow the program: what it does is unknown. */
  readonly run?: Run<Machine>
  readonly repairs?: ProgramRepairs
  /** Whether a subcommand belongs to its name for readers: `git clone`. */
  readonly hasSubcommands?: true
  /** Whether it removes or replaces its input. */
  readonly consumesInput?: true
  /** Whether it runs statements of a database. */
  readonly runsStatements?: true
  /** Whether its status is not 0 if a path that it writes to is read-only (EROFS). */
  readonly failsIfReadOnly?: true
  /** Whether its effect ends with the container, but stays if it runs on a node. */
  readonly staysOnNode?: true
  /** Whether it changes the network namespace in which it runs, whatever its root directory is. */
  readonly changesNetwork?: true
}

/** The record of a program, or of several that are alike: everything that initlint knows about it. */
export interface CommandModel extends Program {
  readonly names: readonly string[]
  readonly section: CatalogueSection
  /** Its rows in docs/catalogue.md. */
  readonly forms: readonly CommandForm[]
}

/** The models that the interpreter looks up, by command name. */
export type Catalogue = ReadonlyMap<string, CommandModel>

/**
 * Builds a record from its parts.
 * @param program what it does; a function alone is its `run`
 * @param forms its rows in docs/catalogue.md
 */
export function command(
  section: CatalogueSection,
  names: readonly string[],
  program: Run<Machine> | Program,
  ...forms: readonly CommandForm[]
): CommandModel {
  return { names, section, forms, ...(typeof program === 'function' ? { run: program } : program) }
}
