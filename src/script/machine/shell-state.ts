/** The state that a shell keeps between commands. */
import { type Dialect, noOptions, type ShellOptions } from '../syntax/dialect.ts'
import type { Statement } from '../syntax/syntax.ts'
import { concat, literal, textOf, type Value } from '../value/value.ts'

/** Statements that are stored for later, such as the body of a function. */
export interface Kept<Body> {
  readonly body: Body
  /** The offset to report if the statements are not part of the script's own text: where it sourced, evaluated or trapped them. */
  readonly offset: number | undefined
}

/** The state that a subshell copies: its changes do not affect the parent. */
/** Stands for the status of a command that is stopped: 0 if it handles the signal, else above 128. */
export const stopped = -1

export interface Shell {
  readonly variables: Map<string, Value>
  /** Arrays; the first element is also a variable of that name. */
  readonly arrays: Map<string, readonly Value[]>
  /** Names of the exported variables, which programs and other shells inherit. */
  readonly exported: Set<string>
  readonly functions: Map<string, Kept<Statement>>
  readonly options: ShellOptions
  positional: readonly Value[]
  /** The working directory as a path key; undefined if it is not known. */
  folder: string | undefined
  /** The directories to which `popd` returns, the latest last. */
  folders?: readonly (string | undefined)[]
  /** Whether the working directory is that of the image, which is not known; `folder` is undefined then. */
  isInImageFolder?: boolean
  exitTrap: Kept<readonly Statement[]> | null
  /** What `trap … ERR` sets. */
  errorTrap?: Kept<readonly Statement[]> | undefined
  /** `set -E`: functions and subshells of bash inherit the trap. */
  keepsErrorTrap?: boolean
  /** `set -a`: assigned variables are exported. */
  exportsAll?: boolean
  /** Undefined means the dialect of the container's shell. */
  dialect?: Dialect | undefined
  lastStatus: number
  /** `shopt -s nullglob`: a pattern that matches nothing is no field. */
  nullglob?: boolean
  /** `shopt -s dotglob`: patterns also match names that begin with a dot. */
  dotglob?: boolean
  /** `shopt -s nocasematch`: `case` and `[[` do not tell capital letters from small ones. */
  nocasematch?: boolean
  /** The status of the last command in the background; `stopped` if it ends only when it is stopped. */
  background?: number
}

/** The state of a new shell. @param environment its variables */
export function startedShell(environment: ReadonlyMap<string, Value>): Shell {
  return {
    variables: new Map(environment),
    arrays: new Map(),
    exported: new Set(environment.keys()),
    functions: new Map(),
    options: { ...noOptions },
    positional: [],
    folder: '',
    exitTrap: null,
    lastStatus: 0,
  }
}

/** A copy for a subshell, without the parent's traps (POSIX XCU 2.12). */
export function subshellOf(shell: Shell): Shell {
  return { ...copyOfShell(shell), exitTrap: null, errorTrap: shell.keepsErrorTrap === true ? shell.errorTrap : undefined }
}

/** A complete copy. */
export function copyOfShell(shell: Shell): Shell {
  return {
    ...shell,
    variables: new Map(shell.variables),
    arrays: new Map(shell.arrays),
    exported: new Set(shell.exported),
    functions: new Map(shell.functions),
    options: { ...shell.options },
  }
}

/** Sets a variable, as an assignment does. That of an array sets its first element. */
export function assignVariable(shell: Shell, name: string, value: Value): void {
  shell.variables.set(name, value)
  const array = shell.arrays.get(name)
  if (array !== undefined) shell.arrays.set(name, [value, ...array.slice(1)])
  if (shell.exportsAll === true) shell.exported.add(name)
}

/** Reads `NAME=VALUE` from one word; undefined if it is no assignment, or if the name is not known. */
export function readAssignment([head, ...tail]: Value): { readonly name: string; readonly value: Value } | undefined {
  const equals = typeof head === 'string' ? head.indexOf('=') : -1
  if (typeof head !== 'string' || equals === -1) return undefined
  return { name: head.slice(0, equals), value: concat(literal(head.slice(equals + 1)), tail) }
}

/** Exports variables to one command, which may also set them. @returns a function that restores them afterward */
export function exportForOne(names: readonly string[], { variables, exported }: Shell): () => void {
  const before = names.map((name) => [name, variables.get(name), exported.has(name)] as const)
  for (const name of names) exported.add(name)
  return () => {
    for (const [name, value, wasExported] of before) {
      if (value === undefined) variables.delete(name)
      else variables.set(name, value)
      if (!wasExported) exported.delete(name)
    }
  }
}

/** Reduces a copied shell to what a new program inherits. Other variables become unknown: the image may set them. */
export function keepExported(shell: Shell): void {
  const { variables, arrays, exported, functions } = shell
  functions.clear()
  arrays.clear()
  Object.assign(shell, { nullglob: false, dotglob: false, nocasematch: false })
  for (const name of variables.keys()) if (!exported.has(name)) variables.delete(name)
}

/** The characters at which fields are split. Undefined if IFS has an unknown part. */
export function separatorsOf({ variables }: Shell): string | undefined {
  const value = variables.get('IFS')
  return value === undefined ? ' \t\n' : textOf(value)
}
