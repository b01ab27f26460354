/** From places of initlint to those of the protocol. */
import type { Range } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { linesOf } from '../../manifest/lines.ts'

/** A part of a text with lines and columns from 1; without an end, it is the rest of the line. */
interface Part {
  readonly line: number
  readonly column: number
  readonly endLine?: number | null
  readonly endColumn?: number | null
}

/**
 * The ranges of parts of a document. Only line feeds end the lines of initlint, but carriage returns end those of the protocol as well, so
 * places are converted by their offsets.
 */
export function rangesIn(document: TextDocument): (part: Part) => Range {
  const text = document.getText()
  const lines = linesOf(text)
  const offsetOf = (line: number, column: number): number => Math.min(text.length, (lines.startOf(line) ?? text.length) + column - 1)
  return ({ line, column, endLine, endColumn }) => {
    const start = offsetOf(line, column)
    const end = endLine == null || endColumn == null ? endOfLine(text, start) : offsetOf(endLine, endColumn)
    return { start: document.positionAt(start), end: document.positionAt(Math.max(start, end)) }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Whether two ranges have a position in common; the ends of a range belong to it, so that a cursor after a word finds the word. */
export function touch(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start)
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character)
}
