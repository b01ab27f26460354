/** Paths as keys, and texts that a command has to know. */
import { maxPath, maxPathParts } from '../limits.ts'
import { textOf, type Value, valueOfKey } from './value.ts'
import { NotAnalyzed } from './world.ts'

/** What a canonical path does not have: empty components, `.`, `..`, and a slash at its end. */
const unusual = /\/(?:\.{0,2})(?:\/|$)/

/** Resolves `.`, `..` and repeated slashes, but no links; '' is the root. @throws NotAnalyzed if the path is too long */
export function canonical(path: string): string {
  // Nearly all paths are canonical already; a short one cannot have too many parts.
  if (path.length < maxPathParts && path.startsWith('/') && !unusual.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  if (path.length > maxPath || parts.length > maxPathParts) throw new NotAnalyzed('a path that is too long')
  return parts.length === 0 ? '' : `/${parts.join('/')}`
}

/**
 * The text of a value that a command has to know.
 * @param what names the value in the reason
 * @throws NotAnalyzed if the text is not known
 */
export function needText(value: Value, what: string): string {
  const text = textOf(value)
  if (text === undefined) throw new NotAnalyzed(`${what} is not known`)
  return text
}

/** A path key as a value to print. */
export function pathValue(path: string): Value {
  return path === '' ? ['/'] : valueOfKey(path)
}
