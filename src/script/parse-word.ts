/** Words of the parser as our words. */
import type * as unbash from 'unbash'
import type { Notes } from './notes.ts'
import type { ParameterOperation, Span, Word, WordPart } from './syntax.ts'

/** A word as a list of parts. @param quoted within quotes from the start, as in a here-document */
export function wordOf(word: unbash.Word, notes: Notes, quoted = false): Word {
  const span: Span = { start: word.pos, end: word.end }
  if (word.parts === undefined) return { span, parts: withTilde(word.text, [literal(word.value, quoted || word.text !== word.value)]) }
  const parts = word.parts.flatMap((part) => partsOf(part, quoted, notes))
  return { span, parts: withTilde(word.text, parts) }
}

/** `NAME=value` behind `export`, `local` and their like, as one word. */
export function assignmentWord(item: unbash.Assignment, notes: Notes): Word {
  const span: Span = { start: item.pos, end: item.end }
  if (item.value.type !== 'Word' || item.index !== undefined) return { span, parts: [{ kind: 'opaque', why: 'an array' }] }
  const name = literal(`${item.name}${item.append === true ? '+' : ''}=`, false)
  return { span, parts: [name, ...wordOf(item.value, notes).parts] }
}

function literal(text: string, quoted: boolean): WordPart {
  return { kind: 'literal', text, quoted }
}

/** An unquoted `~` or `~/…` at the beginning is the home folder; `~user` is nobody we know. */
function withTilde(text: string, parts: readonly WordPart[]): readonly WordPart[] {
  const [first, ...rest] = parts
  if (!text.startsWith('~') || first?.kind !== 'literal') return parts
  if (first.text !== '~' && !first.text.startsWith('~/')) return [{ kind: 'opaque', why: 'the home folder of a user' }]
  const remainder = first.text.slice(1)
  return [{ kind: 'tilde' }, ...(remainder === '' ? [] : [literal(remainder, first.quoted)]), ...rest]
}

function partsOf(part: unbash.WordPart, quoted: boolean, notes: Notes): readonly WordPart[] {
  switch (part.type) {
    case 'Literal':
      return [literal(part.value, quoted || part.text !== part.value)]
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      if (part.type === 'AnsiCQuoted') notes.features.add('bash-only')
      return [literal(part.value, true)]
    case 'DoubleQuoted':
      return part.parts.length === 0 ? [literal('', true)] : part.parts.flatMap((child) => partsOf(child, true, notes))
    case 'SimpleExpansion':
      return [{ kind: 'parameter', name: part.text.slice(1), operation: null, quoted }]
    case 'ParameterExpansion':
      return [parameter(part, quoted, notes)]
    case 'CommandExpansion':
      return part.script === undefined
        ? [{ kind: 'opaque', why: 'a substitution' }]
        : [{ kind: 'command', body: notes.body(part.script), quoted }]
    case 'ArithmeticExpansion':
      return [{ kind: 'arithmetic', text: part.text, quoted }]
    case 'Glob':
      return quoted ? [literal(part.text, true)] : [{ kind: 'glob', text: part.text }]
    case 'BraceExpansion':
      notes.features.add('bash-only')
      return [{ kind: 'opaque', why: 'a brace expansion' }]
    default:
      notes.features.add('bash-only')
      return [{ kind: 'opaque', why: 'an expansion that is not followed' }]
  }
}

function parameter(part: unbash.ParameterExpansionPart, quoted: boolean, notes: Notes): WordPart {
  if (part.index !== undefined || part.prefix === '!') {
    notes.features.add('bash-only')
    // The elements of an array are as little known as the whole of it.
    if (part.prefix === '!' || part.operation !== undefined) return { kind: 'opaque', why: 'an array or an indirect parameter' }
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
      return { kind: 'opaque', why: 'a change of the text of a parameter' }
  }
}
