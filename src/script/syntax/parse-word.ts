/** Converts the parser's words to ours. */
import type * as unbash from 'unbash'
import { expressionOf } from './arithmetic.ts'
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
    case 'ProcessSubstitution':
      notes.features.add('bash-only')
      return part.script === undefined || part.operator === '>'
        ? [{ kind: 'opaque', why: 'a process substitution for output' }]
        : [{ kind: 'process', body: notes.body(part, part.script) }]
    case 'ArithmeticExpansion':
      if (part.text.startsWith('$[')) notes.features.add('bash-only')
      return [{ kind: 'arithmetic', text: part.text, ...expressionWord(part, notes), quoted }]
    case 'Glob':
      return [quoted ? literal(part.text, true) : globPart(part)]
    case 'BraceExpansion':
      return [braces(part.text, notes)]
    default:
      notes.features.add('bash-only')
      return [{ kind: 'opaque', why: 'an unsupported expansion' }]
  }
}

/** `{a,b}` and `{1..5}` of plain text. Braces that contain other expansions are not supported. */
function braces(text: string, notes: Notes): WordPart {
  if (/^\{[\w./:@%+=-]*(?:,[\w./:@%+=-]*)+\}$/.test(text)) return { kind: 'braces', text, alternatives: text.slice(1, -1).split(',') }
  const [, from = '', to = ''] = /^\{(\d{1,6})\.\.(\d{1,6})\}$/.exec(text) ?? []
  const [first, last] = [Number(from), Number(to)]
  const isPlain = from !== '' && !/^0\d/.test(from) && !/^0\d/.test(to) && last >= first
  if (isPlain) return { kind: 'braces', text, alternatives: { first, last } }
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
    // `${!prefix*}` lists names.
    const isIndirect = part.index === undefined && part.operation === undefined && /^\$\{!\w+\}$/.test(part.text)
    if (isIndirect) return { kind: 'indirect', name: part.parameter, quoted }
    if (part.index === undefined || part.operation !== undefined) return { kind: 'opaque', why: 'an array or an indirect parameter' }
    return elements(part, part.index, quoted, notes)
  }
  if (part.prefix === '#') return { kind: 'parameter', name: part.parameter, operation: { kind: 'length' }, quoted }
  return { kind: 'parameter', name: part.parameter, operation: operation(part.operation, quoted, notes), quoted }
}

function elements(part: unbash.ParameterExpansionPart, index: unbash.Word, quoted: boolean, notes: Notes): WordPart {
  const isAll = index.text === '@' || index.text === '*'
  const what = part.prefix === '#' ? 'count' : part.prefix === '!' ? 'keys' : 'values'
  // `${!name[1]}` is an indirect parameter.
  if (what === 'keys' && !isAll) return { kind: 'opaque', why: 'an indirect parameter' }
  const isList = isAll && what !== 'count' && (index.text === '@' || !quoted)
  return { kind: 'elements', name: part.parameter, what, index: isAll ? null : wordOf(index, notes, true), isList, quoted }
}

function operation(found: unbash.ParameterOperation | undefined, quoted: boolean, notes: Notes): ParameterOperation | null {
  if (found === undefined) return null
  switch (found.type) {
    case 'Default':
      return { kind: 'default', operator: found.operator, word: wordOf(found.operand, notes, quoted) }
    case 'Remove':
      return { kind: 'remove', operator: found.operator, pattern: wordOf(found.operand, notes) }
    case 'Replace':
      notes.features.add('not-posix')
      return edit(found.operator, [found.pattern, found.replacement], notes)
    case 'Slice':
      notes.features.add('not-posix')
      return edit(found.operator, [found.offset, ...(found.length === undefined ? [] : [found.length])], notes)
    case 'CaseModification':
      notes.features.add('bash-only')
      return edit(found.operator, found.operand === undefined ? [] : [found.operand], notes)
    default:
      notes.features.add('bash-only')
      return { kind: 'opaque', why: 'a parameter expansion that edits text' }
  }
}

function edit(operator: Extract<ParameterOperation, { kind: 'edit' }>['operator'], operands: readonly unbash.Word[], notes: Notes) {
  return { kind: 'edit', operator, operands: operands.map((operand) => wordOf(operand, notes)) } as const
}

/** The expression of `$((…))` with its command substitutions, if it has some. */
function expressionWord(part: unbash.ArithmeticExpansionPart, notes: Notes): { readonly word?: Word } {
  const substitutions = part.expression === undefined ? [] : substitutionsOf(part.expression)
  if (substitutions.length === 0) return {}
  const parts: WordPart[] = []
  let from = part.text.indexOf(expressionOf(part.text))
  for (const found of substitutions) {
    const at = found.pos - part.pos
    if (found.script === undefined || part.text.slice(at, at + found.text.length) !== found.text) return {}
    parts.push(literal(part.text.slice(from, at), true), { kind: 'command', body: notes.body(found, found.script), quoted: true })
    from = at + found.text.length
  }
  parts.push(literal(part.text.slice(from, part.text.lastIndexOf('))')), true))
  return { word: { span: spanOf(part, notes), parts } }
}

type Substitution = Pick<unbash.CommandExpansionPart, 'pos' | 'text' | 'script'>

/** The command substitutions of an expression, in the order of the text. */
function substitutionsOf(expression: unbash.ArithmeticExpression): readonly Substitution[] {
  switch (expression.type) {
    case 'ArithmeticCommandExpansion':
      return [expression]
    case 'ArithmeticWord':
      return (expression.parts ?? []).filter((part) => part.type === 'CommandExpansion')
    case 'ArithmeticBinary':
      return [expression.left, expression.right].flatMap(substitutionsOf)
    case 'ArithmeticTernary':
      return [expression.test, expression.consequent, expression.alternate].flatMap(substitutionsOf)
    case 'ArithmeticUnary':
      return substitutionsOf(expression.operand)
    case 'ArithmeticGroup':
      return substitutionsOf(expression.expression)
  }
}
