/** Converts the parser's words to ours. */
import type * as unbash from 'unbash'
import { type Notes, spanOf } from './parse-notes.ts'
import type { ParameterOperation, Word, WordPart } from './syntax.ts'

/** A word as a list of parts. @param quoted whether it is within quotes from the start, as in a here-document */
export function wordOf(word: unbash.Word, notes: Notes, quoted = false): Word {
  const span = spanOf(word, notes)
  if (word.parts === undefined) return { span, parts: withTilde(word.text, [literal(word.value, quoted || word.text !== word.value)]) }
  const parts = word.parts.flatMap((part) => partsOf(part, quoted, notes))
  return { span, parts: withTilde(word.text, parts) }
}

/** `NAME=value` after `export`, `local` and similar commands, as one word. */
export function assignmentWord(item: unbash.Assignment, notes: Notes): Word {
  const span = spanOf(item, notes)
  if (item.value.type !== 'Word' || item.index !== undefined) {
    notes.features.add('bash-only')
    return { span, parts: [{ kind: 'opaque', why: 'an array' }] }
  }
  const name = literal(`${item.name}${item.append === true ? '+' : ''}=`, false)
  return { span, parts: [name, ...wordOf(item.value, notes).parts] }
}

function literal(text: string, quoted: boolean): WordPart {
  return { kind: 'literal', text, quoted }
}

/** An unquoted `~` or `~/…` at the beginning is the home directory. The home directories of other users are not known. */
function withTilde(text: string, parts: readonly WordPart[]): readonly WordPart[] {
  const [first, ...rest] = parts
  if (!text.startsWith('~') || first?.kind !== 'literal') return parts
  if (first.text !== '~' && !first.text.startsWith('~/')) return [{ kind: 'opaque', why: 'the home directory of another user' }]
  const remainder = first.text.slice(1)
  return [{ kind: 'tilde' }, ...(remainder === '' ? [] : [literal(remainder, first.quoted)]), ...rest]
}

function partsOf(part: unbash.WordPart, quoted: boolean, notes: Notes): readonly WordPart[] {
  if (!isClosed(part)) notes.fault ??= `the script does not parse: unterminated ${part.text.startsWith('`') ? 'backtick' : 'expansion'}`
  switch (part.type) {
    case 'Literal':
      return [literal(part.value, quoted || part.text !== part.value)]
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      if (part.type === 'AnsiCQuoted') notes.features.add('not-posix')
      return [literal(part.value, true)]
    case 'DoubleQuoted':
      return part.parts.length === 0 ? [literal('', true)] : part.parts.flatMap((child) => partsOf(child, true, notes))
    case 'SimpleExpansion':
      return [{ kind: 'parameter', name: part.text.slice(1), operation: null, quoted }]
    case 'ParameterExpansion':
      return [parameter(part, quoted, notes)]
    case 'CommandExpansion':
      // `${ command; }` is new in bash 5.3; every other shell rejects it.
      if (part.text.startsWith('${')) return [{ kind: 'opaque', why: 'a command substitution in braces' }]
      if (part.text.startsWith('$((')) notes.features.add('bash-only')
      return part.script === undefined
        ? [{ kind: 'opaque', why: 'a command substitution' }]
        : [{ kind: 'command', body: notes.body(part, part.script), quoted }]
    case 'ArithmeticExpansion':
      if (part.text.startsWith('$[')) notes.features.add('bash-only')
      return [{ kind: 'arithmetic', text: part.text, quoted }]
    case 'Glob':
      return [quoted ? literal(part.text, true) : globPart(part)]
    case 'BraceExpansion':
      return [braces(part.text, notes)]
    default:
      notes.features.add('bash-only')
      return [{ kind: 'opaque', why: 'an unsupported expansion' }]
  }
}

/** Longest range that is expanded. */
const maxRange = 100

/** `{a,b}` and `{1..5}` of plain text. Braces that contain other expansions are not supported. */
function braces(text: string, notes: Notes): WordPart {
  if (/^\{[\w./:@%+=-]*(?:,[\w./:@%+=-]*)+\}$/.test(text)) return { kind: 'braces', text, alternatives: text.slice(1, -1).split(',') }
  const [, from = '', to = ''] = /^\{(\d{1,6})\.\.(\d{1,6})\}$/.exec(text) ?? []
  const [first, last] = [Number(from), Number(to)]
  const isPlain = from !== '' && !/^0\d/.test(from) && !/^0\d/.test(to) && last >= first && last - first < maxRange
  if (isPlain) return { kind: 'braces', text, alternatives: Array.from({ length: last - first + 1 }, (_, index) => String(first + index)) }
  notes.features.add('bash-only')
  return { kind: 'opaque', why: 'a brace expansion' }
}

/** Whether an expansion is closed: in here-documents, the parser accepts one that ends with the text. */
function isClosed({ type, text }: unbash.WordPart): boolean {
  if (type === 'ParameterExpansion') return text.endsWith('}')
  if (type === 'ArithmeticExpansion') return text.endsWith(text.startsWith('$[') ? ']' : '))')
  if (type !== 'CommandExpansion') return true
  if (text.startsWith('`')) return /^`(?:[^`\\]|\\[\s\S])*`$/.test(text)
  return text.endsWith(text.startsWith('${') ? '}' : ')')
}

/** Quotes and escapes within brackets only take away a character's special meaning. */
function globPart(part: unbash.GlobPart): WordPart {
  const isPlain = part.parts?.every(({ type }) => plainTypes.has(type)) ?? true
  return isPlain ? { kind: 'glob', text: part.value } : { kind: 'opaque', why: 'an unknown pattern' }
}

const plainTypes: ReadonlySet<string> = new Set(['Literal', 'Glob', 'SingleQuoted', 'DoubleQuoted'])

function parameter(part: unbash.ParameterExpansionPart, quoted: boolean, notes: Notes): WordPart {
  if (part.index !== undefined || part.prefix === '!') {
    notes.features.add('bash-only')
    if (part.prefix === '!' || part.operation !== undefined) return { kind: 'opaque', why: 'an array or an indirect parameter' }
    const index = part.index?.text ?? ''
    if (!/^([@*]|\d+)$/.test(index)) return { kind: 'opaque', why: 'an array with an unknown index' }
    if (part.prefix === '#' && /\d/.test(index)) return { kind: 'opaque', why: 'the length of an element of an array' }
    return { kind: 'parameter', name: part.parameter, operation: part.prefix === '#' ? { kind: 'count' } : null, quoted, index }
  }
  if (part.prefix === '#') return { kind: 'parameter', name: part.parameter, operation: { kind: 'length' }, quoted }
  return { kind: 'parameter', name: part.parameter, operation: operation(part.operation, quoted, notes), quoted }
}

function operation(found: unbash.ParameterOperation | undefined, quoted: boolean, notes: Notes): ParameterOperation | null {
  if (found === undefined) return null
  switch (found.type) {
    case 'Default':
      return { kind: 'default', operator: found.operator, word: wordOf(found.operand, notes, quoted) }
    case 'Remove':
      return { kind: 'remove', operator: found.operator, pattern: wordOf(found.operand, notes) }
    default:
      notes.features.add('bash-only')
      return { kind: 'opaque', why: 'a parameter expansion that edits text' }
  }
}
