/** Splits a file into documents, so that one broken document does not hide the others. */

/** A part of a file: offsets in UTF-16 code units, end exclusive. */
export interface Chunk {
  readonly start: number
  readonly end: number
}

const separator = '---'

/**
 * The parts between lines that start with `---` and contain nothing else except whitespace or a comment, split as by kubectl
 * (k8s.io/apimachinery/pkg/util/yaml, YAMLReader). Such a line ends every YAML scalar, so no scalar is ever split.
 * A part that starts with a directive (`%YAML`) keeps its separator, which YAML requires after it. Blank parts are omitted.
 */
export function splitDocuments(text: string): readonly Chunk[] {
  const chunks: Chunk[] = []
  let start = 0
  for (const line of separatorLines(text)) {
    if (text.charCodeAt(start) === 0x25 && line.start > start) continue
    if (!isBlank(text, start, line.start)) chunks.push({ start, end: line.start })
    start = line.end
  }
  if (!isBlank(text, start, text.length)) chunks.push({ start, end: text.length })
  return chunks
}

function* separatorLines(text: string): Generator<Chunk> {
  const nextAfter = (from: number): number => {
    const newline = text.indexOf(`\n${separator}`, from)
    return newline === -1 ? -1 : newline + 1
  }
  for (let start = text.startsWith(separator) ? 0 : nextAfter(0); start !== -1; start = nextAfter(start)) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline + 1
    const rest = text.slice(start + separator.length, end).trimStart()
    if (rest === '' || rest.startsWith('#')) yield { start, end }
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return false
  }
  return true
}
