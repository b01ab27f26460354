/** Comments of YAML, found by the scalars of the document: a `#` in a string or in a block scalar starts none. */
import { EVENT_ID, type Event } from 'js-yaml'
import type { Position } from './lines.ts'
import type { ParsedText } from './parse.ts'

export interface ManifestComment extends Position {
  /** From its `#` to the end of the line. */
  readonly text: string
  /**
   * The line that the comment is about: its own or, if it is alone on it, the next one of the document that is neither blank nor a comment;
   * null if there is none. A comment before the first document is about that document.
   */
  readonly target: number | null
}

/** Maximum number of comments of one text that are returned. */
export const maxComments = 1000

/** The offsets in the parsed text of the comments that contain a word, one per line. */
export function* commentsWith(word: string, { events, text }: ParsedText): Generator<number> {
  let scalars: readonly Span[] | undefined
  for (let found = text.indexOf(word); found !== -1; ) {
    scalars ??= spansOf(events)
    const newline = text.indexOf('\n', found)
    const end = newline === -1 ? text.length : newline
    const start = commentStart(text, text.lastIndexOf('\n', found) + 1, end, scalars)
    if (start !== undefined && text.slice(start, end).includes(word)) yield start
    found = text.indexOf(word, end)
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

function spansOf(events: readonly Event[]): readonly Span[] {
  const spans: Span[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.SCALAR && event.valueStart >= 0) spans.push({ start: event.valueStart, end: event.valueEnd })
  }
  return spans
}

/** A comment starts at a `#` after a blank or at the start of a line (YAML 1.2.2, section 6.6). */
function commentStart(text: string, from: number, end: number, scalars: readonly Span[]): number | undefined {
  for (let index = text.indexOf('#', from); index !== -1 && index < end; index = text.indexOf('#', index + 1)) {
    const isAfterBlank = index === from || text.charAt(index - 1) === ' ' || text.charAt(index - 1) === '\t'
    if (isAfterBlank && !isInside(index, scalars)) return index
  }
  return undefined
}

/** Whether an offset is in one of the spans, which are ascending and disjoint. */
function isInside(offset: number, spans: readonly Span[]): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle] as Span).start <= offset) low = middle + 1
    else high = middle
  }
  const before = spans[low - 1]
  return before !== undefined && offset < before.end
}

/**
 * Finds the line that each comment is about.
 * @param comments ascending, at most one per line
 */
export function withTargets(file: string, comments: readonly (Position & { readonly text: string })[]): readonly ManifestComment[] {
  if (comments.length === 0) return []
  const complete: ManifestComment[] = []
  const byLine = new Map(comments.map((comment) => [comment.line, comment]))
  let open: (typeof comments)[number][] = []
  const close = (target: number | null): void => {
    for (const comment of open) complete.push({ ...comment, target })
    open = []
  }
  let hasContent = false
  for (const [index, line] of file.split('\n').entries()) {
    const comment = byLine.get(index + 1)
    if (/^---(?:\s|$)/.test(line)) {
      if (hasContent) close(null)
      hasContent = false
    } else if (/^\s*[^\s#]/.test(line)) {
      close(index + 1)
      hasContent = true
    }
    if (comment === undefined) continue
    if (/^\s*#/.test(line)) open.push(comment)
    else complete.push({ ...comment, target: comment.line })
  }
  close(null)
  return complete
}
