/** Reads YAML and JSON documents, with the line and column of every value. Never throws, regardless of the text. */
import { COLLECTION_STYLE, constructFromEvents, EVENT_ID, SCALAR_STYLE, YAMLException } from 'js-yaml'
import { findAliasFault } from './aliases.ts'
import { asValue } from './collections.ts'
import { commentsWith, type ManifestComment, maxComments, withTargets } from './comments.ts'
import { dialects } from './dialects.ts'
import { located, type ManifestDocument, placeOf, type Source } from './document.ts'
import { linesOf, type Position } from './lines.ts'
import { type ParsedText, parseText } from './parse.ts'
import { type Rejection, rejectedScalars } from './rejections.ts'
import { repeatedKeys } from './repeated-keys.ts'
import {
  type Chunk,
  directiveAt,
  documentEnd,
  isJson,
  isWithoutValue,
  jsonObjects,
  separatorsWithContent,
  splitDocuments,
} from './split.ts'
import { yamlProblem } from './yaml-problems.ts'

export { type ManifestComment, maxComments } from './comments.ts'
export type { ManifestDocument } from './document.ts'
export type { Position, Region } from './lines.ts'

/** Why a document cannot be read. Line and column are null if they are not known. */
export interface ReadError {
  readonly line: number | null
  readonly column: number | null
  /** A clause without a period: "invalid YAML: a bracket is not closed". */
  readonly message: string
  /** The key that appears twice, if that is the problem. */
  readonly repeatedKey?: string
}

/** What kubectl drops without a word. */
export interface ReadNotice {
  readonly line: number
  readonly column: number
  /** A clause without a period. */
  readonly message: string
}

/** Which parts of YAML are accepted. */
export interface ReadOptions {
  /** Maximum number of aliases (`*name`) in one document; 0 disallows them. */
  readonly maxAliases?: number
  /** How plain scalars are read. The default is `kubernetes`: as in manifests for kubectl. */
  readonly dialect?: keyof typeof dialects
  /** Returns the comments that contain this word. */
  readonly comments?: string
}

export interface ReadResult {
  readonly documents: readonly ManifestDocument[]
  readonly errors: readonly ReadError[]
  /** Empty for the dialect `core`. */
  readonly notices: readonly ReadNotice[]
  /** The comments with the word of `comments`, at most `maxComments`. */
  readonly comments: readonly ManifestComment[]
}

/** Maximum number of aliases in one document: far more than manifests have, far fewer than would take noticeable time. */
const defaultMaxAliases = 1000
/** Maximum number of documents in one text: far more than any manifest has. */
const maxDocuments = 100_000
/** Maximum number of notices about one text. */
const maxNotices = 100

/** The result so far and what may still be spent. */
interface Reading {
  readonly maxAliases: number
  readonly documents: ManifestDocument[]
  readonly errors: ReadError[]
  readonly notices: ReadNotice[]
  readonly word: string | undefined
  readonly comments: (Position & { readonly text: string })[]
}

/**
 * Reads all documents of a text. Documents that cannot be read are reported, and the others are still returned; empty documents (comments,
 * `null`) are omitted. A key named `__proto__` becomes an own key. Values are what kubectl would send, except for integers beyond 2^53,
 * which are rounded.
 * @param text with or without a byte order mark; lines can end with CRLF
 */
export function readManifest(text: string, options: ReadOptions = {}): ReadResult {
  const { maxAliases = defaultMaxAliases, dialect = 'kubernetes', comments: word } = options
  const file = text.startsWith('\uFEFF') ? text.slice(1) : text
  const lines = linesOf(file)
  const reading: Reading = { maxAliases, documents: [], errors: [], notices: [], word, comments: [] }
  const { documents, errors, notices } = reading
  for (const chunk of splitDocuments(file)) {
    if (documents.length + errors.length >= maxDocuments) {
      errors.push({ ...lines.at(chunk.start), message: `there are more than ${maxDocuments} documents` })
      break
    }
    const source = { dialect: dialects[dialect], lines, base: chunk.start, text: textOf(file, chunk), file }
    if (source.dialect.isKubectl) readAsKubectl(source, reading)
    else readPart(source, reading)
  }
  return { documents, errors, notices, comments: withTargets(file, reading.comments) }
}

