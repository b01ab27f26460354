/** The directory and the last component of a path, as `dirname` and `basename` print them. */
import { isGlobPiece } from '../../machine/layers.ts'
import { concat, derived, empty, hasUnknown, literal, textOf, type Value } from '../../value/value.ts'

/** A path without the slashes at its end. */
function trimmed(path: Value): Value {
  const last = path.at(-1)
  if (typeof last !== 'string') return path
  const text = last.replace(/\/+$/, '')
  return path.length === 1 && text === '' ? literal('/') : concat(path.slice(0, -1), literal(text))
}

/** Splits at the last slash that is known. */
function splitPath(path: Value): { readonly head: Value; readonly tail: Value } | undefined {
  const index = path.findLastIndex((piece) => typeof piece === 'string' && piece.includes('/'))
  const piece = path[index]
  if (typeof piece !== 'string') return undefined
  const slash = piece.lastIndexOf('/')
  return {
    head: concat(path.slice(0, index), literal(piece.slice(0, slash + 1))),
    tail: concat(literal(piece.slice(slash + 1)), path.slice(index + 1)),
  }
}

/** Whether a name certainly contains no slash. A file that matches a pattern has a name without one. */
function isOneName(name: Value): boolean {
  return name.every((piece) => typeof piece === 'string' || isGlobPiece(piece))
}

/** What `dirname` prints. An unknown name may contain slashes, so its directories are unknown, but below the known ones. */
export function folderName(path: Value): Value {
  const whole = trimmed(path)
  if (textOf(whole) === '/') return whole
  const split = splitPath(whole)
  if (split === undefined) return hasUnknown(whole) ? derived('dirname', whole) : literal('.')
  const { head, tail } = split
  if (!isOneName(tail)) return concat(head, derived('dirname', tail))
  const folder = trimmed(head)
  return folder.length === 0 ? literal('/') : folder
}

/** What `basename` prints. @param suffix removed from the end, unless it is the entire name */
export function baseName(path: Value, suffix: Value): Value {
  const whole = trimmed(path)
  if (textOf(whole) === '/') return whole
  const split = splitPath(whole)
  const tail = split?.tail ?? whole
  if (!isOneName(tail)) return derived('basename', whole, suffix)
  const [name, end] = [textOf(tail), textOf(suffix)]
  if (suffix.length === 0) return tail
  if (name === undefined || end === undefined) return withoutSuffix(tail, end) ?? derived('basename', tail, suffix)
  return literal(name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name)
}

/** A name whose known end is the suffix, without it: the part before it is not empty, since a pattern matches at least one character. */
function withoutSuffix(name: Value, suffix: string | undefined): Value | undefined {
  const last = name.at(-1)
  if (suffix === undefined || typeof last !== 'string' || !last.endsWith(suffix)) return undefined
  return concat(name.slice(0, -1), last.length === suffix.length ? empty : literal(last.slice(0, -suffix.length)))
}
