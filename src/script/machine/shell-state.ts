/** What a shell keeps from command to command. */
import { type Dialect, noOptions, type ShellOptions } from '../syntax/dialect.ts'
import type { Statement } from '../syntax/syntax.ts'
import { concat, literal, textOf, type Value } from '../value/value.ts'

/** Statements that are kept for later. */
export interface Kept<Body> {
  readonly body: Body
  /** Where they stand for a reader whom the script does not show them: where it sourced, evaluated or trapped them. */
  readonly offset: number | undefined
}

/** What a subshell inherits and gives nothing of back. */
export interface Shell {
  readonly variables: Map<string, Value>
  /** Names of those variables that programs get, another shell too. */
  readonly exported: Set<string>
  readonly functions: Map<string, Kept<Statement>>
  readonly options: ShellOptions
  positional: readonly Value[]
  /** The working folder as a path key; undefined where it is not known. */
  folder: string | undefined
  exitTrap: Kept<readonly Statement[]> | null
  /** `set -a`: what is assigned is exported. */
  exportsAll?: boolean
  /** Undefined: as the container's shell. */
  dialect?: Dialect | undefined
  lastStatus: number
}

/** A shell that was just started. @param environment its variables */
export function startedShell(environment: ReadonlyMap<string, Value>): Shell {
  return {
    variables: new Map(environment),
    exported: new Set(environment.keys()),
    functions: new Map(),
    options: { ...noOptions },
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
    exported: new Set(shell.exported),
    functions: new Map(shell.functions),
    options: { ...shell.options },
    exitTrap: null,
  }
}

/** Sets a variable, as an assignment does. */
export function assignVariable(shell: Shell, name: string, value: Value): void {
  shell.variables.set(name, value)
  if (shell.exportsAll === true) shell.exported.add(name)
}

/** `NAME=VALUE` as one word; undefined where it is none, or its name is not known. */
export function readAssignment([head, ...tail]: Value): { readonly name: string; readonly value: Value } | undefined {
  const equals = typeof head === 'string' ? head.indexOf('=') : -1
  if (typeof head !== 'string' || equals === -1) return undefined
  return { name: head.slice(0, equals), value: concat(literal(head.slice(equals + 1)), tail) }
}

/** Exports variables to one command, which may set them as well. @returns what puts them back afterwards */
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

/** Leaves of a copied shell what a program gets of it. What else it is called for may still be set, by the image. */
export function keepExported({ variables, exported, functions }: Shell): void {
  functions.clear()
  for (const name of variables.keys()) if (!exported.has(name)) variables.delete(name)
}

/** What fields are split at: blanks, or nothing at all. Undefined for any other IFS, which is not followed. */
export function separatorsOf({ variables }: Shell): ' \t\n' | '' | undefined {
  const value = variables.get('IFS')
  if (value === undefined) return ' \t\n'
  const text = textOf(value)
  return text === ' \t\n' || text === '' ? text : undefined
}
