/**
 * The only file that knows the shell parser. It reads every script as bash; what other shells lack is marked in `features`, and what
 * the interpreter does not follow becomes `opaque`.
 */
import * as unbash from 'unbash'
import type { Notes } from './notes.ts'
import { assignmentWord, wordOf } from './parse-word.ts'
import type { Assignment, Condition, Redirection, Script, Span, Statement } from './syntax.ts'

/** Longest script that is read (64 KiB): ConfigMaps end at 1 MiB, real init scripts have a median of 3 lines. */
export const maxScriptLength = 64 * 1024

/** Parses a script. Never throws; what does not parse has a `fault`. */
export function parseScript(text: string): Script {
  const notes: Notes = { features: new Set(), fault: null, body: (parsed) => script(parsed, notes) }
  if (text.length > maxScriptLength) return { text, body: [], fault: 'the script is longer than 64 KiB', features: notes.features }
  if (text.includes('\r')) notes.features.add('carriage-return')
  if (holdsTemplate(text)) notes.features.add('template')
  const body = parseBody(text, notes)
  return { text, body, fault: notes.fault, features: notes.features }
}

/** Output formats of tools, which the tool itself fills in: `kubectl get -o go-template='{{…}}'`, `--format '{{…}}'`. */
const outputFormat = /(?:go-template|--template|--format)[= ]?(?:'[^']*'|"[^"]*"|\S*)/g

/** Whether double braces stand anywhere that a template tool would fill in before the shell sees them. */
function holdsTemplate(text: string): boolean {
  return text.includes('{{') && text.replace(outputFormat, '').includes('{{')
}

function parseBody(text: string, notes: Notes): readonly Statement[] {
  try {
    return script(unbash.parse(text), notes)
  } catch (error) {
    notes.fault ??= error instanceof RangeError ? 'the script is nested too deeply' : 'the script does not parse'
    return []
  }
}

/** A script or the body of a substitution. */
function script(parsed: unbash.ParsedScript, notes: Notes): readonly Statement[] {
  const error = parsed.errors?.[0]
  if (error !== undefined) notes.fault ??= `the script does not parse: ${error.message}`
  return statements(parsed.commands, notes)
}

function statements(list: readonly unbash.Statement[], notes: Notes): readonly Statement[] {
  return list.map((item) => {
    const statement = node(item.command, notes)
    return item.background === true ? { kind: 'background', span: span(item), statement } : statement
  })
}

function span(item: { readonly pos: number; readonly end: number }): Span {
  return { start: item.pos, end: item.end }
}

function opaque(item: { readonly pos: number; readonly end: number }, why: string): Statement {
  return { kind: 'opaque', span: span(item), why }
}

function node(item: unbash.PipelineNode | unbash.AndOr, notes: Notes): Statement {
  switch (item.type) {
    case 'Command':
      return simple(item, notes)
    case 'AndOr':
      return andOr(item, notes)
    case 'Pipeline':
      return pipeline(item, notes)
    case 'Redirected':
      return redirected(item, notes)
    case 'Function':
      return functionDefinition(item, notes)
    case 'Coproc':
      notes.features.add('bash-only')
      return opaque(item, 'a coprocess')
    default:
      return compound(item, [], notes)
  }
}

function simple(item: unbash.Command, notes: Notes): Statement {
  const assignments: Assignment[] = []
  const redirections = item.redirects.map((redirect) => redirection(redirect, notes))
  for (const prefix of item.prefix) if (prefix.type === 'Assignment') assignments.push(assignment(prefix, notes))
  const words = item.args.map((argument) => (argument.type === 'Assignment' ? assignmentWord(argument, notes) : wordOf(argument, notes)))
  if (item.name !== undefined) words.unshift(wordOf(item.name, notes))
  if (redirections.some((found) => found === null)) return opaque(item, 'a redirection that is not followed')
  return { kind: 'simple', span: span(item), assignments, words, redirections: redirections.filter((found) => found !== null) }
}

function assignment(item: unbash.Assignment, notes: Notes): Assignment {
  const isPlain = item.value.type === 'Word' && item.index === undefined
  if (!isPlain || item.append === true) notes.features.add('bash-only')
  return { name: item.name, value: isPlain && item.value.type === 'Word' ? wordOf(item.value, notes) : null, append: item.append === true }
}

