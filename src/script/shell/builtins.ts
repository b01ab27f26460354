/** The builtin commands of the shell. */

import { broughtTo } from '../machine/brought.ts'
import { Exit, Jump, type Machine, type Step } from '../machine/machine.ts'
import { programPath } from '../machine/programs.ts'
import { assignVariable, readAssignment, separatorsOf, stopped } from '../machine/shell-state.ts'
import { needText, pathValue } from '../value/paths.ts'
import { concat, empty, keyOf, lengthOf, literal, textOf, unknown, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { arithmeticStatus } from './arithmetic.ts'
import { storeArray, storeUnknown } from './arrays.ts'
import { isNotEmpty, testStatus } from './conditions.ts'
import { fieldsAt, fieldsOfLine } from './fields.ts'
import { formatted } from './printf.ts'
import type { ShellContext } from './shell-context.ts'
import { parsed, runSourced, shownText } from './shown-scripts.ts'
import { vendorLibrary } from './vendor-libraries.ts'

type Builtin = (rest: readonly Value[], context: ShellContext, step: Step) => number

const nothing: Builtin = () => 0

/** `ulimit -n` prints a setting of the process, and `ulimit -n 1024` changes it until the shell ends. */
const processSetting =
  (name: string): Builtin =>
  (rest, { machine }) => {
    const [value] = rest.filter((field) => textOf(field)?.startsWith('-') !== true)
    // -S and -H select one of two limits with the same resource (POSIX XCU, ulimit). No variable has a blank in its name.
    const letters = rest.flatMap((field) => /^-([A-Za-z]+)$/.exec(textOf(field) ?? '')?.[1]?.replaceAll(/[SH]/g, '') ?? [])
    const key = `${name} -${letters.join('')}`
    if (value === undefined) machine.print(concat(machine.shell.variables.get(key) ?? unknown(`$(${key})`), literal('\n')))
    else machine.shell.variables.set(key, value)
    return 0
  }

function unsupported(why: string): Builtin {
  return () => {
    throw new NotAnalyzed(why)
  }
}

function echo(rest: readonly Value[], { machine }: ShellContext): number {
  let words = rest
  let newline = '\n'
  while (words.length > 0 && /^-[neE]+$/.test(textOf(words[0] ?? empty) ?? '')) {
    if ((textOf(words[0] ?? empty) ?? '').includes('n')) newline = ''
    words = words.slice(1)
  }
  machine.print(concat(join(words), literal(newline)))
  return 0
}

function join(words: readonly Value[]): Value {
  return words.reduce<Value>((all, word, index) => (index === 0 ? word : concat(all, literal(' '), word)), empty)
}

function cd(rest: readonly Value[], { machine }: ShellContext): number {
  const operands = rest.filter((word) => !/^-[LPe]+$|^--$/.test(textOf(word) ?? ''))
  const target = operands[0] ?? machine.shell.variables.get('HOME') ?? unknown('$HOME')
  if (textOf(target) === '-') throw new NotAnalyzed('cd -')
  const path = machine.resolveWhole(machine.path(target))
  const node = machine.files.look(path) ?? (isAskedFor(path, machine) ? machine.node(path, 'folder') : machine.suppose(path, anyFolder))
  if (node.kind === 'unknown') throw new NotAnalyzed('a directory that an unknown command may have changed')
  if (node.kind !== 'folder') return 1
  machine.shell.folder = path
  machine.shell.isInImageFolder = false
  return 0
}

const anyFolder = { kind: 'folder', closed: false } as const

/** Whether `cd DIR && …` asks for a directory that a command of the script may have brought: otherwise, DIR is meant to be there. */
function isAskedFor(path: string, machine: Machine): boolean {
  return machine.guarded > 0 && broughtTo(path, machine).length > 0
}

/** `pushd DIR`: goes there and prints the directories; `popd` goes back. Only bash has them. */
function pushd(rest: readonly Value[], context: ShellContext): number {
  const { machine } = context
  const { shell } = machine
  if (!machine.isDialect('bash')) return 127
  const operands = rest.map((word) => needText(word, 'a directory of pushd'))
  if (operands.length !== 1 || /^[-+]/.test(operands[0] ?? '')) throw new NotAnalyzed('pushd with options')
  const folder = machine.folder
  if (cd(rest, context) !== 0) return 1
  shell.folders = [...(shell.folders ?? []), folder]
  printFolders(machine)
  return 0
}

function popd(rest: readonly Value[], { machine }: ShellContext): number {
  const { shell } = machine
  if (!machine.isDialect('bash')) return 127
  if (rest.length > 0) throw new NotAnalyzed('popd with options')
  const { folders = [] } = shell
  if (folders.length === 0) return 1
  shell.folder = folders.at(-1)
  shell.folders = folders.slice(0, -1)
  printFolders(machine)
  return 0
}

function printFolders(machine: Machine): void {
  const { folder, folders = [] } = machine.shell
  const shown = [folder, ...folders.toReversed()].map((each) => (each === undefined ? unknown('$PWD') : pathValue(each)))
  machine.print(concat(join(shown), literal('\n')))
}

/** The options of `set` that matter, by letter. */
const optionNames: ReadonlyMap<string, string> = new Map([
  ['a', 'allexport'],
  ['e', 'errexit'],
  ['u', 'nounset'],
  ['C', 'noclobber'],
  ['E', 'errtrace'],
])

function set(rest: readonly Value[], { machine }: ShellContext): number {
  // What follows `--` or the first word that is no option may be unknown.
  const textAt = (index: number) => needText(rest[index] ?? empty, 'an option of set')
  for (let index = 0; index < rest.length; index++) {
    const start = rest[index]?.[0]
    const word = typeof start === 'string' && !/^[-+]/.test(start) ? start : textAt(index)
    if (word === '--') {
      machine.shell.positional = rest.slice(index + 1)
      return 0
    }
    if (!/^[-+]/.test(word)) {
      machine.shell.positional = rest.slice(index)
      return 0
    }
    const on = word.startsWith('-')
    for (const letter of word.slice(1)) {
      const name = letter === 'o' ? textAt(++index) : optionNames.get(letter)
      if (!longOption(name ?? '', on, machine)) return 2
    }
  }
  return 0
}

/** `set -o NAME`. dash does not support pipefail and exits there; in a shell that may be dash, the outcome is not known. */
function longOption(name: string, on: boolean, machine: Machine): boolean {
  const { options } = machine.shell
  if (name === 'errexit') options.errexit = on
  if (name === 'nounset') options.nounset = on
  if (name === 'errtrace') machine.shell.keepsErrorTrap = on
  if (name === 'allexport') machine.shell.exportsAll = on
  if (name === 'noclobber' && on) throw new NotAnalyzed('set -o noclobber')
  if (name === 'pipefail') {
    if (machine.isDialect('posix')) {
      const { first } = machine.setting
      if (first?.isOldDash === false) throw new NotAnalyzed('set -o pipefail in a dash that may support it')
      const step = machine.trace.at(-1)
      if (step !== undefined) step.refusal = { kind: 'pipefail', path: '' }
      throw new Exit(2)
    }
    if (machine.isDialect('unknown')) throw new NotAnalyzed('set -o pipefail in a shell that may not support it')
    options.pipefail = on
  }
  return true
}

/** `readonly`, `local` and similar: their arguments are assignments. */
function setVariables(rest: readonly Value[], { machine }: ShellContext): number {
  for (const { name, value } of rest.flatMap((word) => readAssignment(word) ?? [])) assignVariable(machine.shell, name, value)
  return 0
}

function exportVariables(rest: readonly Value[], context: ShellContext): number {
  const { exported } = context.machine.shell
  const isTakenBack = rest.some((word) => textOf(word) === '-n')
  for (const word of rest) {
    const name = readAssignment(word)?.name ?? textOf(word) ?? ''
    if (isTakenBack) exported.delete(name)
    else exported.add(name)
  }
  return setVariables(rest, context)
}

function trap(rest: readonly Value[], { machine }: ShellContext, step: Step): number {
  const [action, ...signals] = rest.map((word) => needText(word, 'a trap'))
  if (signals.some((signal) => signal === 'DEBUG' || signal === 'RETURN')) throw new NotAnalyzed('a trap that only bash supports')
  const isExit = signals.some((signal) => signal === 'EXIT' || signal === '0')
  const isError = signals.includes('ERR')
  if (!isExit && !isError) return 0
  const isReset = action === '-' || action === '' || action === undefined
  const kept = isReset ? null : { body: parsed(action, machine).body, offset: step.offset }
  if (isError && !hasErrorTrap(machine)) return 1
  if (isExit) machine.shell.exitTrap = kept
  if (isError) machine.shell.errorTrap = kept ?? undefined
  return 0
}

/** dash prints "bad trap"; bash and BusyBox sh support it. */
function hasErrorTrap(machine: Machine): boolean {
  if (machine.isDialect('unknown')) return machine.world.decide('whether the shell has a trap for ERR') === 0
  return !machine.isDialect('posix')
}

function evaluate(rest: readonly Value[], context: ShellContext, step: Step): number {
  const { machine } = context
  const { body } = parsed(needText(join(rest), 'the text of eval'), machine)
  return machine.reportAt(step.offset, () => context.list(body))
}

/** Options of `read` without a meaning for its input: raw mode, silence, and a prompt or a timeout as the next word. */
const readFlags = /^-[rse]+$/
const readValues = /^-[rse]*[pt]$/

interface ReadOptions {
  readonly names: readonly string[]
  readonly isRaw: boolean
  /** The array of `-a`. */
  readonly array: string | undefined
}

function readOptions(rest: readonly Value[], machine: Machine): ReadOptions {
  const names: string[] = []
  let isRaw = false
  let array: string | undefined
  for (let index = 0; index < rest.length; index++) {
    const word = needText(rest[index] ?? empty, 'an operand of read')
    if (/^-[rse]*a$/.test(word)) array = needText(rest[++index] ?? empty, 'an operand of read')
    else if (readValues.test(word)) index++
    else if (word.startsWith('-') && !readFlags.test(word)) throw new NotAnalyzed(`read ${word}`)
    if (!word.startsWith('-')) names.push(word)
    else if (word.includes('r')) isRaw = true
  }
  if (array !== undefined && !machine.isDialect('bash')) throw new NotAnalyzed('read -a in a shell that may not support it')
  return { names, isRaw, array }
}

/** `read`: splits the next line of the input into as many fields as there are names. */
function read(rest: readonly Value[], { machine }: ShellContext): number {
  const { names, isRaw, array } = readOptions(rest, machine)
  const line = nextLine(machine)
  const separators = separatorsOf(machine.shell)
  if (separators === undefined) throw new NotAnalyzed('read with an unknown IFS')
  if (!isRaw && textOf(line.text)?.includes('\\') === true) throw new NotAnalyzed('read without -r of a line with a backslash')
  if (array === undefined) {
    const fields = fieldsOfLine(separators, line.text, Math.max(1, names.length))
    for (const [index, name] of (names.length === 0 ? ['REPLY'] : names).entries())
      assignVariable(machine.shell, name, fields[index] ?? empty)
  } else readArray(array, line.text, separators, machine)
  return line.isComplete ? 0 : 1
}

/** `read -a`. The value of an array whose elements are not known stands for all of them. */
function readArray(name: string, line: Value, separators: string, machine: Machine): void {
  if (textOf(line) !== undefined) storeArray(name, line.length === 0 ? [] : fieldsAt(separators, line), machine)
  else storeUnknown(name, [line], machine)
}

/**
 * Takes the next line from the input. An unknown part of it is at most one line: what a loop does with one, it does with all. Whether there
 * is a line is assumed both ways, unless it is certain.
 */
function nextLine(machine: Machine): { readonly text: Value; readonly isComplete: boolean } {
  const { input = empty } = machine
  machine.world.spend(lengthOf(input))
  const index = input.findIndex((piece) => typeof piece === 'string' && piece.includes('\n'))
  const end = input[index]
  if (typeof end === 'string') {
    const at = end.indexOf('\n')
    machine.input = concat(literal(end.slice(at + 1)), input.slice(index + 1))
    return { text: concat(input.slice(0, index), literal(end.slice(0, at))), isComplete: true }
  }
  machine.input = empty
  const isLine = input.some((piece) => typeof piece === 'object') && isNotEmpty(input, machine)
  return { text: isLine || textOf(input) !== undefined ? input : empty, isComplete: isLine }
}

/**
 * Options of `shopt` that change nothing in a script that is analyzed: patterns that they add (`**`, `+(…)`) are not supported anyway, and
 * the others concern interactive shells. bash(1), The shopt builtin.
 */
const harmlessOptions: ReadonlySet<string> = new Set(
  'extglob globstar checkwinsize checkhash cmdhist histappend huponexit lithist expand_aliases interactive_comments sourcepath'.split(' '),
)

/** `shopt -s OPTION…`; only bash has it. */
function shopt(rest: readonly Value[], { machine }: ShellContext): number {
  if (machine.isDialect('posix') || machine.isDialect('ash')) return 127
  const words = rest.map((word) => needText(word, 'an option of shopt'))
  const names = words.filter((word) => !word.startsWith('-'))
  if (names.some((name) => !harmlessOptions.has(name) && !globOptions.has(name))) throw new NotAnalyzed(`shopt ${words.join(' ')}`)
  if (words.some((word) => word !== '-s' && word !== '-u' && word.startsWith('-'))) throw new NotAnalyzed(`shopt ${words.join(' ')}`)
  for (const name of names) {
    if (name === 'nullglob') machine.shell.nullglob = words.includes('-s')
    if (name === 'dotglob') machine.shell.dotglob = words.includes('-s')
    if (name === 'nocasematch') machine.shell.nocasematch = words.includes('-s')
  }
  return 0
}

/** Options that change which patterns match. */
const globOptions: ReadonlySet<string> = new Set(['nullglob', 'dotglob', 'nocasematch'])

/** `let`: the status is that of the last expression. dash has no such command, so an unknown shell with such a script is another one. */
function letArithmetic(rest: readonly Value[], { machine }: ShellContext): number {
  if (machine.isDialect('posix')) return 127
  return rest.reduce((_, word) => arithmeticStatus(needText(word, 'an expression of let'), machine), 1)
}

function jump(kind: 'return' | 'break' | 'continue'): Builtin {
  return (rest, { machine }) => {
    const count = rest[0] === undefined ? undefined : Number(needText(rest[0], `the number of ${kind}`))
    throw kind === 'return' ? new Jump(kind, 1, count ?? machine.lastStatus) : new Jump(kind, count ?? 1, 0)
  }
}

function command(rest: readonly Value[], context: ShellContext, step: Step): number {
  const option = textOf(rest[0] ?? empty)
  if (option !== '-v' && option !== '-V') return context.dispatch(rest, step)
  return rest.slice(1).every((name) => printName(name, context)) ? 0 : 1
}

/** Prints the name of a builtin or a function, or the path of a program. @returns whether it exists */
function printName(name: Value, { machine }: ShellContext): boolean {
  const text = textOf(name)
  const isOwn = text !== undefined && (builtins.has(text) || machine.shell.functions.has(text))
  const found = isOwn ? name : programPath(name, machine)
  if (found !== undefined) machine.print(concat(found, literal('\n')))
  return found !== undefined
}

/** `type NAME` prints a sentence; with an option such as `-p`, it prints the same as `command -v`. */
function type(rest: readonly Value[], context: ShellContext): number {
  const names = rest.filter((word) => !/^-/.test(textOf(word) ?? ''))
  const { machine } = context
  const before = machine.output
  const isThere = names.every((name) => printName(name, context))
  if (names.length === rest.length) machine.output = concat(before, unknown(`type ${names.map(keyOf).join(' ')}`))
  return isThere ? 0 : 1
}

/** `.` and `source`: runs the contents of a file in this shell. */
function source(rest: readonly Value[], context: ShellContext, step: Step): number {
  const [file, ...positional] = rest
  // A name without a slash is searched in the PATH; bash also searches the working directory.
  const isPath = file !== undefined && textOf(file)?.includes('/') === true
  const text = isPath ? (shownText(file, context.machine) ?? vendorText(file, context.machine)) : undefined
  if (text !== undefined) return runSourced(text, positional, context, step)
  context.call('.', rest, step).unknown('a sourced script that is not in the input')
  return 0
}

/** The text of a vendor's library in the image. */
function vendorText(file: Value, machine: Machine): string | undefined {
  const path = machine.resolveWhole(machine.path(file))
  return machine.files.storageOf(path) === 'container' && machine.files.look(path) === undefined ? vendorLibrary(path) : undefined
}

function exit(rest: readonly Value[], { machine }: ShellContext, step: Step): number {
  const code = rest[0] === undefined ? machine.lastStatus : Number(needText(rest[0], 'the exit status'))
  step.status = Number.isNaN(code) ? 2 : code
  throw new Exit(step.status)
}

function exec(rest: readonly Value[], context: ShellContext, step: Step): number {
  const status = context.dispatch(rest, step)
  throw new Exit(context.machine.end(step, status))
}

function unset(rest: readonly Value[], { machine }: ShellContext): number {
  for (const word of rest) {
    const name = textOf(word) ?? ''
    if (name.includes('[')) throw new NotAnalyzed('an element of an array that is unset')
    machine.shell.variables.delete(name)
    machine.shell.arrays.delete(name)
  }
  return 0
}

function shift(rest: readonly Value[], { machine }: ShellContext): number {
  const count = Number(textOf(rest[0] ?? literal('1')) ?? Number.NaN)
  if (Number.isNaN(count)) throw new NotAnalyzed('shift by an unknown number')
  if (count > machine.shell.positional.length) return 1
  machine.shell.positional = machine.shell.positional.slice(count)
  return 0
}

/** `declare` and `typeset`, which neither dash nor BusyBox sh supports. */
function declare(rest: readonly Value[], context: ShellContext): number {
  if (!context.machine.isDialect('bash')) return 127
  return rest.some((word) => /^-\w*x/.test(textOf(word) ?? '')) ? exportVariables(rest, context) : setVariables(rest, context)
}

/** 143 if SIGTERM stopped it (POSIX XCU 2.8.2: above 128). */
function statusOfBackground({ shell, world }: Machine): number {
  if (shell.background === stopped) return world.decide('whether a stopped command exits 0') === 0 ? 0 : 143
  return shell.background ?? 127
}

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', nothing],
  ['true', nothing],
  ['false', () => 1],
  ['echo', echo],
  [
    'printf',
    (rest, { machine }) => {
      machine.print(formatted(rest, machine))
      return 0
    },
  ],
  ['cd', cd],
  ['pushd', pushd],
  ['popd', popd],
  [
    'pwd',
    (_rest, { machine }) => {
      machine.print(concat(machine.folder === undefined ? unknown('$PWD') : pathValue(machine.folder), literal('\n')))
      return 0
    },
  ],
  ['test', (rest, { machine }) => testStatus(rest, machine)],
  [
    '[',
    (rest, { machine }) => {
      if (textOf(rest.at(-1) ?? empty) !== ']') return 2
      return testStatus(rest.slice(0, -1), machine)
    },
  ],
  ['set', set],
  ['export', exportVariables],
  ['readonly', setVariables],
  ['local', setVariables],
  ['declare', declare],
  ['typeset', declare],
  ['unset', unset],
  ['shift', shift],
  ['trap', trap],
  ['eval', evaluate],
  ['.', source],
  ['source', source],
  ['read', read],
  ['exit', exit],
  ['return', jump('return')],
  ['break', jump('break')],
  ['continue', jump('continue')],
  ['command', command],
  ['type', type],
  ['exec', exec],
  // Without operands, the status is 0 (POSIX XCU, wait).
  ['wait', (rest, { machine }) => (rest.length === 0 ? 0 : statusOfBackground(machine))],
  ['umask', processSetting('umask')],
  ['ulimit', processSetting('ulimit')],
  ['shopt', shopt],
  ['alias', unsupported('an alias')],
  ['getopts', unsupported('getopts')],
  ['let', letArithmetic],
  ['mapfile', unsupported('mapfile')],
])
