/** Simple commands: assignments, then a function, a builtin or a command of the catalogue, with its redirections. */

import type { Call, Catalogue } from '../commands/command.ts'
import { isCommandLine } from '../container/start-faults.ts'
import type { Node } from '../machine/file-system.ts'
import { Exit, Failed, Jump, Killed, type Machine, type Step } from '../machine/machine.ts'
import { file } from '../machine/place.ts'
import { holdsProgram, programOf } from '../machine/programs.ts'
import { assignVariable, exportForOne, type Kept, keepExported } from '../machine/shell-state.ts'
import type { CommandWord } from '../machine/steps.ts'
import { isUsual } from '../shape/program.ts'
import { shownWord } from '../shape/words.ts'
import { type Dialect, noOptions, type ShellOptions } from '../syntax/dialect.ts'
import { interpreterOf, shells } from '../syntax/shell-arguments.ts'
import type { Statement, Word } from '../syntax/syntax.ts'
import { needText } from '../value/paths.ts'
import { concat, empty, isPart, keyOf, literal, shown, textOf, unanalyzed, unknown, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { assignArray } from './arrays.ts'
import { builtins } from './builtins.ts'
import { isFollowedInOtherRoot } from './other-root.ts'
import { redirectForGood, withRedirections } from './redirections.ts'
import { orReadOnly, unlessRefused } from './refusals.ts'
import type { ShellContext } from './shell-context.ts'
import { parsed, shownText } from './shown-scripts.ts'

type Simple = Extract<Statement, { kind: 'simple' }>

/** The cost of each operand beyond the usual number, in units of `World.spend`. */
const [costOfField, usualFields] = [500, 20]

function spendFields({ length }: readonly Value[], { setting }: Machine): void {
  setting.world.spend(Math.max(0, length - usualFields) * costOfField)
}

/** Runs a simple command. @returns its exit status */
export function runSimple(statement: Simple, context: ShellContext): number {
  const { machine } = context
  machine.lastSubstitution = 0
  const words = statement.words.flatMap((word) => wordsOf(word, context))
  const fields = words.map(({ value }) => value)
  spendFields(fields, machine)
  const step = machine.begin(statement.span.start, fields.map(printable).join(' '), words)
  if (fields.length === 1 && textOf(fields[0] ?? empty) === 'exec') {
    assign(statement, context)
    return machine.end(step, redirectForGood(statement.redirections, context))
  }
  const restore =
    fields.length > 0
      ? exportForOne(
          statement.assignments.map(({ name }) => name),
          machine.shell,
        )
      : () => undefined
  assign(statement, context)
  const printed = machine.output
  try {
    const status = orReadOnly(
      machine,
      step,
      () =>
        withRedirections(
          statement.redirections,
          context,
          () => {
            if (fields.length === 0) return machine.lastSubstitution
            if (isSlowWriter(statement, fields, machine)) mayStop(step, machine)
            return context.dispatch(fields, step)
          },
          () => failedRedirection(textOf(fields[0] ?? empty) ?? '', machine),
          step.targets,
        ),
      statement.redirections.length > 0,
    )
    if (step.fallible && machine.output === printed && joinsMessages(statement)) machine.print(messagesOf(step))
    if (machine.sink !== undefined && machine.output !== printed) step.writes.push(file(machine.sink))
    return machine.end(step, status)
  } finally {
    restore()
  }
}

/**
 * Whether a program writes to a file that the shell has created for it, and that a test asked for earlier: the test takes the empty file for
 * a complete one. What builtins write is there at once.
 */
function isSlowWriter({ redirections }: Simple, [first]: readonly Value[], machine: Machine): boolean {
  const name = textOf(first ?? empty)
  const isProgram = name === undefined || !(builtins.has(name) || machine.shell.functions.has(name))
  const writes = redirections.some(({ kind }) => kind === 'file' || kind === 'both')
  return isProgram && writes && machine.sink !== undefined && machine.wasTested(machine.sink)
}

/** A kill here, before the command has done anything, is one of those within the command. */
function mayStop(step: Step, machine: Machine): void {
  const partial = step.partials++
  const { interruptedAt } = machine.disturbance
  if (interruptedAt?.step === step.number && interruptedAt.partial === partial) throw new Killed()
}

/** Whether `2>&1` adds the messages of a command to its output, which is not redirected itself. */
function joinsMessages({ redirections }: Simple): boolean {
  const isOnlyDuplicate = redirections.every((redirection) => redirection.kind !== 'file' && redirection.kind !== 'both')
  return isOnlyDuplicate && redirections.some((redirection) => redirection.kind === 'duplicate' && redirection.descriptor === 2)
}

/** What a command that contacts a server says about that, if it prints nothing else: the same each time. */
function messagesOf({ words }: Step): Value {
  return unknown(`messages of ${words.map(({ value }) => keyOf(value)).join(' ')}`)
}

function wordsOf(word: Word, context: ShellContext): CommandWord[] {
  const fields = context.fields(word)
  const isWritten = fields.length === 1 && context.machine.fixedOffset === undefined
  return fields.map((value) => ({ value, span: isWritten ? word.span : null }))
}

const specialBuiltins: ReadonlySet<string> = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'trap',
  'unset',
])

