/** Edits of a file that set one field of a mapping, in block style, in flow style and in JSON. */
import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { Source } from './document.ts'
import type { Sharing } from './node-index.ts'
import type { TextEdit } from './text-edits.ts'

/** Why a field is not edited, as a clause. */
export interface NotEdited {
  readonly reason: string
}

const reasons: Readonly<Record<Sharing | 'form', string>> = {
  alias: 'the value is reached through an alias (*name), so the change would apply in other places, too',
  merge: 'the value comes from a merge key (<<), so the change would apply in other places, too',
  anchor: 'the value is within an anchor (&name) that is used in other places, too',
  form: 'it is written in a form that cannot be edited in place',
}

/** The reason as a value. */
export function notEdited(reason: Sharing | 'form'): NotEdited {
  return { reason: reasons[reason] }
}

/** A field to set. */
export interface Field {
  /** Whether the mapping has it. */
  readonly isSet: boolean
  readonly name: string
  readonly value: string
  readonly collection: Event | undefined
  /** The field, or the one to insert it after. */
  readonly key: Event | undefined
  readonly node: Event | undefined
}

/** Where a key and its value are in the file. */
interface Pair {
  readonly file: string
  readonly keyStart: number
  readonly keyEnd: number
  /** The quote of the key, or ''. */
  readonly quote: string
  readonly isFlow: boolean
}

/** How much of a line is looked at before a key: real indentation is shorter, and one line of JSON can have any number of keys. */
const maxPrefix = 1000

/**
 * The edits that set a field.
 * @param offsetOf the offset in the file of an offset in the parsed text
 */
export function fieldEdits(field: Field, source: Source, offsetOf: (offset: number) => number): readonly TextEdit[] | NotEdited {
  const { collection, key, node } = field
  if (collection?.type !== EVENT_ID.MAPPING || key?.type !== EVENT_ID.SCALAR || key.valueStart < 0) return notEdited('form')
  const quote = quoteOf(key)
  if (quote === undefined) return notEdited('form')
  const isFlow = collection.style === COLLECTION_STYLE.FLOW
  // A flow pair without braces, as in [a: 1], is a mapping of exactly one key.
  if (isFlow && source.file.charAt(offsetOf(collection.start)) !== '{') return notEdited('form')
  const pair: Pair = {
    file: source.file,
    keyStart: offsetOf(key.valueStart) - quote.length,
    keyEnd: offsetOf(key.valueEnd) + quote.length,
    quote,
    isFlow,
  }
  const edits = field.isSet ? replacement(field.value, node, pair, offsetOf) : insertion(field, pair, source, rangeOf(node, offsetOf))
  return edits ?? notEdited('form')
}

function quoteOf({ style }: ScalarEvent): string | undefined {
  if (style === SCALAR_STYLE.PLAIN) return ''
  if (style === SCALAR_STYLE.SINGLE_QUOTED) return "'"
  return style === SCALAR_STYLE.DOUBLE_QUOTED ? '"' : undefined
}

/** Replaces the value within its quotes; gives an empty field a value. */
function replacement(value: string, node: Event | undefined, pair: Pair, offsetOf: (offset: number) => number): TextEdit[] | undefined {
  if (node?.type !== EVENT_ID.SCALAR || quoteOf(node) === undefined) return undefined
  if (node.valueStart < 0) {
    const colon = node.anchorStart >= 0 || node.tagStart >= 0 ? undefined : colonAfter(pair)
    return colon === undefined ? undefined : [{ start: colon.end, end: colon.end, text: ` ${value}` }]
  }
  const [start, end] = [offsetOf(node.valueStart), offsetOf(node.valueEnd)]
  // In JSON, only null has no quotes.
  const quote = pair.isFlow && pair.quote === '"' && pair.file.slice(start, end) === 'null' ? '"' : ''
  return [{ start, end, text: `${quote}${value}${quote}` }]
}

interface Range {
  readonly start: number
  readonly end: number
}

/** The range of a scalar with its quotes, or of an alias. Undefined for others and for what is not on one line in an obvious way. */
function rangeOf(node: Event | undefined, offsetOf: (offset: number) => number): Range | undefined {
  if (node?.type === EVENT_ID.ALIAS) return { start: offsetOf(node.anchorStart) - 1, end: offsetOf(node.anchorEnd) }
  if (node?.type !== EVENT_ID.SCALAR || node.valueStart < 0) return undefined
  const quote = quoteOf(node)
  if (quote === undefined) return undefined
  return { start: offsetOf(node.valueStart) - quote.length, end: offsetOf(node.valueEnd) + quote.length }
}

