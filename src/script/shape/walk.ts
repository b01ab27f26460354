/** Walks the syntax tree of a script, for rules that check its shape instead of rehearsing it. */
import { maxText } from '../limits.ts'
import type { Assignment, Condition, ParameterOperation, Redirection, Statement, Word } from '../syntax/syntax.ts'

/** A statement, and whether it runs in the background. */
export interface Found {
  readonly statement: Statement
  readonly inBackground: boolean
}

/** Every statement of a body in the order of the text, including those in loops, functions and `$(…)`. Takes linear time. */
export function* statementsIn(body: readonly Statement[]): Generator<Found> {
  const open = [{ rest: body.values(), inBackground: false }]
  for (let innermost = open.at(-1); innermost !== undefined; innermost = open.at(-1)) {
    const next = innermost.rest.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    const { inBackground } = innermost
    yield { statement: next.value, inBackground }
    open.push({ rest: childrenOf(next.value).values(), inBackground: inBackground || next.value.kind === 'background' })
  }
}

/** The direct children of a statement. */
export function childrenOf(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'simple':
      return [
        ...statement.assignments.flatMap(inAssignment),
        ...statement.words.flatMap(inWord),
        ...statement.redirections.flatMap(inRedirection),
      ]
    case 'pipeline':
      return statement.commands
    case 'andOr':
      return [statement.first, ...statement.rest.map((part) => part.statement)]
    case 'if':
      return [...statement.clauses.flatMap(({ condition, body }) => [...condition, ...body]), ...statement.otherwise]
    case 'loop':
      return [...statement.condition, ...statement.body]
    case 'for':
      return [...(statement.words ?? []).flatMap(inWord), ...statement.body]
    case 'case':
      return [...inWord(statement.word), ...statement.items.flatMap(({ patterns, body }) => [...patterns.flatMap(inWord), ...body])]
    case 'subshell':
    case 'group':
      return [...statement.body, ...statement.redirections.flatMap(inRedirection)]
    case 'function':
      return [statement.body]
    case 'background':
      return [statement.statement]
    case 'test':
      return conditionWords(statement.condition).flatMap(inWord)
    case 'opaque':
      return []
  }
}

/** The words of a `[[ … ]]`. */
export function conditionWords(condition: Condition): readonly Word[] {
  switch (condition.kind) {
    case 'unary':
      return [condition.operand]
    case 'binary':
      return [condition.left, condition.right]
    case 'not':
      return conditionWords(condition.operand)
    default:
      return condition.operands.flatMap(conditionWords)
  }
}

function inAssignment({ value }: Assignment): readonly Statement[] {
  return value === null ? [] : inWord(value)
}

function inRedirection(redirection: Redirection): readonly Statement[] {
  return inWord(redirection.kind === 'here' ? redirection.body : redirection.target)
}

function inWord(word: Word): readonly Statement[] {
  return word.parts.flatMap((part) => {
    if (part.kind === 'command') return part.body
    return part.kind === 'parameter' ? inOperation(part.operation) : []
  })
}

/** `${NAME:-$(command)}` */
function inOperation(operation: ParameterOperation | null): readonly Statement[] {
  if (operation?.kind === 'default') return inWord(operation.word)
  return operation?.kind === 'remove' ? inWord(operation.pattern) : []
}

/** The placeholder for an unknown piece of a text. */
export const unknownPiece = '\0'

/** The text of a word, with `unknownPiece` for what is known only at run time. A text that is too long counts as unknown. */
export function wordText(word: Word, variables: ReadonlyMap<string, string>): string {
  let text = ''
  for (const part of word.parts) {
    text += partText(part, variables)
    if (text.length > maxText) return unknownPiece
  }
  return text
}

function partText(part: Word['parts'][number], variables: ReadonlyMap<string, string>): string {
  switch (part.kind) {
    case 'literal':
    case 'glob':
    case 'braces':
      return part.text
    case 'tilde':
      return '~'
    case 'parameter':
      return parameterText(part, variables)
    default:
      return unknownPiece
  }
}

function parameterText(
  { name, operation }: Extract<Word['parts'][number], { kind: 'parameter' }>,
  variables: ReadonlyMap<string, string>,
): string {
  const value = variables.get(name)
  if (operation === null) return value ?? unknownPiece
  if (operation.kind !== 'default' || !/^:?[-=]$/.test(operation.operator)) return unknownPiece
  return value === undefined || value === '' ? unknownPiece : value
}

/** Variables with one known value in the whole script: those of the container's environment, and those that are assigned exactly once. */
export function constantsOf(body: readonly Statement[], environment: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = new Map(environment)
  const assigned = new Set<string>()
  const assign = (name: string, value: string) => {
    if (assigned.has(name) || value.includes(unknownPiece)) values.delete(name)
    else values.set(name, value)
    assigned.add(name)
  }
  for (const { statement } of statementsIn(body)) {
    if (statement.kind === 'for') assign(statement.name, unknownPiece)
    if (statement.kind !== 'simple') continue
    for (const { name, value, append } of statement.assignments) {
      assign(name, value === null || append ? unknownPiece : wordText(value, values))
    }
    const [command, ...words] = statement.words.map((word) => wordText(word, values))
    if (command === 'read') for (const name of words) assign(name, unknownPiece)
    if (command !== 'export' && command !== 'readonly' && command !== 'local') continue
    for (const word of words) if (word.includes('=')) assign(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1))
  }
  return values
}

/** A simple command without its prefixes, such as `exec` or `timeout 10`. */
export interface Command {
  /** Name of the program without its directory; '' if it is not known. */
  readonly name: string
  readonly args: readonly string[]
  readonly offset: number
  /** Whether `timeout` limits it. */
  readonly limited: boolean
}

/** Programs that run the command in their arguments, and the number of their own operands before it. */
const carriers: ReadonlyMap<string, number> = new Map([
  ...['exec', 'command', 'nohup', 'time', 'sudo', 'env', 'busybox', 'stdbuf', 'nice'].map((name): [string, number] => [name, 0]),
  ['timeout', 1],
  ['gosu', 1],
  ['su-exec', 1],
])

/** The command of a simple statement without its prefixes (`exec`, `timeout 10`). Undefined if there is none. */
export function commandOf(statement: Statement, variables: ReadonlyMap<string, string>): Command | undefined {
  if (statement.kind !== 'simple' || statement.words.length === 0) return undefined
  let words = statement.words.map((word) => wordText(word, variables))
  let limited = false
  for (let own = carriers.get(baseName(words[0] ?? '')); own !== undefined; own = carriers.get(baseName(words[0] ?? ''))) {
    if (baseName(words[0] ?? '') === 'timeout') limited = true
    const after = words.slice(1)
    const start = after.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word))
    if (start === -1 || start + own >= after.length) break
    words = after.slice(start + own)
  }
  const [name = '', ...args] = words
  return { name: name.includes(unknownPiece) ? '' : baseName(name), args, offset: statement.span.start, limited }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
