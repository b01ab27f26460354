/**
 * What js-yaml calls deficient indentation although libyaml accepts it. libyaml ignores indentation within flow collections and quoted
 * scalars (scannerc.go: `yaml_parser_unroll_indent` returns at once in a flow, and `yaml_parser_scan_flow_scalar` never looks at it), but YAML 1.2
 * requires more of it than the enclosing block mapping or sequence has. In a line with a flow collection, js-yaml rejects tabs, too.
 */

/** Spaces to insert at the start of a line. */
export interface Padding {
  /** The offset of the line. */
  readonly line: number
  readonly width: number
}

export interface FlowLines {
  /** Lines that lack indentation, in the order of the text. */
  readonly paddings: readonly Padding[]
  /** The offsets of tabs that separate tokens. */
  readonly tabs: readonly number[]
}

/** Where the scan is. */
interface Scan extends FlowLines {
  readonly text: string
  readonly paddings: Padding[]
  readonly tabs: number[]
  position: number
  /** The column of the innermost block mapping or sequence; -1 before the first. */
  block: number
  /** The start and the end of the line that was looked up last. Looked up once each, because a line can be long. */
  line: number
  lineEnd: number
}

/**
 * Finds flow collections and quoted scalars. The scan looks at nothing but what shows where they start and end; whether the text is YAML is
 * for the parser to say.
 */
export function flowLinesOf(text: string): FlowLines {
  const scan: Scan = { text, paddings: [], tabs: [], position: 0, block: -1, line: 0, lineEnd: lineEnd(text, 0) }
  while (scan.position < text.length) readBlockToken(scan)
  return scan
}

function readBlockToken(scan: Scan): void {
  const { text, position } = scan
  const character = text.charAt(position)
  if (isBlank(character)) skipBlanks(scan)
  else if (character === '#' && isBlank(text.charAt(position - 1))) scan.position = lineEnd(text, position)
  else if (/[-?:]/.test(character) && isBlank(text.charAt(position + 1))) {
    scan.block = columnOf(scan, position)
    scan.position++
  } else if (/[&*!]/.test(character)) skipWord(scan)
  else if (/["'[{]/.test(character)) readFlow(scan)
  else if (character === '|' || character === '>') skipBlockScalar(scan)
  else readPlain(scan)
}

/** Notes tabs after a value or a key; elsewhere, they are no separation in libyaml either (`yaml_parser_scan_to_next_token`). */
function skipBlanks(scan: Scan): void {
  const { text } = scan
  let separates = /[^\s?-]/.test(text.charAt(scan.position - 1))
  for (; scan.position < text.length && isBlank(text.charAt(scan.position)); scan.position++) {
    const character = text.charAt(scan.position)
    if (character === '\n') separates = false
    if (character === '\t' && separates) scan.tabs.push(scan.position)
  }
}

/** Reads a flow collection or a quoted scalar. As a key, it starts a block mapping. */
function readFlow(scan: Scan): void {
  const { text, position: start } = scan
  const column = columnOf(scan, start)
  if (/["']/.test(text.charAt(start))) skipQuoted(scan)
  else skipFlowCollection(scan)
  for (let line = scan.lineEnd + 1; line < scan.position; line = lineEnd(text, line) + 1) {
    const width = scan.block + 1 - indentationOf(text, line)
    if (width > 0) scan.paddings.push({ line, width })
  }
  const colon = /[ \t]*:(?=\s|$)/y
  colon.lastIndex = scan.position
  if (!colon.test(text)) return
  scan.block = column
  scan.position = colon.lastIndex
}

function skipQuoted(scan: Scan): void {
  const { text } = scan
  const quote = text.charAt(scan.position++)
  for (; scan.position < text.length; scan.position++) {
    const character = text.charAt(scan.position)
    if (character === '\\' && quote === '"') scan.position++
    else if (character === quote && quote === "'" && text.charAt(scan.position + 1) === "'") scan.position++
    else if (character === quote) break
  }
  scan.position++
}

function skipFlowCollection(scan: Scan): void {
  const { text } = scan
  let depth = 0
  while (scan.position < text.length) {
    const character = text.charAt(scan.position)
    if (/["']/.test(character)) skipQuoted(scan)
    else if (character === '#' && isBlank(text.charAt(scan.position - 1))) scan.position = lineEnd(text, scan.position)
    else if (/[&*!]/.test(character)) skipFlowWord(scan)
    else if (/[\s,:?[\]{}]/.test(character)) {
      if (character === '\t') scan.tabs.push(scan.position)
      scan.position++
      if (/[[{]/.test(character)) depth++
      else if (/[\]}]/.test(character) && --depth === 0) return
    } else skipFlowPlain(scan)
  }
}

/** Skips a plain scalar in a flow collection. Quotes within it are ordinary characters. */
function skipFlowPlain(scan: Scan): void {
  const { text } = scan
  for (; scan.position < text.length; scan.position++) {
    const character = text.charAt(scan.position)
    if (/[,[\]{}]/.test(character)) return
    if (character === ':' && isBlank(text.charAt(scan.position + 1))) return
    if (character === '#' && isBlank(text.charAt(scan.position - 1))) return
  }
}

/** Skips a tag, an anchor or an alias in a flow collection. */
function skipFlowWord(scan: Scan): void {
  while (!/^[\s,[\]{}]?$/.test(scan.text.charAt(scan.position))) scan.position++
}

/** Reads a plain scalar: up to the colon if it is a key, otherwise with the deeper lines that continue it. */
function readPlain(scan: Scan): void {
  const { text, position: start } = scan
  const column = columnOf(scan, start)
  const [scalar = ''] = /^.*?(?=:(?:\s|$)|\s#|$)/s.exec(text.slice(start, scan.lineEnd)) ?? []
  const end = start + scalar.length
  if (text.charAt(end) === ':') {
    scan.block = column
    scan.position = end + 1
  } else {
    scan.position = scan.lineEnd
    if (end === scan.lineEnd) skipDeeperLines(scan)
  }
}

function skipBlockScalar(scan: Scan): void {
  scan.position = lineEnd(scan.text, scan.position)
  skipDeeperLines(scan)
}

/** Skips blank lines and the lines to the right of the block, which belong to a scalar of more than one line. */
function skipDeeperLines(scan: Scan): void {
  const { text } = scan
  for (let line = scan.position + 1; line < text.length; line = scan.position + 1) {
    const end = lineEnd(text, line)
    const indentation = indentationOf(text, line)
    if (indentation <= scan.block && line + indentation < end) return
    scan.position = end
  }
}

function skipWord(scan: Scan): void {
  while (scan.position < scan.text.length && !isBlank(scan.text.charAt(scan.position))) scan.position++
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline === -1 ? text.length : newline
}

function indentationOf(text: string, line: number): number {
  let end = line
  while (text.charAt(end) === ' ') end++
  return end - line
}

function columnOf(scan: Scan, position: number): number {
  while (scan.lineEnd < position) {
    scan.line = scan.lineEnd + 1
    scan.lineEnd = lineEnd(scan.text, scan.line)
  }
  return position - scan.line
}

/** Also true before the start and after the end of the text. */
function isBlank(character: string): boolean {
  return character === '' || character === ' ' || character === '\n' || character === '\t' || character === '\r'
}
