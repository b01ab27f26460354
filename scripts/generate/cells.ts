/** Texts in the cells of a Markdown table. */

/** Escapes text: a bar would end the cell, and an angle bracket would start a tag. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

/** Formats a command line: within backticks only the bar needs escaping. */
export function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
