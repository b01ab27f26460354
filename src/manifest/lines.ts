/** Converts offsets in a text to lines and columns. */

/** A position in a file, counted from 1; the column counts UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A part of a file; the end is the position after its last character. */
export interface Region extends Position {
  readonly endLine: number
  readonly endColumn: number
}

/** The lines of one text. The table is built when the first position is requested. */
export interface Lines {
  /** @param offset in UTF-16 code units from the start of the text */
  at(offset: number): Position
  /** The offset at which a line starts, counted from 1; undefined past the end. */
  startOf(line: number): number | undefined
}

/** The lines of a text. Only a line feed ends a line, also if a carriage return precedes it. */
export function linesOf(text: string): Lines {
  let starts: readonly number[] | undefined
  const table = (): readonly number[] => {
    starts ??= lineStarts(text)
    return starts
  }
  return {
    at: (offset) => {
      const index = lastAtMost(table(), offset)
      return { line: index + 1, column: offset - (table()[index] ?? 0) + 1 }
    },
    startOf: (line) => table()[line - 1],
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', newline + 1)) starts.push(newline + 1)
  return starts
}

/** The index of the last entry of an ascending list that is at most the value. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
