/** `[ … ]`, `test` and `[[ … ]]`. */

import type { Preference } from '../machine/assumptions.ts'
import { type Node, pipe } from '../machine/file-system.ts'
import type { Machine } from '../machine/machine.ts'
import type { Condition } from '../syntax/syntax.ts'
import { needText } from '../value/paths.ts'
import { matchesPattern } from '../value/pattern.ts'
import {
  derived,
  empty,
  isNonEmpty,
  isPositive,
  isUnknownStart,
  keyOf,
  sameText,
  textOf,
  type Value,
  volatileMark,
} from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import type { ShellContext } from './shell-context.ts'

/**
 * `[[ … ]]`. dash has no such command, and would read && and || within it as separators between commands.
 * @returns the exit status
 */
export function doubleBracketStatus(condition: Condition, context: ShellContext): number {
  if (!context.machine.isDialect('posix')) return conditionHolds(condition, context) ? 0 : 1
  if (condition.kind === 'and' || condition.kind === 'or') throw new NotAnalyzed('[[ in a shell that does not support it')
  return 127
}

/** A condition of `[[ … ]]`. */
export function conditionHolds(condition: Condition, context: ShellContext): boolean {
  const { machine } = context
  switch (condition.kind) {
    case 'not':
      return !conditionHolds(condition.operand, context)
    case 'and':
      return condition.operands.every((operand) => conditionHolds(operand, context))
    case 'or':
      return condition.operands.some((operand) => conditionHolds(operand, context))
    case 'unary':
      return unaryHolds(condition.operator, context.text(condition.operand), machine)
    case 'binary': {
      const left = inOneCase(context.text(condition.left), machine)
      const right = inOneCase(context.text(condition.right), machine)
      if (condition.operator === '=~') return matchesExpression(left, right, machine)
      const isPattern = condition.right.parts.some((part) => part.kind === 'glob')
      if (!isPattern || !['==', '=', '!='].includes(condition.operator)) return binaryHolds(condition.operator, left, right, machine)
      const [text, pattern] = [textOf(left), textOf(right)]
      if (text === undefined || pattern === undefined) return assumed('pattern', left, right, machine)
      machine.setting.world.spend(text.length * pattern.length)
      machine.compared.push(`${text} ${pattern}`)
      return matchesPattern(pattern, text) === (condition.operator !== '!=')
    }
  }
}

/** Both sides of a match in small letters, if the shell does not tell them from capital ones. */
export function inOneCase(value: Value, { shell }: Machine): Value {
  return shell.nocasematch === true ? value.map((piece) => (typeof piece === 'string' ? piece.toLowerCase() : piece)) : value
}

/** `=~`: the expression is not evaluated. An assumption decides whether it matches; the match depends on both texts alone. */
function matchesExpression(left: Value, right: Value, machine: Machine): boolean {
  const matches = machine.answer(`whether ${JSON.stringify(right)} matches ${JSON.stringify(left)}`) === 0
  machine.shell.variables.set('BASH_REMATCH', matches ? derived('what matches', left, right) : empty)
  return matches
}

/** Maximum number of words of a test that is evaluated. */
const maxOperands = 100

/**
 * Evaluates `test` or `[`.
 * @param words the arguments without brackets
 * @returns the exit status
 * @throws NotAnalyzed if the expression is not supported
 */
export function testStatus(words: readonly Value[], machine: Machine): number {
  if (words.length > maxOperands) throw new NotAnalyzed('a test with many operands')
  try {
    return holds(words, machine) ? 0 : 1
  } catch (error) {
    if (error instanceof Malformed) return 2
    throw error
  }
}

/** Thrown for an expression that `test` rejects: it prints an error and exits 2 (POSIX XCU, test, EXIT STATUS). */
class Malformed {}

