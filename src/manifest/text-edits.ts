/** Edits of a text within a scalar as edits of the file, where each character of the text is one character of the file. */
import type { Lines } from './lines.ts'

/** Replaces a range; offsets in UTF-16 code units. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A scalar whose value is in the file as it is. */
export interface VerbatimScalar {
  /** `block`: a literal block scalar (`|`); the others are on one line. */
  readonly style: 'block' | 'plain' | 'single' | 'double'
  /** Offset of the first character of the value in the file; for a block, of its first line. */
  readonly start: number
  /** Number of columns before each line of a block. */
  readonly indent: number
  readonly value: string
}

/** What may be inserted without a change of how the scalar is read. A plain scalar may be within a flow collection. */
const insertable: Readonly<Record<VerbatimScalar['style'], RegExp>> = {
  block: /^[\n\P{Cc}]*$/u,
  plain: /^(?:$|[\w /.])[\w /.@=&|<>$()+*-]*$/,
  single: /^[^'\p{Cc}]*$/u,
  double: /^[^"\\\p{Cc}]*$/u,
}

/**
 * Translates edits of the value into edits of the file.
 * @param file the text of the file
 * @param lines its lines
 * @returns undefined if one of them cannot be made without a change of how the scalar is read
 */
export function editsInFile(edits: readonly TextEdit[], scalar: VerbatimScalar, file: string, lines: Lines): TextEdit[] | undefined {
  const translated: TextEdit[] = []
  const eol = lineBreakAt(scalar.start, file, lines)
  for (const { start, end, text } of edits) {
    if (!insertable[scalar.style].test(text)) return undefined
    const [from, to] = [offsetInFile(start, scalar, file, lines), offsetInFile(end, scalar, file, lines)]
    if (from === undefined || to === undefined) return undefined
    translated.push({ start: from, end: to, text: text.replaceAll('\n', `${eol}${' '.repeat(scalar.indent)}`) })
  }
  return translated
}

function offsetInFile(offset: number, { style, start, indent, value }: VerbatimScalar, file: string, lines: Lines): number | undefined {
  if (style !== 'block') return file.startsWith(value, start) ? start + offset : undefined
  const before = value.lastIndexOf('\n', offset - 1) + 1
  const number = value.slice(0, before).split('\n').length - 1
  const line = lines.startOf(lines.at(start).line + number)
  if (line === undefined) return undefined
  const written = value.slice(before).split('\n', 1)[0] ?? ''
  const from = line + indent
  // YAML reads CRLF as one line feed.
  const isThere = file.startsWith(`${written}\n`, from) || file.startsWith(`${written}\r\n`, from) || file.slice(from) === written
  return isThere ? from + offset - before : undefined
}

/** The line break of the line at an offset; a line feed on the last line. */
function lineBreakAt(offset: number, file: string, lines: Lines): '\n' | '\r\n' {
  const next = lines.startOf(lines.at(offset).line + 1)
  return next !== undefined && file.charAt(next - 2) === '\r' ? '\r\n' : '\n'
}
