/** The part of an input that a diagnostic points at, safe to print. */
import { type Cell, cellsOf, ellipsis, fitting, textOf, widthOf } from './columns.ts'
import type { Region } from './output.ts'

/** At most this many columns of a line are shown: minified JSON is a single line of megabytes. */
const maxColumns = 120
/** Columns shown before the place if the start of a long line is left out. */
const columnsBefore = 20
/** The start of a long line is left out if fewer columns of the value than this would be shown. */
const columnsOfValue = 60
/** The code units around the place that are looked at: more than a window has, unless most of them are marks without a width. */
const unitsBefore = 2 * maxColumns
const unitsAfter = 3 * maxColumns

/** A reader for the lines of a text, which is split on first use. */
export function lineReader(text: string): (line: number) => string | undefined {
  let lines: readonly string[] | undefined
  const withoutMark = text.startsWith('\uFEFF') ? text.slice(1) : text
  return (line) => {
    lines ??= withoutMark.split('\n')
    return lines[line - 1]
  }
}

export interface Excerpt {
  /** `   17 |         image: nginx:1.27` */
  readonly source: string
  /** `      |                ^^^^^^^^^^` */
  readonly carets: string
  /** The next line, if it is the pull policy of the same container. */
  readonly next?: string
}

/** The excerpt at a region, undefined if the text has no such line. The carets end where the value ends, or where the line does. */
export function excerptAt(lineAt: (line: number) => string | undefined, { line, column, endLine, endColumn }: Region): Excerpt | undefined {
  const raw = lineAt(line)?.replace(/\r$/, '')
  if (raw === undefined) return undefined
  const start = column - 1
  const end = endLine === line ? endColumn - 1 : endOfFirstLine(raw, start)
  const { cells, isCutBefore, isCutAfter } = windowOf(raw, start, end)
  const before = widthOf(cells.filter(({ offset }) => offset < start)) + (isCutBefore ? 1 : 0)
  const carets = '^'.repeat(Math.max(1, widthOf(cells.filter(({ offset }) => offset >= start && offset < end))))
  const next = isCutBefore ? undefined : lineAt(line + 1)?.replace(/\r$/, '')
  return {
    source: `${gutter(line)}${isCutBefore ? ellipsis : ''}${textOf(cells)}${isCutAfter ? ellipsis : ''}`,
    carets: `${gutter('')}${' '.repeat(before)}${carets}`,
    ...(next !== undefined && belongsTogether(raw, next) ? { next: `${gutter(line + 1)}${startOf(next)}` } : {}),
  }
}

function gutter(line: number | ''): string {
  return `${String(line).padStart(5)} | `
}

/** The start of a line, as much as fits. */
function startOf(line: string): string {
  const { cells, isCutAfter } = windowOf(line, 0, 0)
  return `${textOf(cells)}${isCutAfter ? ellipsis : ''}`
}

interface Window {
  readonly cells: readonly Cell[]
  readonly isCutBefore: boolean
  readonly isCutAfter: boolean
}

/** The part of a line to show: all of it if it fits, otherwise the part around a value. */
function windowOf(raw: string, start: number, end: number): Window {
  const first = characterStart(raw, Math.max(0, start - unitsBefore))
  const last = characterStart(raw, Math.min(raw.length, start + unitsAfter))
  const cells = cellsOf(raw.slice(first, last), first)
  const isWhole = first === 0 && last === raw.length
  if (isWhole && widthOf(cells) <= maxColumns) return { cells, isCutBefore: false, isCutAfter: false }
  const before = widthOf(cells.filter(({ offset }) => offset < start))
  const value = widthOf(cells.filter(({ offset }) => offset >= start && offset < end))
  const isCutBefore = first > 0 || before + Math.min(value, columnsOfValue) >= maxColumns
  const from = isCutBefore ? windowStart(cells, before) : 0
  const room = maxColumns - (isCutBefore ? 1 : 0)
  const rest = fitting(cells, from, room)
  if (last === raw.length && from + rest.length === cells.length) return { cells: rest, isCutBefore, isCutAfter: false }
  return { cells: fitting(cells, from, room - 1), isCutBefore, isCutAfter: true }
}

/** The index of the cell with which a window starts; never a mark on a character that is left out. */
function windowStart(cells: readonly Cell[], before: number): number {
  let left = before
  let from = 0
  while (from < cells.length && (left > columnsBefore || cells[from]?.width === 0)) {
    left -= cells[from]?.width ?? 0
    from++
  }
  return from
}

/** An offset that is not in the middle of a character beyond U+FFFF. */
function characterStart(text: string, offset: number): number {
  const isLow = (text.charCodeAt(offset) & 0xfc00) === 0xdc00
  return isLow && offset > 0 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800 ? offset - 1 : offset
}

/** The end of what a value of several lines has on its first one, without a comment. */
function endOfFirstLine(raw: string, start: number): number {
  const first = raw.charAt(start)
  const comment = first === '"' || first === "'" ? -1 : raw.indexOf(' #', start)
  return (comment === -1 ? raw : raw.slice(0, comment)).trimEnd().length
}

const pullPolicyKey = /^\s+(?:imagePullPolicy|pullPolicy):/

/** Whether the next line is the pull policy of the same container: image and policy are shown together. */
function belongsTogether(raw: string, next: string): boolean {
  return pullPolicyKey.test(next) && next.search(/\S/) === (indentation.exec(raw)?.[0].length ?? 0)
}

/** White space and the dash of a list item. */
const indentation = /^[ -]*/
