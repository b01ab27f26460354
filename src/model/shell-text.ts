/** Text as a word of a shell command. */

/** The text in single quotes (POSIX XCU 2.2.2): a shell takes everything in them as it is. */
export function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