function redirection(item: unbash.Redirection, notes: Notes): Redirection | null {
  if (item.type === 'HereDoc') {
    const parts = item.body.parts
    const quoted = item.delimiter?.quoted === true || parts === undefined
    return {
      kind: 'here',
      body: quoted
        ? { span: span(item.body), parts: [{ kind: 'literal', text: item.body.text, quoted: true }] }
        : wordOf({ ...item.body, type: 'Word', value: item.body.text, parts }, notes, true),
    }
  }
  if (item.target === undefined) return null
  if (item.type === 'HereString') {
    notes.features.add('bash-only')
    return { kind: 'here', body: wordOf(item.target, notes, true) }
  }
  if (item.descriptor?.type === 'FileDescriptorVariable') return null
  const target = wordOf(item.target, notes)
  const descriptor = item.descriptor?.value
  switch (item.operator) {
    case '>&':
    case '<&':
      return { kind: 'duplicate', descriptor: descriptor ?? (item.operator === '>&' ? 1 : 0), target }
    case '&>':
    case '&>>':
      notes.features.add('bash-only')
      return { kind: 'both', operator: item.operator === '&>' ? '>' : '>>', target }
    default:
      return { kind: 'file', descriptor: descriptor ?? (item.operator.startsWith('<') ? 0 : 1), operator: item.operator, target }
  }
}

function andOr(item: unbash.AndOr, notes: Notes): Statement {
  const [first, ...others] = item.commands.map((command) => node(command, notes))
  if (first === undefined) return opaque(item, 'an empty list')
  const rest = others.map((statement, index) => ({ operator: item.operators[index] ?? '&&', statement }))
  return { kind: 'andOr', span: span(item), first, rest }
}

function pipeline(item: unbash.Pipeline, notes: Notes): Statement {
  const commands = item.commands.map((command) => node(command, notes))
  const negated = item.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1
  if (item.operators.includes('|&')) notes.features.add('bash-only')
  return { kind: 'pipeline', span: span(item), commands, negated }
}

function redirected(item: unbash.Redirected, notes: Notes): Statement {
  const redirections = item.redirects.map((redirect) => redirection(redirect, notes))
  if (redirections.some((found) => found === null)) return opaque(item, 'a redirection that is not followed')
  return compound(
    item.command,
    redirections.filter((found) => found !== null),
    notes,
  )
}

function functionDefinition(item: unbash.Function, notes: Notes): Statement {
  const name = item.name.value
  if (item.body.type === 'CompoundList') return opaque(item, 'a function without a body')
  const body = item.body.type === 'Redirected' ? redirected(item.body, notes) : compound(item.body, [], notes)
  return { kind: 'function', span: span(item), name, body }
}

function compound(item: unbash.CompoundCommand, redirections: readonly Redirection[], notes: Notes): Statement {
  const statement = bare(item, notes)
  if (redirections.length === 0) return statement
  if (statement.kind === 'subshell' || statement.kind === 'group') return { ...statement, redirections }
  return { kind: 'group', span: statement.span, body: [statement], redirections }
}

function bare(item: unbash.CompoundCommand, notes: Notes): Statement {
  const at = { span: span(item) }
  const list = (body: unbash.CompoundList | undefined) => (body === undefined ? [] : statements(body.commands, notes))
  switch (item.type) {
    case 'If':
      return {
        ...at,
        kind: 'if',
        clauses: [item, ...item.elif].map((clause) => ({ condition: list(clause.clause), body: list(clause.then) })),
        otherwise: list(item.else),
      }
    case 'While':
      return { ...at, kind: 'loop', until: item.kind === 'until', condition: list(item.clause), body: list(item.body) }
    case 'For':
      return {
        ...at,
        kind: 'for',
        name: item.name.value,
        words: item.wordlist?.map((word) => wordOf(word, notes)) ?? null,
        body: list(item.body),
      }
    case 'Case':
      return {
        ...at,
        kind: 'case',
        word: wordOf(item.word, notes),
        items: item.items.map((entry) => ({
          patterns: entry.pattern.map((word) => wordOf(word, notes)),
          body: list(entry.body),
          fallsThrough: entry.terminator === ';&' || entry.terminator === ';;&',
        })),
      }
    case 'Subshell':
      return { ...at, kind: 'subshell', body: list(item.body), redirections: [] }
    case 'BraceGroup':
      return { ...at, kind: 'group', body: list(item.body), redirections: [] }
    case 'TestCommand':
      notes.features.add('double-brackets')
      return { ...at, kind: 'test', condition: condition(item.expression, notes) }
    default:
      notes.features.add('bash-only')
      return opaque(item, item.type === 'ArithmeticCommand' ? 'arithmetic' : `a ${item.type === 'Select' ? 'select' : 'for ((…))'} loop`)
  }
}

function condition(item: unbash.TestExpression, notes: Notes): Condition {
  switch (item.type) {
    case 'TestUnary':
      return { kind: 'unary', operator: item.operator, operand: wordOf(item.operand, notes) }
    case 'TestBinary':
      return { kind: 'binary', operator: item.operator, left: wordOf(item.left, notes), right: wordOf(item.right, notes) }
    case 'TestLogical':
      return { kind: item.operator === '&&' ? 'and' : 'or', operands: item.operands.map((operand) => condition(operand, notes)) }
    case 'TestNot': {
      const operand = condition(item.operand, notes)
      return item.negations.length % 2 === 1 ? { kind: 'not', operand } : operand
    }
    case 'TestGroup':
      return condition(item.expression, notes)
  }
}
