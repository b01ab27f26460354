import type { Call } from '../commands/command.ts'
import type { Machine, Step } from '../machine/machine.ts'
import type { Statement, Word } from '../syntax/syntax.ts'
import type { Value } from '../value/value.ts'

/** What the parts of the interpreter need from the interpreter. */
export interface ShellContext {
  readonly machine: Machine
  /** The word as one text, without field splitting and globs. */
  text(word: Word): Value
  /** The word as the fields that a command gets. */
  fields(word: Word): Value[]
  /** Runs statements in the current shell. @returns the status of the last */
  list(body: readonly Statement[]): number
  statement(statement: Statement): number
  /** Runs something in a copy of the shell, including its EXIT trap. @returns its status */
  subshell(run: () => number): number
  /** Runs a command by its fields: function, builtin or catalogue. */
  dispatch(fields: readonly Value[], step: Step): number
  /** The call that a command model gets. */
  call(name: string, rest: readonly Value[], step: Step): Call<Machine>
}
