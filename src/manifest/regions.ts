/** Where the text of a node ends. */
import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml'
import { type Shape, startOffset } from './node-index.ts'

/** A range of offsets; the end is exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The range of a node: a scalar with its quotes, a flow collection with its brackets, a block scalar from its indicator to its last line
 * that is not blank. Of a block collection, only the first line: the rest of it is rarely what a message is about.
 * @returns undefined for a node without text
 */
export function rangeOf(events: readonly Event[], node: number, shape: Shape, text: string): Range | undefined {
  const start = startOffset(events, node, text)
  if (start === undefined) return undefined
  const { end, isBlock } = endOf(events, node, shape, text) ?? { end: start, isBlock: false }
  return { start, end: Math.max(start, isBlock ? lineEnd(events, node, shape, text) : end) }
}

interface End {
  readonly end: number
  readonly isBlock: boolean
}

/** Undefined for a node without text. */
function endOf(events: readonly Event[], node: number, shape: Shape, text: string): End | undefined {
  const event = events[node]
  if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) {
    if (event.style !== COLLECTION_STYLE.FLOW) return { end: event.start, isBlock: true }
    const last = lastEnd(events, node, shape, text) ?? event.start + 1
    return { end: closing(text, last, event.type === EVENT_ID.MAPPING ? '}' : ']'), isBlock: false }
  }
  const end = leafEnd(event, text)
  return end === undefined ? undefined : { end, isBlock: false }
}

function leafEnd(event: Event | undefined, text: string): number | undefined {
  if (event?.type === EVENT_ID.ALIAS) return event.anchorEnd
  if (event?.type !== EVENT_ID.SCALAR) return undefined
  const { style, valueStart, valueEnd, anchorEnd, tagEnd } = event
  if (valueStart < 0) return anchorEnd < 0 && tagEnd < 0 ? undefined : Math.max(anchorEnd, tagEnd)
  if (style === SCALAR_STYLE.PLAIN) return valueEnd
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueEnd + 1
  return trimmed(text, valueStart, valueEnd)
}

/** The end of the last node with text within a collection; undefined if there is none. */
function lastEnd(events: readonly Event[], node: number, shape: Shape, text: string): number | undefined {
  const pop = shape.ends.get(node)
  if (pop === undefined) return undefined
  for (let index = pop - 1; index > node; index--) {
    const child = shape.openers.get(index) ?? index
    const found = endOf(events, child, shape, text)
    if (found !== undefined) return found.end
    index = child
  }
  return undefined
}

/** The offset after the bracket that closes a flow collection; between its last node and the bracket are only blanks, comments and commas. */
function closing(text: string, from: number, bracket: '}' | ']'): number {
  for (let offset = from; offset < text.length; offset++) {
    const character = text.charAt(offset)
    if (character === bracket) return offset + 1
    if (character === '#') offset = lineBreak(text, offset)
    else if (!' \t\r\n,:?'.includes(character)) break
  }
  return from
}

/** The end of what a node has on its first line. */
function lineEnd(events: readonly Event[], node: number, shape: Shape, text: string): number {
  let end = startOffset(events, node, text) ?? 0
  const last = lineBreak(text, end)
  for (let next: number | undefined = node; next !== undefined; ) {
    const event: Event | undefined = events[next]
    const start: number | undefined = startOffset(events, next, text)
    if (event === undefined || start === undefined || start > last) break
    if (event.type === EVENT_ID.SCALAR && isBlockStyle(event.style)) {
      end = headerEnd(text, start, last)
      break
    }
    if ((event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) || event.style === COLLECTION_STYLE.FLOW) {
      end = Math.min(endOf(events, next, shape, text)?.end ?? start, last)
      break
    }
    // The value of the first key, or the first item.
    const key: Range | undefined = event.type === EVENT_ID.MAPPING ? rangeOf(events, next + 1, shape, text) : undefined
    end = key === undefined ? start + 1 : Math.min(key.end, last)
    next = event.type === EVENT_ID.MAPPING ? (shape.ends.get(next + 1) ?? next + 1) + 1 : next + 1
  }
  return trimmed(text, 0, end)
}

const isBlockStyle = (style: number): boolean => style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK

/** The end of the header of a block scalar (`|-`), without a comment. */
function headerEnd(text: string, start: number, last: number): number {
  const comment = text.indexOf(' #', start)
  return trimmed(text, start, comment === -1 || comment > last ? last : comment)
}

/** The offset of the line feed at or after an offset; the end of the text if there is none. */
export function lineBreak(text: string, offset: number): number {
  const found = text.indexOf('\n', offset)
  return found === -1 ? text.length : found
}

/** `end` without the white space before it. */
export function trimmed(text: string, start: number, end: number): number {
  let offset = end
  while (offset > start && ' \t\r\n'.includes(text.charAt(offset - 1))) offset--
  return offset
}