/** Operators between two operands. If the left one is an unquoted word that expands to nothing, they are where an operand should be. */
const binaryOperators: ReadonlySet<string> = new Set(['=', '==', '!=', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef'])

function holds(words: readonly Value[], machine: Machine): boolean {
  const texts = words.map(textOf)
  for (const [operator, isAnd] of [
    ['-o', false],
    ['-a', true],
  ] as const) {
    const index = texts.findIndex((text, place) => text === operator && place > 0 && words.length > 3)
    if (index === -1) continue
    const [left, right] = [words.slice(0, index), words.slice(index + 1)]
    return isAnd ? holds(left, machine) && holds(right, machine) : holds(left, machine) || holds(right, machine)
  }
  const [first, second, third] = words
  if (texts[0] === '!' && words.length > 1) return !holds(words.slice(1), machine)
  if (first === undefined) return false
  if (second === undefined) return isNotEmpty(first, machine)
  if (third === undefined) return unaryHolds(needText(first, 'an operator of test'), second, machine)
  if (words.length > 3) throw new NotAnalyzed('a test with many operands')
  const operator = needText(second, 'an operator of test')
  if (numeric.has(operator) && [first, third].some(isNoNumber)) throw new Malformed()
  return binaryHolds(operator, first, third, machine)
}

const numeric: ReadonlySet<string> = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge'])

/** Whether a known text is not an integer: `[` needs one, `[[` evaluates an expression. */
function isNoNumber(value: Value): boolean {
  const text = textOf(value)
  return text !== undefined && !/^\s*[-+]?\d+\s*$/.test(text)
}

/** Whether a text is not empty; assumed both ways if that is not known. */
export function isNotEmpty(value: Value, machine: Machine): boolean {
  if (value.length === 0) return false
  // A value that is generated in each run is empty in all runs or in none.
  return isNonEmpty(value) || machine.setting.world.decide(`whether ${JSON.stringify(value).replace(volatileMark, '')} is empty`) === 0
}

function unaryHolds(operator: string, operand: Value, machine: Machine): boolean {
  if (operator !== '-n' && operator !== '-z') machine.compared.push(`${operator} ${keyOf(operand)}`)
  switch (operator) {
    case '-n':
      return isNotEmpty(operand, machine)
    case '-z':
      return !isNotEmpty(operand, machine)
    case '-L':
    case '-h':
      if (isSomewhere(operand)) return kindSomewhere(operand, machine, 'file') === 'file'
      return machine.node(machine.resolve(machine.path(operand))).kind === 'link'
    case '-e':
    case '-a':
      return nodeAt(operand, machine, 'file') !== 'absent'
    case '-f':
      expect(operand, machine, 'file')
      return nodeAt(operand, machine, 'file', 'file only') === 'file'
    case '-d':
      expect(operand, machine, 'folder')
      return nodeAt(operand, machine, 'folder', 'folder only') === 'folder'
    case '-s':
      return hasContent(operand, machine)
    case '-p':
      return isPipe(machine.node(machine.resolveWhole(machine.path(operand)), 'absent'))
    case '-r':
    case '-w':
    case '-x':
      return nodeAt(operand, machine, 'file') !== 'absent' && machine.setting.world.decide(`${operator} ${JSON.stringify(operand)}`) === 0
    case '-b':
    case '-c':
    case '-S':
      if (operator !== '-S' && !isSomewhere(operand) && isPipe(machine.node(machine.resolveWhole(machine.path(operand)), 'file')))
        return true
      // Scripts do not create sockets, and devices only with mknod, so one exists in every run or in none.
      return nodeAt(operand, machine, 'file') === 'file' && machine.setting.world.decide(`${operator} ${JSON.stringify(operand)}`) === 0
    case '-t':
      return false
    default:
      if (binaryOperators.has(operator)) throw new Malformed()
      throw new NotAnalyzed(`the test ${operator}`)
  }
}

/** Whether a node is a named pipe or a device that the script made. */
function isPipe(node: Node): boolean {
  return node.kind === 'file' && keyOf(node.content) === keyOf(pipe)
}

/** Notes what the script expects at a path. */
function expect(operand: Value, machine: Machine, kind: 'file' | 'folder'): void {
  if (operand.length > 0 && !isSomewhere(operand)) machine.setting.world.expect(machine.resolveWhole(machine.path(operand)), kind)
}

function nodeAt(
  operand: Value,
  machine: Machine,
  preferred: 'file' | 'folder',
  preference: Preference = preferred,
): 'absent' | 'file' | 'folder' {
  if (operand.length === 0) return 'absent'
  if (isSomewhere(operand)) return kindSomewhere(operand, machine, preferred)
  const path = machine.resolveWhole(machine.path(operand))
  machine.test(path)
  const { kind } = machine.node(path, preference)
  return kind === 'file' || kind === 'folder' ? kind : 'absent'
}

/** Whether the beginning of a path is not known. */
function isSomewhere(operand: Value): boolean {
  return isUnknownStart(operand)
}

/** Such a path may be one that the script created under another name, so later runs use another assumption than the first. */
function kindSomewhere(operand: Value, machine: Machine, preferred: 'file' | 'folder'): 'absent' | 'file' | 'folder' {
  const key = `what is at ${keyOf(operand)} ${machine.isFirst ? 'at first' : 'again'}`
  return machine.setting.world.decide(key) === 0 ? preferred : 'absent'
}

function hasContent(operand: Value, machine: Machine): boolean {
  if (operand.length === 0) return false
  if (isSomewhere(operand)) return kindSomewhere(operand, machine, 'file') === 'file'
  const node = machine.node(machine.resolveWhole(machine.path(operand)), 'file')
  if (node.kind === 'folder') return true
  if (node.kind !== 'file') return false
  if (isNotEmpty(node.content, machine)) return true
  // Unknown content is hardly ever empty, so there is no warning about a problem that only an empty file would cause.
  if (node.content.length > 0) throw new NotAnalyzed('whether a file is empty')
  return false
}

function binaryHolds(operator: string, left: Value, right: Value, machine: Machine): boolean {
  switch (operator) {
    case '=':
    case '==':
    case '!=': {
      machine.compared.push(integers(left, right) ?? `${keyOf(left)} ${keyOf(right)}`)
      const same = sameText(left, right) ?? assumed('=', left, right, machine)
      return same === (operator !== '!=')
    }
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge':
      return compare(operator, left, right, machine)
    default:
      throw new NotAnalyzed(`the test ${operator}`)
  }
}

/** Both texts as numbers, if they are integers: whether they are equal follows from their difference. */
function integers(left: Value, right: Value): readonly [number, number] | undefined {
  const texts = [textOf(left) ?? '', textOf(right) ?? '']
  return texts.every((text) => /^-?(0|[1-9]\d{0,14})$/.test(text)) ? [Number(texts[0]), Number(texts[1])] : undefined
}

function compare(operator: string, left: Value, right: Value, machine: Machine): boolean {
  const [a, b] = [Number(textOf(left) ?? Number.NaN), Number(textOf(right) ?? Number.NaN)]
  if (Number.isNaN(a) && isPositive(left) && b < 1) return ['-ne', '-gt', '-ge'].includes(operator)
  if (Number.isNaN(a) && isPositive(left) && b === 1 && /^-(ge|lt)$/.test(operator)) return operator === '-ge'
  machine.compared.push(integers(left, right) ?? `${keyOf(left)} ${keyOf(right)}`)
  if (Number.isNaN(a) || Number.isNaN(b)) return assumed(operator, left, right, machine)
  switch (operator) {
    case '-eq':
      return a === b
    case '-ne':
      return a !== b
    case '-lt':
      return a < b
    case '-le':
      return a <= b
    case '-gt':
      return a > b
    default:
      return a >= b
  }
}

/** A comparison that depends on unknown text, decided by assumption. */
function assumed(operator: string, left: Value, right: Value, machine: Machine): boolean {
  return machine.answer(`${JSON.stringify(left)} ${operator} ${JSON.stringify(right)}`) === 1
}