function textOf(text: string, { start, end }: Chunk): string {
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function partOf(source: Source, chunk: Chunk): Source {
  return { ...source, base: source.base + chunk.start, text: textOf(source.text, chunk) }
}

/** Reads what kubectl reads of a part: one YAML document, or JSON objects. What it rejects although it is YAML is an error. */
function readAsKubectl(source: Source, reading: Reading): void {
  const rejected = (offset: number, message: string): void => reject(source, { offset, message }, reading)
  for (const offset of separatorsWithContent(source.text))
    rejected(offset, 'kubectl rejects a value on the line of a separator; move it to the next line')
  const directive = directiveAt(source.text)
  if (directive !== undefined) rejected(directive, 'kubectl rejects directives such as %YAML; remove the line')
  const end = documentEnd(source.text)
  if (end === undefined) readPart(source, reading)
  else {
    const before = reading.documents.length
    readPart(partOf(source, { start: 0, end }), reading)
    if (reading.documents.length > before && !isWithoutValue(source.text, end)) ignored(source, end, reading)
  }
}

/** The document is read all the same. */
function reject(source: Source, { offset, message }: Rejection, { errors }: Reading): void {
  if (errors.length < maxDocuments) errors.push({ ...placeOf(source, offset), message })
}

function ignored(source: Source, offset: number, { notices }: Reading): void {
  const message = 'kubectl ignores the text from here to the next line "---", because the document ends here'
  if (notices.length < maxNotices) notices.push({ ...placeOf(source, offset), message })
}

function readPart(source: Source, reading: Reading): void {
  const yaml = readYaml(source, reading)
  if (!('message' in yaml)) {
    add(source, yaml, reading)
    return
  }
  if (yaml.repeatedKey === undefined && readJson(source, reading)) return
  if (yaml.endsAt !== undefined && source.dialect.isKubectl && readStart(source, yaml.endsAt, reading)) return
  const position = yaml.offset === undefined ? { line: null, column: null } : placeOf(source, yaml.offset)
  reading.errors.push({ ...position, message: yaml.message, ...(yaml.repeatedKey === undefined ? {} : { repeatedKey: yaml.repeatedKey }) })
}

interface YamlFailure {
  readonly message: string
  readonly offset: number | undefined
  readonly repeatedKey?: string
  /** The offset of the text after a complete document, if that text is the problem. */
  readonly endsAt?: number
}

interface YamlDocuments {
  readonly parsed: ParsedText
  readonly values: readonly unknown[]
  /** Whether a mapping may have a key twice. */
  readonly mayRepeatKeys: boolean
}

function readYaml({ text, dialect }: Source, { maxAliases }: Reading): YamlDocuments | YamlFailure {
  let parsed: ParsedText | undefined
  try {
    parsed = parseText(text)
    const fault = findAliasFault(parsed.events, parsed.text, maxAliases)
    if (fault !== undefined) return { message: fault.reason, offset: parsed.original(fault.offset) }
    return construct(parsed, dialect)
  } catch (error) {
    return failureOf(error, parsed, dialect)
  }
}

/** kubectl takes the last one of repeated keys; in other texts, they are an error. */
function construct(parsed: ParsedText, { schema, isKubectl }: Source['dialect']): YamlDocuments {
  const options = { source: parsed.text, schema }
  try {
    return { parsed, values: constructFromEvents(parsed.events, { ...options, json: false }), mayRepeatKeys: false }
  } catch (error) {
    if (!isKubectl || !(error instanceof YAMLException) || error.reason !== repeatedReason) throw error
    return { parsed, values: constructFromEvents(parsed.events, { ...options, json: true }), mayRepeatKeys: true }
  }
}

const repeatedReason = 'duplicated mapping key'

/** Also handles a RangeError (stack overflow): any failure of the parser means that the text cannot be read. */
function failureOf(error: unknown, parsed: ParsedText | undefined, dialect: Source['dialect']): YamlFailure {
  if (!(error instanceof YAMLException)) return { message: 'the document is too large or nested too deeply', offset: undefined }
  const position = error.mark?.position
  const offset = position === undefined ? undefined : (parsed?.original(position) ?? position)
  const [repeated] = parsed !== undefined && error.reason === repeatedReason ? repeatedKeys(parsed.events, parsed.text, dialect, 1) : []
  if (repeated !== undefined)
    return { message: repeatedMessage(repeated.name), offset: parsed?.original(repeated.offset), repeatedKey: repeated.name }
  const problem = yamlProblem(error.reason, parsed)
  const at = problem.offset === undefined ? offset : parsed?.original(problem.offset)
  const failure = { message: `invalid YAML: ${problem.what}`, offset: at }
  return offset !== undefined && error.reason === 'end of the stream or a document separator is expected'
    ? { ...failure, endsAt: offset }
    : failure
}

function repeatedMessage(name: string): string {
  return `the key ${JSON.stringify(name)} appears twice in one mapping`
}

function add(source: Source, { parsed, values, mayRepeatKeys }: YamlDocuments, reading: Reading): void {
  const { documents, notices } = reading
  if (reading.word !== undefined) addComments(source, parsed, reading.word, reading)
  if (source.dialect.isKubectl) for (const rejection of rejectedScalars(parsed)) reject(source, rejection, reading)
  let count = 0
  for (const [index, event] of parsed.events.entries()) {
    if (event.type !== EVENT_ID.DOCUMENT) continue
    const value = asValue(values[count++])
    if (value !== null && value !== undefined) documents.push(located(source, parsed, index, value))
  }
  if (!mayRepeatKeys) return
  for (const { name, offset } of repeatedKeys(parsed.events, parsed.text, source.dialect, maxNotices - notices.length))
    notices.push({ ...placeOf(source, parsed.original(offset)), message: `${repeatedMessage(name)}, and kubectl uses the last one` })
}

function addComments(source: Source, parsed: ParsedText, word: string, { comments }: Reading): void {
  for (const offset of commentsWith(word, parsed)) {
    if (comments.length >= maxComments) return
    const end = parsed.text.indexOf('\n', offset)
    const text = parsed.text.slice(offset, end === -1 ? undefined : end).trimEnd()
    comments.push({ ...placeOf(source, parsed.original(offset)), text })
  }
}

/**
 * Reads JSON that is no YAML: objects one after another, which kubectl reads as a stream, or lines indented by tabs. In JSON, tabs occur only
 * as whitespace, never within strings, so replacing them by spaces gives the same document with the same offsets.
 * @returns whether the text starts with such JSON
 */
function readJson(source: Source, reading: Reading): boolean {
  const { objects, rest } = jsonObjects(source.text)
  const isWhole = objects.length === 0 && isJson(source.text)
  if (!isWhole && objects.length === 0) return false
  if (objects.length + (rest === undefined ? 0 : 1) <= 1 && !source.text.includes('\t')) return false
  for (const object of isWhole ? [{ start: 0, end: source.text.length }] : objects) {
    if (reading.documents.length + reading.errors.length >= maxDocuments) return true
    const part = partOf(source, object)
    readPart({ ...part, text: part.text.replaceAll('\t', ' ') }, reading)
  }
  if (rest !== undefined) readPart(partOf(source, rest), reading)
  return true
}

/**
 * Reads the document before a text that does not belong to it: kubectl never looks at that text. A block mapping or sequence goes on at its
 * own column, so that only a text to the left of it comes after the document.
 * @returns whether there is such a document
 */
function readStart(source: Source, end: number, reading: Reading): boolean {
  const yaml = readYaml({ ...source, text: source.text.slice(0, end) }, reading)
  if ('message' in yaml || continues(yaml.parsed, source.text, end)) return false
  add(source, yaml, reading)
  ignored(source, end, reading)
  return true
}

/**
 * Whether kubectl rejects the text after a document: a block mapping or sequence goes on at its own column, a plain scalar ends only at a
 * comment, and some characters start nothing (a percent sign, no directive).
 */
function continues({ events, original }: ParsedText, text: string, end: number): boolean {
  if (/[\t%@`]/.test(text.charAt(end)) && !text.startsWith('\n%', end - 1)) return true
  const root = events[1]
  if (root?.type === EVENT_ID.SCALAR) return root.style === SCALAR_STYLE.PLAIN && !text.slice(original(root.valueEnd), end).includes('#')
  const isBlock = (root?.type === EVENT_ID.MAPPING || root?.type === EVENT_ID.SEQUENCE) && root.style === COLLECTION_STYLE.BLOCK
  return isBlock && columnOf(text, original(root.start)) <= columnOf(text, end)
}

function columnOf(text: string, offset: number): number {
  return offset - Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1))
}
