/** A document with the line and column of every value. */
import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml'
import type { Dialect } from './dialects.ts'
import { fieldEdits, type NotEdited, notEdited } from './field-edits.ts'
import type { Lines, Position, Region } from './lines.ts'
import { nodeIndexOf, startOffset } from './node-index.ts'
import type { ParsedText } from './parse.ts'
import { lineBreak, type Range, rangeOf, trimmed } from './regions.ts'
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
  /** The region of the value at the pointer, or of its key if the value has no text. Of a block collection, only its first line. */
  region(pointer: string): Region | undefined
  /** The region of the key at the pointer; for items of a sequence, of the item. */
  keyRegion(pointer: string): Region | undefined
  /** The region of a line (from 1) of the decoded text of a scalar, exact where `locateInText` is, otherwise of the scalar. */
  regionInText(pointer: string, line: number): Region | undefined
  /**
   * Edits of the text of a scalar as edits of the file, in UTF-16 offsets of the text that was read. Undefined if the value at the pointer is
   * not this text, or if its characters are not in the file one by one (escapes, folded lines), or are used in other places, too (aliases).
   */
  editsInText(pointer: string, text: string, edits: readonly TextEdit[]): TextEdit[] | undefined
  /**
   * Edits of the file, in the same offsets, that set a field of a mapping: they replace its value, or insert it after another field of the
   * same mapping. Everything else, comments included, remains as it is.
   * @param value letters only
   * @param sibling the pointer of the other field
   */
  editsToSet(pointer: string, value: string, sibling: string): readonly TextEdit[] | NotEdited
  /** Why a change of the text at the pointer would apply in other places, too; undefined if it would not. */
  sharing(pointer: string): NotEdited | undefined
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
  const regionOf = (range: Range | undefined): Region | undefined => {
    if (range === undefined) return undefined
    const { line: endLine, column: endColumn } = place(range.end)
    return { ...place(range.start), endLine, endColumn }
  }
  const regionOfNode = (node: number): Region | undefined => regionOf(rangeOf(events, node, index.shape(), text))
  const region = (pointer: string): Region | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : (regionOfNode(entry.node) ?? regionOfNode(entry.key))
  }
  const locateKey = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : start(entry.key)
  }
  const locate = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : (start(entry.node) ?? start(entry.key))
  }
  const locateInText = (pointer: string, line: number, column: number): Position | undefined => {
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
  }
  return {
    value,
    locate,
    locateKey,
    locateInText,
    region,
    keyRegion: (pointer) => {
      const entry = index.find(pointer)
      return entry === undefined ? undefined : regionOfNode(entry.key)
    },
    regionInText: (pointer, line) => {
      const entry = index.find(pointer)
      const event = entry === undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return region(pointer)
      if (event.style === SCALAR_STYLE.LITERAL_BLOCK) return lineOfBlock(source, locateInText(pointer, line, 1))
      if (!event.fast || line !== 1) return region(pointer)
      return regionOf({
        start: event.valueStart,
        end: Math.min(event.valueEnd, trimmed(text, event.valueStart, lineBreak(text, event.valueStart))),
      })
    },
    editsInText: (pointer, value, edits) => {
      const entry = index.way(pointer)
      const event = entry === undefined || entry.shared !== undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0 || getScalarValue(text, event) !== value) return undefined
      const style =
        event.style === SCALAR_STYLE.LITERAL_BLOCK ? 'block' : event.fast && !value.includes('\n') ? lineStyles.get(event.style) : undefined
      if (style === undefined) return undefined
      const scalar = { style, start: source.base + original(event.valueStart), indent: Math.max(event.indent, 0), value }
      return editsInFile(edits, scalar, source.file, source.lines)
    },
    editsToSet: (pointer, value, sibling) => {
      const field = index.way(pointer)
      const name = pointer.slice(pointer.lastIndexOf('/') + 1)
      const way = field ?? index.way(sibling)
      if (way === undefined) return notEdited('form')
      // The other field itself may be an anchor or an alias: it remains as it is.
      const shared = field !== undefined || way.shared === 'merge' ? way.shared : way.sharedParent
      if (shared !== undefined) return notEdited(shared)
      const [collection, key, node] = [events[way.parent], events[way.key], events[way.node]]
      return fieldEdits(
        { isSet: field !== undefined, name, value, collection, key, node },
        source,
        (offset) => source.base + original(offset),
      )
    },
    sharing: (pointer) => {
      const shared = index.way(pointer)?.shared
      return shared && notEdited(shared)
    },
  }
}

/** A line of a literal block scalar, without the white space around it. */
function lineOfBlock({ lines, file }: Source, position: Position | undefined): Region | undefined {
  const start = position === undefined ? undefined : lines.startOf(position.line)
  if (position === undefined || start === undefined) return undefined
  const { line, column } = position
  const end = trimmed(file, start, lineBreak(file, start)) - start
  const blank = file.slice(start + column - 1, start + end).search(/\S/)
  return { line, column: column + Math.max(blank, 0), endLine: line, endColumn: Math.max(end + 1, column) }
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
