/** Partly known text: literal pieces, and unknown pieces that have an identity. */
import { maxPieces, maxText } from '../limits.ts'
import { NotAnalyzed } from './world.ts'

/** A piece of text that is not known. Equal ids mean equal texts, in every run. */
export interface Unknown {
  readonly id: string
  /** Whether it is certain not to be empty. */
  readonly filled?: boolean
  /** Whether it is certain to be at least one line. */
  readonly lines?: boolean
  /** Whether it is certain to be a number above 0. */
  readonly positive?: boolean
  /** Edits that were applied to it, the latest last. Repeating the latest one changes nothing. */
  readonly edits?: readonly Edit[]
  /** What it unpacks to, if it is compressed. */
  readonly packed?: Value
  /** The complete text, if it is cut off. */
  readonly whole?: Value
  /** The directory that each of its lines is below, if they are paths: an absolute path without a slash at its end. */
  readonly under?: string
  /** The object of a service that it describes, so that a command can write it back. */
  readonly about?: string
}

export interface Edit {
  readonly how: string
  /** The text that it inserts. */
  readonly made: string
}

export type Piece = string | Unknown

/** A concatenation of pieces. Adjacent literals are joined and empty ones omitted, so equal texts are equal lists. */
export type Value = readonly Piece[]

export const empty: Value = []

/** A value of literal text. */
export function literal(text: string): Value {
  return text === '' ? empty : [text]
}

/** A value of one unknown piece. */
export function unknown(id: string): Value {
  return [{ id }]
}

/** Longest identity that is kept verbatim. A longer one is replaced by its digest. */
const maxIdentity = 512

/** The mark by which `Machine.volatile` makes a value unique to its run. */
export const volatileMark = / of run \d+, step \d+/g

/** Programs that turn their input into a key or a password. */
const keyMaker = /\b(sha\d*sum|md5sum|b2sum|cksum|openssl|base64|mkpasswd|htpasswd)\b/

/** The key without the differences between dates. Dates that became part of a key or a password stay different. */
export function withoutDates(key: string): string {
  if (!key.includes('date of run')) return key
  return key.replace(/\0[^\0]*\0/g, (piece) => (keyMaker.test(piece) ? piece : piece.replace(/date of run \d+, step \d+/g, 'date')))
}

/**
 * Text that a command computes from other text alone: equal inputs give equal outputs. The identity stays short, however often commands
 * are applied to each other's output.
 * @param how the command with its options
 * @param from everything that it reads
 */
export function derived(how: string, ...from: readonly Value[]): Value {
  return unknown(identity([how, ...from.map(nestedKey)].join('\x02')))
}

/**
 * The result of an idempotent edit: repeating it changes nothing.
 * @param how the command with its options
 * @param made the text that it inserts
 */
export function applied(how: string, from: Value, made = ''): Value {
  const edits = editsOf(from)
  if (edits.at(-1)?.how === identity(how)) return from
  const id = identity(`${identity(how)} applied to ${nestedKey(from)}`)
  return [{ id, edits: [...edits, { how: identity(how), made }], ...described(how, from) }]
}

/** Like `derived`, for a command that may run on its own output: the text records that edit. */
export function edited(how: string, from: Value): Value {
  return derived(how, from).map((piece) =>
    typeof piece === 'string' ? piece : { ...piece, edits: [...editsOf(from), { how: identity(how), made: '' }], ...described(how, from) },
  )
}

/** Like `derived`, for a text that still describes the object. */
export function reworked(how: string, from: Value): Value {
  return derived(how, from).map((piece) => (typeof piece === 'string' ? piece : { ...piece, ...described(how, from) }))
}

/** The object that a text describes after an edit: one that changes names makes it the description of another object. */
function described(how: string, from: Value): Pick<Unknown, 'about'> {
  const about = aboutOf(from)
  if (about === undefined) return {}
  return { about: /name|kind/i.test(how) ? identity(`${about} after ${how}`) : about }
}

/** The object of a service that a text describes. */
export function aboutOf(value: Value): string | undefined {
  return onlyPiece(value)?.about
}

