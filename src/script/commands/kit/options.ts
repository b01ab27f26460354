/** Parses command options: clustered short options, long options, and their values. */

import { concat, literal, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'

export interface OptionSpecification {
  /** Options without a value: `-p`, `--parents`. */
  readonly flags: readonly string[]
  /** Options with a value: `-m MODE`, `--mode=MODE`. */
  readonly values?: readonly string[]
  /** Options with an optional value, which must be attached: `-i.bak`, `--preserve=mode`. */
  readonly attached?: readonly string[]
  /** Whether the first operand ends the options. */
  readonly operandsEndOptions?: boolean
}

export interface Options {
  /** Whether any of the names was given. */
  has(...names: readonly string[]): boolean
  /** The last value of the first of these names that was given. */
  value(...names: readonly string[]): Value | undefined
  /** Every value given for these names, in order. */
  all(...names: readonly string[]): readonly Value[]
  readonly operands: readonly Value[]
}

/**
 * Parses the arguments of a call.
 * @throws NotAnalyzed for an option that the specification does not list, because it could change anything
 */
export function readOptions(call: Call, specification: OptionSpecification): Options {
  const given = new Map<string, Value[]>()
  const operands: Value[] = []
  const rest = [...call.arguments]
  for (let value = rest.shift(); value !== undefined; value = rest.shift()) {
    const text = leadingText(value)
    if (text === '--' && value.length === 1) {
      operands.push(...rest)
      break
    }
    if (!text.startsWith('-') || text === '-') {
      operands.push(value)
      if (specification.operandsEndOptions === true) {
        operands.push(...rest)
        break
      }
    } else readOption(call.name, value, text, rest, specification, given)
  }
  return {
    has: (...names) => names.some((name) => given.has(name)),
    value: (...names) => names.map((name) => given.get(name)?.at(-1)).find((found) => found !== undefined),
    all: (...names) => names.flatMap((name) => given.get(name) ?? []),
    operands,
  }
}

function leadingText(value: Value): string {
  return typeof value[0] === 'string' ? value[0] : ''
}

function readOption(
  name: string,
  value: Value,
  text: string,
  rest: Value[],
  { flags, values = [], attached = [] }: OptionSpecification,
  given: Map<string, Value[]>,
): void {
  const give = (option: string, found?: Value) => given.set(option, [...(given.get(option) ?? []), ...(found === undefined ? [] : [found])])
  const equals = text.indexOf('=')
  const long = equals === -1 ? text : text.slice(0, equals)
  const attachedValue = () => concat(literal(text.slice(equals + 1)), value.slice(1))
  if (values.includes(long)) return void give(long, equals === -1 ? rest.shift() : attachedValue())
  if (attached.includes(long) && long.startsWith('--')) return void give(long, equals === -1 ? undefined : attachedValue())
  if (flags.includes(text)) return void give(text)
  if (text.startsWith('--')) throw new NotAnalyzed(`what option ${text} of ${name} does`)
  for (let index = 1; index < text.length; index++) {
    const short = `-${text[index]}`
    const more = concat(literal(text.slice(index + 1)), value.slice(1))
    if (values.includes(short)) return void give(short, more.length > 0 ? more : rest.shift())
    if (attached.includes(short)) return void give(short, more.length > 0 ? more : undefined)
    if (!flags.includes(short)) throw new NotAnalyzed(`what option ${short} of ${name} does`)
    give(short)
  }
  if (value.length > 1) throw new NotAnalyzed(`what an unknown option of ${name} does`)
}
