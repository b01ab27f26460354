/** `printf`: its output depends on its arguments alone. */
import type { Machine } from '../machine/machine.ts'
import { concat, derived, empty, literal, textOf, type Value } from '../value/value.ts'

/** A part of a format: text, or a conversion with its flags and width. */
type Part = string | { readonly conversion: string; readonly modifiers: string }

const partPattern = /%%|%([-+ #0]*\d*(?:\.\d+)?)([a-zA-Z])|\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)|[^%\\]+/gs

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
])

/** The text of an escape sequence; undefined for one that shells read differently. */
function unescaped(sequence: string): string | undefined {
  // Not NUL, which no text contains.
  if (/^[0-7]*[1-7][0-7]*$/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8))
  return escapes.get(sequence)
}

/** The parts of a format; undefined if it is not supported. */
function partsOf(format: string): Part[] | undefined {
  const parts: Part[] = []
  let end = 0
  for (const match of format.matchAll(partPattern)) {
    const [text, modifiers, conversion, sequence] = match
    if (match.index !== end) return undefined
    end += text.length
    const part =
      conversion !== undefined
        ? { conversion, modifiers: modifiers ?? '' }
        : sequence === undefined
          ? text.replace('%%', '%')
          : unescaped(sequence)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return end === format.length ? parts : undefined
}

/** The text of one argument; undefined if it is not known how it is printed. */
function converted({ conversion, modifiers }: Exclude<Part, string>, value: Value): Value | undefined {
  if (modifiers === '' && conversion === 's') return value
  const text = textOf(value)
  if (text === undefined) return undefined
  if (modifiers === '' && conversion === 'b' && !text.includes('\\')) return value
  const width = /^(-?)([1-9]\d?)?$/.exec(modifiers)
  const isNumber = conversion === 'd' || conversion === 'i'
  if (isNumber && !/^-?(0|[1-9]\d{0,14})$/.test(text)) return text === '' ? literal('0') : undefined
  if (isNumber && /^0[1-9]$/.test(modifiers)) return text.startsWith('-') ? undefined : literal(text.padStart(Number(modifiers), '0'))
  if (width === null || (conversion !== 's' && !isNumber)) return undefined
  const [, left = '', size = '0'] = width
  return literal(left === '-' ? text.padEnd(Number(size)) : text.padStart(Number(size)))
}

/** What `printf` prints. The format is used again while there are arguments. @param words the format and its arguments */
export function formatted(words: readonly Value[], machine: Machine): Value {
  const [format = empty, ...values] = textOf(words[0] ?? empty) === '--' ? words.slice(1) : words
  const parts = partsOf(textOf(format) ?? '%?')
  const isUnknown = () => derived('printf', ...words)
  if (parts === undefined) return isUnknown()
  const count = parts.filter((part) => typeof part !== 'string').length
  const printed: Value[] = []
  let used = 0
  do {
    for (const part of parts) {
      machine.world.spend(1)
      const text = typeof part === 'string' ? literal(part) : converted(part, values[used++] ?? empty)
      if (text === undefined) return isUnknown()
      printed.push(text)
    }
  } while (count > 0 && used < values.length)
  return concat(...printed)
}