/** The unknown piece that is the whole text. A newline after it, as `echo "$(…)"` adds, makes no difference. */
function onlyPiece([piece, end = '\n', ...more]: Value): Unknown | undefined {
  return typeof piece === 'object' && end === '\n' && more.length === 0 ? piece : undefined
}

/** Whether the last edit of a text was this one. */
export function wasEdited(how: string, value: Value): boolean {
  return editsOf(value).at(-1)?.how === identity(how)
}

/** The edits that were applied to a text, the latest last. */
export function editsOf(value: Value): readonly Edit[] {
  return onlyPiece(value)?.edits ?? []
}

const partPrefix = 'part of '

/** A text that is cut off because its writer failed or was killed. */
export function partOf(value: Value): Value {
  return value.length === 0 || isPart(value) ? value : [{ id: `${partPrefix}${identity(nestedKey(value))}`, filled: true, whole: value }]
}

/** The complete text of one that is cut off; any other text is its own. */
export function wholeOf(value: Value): Value {
  const [piece] = value
  return isPart(value) && typeof piece === 'object' ? (piece.whole ?? value) : value
}

/** Whether the text is cut off. */
export function isPart(value: Value): boolean {
  const [piece] = value
  return typeof piece === 'object' && piece.id.startsWith(partPrefix)
}

/** Marks the output of a command that is not analyzed. Two such texts may be equal or not. */
export const openMark = '\x03'

/** The output of a command that is not analyzed. */
export function unanalyzed(what: string): Value {
  return unknown(identity(`${openMark}${what}`))
}

/** A short identity for a long text. It keeps the mark of a volatile value. */
export function identity(text: string): string {
  if (text.length <= maxIdentity) return text
  const marks = text.match(volatileMark)
  const plain = text.replace(volatileMark, '')
  return `${plain.slice(0, 60)}… ${plain.length} ${digest(plain, 5381)}${digest(plain, 52711)}${text.includes(openMark) ? openMark : ''}${marks?.at(-1) ?? ''}`
}

/** djb2 (Bernstein). It only keeps identities apart; no secret depends on it. */
function digest(text: string, seed: number): string {
  let sum = seed
  for (let index = 0; index < text.length; index++) sum = (Math.imul(sum, 33) ^ text.charCodeAt(index)) >>> 0
  return sum.toString(36)
}

/** The same value, marked as certainly not empty. */
export function notEmpty(value: Value): Value {
  return value.map((piece) => (typeof piece === 'string' ? piece : { ...piece, filled: true }))
}

/** Joins values and merges adjacent literals. @throws NotAnalyzed if the text grows too long */
export function concat(...values: readonly Value[]): Value {
  const pieces: Piece[] = []
  let length = 0
  for (const value of values) {
    for (const piece of value) {
      if (typeof piece === 'string') length += piece.length
      if (length > maxText || pieces.length > maxPieces) throw new NotAnalyzed('text that grows too long')
      const last = pieces.at(-1)
      if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece
      else if (piece !== '') pieces.push(piece)
    }
  }
  return pieces
}

/** Number of known characters. */
export function lengthOf(value: Value): number {
  let length = 0
  for (const piece of value) if (typeof piece === 'string') length += piece.length
  return length
}

/** The text, or undefined if a piece is unknown. */
export function textOf(value: Value): string | undefined {
  if (value.length === 0) return ''
  const [piece] = value
  return value.length === 1 && typeof piece === 'string' ? piece : undefined
}

/**
 * A key for the value: equal values give equal keys. NUL characters, which shell text cannot contain, enclose unknown pieces; only this file
 * knows of them.
 */
export function keyOf(value: Value): string {
  return value.map((piece) => (typeof piece === 'string' ? piece : `\0${piece.id}\0`)).join('')
}

/** Whether the beginning of the text is not known, so that a path may be anywhere. */
export function isUnknownStart([first]: Value): boolean {
  return typeof first === 'object' && first.under === undefined
}

/** The directory that the lines of a text are below, if they are unknown paths. */
export function folderOfLines(value: Value): string | undefined {
  const [first] = value
  return typeof first === 'object' ? first.under : undefined
}

