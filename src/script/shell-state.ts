/** What a shell keeps from command to command. */
import type { Statement } from './syntax.ts'
import type { Value } from './value.ts'

export interface ShellOptions {
  errexit: boolean
  nounset: boolean
  pipefail: boolean
}

/** What a subshell inherits and gives nothing of back. */
export interface Shell {
  readonly variables: Map<string, Value>
  readonly functions: Map<string, Statement>
  readonly options: ShellOptions
  positional: readonly Value[]
  /** The working folder as a path key; undefined where it is not known. */
  folder: string | undefined
  exitTrap: readonly Statement[] | null
  lastStatus: number
}

/** A shell that was just started. @param environment its variables */
export function startedShell(environment: ReadonlyMap<string, Value>): Shell {
  return {
    variables: new Map(environment),
    functions: new Map(),
    options: { errexit: false, nounset: false, pipefail: false },
    positional: [],
    folder: '',
    exitTrap: null,
    lastStatus: 0,
  }
}

/** A copy for a subshell: it has the parent's traps no more (POSIX XCU 2.12). */
export function subshellOf(shell: Shell): Shell {
  return {
    ...shell,
    variables: new Map(shell.variables),
    functions: new Map(shell.functions),
    options: { ...shell.options },
    exitTrap: null,
  }
}