/** The colon after a key: where it ends, and whether a blank follows. Undefined if it is on another line. */
function colonAfter({ file, keyEnd }: Pair): { readonly end: number; readonly isCompact: boolean } | undefined {
  const [colon] = /^[ \t]{0,100}:/.exec(file.slice(keyEnd, keyEnd + 101)) ?? []
  if (colon === undefined) return undefined
  const end = keyEnd + colon.length
  return { end, isCompact: !/\s/.test(file.charAt(end)) }
}

function insertion({ name, value }: Field, pair: Pair, source: Source, range: Range | undefined): TextEdit[] | undefined {
  const colon = colonAfter(pair)
  if (range === undefined || colon === undefined) return undefined
  const { file, lines } = source
  const lineStart = pair.keyStart - lines.at(pair.keyStart).column + 1
  const prefix = pair.keyStart - lineStart > maxPrefix ? undefined : file.slice(lineStart, pair.keyStart)
  const { quote } = pair
  const written = `${quote}${name}${quote}:${colon.isCompact && quote !== '' ? '' : ' '}${quote}${value}${quote}`
  const line = lineEndAt(range.end, source)
  return pair.isFlow ? inFlow(written, range.end, prefix, line, colon.isCompact, file) : inBlock(written, range, prefix, line, file)
}

/** The end of a line, without its line break, and the line break that a new line after it gets. */
interface LineEnd {
  readonly end: number
  readonly eol: string
}

function lineEndAt(offset: number, { file, lines }: Source): LineEnd {
  const { line } = lines.at(offset)
  const next = lines.startOf(line + 1)
  if (next !== undefined) return file.charAt(next - 2) === '\r' ? { end: next - 2, eol: '\r\n' } : { end: next - 1, eol: '\n' }
  const start = lines.startOf(line) ?? 0
  return { end: file.length, eol: file.slice(Math.max(0, start - 2), start) === '\r\n' ? '\r\n' : '\n' }
}

/** On a line of its own after the other field, whose comment stays with it. */
function inBlock(written: string, range: Range, prefix: string | undefined, line: LineEnd, file: string): TextEdit[] | undefined {
  if (prefix === undefined || !/^ *(?:- +)*$/.test(prefix)) return undefined
  if (!/^(?:[ \t]+#.*|[ \t]*)$/.test(file.slice(range.end, line.end))) return undefined
  return [{ start: line.end, end: line.end, text: `${line.eol}${' '.repeat(prefix.length)}${written}` }]
}

/** If the other field starts a line, on a line of its own; else directly after the value. */
function inFlow(
  written: string,
  end: number,
  prefix: string | undefined,
  line: LineEnd,
  isCompact: boolean,
  file: string,
): TextEdit[] | undefined {
  const inLine = [{ start: end, end, text: `,${isCompact ? '' : ' '}${written}` }]
  if (prefix === undefined || !/^[ \t]*$/.test(prefix) || !/[\s,#]|^$/.test(file.charAt(end))) return inLine
  const [, comma, comment] = /^[ \t]*(,?)([ \t]+#.*|[ \t]*)$/.exec(file.slice(end, line.end)) ?? []
  if (comma === undefined) return inLine
  const newLine = `${line.eol}${prefix}${written}`
  if (comma === ',') return [{ start: line.end, end: line.end, text: `${newLine},` }]
  if (file.charAt(nextToken(file, line.end)) !== '}') return inLine
  if (comment === '') return [{ start: end, end, text: `,${newLine}` }]
  return [
    { start: end, end, text: ',' },
    { start: line.end, end: line.end, text: newLine },
  ]
}

/** The offset of the first character that is neither blank nor in a comment. */
function nextToken(file: string, from: number): number {
  let offset = from
  for (;;) {
    while (/\s/.test(file.charAt(offset))) offset++
    if (file.charAt(offset) !== '#') return offset
    const newline = file.indexOf('\n', offset)
    if (newline === -1) return file.length
    offset = newline
  }
}
