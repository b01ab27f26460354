/** Loops that wait for something, and what ends them. */

import type { Statement, Word } from '../syntax/syntax.ts'
import { type Probe, probeOf } from './server-probes.ts'
import { type Command, commandOf, conditionWords, statementsIn, wordText } from './walk.ts'

type LoopStatement = Extract<Statement, { kind: 'loop' }>

/** A `while` or `until` loop. */
export interface Loop {
  readonly offset: number
  /** Whether its condition never ends it: `while true`. */
  readonly always: boolean
  /** Whether a command in it can leave it, such as `break` or `exit`. */
  readonly leaves: boolean
  readonly sleeps: boolean
  /** The servers that it probes. */
  readonly probes: readonly Probe[]
  /** Whether the number of its iterations or its duration is limited, whatever the probes return. */
  readonly bounded: boolean
  /** A variable that it compares but never changes. */
  readonly stuckCounter: string | undefined
}

/**
 * The loops of a script, except those in the background, which it does not wait for.
 * @param commands all commands of the script
 */
export function loopsOf(body: readonly Statement[], variables: ReadonlyMap<string, string>, commands: readonly Command[]): readonly Loop[] {
  const loops: Loop[] = []
  // A script that kills itself or its children after some time limits its loops in a way that their text does not show.
  const kills = commands.some(({ name }) => name === 'kill' || name === 'pkill')
  for (const { statement, inBackground } of statementsIn(body)) {
    if (statement.kind !== 'loop' || inBackground) continue
    loops.push(loopOf(statement, variables, kills))
  }
  return loops
}

function loopOf(statement: LoopStatement, variables: ReadonlyMap<string, string>, kills: boolean): Loop {
  const { commands, compared, counted, assigned, isOpaque } = contentsOf([...statement.condition, ...statement.body], variables)
  const clock =
    compared.has('SECONDS') || compared.has('EPOCHSECONDS') || commands.some(({ name, args }) => name === 'date' && args[0] === '+%s')
  const inCondition = contentsOf(statement.condition, variables).compared
  return {
    offset: statement.span.start,
    always: isAlways(statement, variables),
    leaves: isOpaque || commands.some(({ name }) => leaving.has(name)),
    sleeps: commands.some(({ name }) => name === 'sleep' || name === 'usleep'),
    probes: commands.flatMap((command) => probeOf(command) ?? []),
    bounded: kills || clock || isOpaque || commands.some(({ name }) => name === 'read') || [...counted].some((name) => compared.has(name)),
    stuckCounter: [...inCondition].find((name) => !assigned.has(name) && variables.has(name)),
  }
}

/** What the statements of a body contain, those in loops, functions and substitutions included. */
interface Contents {
  readonly commands: Command[]
  /** Variables that are compared as numbers. */
  readonly compared: Set<string>
  /** Variables that count up or down: their new value is computed by `$((N + 1))` or `expr`. */
  readonly counted: Set<string>
  /** Variables that are assigned or counted. */
  readonly assigned: Set<string>
  /** Whether a part of it has no syntax tree. */
  isOpaque: boolean
}

/** Reads a body in one pass. */
function contentsOf(body: readonly Statement[], variables: ReadonlyMap<string, string>): Contents {
  const contents: Contents = { commands: [], compared: new Set(), counted: new Set(), assigned: new Set(), isOpaque: false }
  for (const { statement } of statementsIn(body)) {
    if (statement.kind === 'opaque') contents.isOpaque = true
    if (statement.kind === 'for') contents.assigned.add(statement.name)
    const command = commandOf(statement, variables)
    if (command !== undefined) contents.commands.push(command)
    noteCompared(statement, contents.compared)
    if (statement.kind !== 'simple') continue
    for (const { name } of statement.assignments) contents.assigned.add(name)
    for (const name of countedBy(statement)) {
      contents.counted.add(name)
      contents.assigned.add(name)
    }
  }
  return contents
}

const leaving: ReadonlySet<string> = new Set(['break', 'exit', 'return', 'exec'])

/** Every simple command of a body, including those in loops, functions and substitutions. */
export function commandsIn(body: readonly Statement[], variables: ReadonlyMap<string, string>): readonly Command[] {
  return [...statementsIn(body)].flatMap(({ statement }) => commandOf(statement, variables) ?? [])
}

/** `while true`, `while :`, `while [ 1 ]`, `until false`. */
function isAlways({ condition, until }: LoopStatement, variables: ReadonlyMap<string, string>): boolean {
  const [only] = condition
  if (condition.length !== 1 || only === undefined) return false
  const command = commandOf(only, variables)
  if (command === undefined) return false
  if (until) return command.name === 'false'
  return command.name === 'true' || command.name === ':' || (command.name === '[' && command.args.join(' ') === '1 ]')
}

const numeric: ReadonlySet<string> = new Set(['-lt', '-le', '-gt', '-ge', '-eq', '-ne'])

/** Adds the variables that a statement compares as numbers. */
function noteCompared(statement: Statement, names: Set<string>): void {
  const note = (word: Word) => {
    for (const part of word.parts) {
      if (part.kind === 'parameter') names.add(part.name)
      if (part.kind === 'arithmetic') for (const name of part.text.match(/[A-Za-z_]\w*/g) ?? []) names.add(name)
    }
  }
  if (statement.kind === 'test' && statement.condition.kind !== 'unary') conditionWords(statement.condition).forEach(note)
  if (statement.kind !== 'simple') return
  const words = statement.words.map((word) => wordText(word, new Map()))
  const compares = words.some((word) => numeric.has(word) || word === '=' || word === '==' || word === '!=')
  if ((words[0] === '[' || words[0] === 'test') && compares) statement.words.forEach(note)
}

/** The variables that a command counts up or down. */
function* countedBy(statement: Extract<Statement, { kind: 'simple' }>): Generator<string> {
  for (const { name, value, append } of statement.assignments) if (append || isComputed(value)) yield name
  for (const text of arithmeticIn(statement)) {
    for (const [, name = ''] of text.matchAll(/([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*]?=(?!=))/g)) yield name
  }
}

function isComputed(value: Word | null): boolean {
  return value?.parts.some((part) => part.kind === 'arithmetic' || (part.kind === 'command' && usesExpr(part.body))) === true
}

/** The arithmetic in the words of a command, and the arguments of `let`. */
function arithmeticIn({ words }: Extract<Statement, { kind: 'simple' }>): readonly string[] {
  const texts = words.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'arithmetic' ? [part.text] : [])))
  const [command, ...rest] = words.map((word) => wordText(word, new Map()))
  return command === 'let' ? [...texts, ...rest] : texts
}

function usesExpr(body: readonly Statement[]): boolean {
  return commandsIn(body, new Map()).some(({ name }) => name === 'expr' || name === 'bc' || name === 'awk')
}
