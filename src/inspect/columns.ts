/** A line of a terminal: which part of a long text is shown, and how many columns it takes. */
import { eastAsianWidth } from 'get-east-asian-width'
import { safeText } from '../lint/text.ts'

/** A character as it is printed. */
export interface Cell {
  readonly text: string
  /** Columns: 0 for a mark on the character before it, 2 for a wide character. */
  readonly width: number
  /** Its offset in the line, in UTF-16 code units. */
  readonly offset: number
}

/** Replaces what is left out of a line; one column. */
export const ellipsis = '…'

const mark = /^\p{M}$/u

/** The characters of a text, safe to print, each with its width. A tab counts as one space. */
export function cellsOf(text: string, offset = 0): Cell[] {
  const cells: Cell[] = []
  let at = offset
  for (const character of text) {
    cells.push({ ...shownAs(character), offset: at })
    at += character.length
  }
  return cells
}

function shownAs(character: string): Pick<Cell, 'text' | 'width'> {
  if (character >= ' ' && character <= '~') return { text: character, width: 1 }
  if (character === '\t') return { text: ' ', width: 1 }
  if (mark.test(character)) return { text: character, width: 0 }
  const text = safeText(character)
  return { text, width: eastAsianWidth(text.codePointAt(0) ?? 0) }
}

/** The number of columns of some cells. */
export function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0)
}

/** As many cells from an index on as fit into a number of columns. */
export function fitting(cells: readonly Cell[], from: number, columns: number): readonly Cell[] {
  let left = columns
  let to = from
  for (; to < cells.length; to++) {
    left -= cells[to]?.width ?? 0
    if (left < 0) break
  }
  return cells.slice(from, to)
}

/** The text of some cells. */
export function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}
