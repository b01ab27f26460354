/** What a run leaves, as lines of a text: equal texts mean equal results. */

/** Separates the lines: the ASCII record separator, because names may contain line feeds. */
const separator = '\x1e'

/** A line about a file. */
export function fileLine(text: string): string {
  return `file ${text}`
}

/** A line about a thing of a service. */
export function thingLine(service: string, text: string): string {
  return `thing of ${service} ${text}`
}

/** The service of the thing that a line is about; undefined if it is about a file. */
export function serviceOfLine(line: string): string | undefined {
  return /^thing of (\S+) /.exec(line)?.[1]
}

export function resultOf(lines: readonly string[]): string {
  return lines.toSorted().join(separator)
}

export function linesOfResult(result: string): string[] {
  return result === '' ? [] : result.split(separator)
}
