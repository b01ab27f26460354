/** Simple patterns over lines of text: literals, `^`, `$` and `.`. Whether any other pattern matches is not decided here but assumed. */

/** A pattern that can be decided without a regular expression. */
export interface LinePattern {
  readonly start: boolean
  readonly end: boolean
  /** Characters; null is any character. */
  readonly body: readonly (string | null)[]
  /** Matches only if no letter, digit or underscore is next to it. */
  readonly word?: boolean
  /** Decides instead of the body. */
  readonly matches?: (line: string) => boolean
}

/** Special characters of basic expressions, and those of extended expressions only. */
const basic = new Set(['*', '[', ']'])
const extended = new Set(['+', '?', '(', ')', '{', '}', '|'])

/**
 * Parses a pattern of grep or sed.
 * @param dialect `fixed` takes every character literally
 * @returns undefined if it is more than a simple pattern
 */
export function readPattern(text: string, dialect: 'fixed' | 'basic' | 'extended'): LinePattern | undefined {
  if (dialect === 'fixed') return { start: false, end: false, body: [...text] }
  const start = text.startsWith('^')
  const end = text.endsWith('$') && !text.endsWith('\\$')
  const inner = text.slice(start ? 1 : 0, end ? -1 : undefined)
  const body: (string | null)[] = []
  for (let index = 0; index < inner.length; index++) {
    const character = inner[index] ?? ''
    if (character === '\\') {
      const next = inner[++index] ?? ''
      if (/[\w<>(){}|+?'`]/.test(next)) return undefined
      body.push(next)
    } else if (basic.has(character) || (dialect === 'extended' && extended.has(character))) return undefined
    else body.push(character === '.' ? null : character)
  }
  return { start, end, body }
}

/** The offset of the first match in a line, at or after `from`; -1 if there is none. */
export function findIn(line: string, { start, end, body, word, matches }: LinePattern, from = 0): number {
  if (matches !== undefined) return matches(line) ? from : -1
  const last = line.length - body.length
  if (start && end) return last === 0 && from === 0 && matchesAt(line, body, 0) ? 0 : -1
  if (start) return from === 0 && matchesAt(line, body, 0) ? 0 : -1
  if (end) return last >= from && matchesAt(line, body, last) ? last : -1
  for (let offset = from; offset <= last; offset++) {
    if (matchesAt(line, body, offset) && (word !== true || isWord(line, offset, body.length))) return offset
  }
  return -1
}

function isWord(line: string, offset: number, length: number): boolean {
  return !/\w/.test(line[offset - 1] ?? '') && !/\w/.test(line[offset + length] ?? '')
}

function matchesAt(line: string, body: readonly (string | null)[], offset: number): boolean {
  if (offset + body.length > line.length) return false
  return body.every((character, index) => character === null || character === line[offset + index])
}

/** Splits text into lines; a last line without a newline counts. */
export function linesOf(text: string): readonly string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}
