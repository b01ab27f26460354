/** Whether a sed command changes its own output: whether a rerun edits the file again. */
import { findIn, type LinePattern, readPattern } from '../kit/lines.ts'
import { hasOpaque } from '../kit/opaque.ts'
import type { SedCommand } from './sed-script.ts'

/** The effect of a command on its own output: none, a change, or unknown. */
export type Again = 'same' | 'changes' | 'unsure'

/** Whether a command changes its own output. If it does, it is assumed to have matched something in the first run. */
export function again(command: SedCommand, isExtended: boolean): Again {
  const { address, letter, first, second } = command
  switch (letter) {
    case 's':
      return excluded(command, isExtended) ?? substitutionAgain(first, second, isExtended)
    case 'd':
      return address.kind === 'match' ? 'same' : address.kind === 'all' ? 'same' : address.kind === 'other' ? 'unsure' : 'changes'
    case 'a':
    case 'i':
      return address.kind === 'other' ? 'unsure' : 'changes'
    case 'c':
      return address.kind === 'other' ? 'unsure' : 'same'
    case 'y':
      return [...second].some((character) => first.includes(character)) ? 'unsure' : 'same'
    default:
      return 'unsure'
  }
}

/** `/TEXT/!s/…/…TEXT…/`: a line that was changed has the text, so the command skips it. @returns undefined if it does not have it */
function excluded({ address, first, second }: SedCommand, isExtended: boolean): Again | undefined {
  if (address.kind !== 'match' || !address.negated) return undefined
  const pattern = readPattern(address.text, isExtended ? 'extended' : 'basic')
  const text = constant(second)
  if (pattern === undefined || text === undefined) return 'unsure'
  if (findIn(text, { ...pattern, start: false, end: false }) === -1) return undefined
  const isKept = (!pattern.start || first === '^') && (!pattern.end || first === '$') && findIn(text, pattern) !== -1
  return isKept ? 'same' : 'unsure'
}

/** The text of a replacement that does not depend on what was matched. */
function constant(replacement: string): string | undefined {
  return /\\\d|(?<!\\)&/.test(replacement) ? undefined : replacement.replaceAll(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next))
}

/** White space at the beginning of a line, as it is matched. */
const indentation = String.raw`(?: |\\t|\\s|\[\[:(?:space|blank):\]\]|\[ \\t\]|\[ \])(?:\*|\+|\\\+)?`

/**
 * `s/^\( *\)key:.*\$/\1key: value/`: the line has the same beginning afterward, and the rest of it is gone.
 * @returns whether the replacement has this form
 */
function keepsBeginning(pattern: string, replacement: string, isExtended: boolean): boolean {
  const [open, close] = isExtended ? ['\\(', '\\)'] : ['\\\\\\(', '\\\\\\)']
  const text = '((?:[^.*[\\]\\\\^$+?(){}|&\\s]|\\\\[./]|(?<=\\S) )*)'
  const shape = new RegExp(`^\\^${open}((?:${indentation})*)${text}${close}${text}\\.\\*\\$?$`).exec(pattern)
  if (shape === null) return false
  const [, spaces = '', inner = '', outer = ''] = shape
  const plain = (written: string) => written.replaceAll('\\', '')
  const rest = replacement.startsWith(`\\1${plain(outer)}`) ? replacement.slice(2 + plain(outer).length) : undefined
  return rest !== undefined && (spaces === '' || inner + outer !== '') && !/[\\&\n]/.test(rest)
}

