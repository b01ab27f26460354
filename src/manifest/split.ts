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
  for (const { start, end } of linesThatStartWith(separator, text)) {
    if (!hasContent(text, start, end)) yield { start, end }
  }
}

/** The offsets of lines that start with `---` and go on with anything but blanks and a comment, which kubectl rejects. */
export function separatorsWithContent(text: string): readonly number[] {
  const found: number[] = []
  for (const { start, end } of linesThatStartWith(separator, text)) if (hasContent(text, start, end)) found.push(start)
  return found
}

function hasContent(text: string, start: number, end: number): boolean {
  const rest = text.slice(start + separator.length, end).trimStart()
  return rest !== '' && !rest.startsWith('#')
}

function* linesThatStartWith(indicator: string, text: string): Generator<Chunk> {
  const nextAfter = (from: number): number => {
    const newline = text.indexOf(`\n${indicator}`, from)
    return newline === -1 ? -1 : newline + 1
  }
  for (let start = text.startsWith(indicator) ? 0 : nextAfter(0); start !== -1; start = nextAfter(start)) {
    const newline = text.indexOf('\n', start)
    yield { start, end: newline === -1 ? text.length : newline + 1 }
  }
}

/**
 * The offset of the first line `...` that ends a document; undefined if there is none. Such a line ends every scalar, and before the first
 * document it has no effect.
 */
export function documentEnd(text: string): number | undefined {
  let checked = 0
  for (const { start, end } of linesThatStartWith('...', text)) {
    if (!/^\s?$/.test(text.charAt(start + 3))) continue
    if (!isWithoutValue(text.slice(0, start), checked)) return start
    checked = end
  }
  return undefined
}

/** Whether a text from an offset on has only blank lines, comments, and ends of documents. */
export function isWithoutValue(text: string, from: number): boolean {
  const start = firstValue(text, from)
  return start === text.length
}

/** The offset of a directive (`%YAML`), which can only be before the value. */
export function directiveAt(text: string): number | undefined {
  if (!text.startsWith('%') && !text.includes('\n%')) return undefined
  const start = firstValue(text, 0)
  return text.charAt(start) === '%' && (start === 0 || text.charAt(start - 1) === '\n') ? start : undefined
}

/** The offset of the first character that is not blank and not in a comment or in a line `...`; the length if there is none. */
function firstValue(text: string, from: number): number {
  for (let start = from; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(start, end)
    const value = line.trimStart()
    if (value !== '' && !value.startsWith('#') && line.trimEnd() !== '...') return end - value.length
    start = end + 1
  }
  return text.length
}

/** The JSON objects at the start of a text, and what follows them. */
interface JsonObjects {
  readonly objects: readonly Chunk[]
  readonly rest: Chunk | undefined
}

/** JSON objects, as jq prints them one after another (YAMLOrJSONDecoder in k8s.io/apimachinery). None if the text starts with something else. */
export function jsonObjects(text: string): JsonObjects {
  const objects: Chunk[] = []
  let start = skipBlanks(text, 0)
  while (text.charAt(start) === '{') {
    const end = endOfObject(text, start)
    if (end === undefined || !isJson(text.slice(start, end))) break
    objects.push({ start, end })
    start = skipBlanks(text, end)
  }
  return { objects, rest: start < text.length ? { start, end: text.length } : undefined }
}

function skipBlanks(text: string, from: number): number {
  let index = from
  while (isBlankCode(text.charCodeAt(index))) index++
  return index
}

/** The offset after the brace that closes an object; undefined if there is none. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  let isInString = false
  for (let index = start; index < text.length; index++) {
    const character = text.charAt(index)
    if (isInString) {
      if (character === '\\') index++
      else isInString = character !== '"'
    } else if (character === '"') isInString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return index + 1
  }
  return undefined
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!isBlankCode(text.charCodeAt(index))) return false
  return true
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
