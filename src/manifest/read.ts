/** Reads YAML and JSON documents, with the line and column of every value. Never throws, regardless of the text. */
import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml'
import { findAliasFault } from './aliases.ts'
import { asValue } from './collections.ts'
import { type Dialect, dialects } from './dialects.ts'
import { type Lines, linesOf, type Position } from './lines.ts'
import { nodeIndexOf, startOffset } from './node-index.ts'
import { type Chunk, splitDocuments } from './split.ts'
import { editsInFile, type TextEdit, type VerbatimScalar } from './text-edits.ts'

export type { Position } from './lines.ts'

/** One document of a file. */
export interface ManifestDocument {
  readonly value: unknown
  /** The position of the value at an RFC 6901 pointer, or of its key if the value has no text; undefined if there is neither. */
  locate(pointer: string): Position | undefined
  /** The position of the key at the pointer; for items of a sequence, of the item. */
  locateKey(pointer: string): Position | undefined
  /**
   * The position in the file of a place inside a scalar, for a script or a policy inside a manifest. Exact in literal block scalars
   * (`|`) and on plain or quoted lines without escapes, otherwise the start of the scalar.
   * @param line within the decoded text, from 1
   * @param column within that line, from 1
   */
  locateInText(pointer: string, line: number, column: number): Position | undefined
  /**
   * Edits of the text of a scalar as edits of the file, in UTF-16 offsets of the text that was read. Undefined if the value at the pointer is
   * not this text, or if its characters are not in the file one by one (escapes, folded lines, aliases).
   */
  editsInText(pointer: string, text: string, edits: readonly TextEdit[]): TextEdit[] | undefined
}

/** Why a document cannot be read. Line and column are null if they are not known. */
export interface ReadError {
  readonly line: number | null
  readonly column: number | null
  /** A clause without a period: "invalid YAML: bad indentation of a mapping entry". */
  readonly message: string
  /** The key that appears twice, if that is the problem. */
  readonly repeatedKey?: string
}

/** Which parts of YAML are accepted. */
export interface ReadOptions {
  /** Maximum number of aliases (`*name`) in one document; 0 disallows them. */
  readonly maxAliases?: number
  /** How plain scalars are read. The default is `kubernetes`: as in manifests for kubectl. */
  readonly dialect?: keyof typeof dialects
}

export interface ReadResult {
  readonly documents: readonly ManifestDocument[]
  readonly errors: readonly ReadError[]
}

/** Maximum nesting that is read. A PodSpec is about 15 levels deep, custom resource definitions about 60. */
const maxDepth = 200
/** Maximum number of aliases in one document: far more than manifests have, far fewer than would take noticeable time. */
const defaultMaxAliases = 1000
/** Maximum number of documents in one text: far more than any manifest has. */
const maxDocuments = 100_000

interface Source {
  readonly maxAliases: number
  readonly dialect: Dialect
  readonly lines: Lines
  /** Offset of the part in the complete text. */
  readonly base: number
  readonly text: string
  /** The complete text. */
  readonly file: string
}

/**
 * Reads all documents of a text. Documents that cannot be read are reported, and the others are still returned; empty documents (comments,
 * `null`) are omitted. A key named `__proto__` becomes an own key. Values are what kubectl would send, except for integers beyond 2^53,
 * which are rounded.
 * @param text with or without a byte order mark; lines can end with CRLF
 */
export function readManifest(text: string, { maxAliases = defaultMaxAliases, dialect = 'kubernetes' }: ReadOptions = {}): ReadResult {
  const withoutMark = text.startsWith('\uFEFF') ? text.slice(1) : text
  const lines = linesOf(withoutMark)
  const documents: ManifestDocument[] = []
  const errors: ReadError[] = []
  for (const chunk of splitDocuments(withoutMark)) {
    if (documents.length + errors.length >= maxDocuments) {
      errors.push({ ...lines.at(chunk.start), message: `there are more than ${maxDocuments} documents` })
      break
    }
    readChunk(
      { maxAliases, dialect: dialects[dialect], lines, base: chunk.start, text: textOf(withoutMark, chunk), file: withoutMark },
      documents,
      errors,
    )
  }
  return { documents, errors }
}

function textOf(text: string, chunk: Chunk): string {
  return chunk.start === 0 && chunk.end === text.length ? text : text.slice(chunk.start, chunk.end)
}

function readChunk(source: Source, documents: ManifestDocument[], errors: ReadError[]): void {
  const yaml = readYaml(source)
  if (!('message' in yaml)) {
    documents.push(...yaml.documents)
    return
  }
  const json = yaml.repeatedKey === undefined ? readJson(source) : undefined
  if (json !== undefined) {
    documents.push(json)
    return
  }
  const position = yaml.offset === undefined ? { line: null, column: null } : place(source, yaml.offset)
  errors.push({ ...position, message: yaml.message, repeatedKey: yaml.repeatedKey })
}

