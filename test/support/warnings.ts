/** The closing line of the warnings of a review, which counts the findings and is about none of them. */
const closing = /^\[initlint\] \d+ finding/

/** The rule ids in brackets at the start of the warnings about findings, in order; a warning that starts with none is kept as it is. */
export function rulesOfWarnings(warnings: readonly string[]): string[] {
  return warnings.filter((line) => !closing.test(line)).map((line) => /^\[([a-z-]+)\] /.exec(line)?.[1] ?? line)
}
