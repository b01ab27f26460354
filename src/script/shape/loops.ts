/** Loops that wait for something, and what ends them. */
import type { Statement, Word } from '../syntax/syntax.ts'
import type { Command } from './commands.ts'
import { conditionWords, statementsIn } from './walk.ts'
import type { WordReader } from './words.ts'

export type LoopStatement = Extract<Statement, { kind: 'loop' }>

/** A `while` or `until` loop. */
export interface Loop {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** Whether its condition never ends it: `while true`. */
  readonly always: boolean
  /** Whether a command in it can leave it, such as `break` or `exit`. */
  readonly leaves: boolean
  readonly sleeps: boolean
  /** Whether it contacts a server. */
  readonly contacts: boolean
  /** The first server that it contacts, if its name is known: in its condition, or else in what its condition depends on. */
  readonly host: string | undefined
  /** Whether the number of its iterations or its duration is limited, whatever the servers answer. */
  readonly bounded: boolean
  /** A variable that it compares but never changes. */
  readonly stuckCounter: string | undefined
  /** The first variable of a Service that a command of it needs to contact a server: `DB_SERVICE_HOST`. */
  readonly serviceVariable: string | undefined
}

/** Maximum number of variables of a kind that are noted per loop; one with more counts as bounded. */
const maxNames = 100

/** What the statements of a body contain, those in loops, functions and substitutions included. */
export class Contents {
  /** Variables that are compared as numbers. */
  readonly compared = new Set<string>()
  /** Variables that count up or down: their new value is computed by `$((N + 1))` or `expr`. */
  readonly counted = new Set<string>()
  /** Variables that are assigned or counted. */
  readonly assigned = new Set<string>()
  /** Whether a part of it has no syntax tree, or it has too many variables. */
  isOpaque = false
  leaves = false
  sleeps = false
  /** Whether it reads its input, or the time. */
  isPaced = false
  contacts = false
  /** The first server that is contacted; undefined if its name is not known. */
  host: string | undefined
  serviceVariable: string | undefined
  /** Whether it runs a program that computes: `N=$(expr $N + 1)`. */
  computes = false

  /** Adds a statement without those in it, and its command if it has one. */
  note(statement: Statement, command: Command | undefined, plain: WordReader): void {
    if (statement.kind === 'opaque' || statement.kind === 'arithmetic') this.isOpaque = true
    if (statement.kind === 'for') this.add(this.assigned, statement.name)
    if (command !== undefined) this.#noteCommand(command)
    for (const name of comparedBy(statement, plain)) this.add(this.compared, name)
    if (statement.kind !== 'simple') return
    for (const { name } of statement.assignments) this.add(this.assigned, name)
    for (const name of countedBy(statement, plain)) this.count(name)
  }

  #noteCommand({ name, args }: Command): void {
    if (leaving.has(name)) this.leaves = true
    if (name === 'sleep' || name === 'usleep') this.sleeps = true
    if (name === 'read' || (name === 'date' && args[0] === '+%s')) this.isPaced = true
    if (calculators.has(name)) this.computes = true
  }

  count(name: string): void {
    this.add(this.counted, name)
    this.add(this.assigned, name)
  }

  add(names: Set<string>, name: string): void {
    if (names.size < maxNames) names.add(name)
    else if (!names.has(name)) this.isOpaque = true
  }

  /** Adds the contents of a loop or of a substitution within it. */
  merge(inner: Contents): void {
    for (const key of ['compared', 'counted', 'assigned'] as const) for (const name of inner[key]) this.add(this[key], name)
    if (!this.contacts) this.host = inner.host
    this.serviceVariable ??= inner.serviceVariable
    for (const key of ['isOpaque', 'leaves', 'sleeps', 'isPaced', 'contacts', 'computes'] as const) this[key] ||= inner[key]
  }
}