/** If a redirection of a special builtin fails, dash and BusyBox sh exit, but bash continues (POSIX XCU 2.8.1). */
function failedRedirection(name: string, machine: Machine): number {
  if (!specialBuiltins.has(name) || machine.isDialect('bash')) return 1
  if (machine.isDialect('unknown') && machine.world.decide('whether a failed redirection of a special builtin ends the shell') === 1)
    return 1
  throw new Exit(machine.isDialect('ash') ? 1 : 2)
}

/** A field as it would be written in a script, with quotes if it contains blanks. */
function printable(value: Value): string {
  const text = shown(value)
  if (text !== '' && !/\s/.test(text)) return text
  return /['$]/.test(text) ? `"${text}"` : `'${text}'`
}

function assign(statement: Simple, context: ShellContext): void {
  const { machine } = context
  const { variables } = machine.shell
  for (const assignment of statement.assignments) {
    const { name, value, append } = assignment
    if (value === null) {
      assignArray(assignment, context, machine.fixedOffset ?? statement.span.start)
      continue
    }
    const text = context.text(value)
    assignVariable(machine.shell, name, append ? concat(variables.get(name) ?? empty, text) : text)
  }
}

/** The exit status of a command that does not exist (POSIX XCU 2.8.2). */
const notFound = 127

/** Runs a command by name: function, builtin, catalogue. */
export function dispatch(fields: readonly Value[], context: ShellContext, catalogue: Catalogue, step: Step): number {
  const { machine } = context
  const [first, ...rest] = fields
  const program = programOf(first ?? empty, catalogue)
  const name = textOf(first ?? empty) ?? program
  if (name === undefined) throw new NotAnalyzed('a command with an unknown name')
  const kept = machine.shell.functions.get(name)
  if (kept !== undefined) return callFunction(kept, rest, context, step)
  if (isNotFound(name, step, machine)) return notFound
  const builtin = builtins.get(name)
  if (builtin !== undefined) return builtin(rest, context, step)
  const call = context.call(name, rest, step)
  const text = name.includes('/') ? shownText([name], machine) : undefined
  if (text !== undefined) return runProgramFile(text, rest, call)
  const model = program === undefined ? undefined : catalogue.get(program)
  // Some images have a program of their own there that only has the name of a usual one.
  if (model !== undefined && machine.setting.first !== undefined && !isUsual(name))
    machine.unknowns.push({ offset: step.offset, why: `whether ${name} is another program` })
  const run = model?.run
  if (model === undefined || run === undefined) {
    if (isQuestion(rest)) return answer(first ?? empty, machine)
    return call.notFollowed(`the command ${name} is not in the catalogue`, pathsIn(rest, machine))
  }
  if (machine.root !== '' && !isFollowedInOtherRoot(model)) return call.notFollowed(`what ${name} does under another root`)
  return orFailed(step, machine, () => unlessRefused(program ?? '', model, call, step, () => run(call)))
}

/** Whether no program has such a name (POSIX XCU 2.9.1.1). */
function isNotFound(name: string, step: Step, machine: Machine): boolean {
  if (machine.setting.unset?.has(name) === true) return true
  if (!isCommandLine(name)) return false
  step.refusal = { kind: 'quotedCommand', path: shownWord(name) }
  return true
}

/** Runs a command, unless the disturbance makes this step fail before it does anything, or within. */
function orFailed(step: Step, machine: Machine, run: () => number): number {
  const { failAt, leaving } = machine.disturbance
  if (leaving === undefined && failAt === step.number) return failed(machine)
  try {
    return run()
  } catch (error) {
    if (error instanceof Failed) return error.status
    throw error
  }
}

/** The disturbed step fails, and what it should have written is missing. */
function failed({ disturbance, files }: Machine): number {
  for (const path of disturbance.missing ?? []) if (files.look(path) === undefined) files.set(path, { kind: 'absent' }, null)
  return 1
}

/** `tool --version` and similar: with that single argument, programs only print information. */
function isQuestion(rest: readonly Value[]): boolean {
  return rest.length === 1 && /^(--version|-version|--help|version|-V)$/.test(textOf(rest[0] ?? empty) ?? '')
}

/** The output of such a question is unknown. It fails if the program does not exist: in the image by assumption, or at its path. */
function answer(program: Value, machine: Machine): number {
  const path = textOf(program)
  machine.print(unknown(`what ${keyOf(program)} prints about itself`))
  if (path?.includes('/') === true) return statusOfFile(machine.node(machine.resolveWhole(machine.path(program)), 'file'))
  return machine.guarded === 0 || holdsProgram(program, machine) ? 0 : 127
}

/** The status of a program by its file: an incomplete one cannot run (POSIX XCU 2.8.2). */
function statusOfFile(node: Node): number {
  if (node.kind !== 'file') return notFound
  return isPart(node.content) || node.content.length === 0 ? 126 : 0
}

/** Runs a script by its path: in the shell that its first line names, or in `sh` if it names none. */
function runProgramFile(text: string, rest: readonly Value[], call: Call<Machine>): number {
  const { shell, options } = interpreterOf(text)
  if (!shells.has(shell)) return call.notFollowed(`the ${shell} script ${call.name}`, pathsIn(rest, call.machine))
  return call.runShell(literal(text), rest, options, shell)
}

function callFunction({ body, offset }: Kept<Statement>, rest: readonly Value[], context: ShellContext, step: Step): number {
  const { machine } = context
  const { shell } = machine
  const outer = shell.positional
  const { errorTrap, keepsErrorTrap } = shell
  shell.positional = rest
  // Functions do not inherit the trap without set -E (bash(1)).
  const isTrapKept = keepsErrorTrap === true
  if (!isTrapKept) shell.errorTrap = undefined
  try {
    return machine.reportAt(offset === undefined ? undefined : step.offset, () => context.statement(body))
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.status
    throw error
  } finally {
    shell.positional = outer
    if (!isTrapKept) shell.errorTrap ??= errorTrap
  }
}

/** The paths among the arguments of an unknown command, which it may change. */
function pathsIn(values: readonly Value[], machine: Machine): string[] {
  const paths: string[] = []
  for (const value of values) {
    const text = keyOf(value).replace(/^-{1,2}[\w-]+=/, '')
    if (text.startsWith('/') && text !== '/') paths.push(machine.resolve(machine.path([text])))
  }
  return paths
}

/** Runs a shell within the script. Its commands report the offset of the call. */
function runShell(
  text: Value,
  positional: readonly Value[],
  options: Partial<ShellOptions>,
  program: string,
  context: ShellContext,
  step: Step,
): number {
  const { machine } = context
  const { body } = parsed(needText(text, 'the text that a shell is given'), machine)
  const { guarded } = machine
  // A new shell has its own `set -e`, even if it is called in a condition.
  machine.guarded = 0
  try {
    return context.subshell(() => {
      const { shell } = machine
      keepExported(shell)
      Object.assign(shell.options, noOptions, options)
      shell.dialect = dialectOf(program, machine)
      shell.positional = positional
      return machine.reportAt(step.offset, () => context.list(body))
    })
  } finally {
    machine.guarded = guarded
  }
}

/** The dialect of a shell that another one starts. If the outer shell is bash, `sh` may be any shell. */
function dialectOf(program: string, machine: Machine): Dialect {
  if (program === 'bash') return 'bash'
  if (program === 'ash') return 'ash'
  if (program === 'dash') return 'posix'
  const outer = machine.dialect
  return outer === 'bash' ? 'unknown' : outer
}

/** The call that a command model gets. */
export function callOf(name: string, rest: readonly Value[], context: ShellContext, step: Step): Call<Machine> {
  const { machine } = context
  return {
    name,
    arguments: rest,
    machine,
    run: (fields) => {
      // `env env env …`: each command reads all those after it.
      spendFields(fields, machine)
      return context.dispatch(fields, step)
    },
    runShell: (text, positional = [], options = {}, program = 'sh') => runShell(text, positional, options, program, context, step),
    partials: (...states) => {
      const first = step.partials
      step.partials += states.length
      const { interruptedAt } = machine.disturbance
      if (interruptedAt?.step === step.number) leave(states[interruptedAt.partial - first], new Killed())
    },
    fallible: () => {
      step.fallible = true
    },
    failures: (status, ...states) => {
      const first = step.failures
      step.failures += states.length
      const { failAt, leaving } = machine.disturbance
      if (leaving !== undefined && failAt === step.number) leave(states[leaving - first], new Failed(status))
    },
    unknown: (why, touched = []) => touch(why, touched, machine, step),
    notFollowed: (why, touched = []) => {
      touch(why, touched, machine, step)
      const command = `${name} ${rest.map(keyOf).join(' ')} ${machine.isFirst ? 'at first' : 'again'}`
      machine.print(unanalyzed(`what ${command} prints`))
      const isAsked = machine.guarded > 0 || machine.fixedOffset !== undefined
      return isAsked ? machine.setting.world.decide(`whether ${command} fails`) : 0
    },
  }
}

/** Ends a command in an incomplete state, if there is one. */
function leave(state: (() => void) | undefined, end: Killed | Failed): void {
  if (state === undefined) return
  state()
  throw end
}

function touch(why: string, touched: readonly string[], machine: Machine, step: Step): void {
  machine.unknowns.push({ offset: step.offset, why })
  for (const path of touched) {
    machine.files.set(path, { kind: 'unknown' }, machine.step)
    machine.wrote(path)
  }
}
