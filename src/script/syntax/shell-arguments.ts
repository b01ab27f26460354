/** The arguments of a shell, `sh -ec TEXT NAME ARGUMENT…`, in the command of a container or in a script. */
import { noOptions, type ShellOptions } from './dialect.ts'

/** What a shell is told to run. */
export interface ShellArguments<Argument> {
  readonly options: Readonly<ShellOptions>
  /** `text`: the argument after `-c` is the script; `file`: it names the script; `input`: the script comes from standard input. */
  readonly source: 'text' | 'file' | 'input'
  /** Index of the text or the file among the arguments; for `input`, the number of arguments. */
  readonly index: number
  /** Positional parameters from `$1` on. */
  readonly positional: readonly Argument[]
}

/** Names of the shells that run POSIX scripts. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash'])

/** Long options of bash that take a value (bash(1), OPTIONS). */
const longWithValue: ReadonlySet<string> = new Set(['--rcfile', '--init-file'])

/**
 * Reads the arguments after the name of a shell.
 * @param textOf returns an argument as text, undefined if it is not known
 * @returns undefined if a relevant argument is not known
 */
export function readShellArguments<Argument>(
  list: readonly Argument[],
  textOf: (argument: Argument) => string | undefined,
): ShellArguments<Argument> | undefined {
  const state: State = { options: { ...noOptions }, isText: false }
  let index = 0
  for (; index < list.length; index++) {
    const text = textOf(list[index] as Argument)
    // After -c, an unknown word is the script; anywhere else it could be an option.
    if (text === undefined && !state.isText) return undefined
    if (text === '--' || text === '-') {
      index++
      break
    }
    if (text === undefined || !/^[-+]./.test(text)) break
    const next = index + 1 < list.length ? textOf(list[index + 1] as Argument) : undefined
    if (readOption(text, next, state)) index++
  }
  const { options, isText } = state
  if (index >= list.length) return { options, source: 'input', index: list.length, positional: [] }
  return { options, source: isText ? 'text' : 'file', index, positional: list.slice(index + (isText ? 2 : 1)) }
}

/** The first line of a script names its shell and that shell's options. */
const interpreterLine = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?(?:[ \t]+(\S+))?/

/** The shell that the first line of a script names, and its options; `sh` if it names none. */
export function interpreterOf(text: string): { readonly shell: string; readonly options: ShellArguments<string>['options'] } {
  const [, path = '/bin/sh', first, second] = interpreterLine.exec(text) ?? []
  const isEnvironment = path.endsWith('/env')
  const program = isEnvironment ? (first ?? '') : path
  const option = isEnvironment ? second : first
  const options = option === undefined ? undefined : readShellArguments([option], (word) => word)?.options
  return { shell: program.slice(program.lastIndexOf('/') + 1), options: options ?? noOptions }
}

interface State {
  readonly options: ShellOptions
  isText: boolean
}

/** Reads one word of options. @returns whether the next word belongs to it */
function readOption(text: string, next: string | undefined, state: State): boolean {
  if (text.startsWith('--')) return longWithValue.has(text)
  const on = text.startsWith('-')
  let takesNext = false
  for (const letter of text.slice(1)) {
    if (letter === 'c') state.isText = on
    else if (letter === 'e') state.options.errexit = on
    else if (letter === 'u') state.options.nounset = on
    else if (letter === 'o' || letter === 'O') {
      takesNext = true
      if (next === 'errexit' || next === 'nounset' || next === 'pipefail') state.options[next] = on
    }
  }
  return takesNext
}