/** Whether the condition of a loop reads a variable that its body sets. */
export function readsFrom({ condition }: LoopStatement, body: Contents): boolean {
  for (const statement of statementsIn(condition)) {
    const words = statement.kind === 'simple' ? statement.words : statement.kind === 'test' ? conditionWords(statement.condition) : []
    for (const name of namesIn(words)) if (body.assigned.has(name)) return true
  }
  return false
}

/**
 * Describes a loop.
 * @param contents of the whole loop
 * @param inCondition how many of the compared variables are compared in its condition: they are the first ones
 */
export function loopOf(
  contents: Contents,
  { line, always, inCondition }: Pick<Loop, 'line' | 'always'> & { readonly inCondition: number },
  variables: ReadonlyMap<string, string>,
): Loop {
  const { compared, counted, assigned, isOpaque, leaves, sleeps, isPaced, contacts, host, serviceVariable } = contents
  const asksTime = isPaced || compared.has('SECONDS') || compared.has('EPOCHSECONDS')
  return {
    line,
    always,
    leaves: isOpaque || leaves,
    sleeps,
    contacts,
    host,
    bounded: asksTime || isOpaque || [...counted].some((name) => compared.has(name)),
    serviceVariable,
    stuckCounter: [...compared].slice(0, inCondition).find((name) => !assigned.has(name) && variables.has(name)),
  }
}

const leaving: ReadonlySet<string> = new Set(['break', 'exit', 'return', 'exec'])
const calculators: ReadonlySet<string> = new Set(['expr', 'bc', 'awk'])

/** `while true`, `while :`, `while [ 1 ]`, `until false`. @param command of the condition, if it is a single one */
export function isAlways({ until }: LoopStatement, command: Command | undefined): boolean {
  if (command === undefined) return false
  if (until) return command.name === 'false'
  return command.name === 'true' || command.name === ':' || (command.name === '[' && command.args.join(' ') === '1 ]')
}

const numeric: ReadonlySet<string> = new Set(['-lt', '-le', '-gt', '-ge', '-eq', '-ne', '=', '==', '!='])

/** The variables that a statement compares as numbers. */
function* comparedBy(statement: Statement, plain: WordReader): Generator<string> {
  if (statement.kind === 'test' && statement.condition.kind !== 'unary') yield* namesIn(conditionWords(statement.condition))
  if (statement.kind !== 'simple') return
  const [first, ...rest] = statement.words
  const command = first === undefined ? '' : plain.text(first)
  if ((command === '[' || command === 'test') && rest.some((word) => numeric.has(plain.text(word)))) yield* namesIn(rest)
}

function* namesIn(words: readonly Word[]): Generator<string> {
  for (const { parts } of words) {
    for (const part of parts) {
      if (part.kind === 'parameter') yield part.name
      if (part.kind === 'arithmetic') for (const [name] of part.text.matchAll(/[A-Za-z_]\w*/g)) yield name
    }
  }
}

/** An assignment in arithmetic. The name is a whole word, so that a long one is read once. */
const changed = /\b([A-Za-z_]\w*)\b\s*(?:\+\+|--|[-+*]?=(?!=))/g

/** The variables that a command counts up or down with arithmetic. Those with a value from `expr` are known once it was read. */
function* countedBy(statement: Extract<Statement, { kind: 'simple' }>, plain: WordReader): Generator<string> {
  for (const { name, value, append } of statement.assignments) {
    if (append || value?.parts.some(({ kind }) => kind === 'arithmetic') === true) yield name
  }
  for (const text of arithmeticIn(statement, plain)) for (const [, name = ''] of text.matchAll(changed)) yield name
}

/** The arithmetic in the words of a command, and the arguments of `let`. */
function arithmeticIn({ words }: Extract<Statement, { kind: 'simple' }>, plain: WordReader): readonly string[] {
  const texts = words.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'arithmetic' ? [part.text] : [])))
  const [first, ...rest] = words
  const isLet = first !== undefined && plain.text(first) === 'let'
  return isLet ? [...texts, ...rest.map((word) => plain.text(word))] : texts
}