/** Marks lines as paths below a directory, as the lines are that they were chosen from. */
export function linesUnder(folder: string | undefined, value: Value): Value {
  return folder === undefined ? value : value.map((piece) => (typeof piece === 'string' ? piece : { ...piece, under: folder }))
}

/** Whether any piece of the text is not known. */
export function hasUnknown(value: Value): boolean {
  return value.some((piece) => typeof piece === 'object')
}

/** Whether the value that a key was made from has an unknown piece. */
export function isKeyOfUnknown(key: string): boolean {
  return key.includes('\0')
}

/** The ids of the unknown pieces in a key. */
export function unknownIdsOf(key: string): readonly string[] {
  return valueOfKey(key).flatMap((piece) => (typeof piece === 'object' ? [piece.id] : []))
}

/** The words in a key, those in the ids of its unknown pieces included. */
export function wordsOfKey(key: string): readonly string[] {
  return key.split(/[\s\0]+/)
}

/** The text with the ids of its unknown pieces, for a message or the id of another piece. It does not tell pieces from known text. */
export function readableKey(value: Value): string {
  return readable(keyOf(value))
}

/** Like `readableKey`, from the key of a value. */
export function readable(key: string): string {
  return key.replaceAll('\0', '')
}

/** A key for use within the id of another piece: equal values give equal keys. */
export function nestedKey(value: Value): string {
  return keyOf(value).replaceAll('\0', '\x01')
}

/** The text of a command that was made of nested keys, in which each unknown piece is one word. */
export function inWords(text: string): string {
  return text
    .split('\x01')
    .map((part, index) => (index % 2 === 0 ? part : part.replaceAll(/\s/g, '_')))
    .join('')
}

/** An unknown piece whose id means something to a reader: `$HOME`, `*.jar`. */
const telling = /^[\x21-\x7e]{1,40}$/

/** The value for a reader, with an ellipsis for unknown pieces that have no telling name. */
export function shown(value: Value): string {
  return value.map((piece) => (typeof piece === 'string' ? piece : telling.test(piece.id) ? piece.id : '…')).join('')
}

/** The value that a key was made from. */
export function valueOfKey(key: string): Value {
  return key
    .split('\0')
    .map((part, index): Piece => (index % 2 === 0 ? part : { id: part }))
    .filter((piece) => piece !== '')
}

/** Whether two values are the same text: true, false, or undefined if it depends on unknown pieces. */
export function sameText(a: Value, b: Value): boolean | undefined {
  if (keyOf(a) === keyOf(b)) return true
  const [left, right] = [textOf(a), textOf(b)]
  if (left !== undefined && right !== undefined) return false
  if ((left === '' && isNonEmpty(b)) || (right === '' && isNonEmpty(a))) return false
  if ((left !== undefined && isNumberBelow1(left) && isPositive(b)) || (right !== undefined && isNumberBelow1(right) && isPositive(a)))
    return false
  return differInLiterals(a, b) ? false : undefined
}

/** Whether the literal beginnings or ends differ, so that the unknown pieces do not matter. */
function differInLiterals(a: Value, b: Value): boolean {
  const [headA, headB] = [a[0], b[0]]
  const [tailA, tailB] = [a.at(-1), b.at(-1)]
  const clash = (x: Piece | undefined, y: Piece | undefined, start: boolean) => {
    if (typeof x !== 'string' || typeof y !== 'string') return false
    const length = Math.min(x.length, y.length)
    return start ? x.slice(0, length) !== y.slice(0, length) : x.slice(-length) !== y.slice(-length)
  }
  return clash(headA, headB, true) || clash(tailA, tailB, false)
}

function isNumberBelow1(text: string): boolean {
  return /^\s*(0+|-\d+)\s*$/.test(text)
}

/** Whether the value is certain to be a number above 0. */
export function isPositive(value: Value): boolean {
  const [piece] = value
  return value.length === 1 && typeof piece === 'object' && piece.positive === true
}

/** Whether the value is certain not to be empty. */
export function isNonEmpty(value: Value): boolean {
  return value.some((piece) => (typeof piece === 'string' ? piece !== '' : piece.filled === true))
}
