/** A document with the line and column of every value. */
import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml'
import type { Dialect } from './dialects.ts'
import type { Lines, Position } from './lines.ts'
import { nodeIndexOf, startOffset } from './node-index.ts'
import type { ParsedText } from './parse.ts'
import { editsInFile, type TextEdit, type VerbatimScalar } from './text-edits.ts'

/** One document of a file. */
export interface ManifestDocument {
  readonly value: unknown
  /** The position of the value at an RFC 6901 pointer, or of its key if the value has no text; undefined if there is neither. */
  locate(pointer: string): Position | undefined
  /** The position of the key at the pointer; for items of a sequence, of the item. */
  locateKey(pointer: string): Position | undefined
  /**
   * The position in the file of a place inside a scalar, for a script or a policy inside a manifest. Exact in literal block scalars
   * (`|`) and on plain or quoted lines without escapes, otherwise the start of the scalar.
   * @param line within the decoded text, from 1
   * @param column within that line, from 1
   */
  locateInText(pointer: string, line: number, column: number): Position | undefined
  /**
   * Edits of the text of a scalar as edits of the file, in UTF-16 offsets of the text that was read. Undefined if the value at the pointer is
   * not this text, or if its characters are not in the file one by one (escapes, folded lines, aliases).
   */
  editsInText(pointer: string, text: string, edits: readonly TextEdit[]): TextEdit[] | undefined
}

/** A part of a file. */
export interface Source {
  readonly dialect: Dialect
  readonly lines: Lines
  /** Offset of the part in the complete text. */
  readonly base: number
  readonly text: string
  /** The complete text. */
  readonly file: string
}

/**
 * A document with its places.
 * @param first index of its DOCUMENT event
 */
export function located(source: Source, { events, text, original }: ParsedText, first: number, value: unknown): ManifestDocument {
  const index = nodeIndexOf(events, first, text, source.dialect)
  const place = (offset: number): Position => placeOf(source, original(offset))
  const start = (node: number): Position | undefined => {
    const offset = startOffset(events, node, text)
    return offset === undefined ? undefined : place(offset)
  }
  const locateKey = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : start(entry.key)
  }
  const locate = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : (start(entry.node) ?? start(entry.key))
  }
  return {
    value,
    locate,
    locateKey,
    locateInText: (pointer, line, column) => {
      const entry = index.find(pointer)
      const event = entry === undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return locate(pointer)
      const first = place(event.valueStart)
      if (event.style === SCALAR_STYLE.LITERAL_BLOCK) {
        // The text ends with a line feed even if the file does not: its last line may be one that the file does not have.
        const last = place(event.valueEnd)
        return first.line + line - 1 > last.line ? last : { line: first.line + line - 1, column: Math.max(event.indent, 0) + column }
      }
      return event.fast && line === 1 ? { line: first.line, column: first.column + column - 1 } : locate(pointer)
    },
    editsInText: (pointer, value, edits) => {
      const entry = index.find(pointer)
      const event = entry === undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0 || getScalarValue(text, event) !== value) return undefined
      const style =
        event.style === SCALAR_STYLE.LITERAL_BLOCK ? 'block' : event.fast && !value.includes('\n') ? lineStyles.get(event.style) : undefined
      if (style === undefined) return undefined
      const scalar = { style, start: source.base + original(event.valueStart), indent: Math.max(event.indent, 0), value }
      return editsInFile(edits, scalar, source.file, source.lines)
    },
  }
}

const lineStyles: ReadonlyMap<number, VerbatimScalar['style']> = new Map([
  [SCALAR_STYLE.PLAIN, 'plain'],
  [SCALAR_STYLE.SINGLE_QUOTED, 'single'],
  [SCALAR_STYLE.DOUBLE_QUOTED, 'double'],
])

/** The position of an offset within the part. */
export function placeOf(source: Source, offset: number): Position {
  return source.lines.at(source.base + offset)
}