interface YamlFailure {
  readonly message: string
  readonly offset: number | undefined
  readonly repeatedKey?: string
}

function readYaml(source: Source): { readonly documents: readonly ManifestDocument[] } | YamlFailure {
  let events: readonly Event[] = []
  try {
    const parsed = parseEvents(source.text, { maxDepth })
    events = parsed
    const fault = findAliasFault(events, source.text, source.maxAliases)
    if (fault !== undefined) return { message: fault.reason, offset: fault.offset }
    const values = constructFromEvents(parsed, { source: source.text, schema: source.dialect.schema, json: false })
    return { documents: documentsOf(source, events, values) }
  } catch (error) {
    return failureOf(error, events, source.text)
  }
}

/** Also handles a RangeError (stack overflow): any failure of the parser means that the text cannot be read. */
function failureOf(error: unknown, events: readonly Event[], text: string): YamlFailure {
  if (!(error instanceof YAMLException)) return { message: 'the document is too large or nested too deeply', offset: undefined }
  const offset = error.mark?.position
  if (error.reason !== 'duplicated mapping key') return { message: `invalid YAML: ${error.reason}`, offset }
  const key = events.find((event) => event.type === EVENT_ID.SCALAR && event.valueStart === offset)
  const repeatedKey = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : ''
  return { message: `the key ${JSON.stringify(repeatedKey)} appears twice in one mapping`, offset: withQuote(text, offset), repeatedKey }
}

/** Moves the offset to the opening quote of a key: the parser points to the character after it. */
function withQuote(text: string, offset: number | undefined): number | undefined {
  return offset !== undefined && /["']/.test(text.charAt(offset - 1)) ? offset - 1 : offset
}

function documentsOf(source: Source, events: readonly Event[], values: readonly unknown[]): ManifestDocument[] {
  const documents: ManifestDocument[] = []
  let count = 0
  for (const [index, event] of events.entries()) {
    if (event.type !== EVENT_ID.DOCUMENT) continue
    const value = asValue(values[count++])
    if (value !== null && value !== undefined) documents.push(located(source, events, index, value))
  }
  return documents
}

/**
 * Reads JSON that YAML rejects, such as lines indented by tabs. In JSON, tabs occur only as whitespace, never within strings, so replacing
 * them by spaces gives the same document with the same offsets.
 */
function readJson(source: Source): ManifestDocument | undefined {
  const start = source.text.trimStart().charAt(0)
  if (start !== '{' && start !== '[') return undefined
  try {
    JSON.parse(source.text)
  } catch {
    return undefined
  }
  const yaml = readYaml({ ...source, text: source.text.replaceAll('\t', ' ') })
  return 'message' in yaml ? undefined : yaml.documents[0]
}

function located(source: Source, events: readonly Event[], first: number, value: unknown): ManifestDocument {
  const index = nodeIndexOf(events, first, source.text, source.dialect)
  const start = (node: number): Position | undefined => {
    const offset = startOffset(events, node, source.text)
    return offset === undefined ? undefined : place(source, offset)
  }
  const locateKey = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : start(entry.key)
  }
  const locate = (pointer: string): Position | undefined => {
    const entry = index.find(pointer)
    return entry === undefined ? undefined : (start(entry.node) ?? start(entry.key))
  }
  return {
    value,
    locate,
    locateKey,
    locateInText: (pointer, line, column) => {
      const entry = index.find(pointer)
      const event = entry === undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return locate(pointer)
      const first = place(source, event.valueStart)
      if (event.style === SCALAR_STYLE.LITERAL_BLOCK) {
        // The text ends with a line feed even if the file does not: its last line may be one that the file does not have.
        const last = place(source, event.valueEnd)
        return first.line + line - 1 > last.line ? last : { line: first.line + line - 1, column: Math.max(event.indent, 0) + column }
      }
      return event.fast && line === 1 ? { line: first.line, column: first.column + column - 1 } : locate(pointer)
    },
    editsInText: (pointer, text, edits) => {
      const entry = index.find(pointer)
      const event = entry === undefined ? undefined : events[entry.node]
      if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0 || getScalarValue(source.text, event) !== text) return undefined
      const style =
        event.style === SCALAR_STYLE.LITERAL_BLOCK ? 'block' : event.fast && !text.includes('\n') ? lineStyles.get(event.style) : undefined
      if (style === undefined) return undefined
      const scalar = { style, start: source.base + event.valueStart, indent: Math.max(event.indent, 0), value: text }
      return editsInFile(edits, scalar, source.file, source.lines)
    },
  }
}

const lineStyles: ReadonlyMap<number, VerbatimScalar['style']> = new Map([
  [SCALAR_STYLE.PLAIN, 'plain'],
  [SCALAR_STYLE.SINGLE_QUOTED, 'single'],
  [SCALAR_STYLE.DOUBLE_QUOTED, 'double'],
])

function place(source: Source, offset: number): Position {
  return source.lines.at(source.base + offset)
}
