/**
 * Rows as a table with aligned columns, separated by two spaces; the last column is not padded.
 * @param rows the first one is the heading
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()
        .concat('\n'),
    )
    .join('')
}