function substitutionAgain(written: string, replacement: string, isExtended: boolean): Again {
  if (keepsBeginning(written, replacement, isExtended)) return 'same'
  const [pattern, made] = withoutGroup(written, replacement, isExtended)
  const plain = readPattern(pattern, isExtended ? 'extended' : 'basic')
  // What is matched, if it is known, takes the place of `&`.
  const matched = plain?.body.includes(null) === false ? plain.body.join('') : undefined
  const text = constant(matched === undefined ? made : made.replaceAll(/(?<!\\)&/g, () => escaped(matched)))
  if (text === undefined) return keptAgain(pattern, made) ?? grownAgain(written, replacement, isExtended) ?? 'unsure'
  if (plain !== undefined) return hasOpaque(text) || hasOpaque(pattern) ? 'unsure' : plainAgain(plain, text)
  const rest = /^(\^?)((?:[^.*[\]\\^$+?(){}|]|\\[./])*)\.\*\$?$/.exec(pattern)
  if (rest !== null) return restAgain(rest[1] === '^', (rest[2] ?? '').replaceAll('\\', ''), text)
  // `KEY="[^"]*"` becomes `KEY="value"`, which matches again and becomes the same.
  const value = /^\^?((?:[^.*[\]\\^$+?(){}|]|\\[./])+)\[\^([^\]\\[])\]\*(.?)$/.exec(pattern)
  if (value !== null) {
    const [, head = '', other = '', tail = ''] = value
    const start = head.replaceAll('\\', '')
    if (text.startsWith(start) && text.endsWith(tail) && !text.slice(start.length, text.length - tail.length).includes(other)) return 'same'
  }
  // The pattern starts with literal text that the replacement does not contain, so the replacement does not match.
  const head = /^\^?((?:[^.*[\]\\^$+?(){}|]|\\[./])+)(?![*?{])/.exec(pattern)?.[1]?.replaceAll('\\', '') ?? ''
  return head.length > 1 && !text.includes(head.slice(0, -1)) && !hasOpaque(text) && !hasOpaque(head) ? 'same' : 'unsure'
}

function escaped(text: string): string {
  return text.replaceAll(/[\\&]/g, '\\$&')
}

// In other words, `s/\(KEY=\)[0-9]/\1value/` is `s/KEY=[0-9]/KEY=value/`.
/** Writes out a first group of literal text. */
function withoutGroup(pattern: string, replacement: string, isExtended: boolean): readonly [string, string] {
  const [open, close] = isExtended ? ['\\(', '\\)'] : ['\\\\\\(', '\\\\\\)']
  const group = new RegExp(`^(\\^?)${open}((?:[^.*[\\]\\\\^$+?(){}|]|\\\\[./])*)${close}(?![*+?{\\\\])(.*)$`).exec(pattern)
  const [, start = '', text = '', rest = ''] = group ?? []
  // Other groups would get other numbers.
  if (group === null || /\\[2-9]/.test(replacement) || (isExtended ? /\(/ : /\\\(/).test(rest)) return [pattern, replacement]
  return [`${start}${text}${rest}`, replacement.replaceAll('\\1', () => escaped(text.replaceAll('\\', '')))]
}

/** Anchors and word boundaries: whether they still hold depends on what is next to the match. */
const boundary = /\\[<>bBwW`']/

/** A replacement that keeps the match (`&`) and adds text to it: it matches again, unless an anchor or a boundary prevents it. */
function keptAgain(pattern: string, replacement: string): Again | undefined {
  if (!/(?<!\\)&/.test(replacement) || /\\\d/.test(replacement) || boundary.test(pattern)) return undefined
  if (replacement === '&') return 'same'
  const [starts, ends] = [pattern.startsWith('^'), /(?<!\\)\$$/.test(pattern)]
  const isFirst = replacement.startsWith('&')
  const isLast = /(?<!\\)&$/.test(replacement)
  if (!starts && !ends) return 'changes'
  if (starts && ends) return (isFirst && /(?<!\\)\.\*\$$/.test(pattern)) || (isLast && pattern.startsWith('^.*')) ? 'changes' : undefined
  return (starts ? isFirst : isLast) ? 'changes' : undefined
}

/** `s/^\(KEY="….*\)"/\1 more"/`: the group takes what was added the last time, and the text is added again. */
function grownAgain(pattern: string, replacement: string, isExtended: boolean): Again | undefined {
  const [open, close] = isExtended ? ['\\(', '\\)'] : ['\\\\\\(', '\\\\\\)']
  const shape = new RegExp(`^\\^?${open}[^*[\\]\\\\^$+?(){}|]*\\.\\*${close}([^.*[\\]\\\\^$+?(){}|]?)\\$?$`).exec(pattern)
  const added = /^\\1([^\\&]*)$/.exec(replacement)?.[1]
  const tail = shape?.[1] ?? ''
  if (shape === null || added === undefined || !added.endsWith(tail)) return undefined
  return added === tail ? 'same' : 'changes'
}

/** For a literal pattern: it must not match in the replacement, nor across its edges. */
function plainAgain(pattern: LinePattern, text: string): Again {
  const isWhole = pattern.start && pattern.end
  const lines = text.split('\n')
  if (pattern.body.length === 0) return isWhole && (lines.length === 1 || !lines.includes('')) ? 'same' : 'changes'
  // Each line of the replacement is matched on its own.
  if (isWhole && lines.length > 1) return lines.some((line) => findIn(line, pattern) !== -1) ? 'changes' : 'same'
  if (findIn(text, { ...pattern, start: false, end: false }) === -1) return 'same'
  if (text.length === pattern.body.length) return 'same'
  if (pattern.start && !pattern.end) return lines.some((line) => findIn(line, { ...pattern, end: false }) === 0) ? 'changes' : 'same'
  if (pattern.end && !pattern.start) return lines.some((line) => findIn(line, { ...pattern, start: false }) !== -1) ? 'changes' : 'same'
  return isWhole ? 'same' : 'changes'
}

/** For `s` with a pattern such as `^key=.*`: the rest of the line is gone, so a second match can start only where the first did. */
function restAgain(isAnchored: boolean, head: string, text: string): Again {
  if (text.includes('\n')) return 'unsure'
  if (isAnchored || text.startsWith(head)) return 'same'
  if (hasOpaque(text) || hasOpaque(head)) return 'unsure'
  return text.includes(head) ? 'changes' : 'same'
}
