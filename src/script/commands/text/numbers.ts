/** seq and expr: numbers for loops. */
import { computed } from '../../syntax/arithmetic.ts'
import { concat, derived, empty, isNonEmpty, keyOf, literal, notEmpty, textOf } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'

const seqOptions: OptionTable = {
  flags: ['-w', '--equal-width'],
  values: ['-s', '-f', '--separator', '--format'],
  operandsEndOptions: true,
}

/** Maximum number of numbers that are listed, as many as a word can have fields. */
const maxNumbers = 10_000

/** `seq [FIRST [STEP]] LAST`. An unknown sequence is one unknown word, as for a pattern. */
function seq(call: Call, options: Options): number {
  const numbers = options.operands.map((word) => Number(textOf(word) ?? Number.NaN))
  const [first = 1, step = 1, last = 0] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers
  const count = Math.floor((last - first) / step) + 1
  const isKnown = Number.isFinite(count) && count <= maxNumbers && [first, step].every(Number.isInteger)
  if (!isKnown || options.names.length > 0) {
    call.machine.print(concat(notEmpty(derived('seq', ...call.arguments)), literal('\n')))
    return 0
  }
  call.machine.print(literal(Array.from({ length: Math.max(0, count) }, (_, index) => `${first + index * step}\n`).join('')))
  return 0
}

/** An integer as `expr` reads it, within what a JavaScript number holds exactly. */
const integer = /^-?\d{1,15}$/

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%'])
const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '=', '!='])

/**
 * `expr`: the result of one operator on two integers is computed. The status is 1 if the result is 0 or empty, which is assumed both ways
 * for a comparison with an unknown result; an unknown sum is not 0.
 */
function expr(call: Call): number {
  const { machine } = call
  const [left = empty, operator = empty, right = empty] = call.arguments
  const texts = [left, operator, right].map(textOf)
  const [a = '', sign = '', b = ''] = texts
  const isPlain = call.arguments.length === 3 && integer.test(a) && integer.test(b) && (arithmetic.has(sign) || comparisons.has(sign))
  const result = isPlain ? computed(sign === '=' ? '==' : sign, Number(a), Number(b)) : undefined
  if (result !== undefined) {
    machine.compared.push(/[*/%]/.test(sign) ? [Number.NaN, Number.NaN] : [Number(a), Number(b)])
    machine.print(literal(`${result}\n`))
    return result === 0 ? 1 : 0
  }
  // A known word that is no number: expr prints an error.
  const isWrong =
    call.arguments.length === 3 && arithmetic.has(sign) && [texts[0], texts[2]].some((text) => text !== undefined && !integer.test(text))
  if (isWrong || call.arguments.length === 0) return 2
  const value = derived('expr', ...call.arguments)
  const isSum = call.arguments.length === 3 && arithmetic.has(sign)
  machine.print(concat(isSum ? notEmpty(value) : value, literal('\n')))
  return isSum || isNonEmpty(value) ? 0 : machine.world.decide(`whether ${keyOf(value)} is 0 or empty`)
}

export const numberCommands: readonly CommandModel[] = [
  {
    names: ['seq'],
    section: 'text',
    onlyTouchesFiles: true,
    forms: [{ form: 'seq', again: 'no change', safeWhen: '' }],
    run: reading(seqOptions, seq),
  },
  {
    names: ['expr'],
    section: 'text',
    onlyTouchesFiles: true,
    forms: [{ form: 'expr NUMBER + NUMBER', again: 'no change', safeWhen: '' }],
    run: expr,
  },
]
