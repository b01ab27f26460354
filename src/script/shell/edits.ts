/** Parameter expansions that edit text: `${name/a/b}`, `${name:1:2}` and `${name^^}` (bash(1), Parameter Expansion). */
import type { ParameterOperation } from '../syntax/syntax.ts'
import { derived, literal, textOf, type Value } from '../value/value.ts'
import type { World } from '../value/world.ts'

type Edit = Extract<ParameterOperation, { kind: 'edit' }>

/**
 * The edited text. If the text, an operand or what the operator does is not known, the result is unknown, but the same for the same text.
 * @param operands the expanded operands
 */
export function editedText(operator: Edit['operator'], value: Value, operands: readonly Value[], world: World): Value {
  const texts = operands.map(textOf)
  const text = textOf(value)
  const isKnown = text !== undefined && texts.every((operand) => operand !== undefined)
  if (isKnown) world.spend(text.length)
  const result = isKnown ? edited(operator, text, texts) : undefined
  return result === undefined ? derived(`text after ${operator}`, value, ...operands) : literal(result)
}

function edited(operator: Edit['operator'], text: string, [first = '', second = '']: readonly (string | undefined)[]): string | undefined {
  switch (operator) {
    case '/':
    case '//':
    case '/#':
    case '/%':
      return replaced(operator, text, first, second)
    case ':':
      return slice(text, first, second)
    default:
      return first === '' ? inCase(operator, text) : undefined
  }
}

/** Patterns are not matched. In a replacement, bash 5.2 gives `&` a meaning (patsub_replacement). */
function replaced(operator: '/' | '//' | '/#' | '/%', text: string, pattern: string, by: string): string | undefined {
  if (pattern === '') return text
  if (/[*?[\]\\()@!+]/.test(pattern) || /[&\\]/.test(by)) return undefined
  if (operator === '//') return text.split(pattern).join(by)
  if (operator === '/#') return text.startsWith(pattern) ? by + text.slice(pattern.length) : text
  if (operator === '/%') return text.endsWith(pattern) ? text.slice(0, -pattern.length) + by : text
  const at = text.indexOf(pattern)
  return at === -1 ? text : text.slice(0, at) + by + text.slice(at + pattern.length)
}

/** Characters beyond the basic plane count as one, so only ASCII is cut. */
function slice(text: string, offset: string, length: string): string | undefined {
  const [from, count] = [offset, length].map((operand) => (/^\s*-?\d{1,6}\s*$/.test(operand) ? Number(operand) : undefined))
  if (from === undefined || (length !== '' && count === undefined) || /[^\p{ASCII}]/u.test(text)) return undefined
  if (from < 0 || (count ?? 0) < 0) return undefined
  return text.slice(from, count === undefined ? undefined : from + count)
}

function inCase(operator: '^' | '^^' | ',' | ',,', text: string): string | undefined {
  if (/[^\p{ASCII}]/u.test(text)) return undefined
  const change = operator.startsWith('^') ? (part: string) => part.toUpperCase() : (part: string) => part.toLowerCase()
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1)
}
