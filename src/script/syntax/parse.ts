/**
 * The only file that uses the shell parser, a facade over it. It reads every script as bash, records in `features` what other shells lack,
 * and turns what the interpreter does not support into `opaque`.
 */
import * as unbash from 'unbash'
import { type Notes, spanOf } from './parse-notes.ts'
import { assignmentWord, wordOf } from './parse-word.ts'
import { hasTooManyHereDocuments, holdsTemplate, isNestedTooDeeply } from './prescan.ts'
import type { Assignment, Condition, Redirection, Script, Statement } from './syntax.ts'

/** Longest script that is read (64 KiB). A ConfigMap holds at most 1 MiB; the median of real init scripts is 3 lines. */
export const maxScriptLength = 64 * 1024

/** Parses a script. Never throws; a script that does not parse has a `fault`. */
export function parseScript(text: string): Script {
  const notes: Notes = {
    features: new Set(),
    fault: null,
    depth: 0,
    source: text,
    placeOf: (offset) => offset,
    body: (part, parsed) => substitution(part, parsed, notes),
  }
  if (text.length > maxScriptLength) return { text, body: [], fault: 'the script is longer than 64 KiB', features: notes.features }
  if (text.includes('\r')) notes.features.add('carriage-return')
  if (holdsTemplate(text)) notes.features.add('template')
  const body = parseBody(text, notes)
  const { fault, faultAt, features } = notes
  return { text, body, fault, ...(faultAt === undefined ? {} : { faultAt }), features }
}

function parseBody(text: string, notes: Notes): readonly Statement[] {
  if (isNestedTooDeeply(text)) notes.fault = 'the script is nested too deeply'
  else if (hasTooManyHereDocuments(text)) notes.fault = 'the script has too many here-documents'
  if (notes.fault !== null) return []
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
  if (error !== undefined && notes.fault === null) {
    notes.fault = `the script does not parse: ${error.message}`
    notes.faultAt = notes.placeOf(error.pos)
  }
  return statements(parsed.commands, notes)
}

/** If a script between backticks contains escapes, the parser reads a copy without them. This maps its offsets back. */
function substitution(
  { pos, text }: Pick<unbash.CommandExpansionPart, 'pos' | 'text'>,
  parsed: unbash.ParsedScript,
  notes: Notes,
): readonly Statement[] {
  if (parsed.source === undefined) return script(parsed, notes)
  const { source, placeOf } = notes
  const places = decodedPlaces(text, parsed.source)
  notes.source = parsed.source
  notes.placeOf = (offset) => placeOf(pos + (places[offset] ?? text.length))
  const body = script(parsed, notes)
  Object.assign(notes, { source, placeOf })
  return body
}

/** Maps each offset of the decoded text to one in the written text, counting the backtick in front. */
function decodedPlaces(written: string, decoded: string): readonly number[] {
  const places: number[] = []
  for (let place = 1; places.length <= decoded.length; place++) {
    places.push(place)
    if (written[place] === '\\' && (written[place + 1] === '\\' || decoded[places.length - 1] !== '\\')) place++
  }
  return places
}

/**
 * Maximum nesting of loops, conditions, groups and substitutions that is read, so that a walk that looks at all statements within each loop
 * takes linear time. Scripts of public repositories nest ten deep at most.
 */
const maxDepth = 50

function statements(list: readonly unbash.Statement[], notes: Notes): readonly Statement[] {
  if (notes.depth === maxDepth) {
    notes.fault ??= 'the script is nested too deeply'
    return []
  }
  notes.depth++
  const read = list.map((item): Statement => {
    const statement = node(item.command, notes)
    return item.background === true ? { kind: 'background', span: spanOf(item, notes), statement } : statement
  })
  notes.depth--
  return read
}

function opaque(item: { readonly pos: number; readonly end: number }, why: string, notes: Notes): Statement {
  return { kind: 'opaque', span: spanOf(item, notes), why }
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
      return opaque(item, 'a coprocess', notes)
    default:
      return compound(item, [], notes)
  }
}

/** Blanks and line continuations, then a parenthesis. */
const openParenthesis = /^(?:[ \t]|\\\n)*\(/

/** Maximum number of characters that are searched for the parenthesis. */
const maxBlanks = 100

function simple(item: unbash.Command, notes: Notes): Statement {
  const assignments: Assignment[] = []
  const redirections = item.redirects.map((redirect) => redirection(redirect, notes))
  for (const prefix of item.prefix) if (prefix.type === 'Assignment') assignments.push(assignment(prefix, notes))
  const words = item.args.map((argument) => (argument.type === 'Assignment' ? assignmentWord(argument, notes) : wordOf(argument, notes)))
  if (item.name !== undefined) {
    words.unshift(wordOf(item.name, notes))
    // The parser reads `name (` without the parenthesis; every shell reads it as the start of a function definition.
    if (openParenthesis.test(notes.source.slice(item.name.end, item.name.end + maxBlanks)))
      notes.fault ??= 'the script does not parse: unexpected token ('
  }
  if (redirections.some((found) => found === null)) return opaque(item, 'an unsupported redirection', notes)
  return { kind: 'simple', span: spanOf(item, notes), assignments, words, redirections: redirections.filter((found) => found !== null) }
}

function assignment(item: unbash.Assignment, notes: Notes): Assignment {
  const isPlain = item.value.type === 'Word' && item.index === undefined
  if (!isPlain || item.append === true) notes.features.add('bash-only')
  const common = { name: item.name, append: item.append === true }
  if (item.value.type === 'Word') {
    const value = wordOf(item.value, notes)
    return item.index === undefined
      ? { ...common, value }
      : { ...common, value: null, element: { index: wordOf(item.index, notes), value } }
  }
  // `([index]=value)` is for associative arrays in most scripts.
  const isList = item.index === undefined && item.value.elements.every(({ text }) => !text.startsWith('['))
  return { ...common, value: null, ...(isList ? { elements: item.value.elements.map((word) => wordOf(word, notes)) } : {}) }
}

/** A word whose quotes are all closed. */
const closedQuotes = /^(?:[^'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")*$/

function redirection(item: unbash.Redirection, notes: Notes): Redirection | null {
  if (item.type === 'HereDoc') {
    const parts = item.body.parts
    if (!closedQuotes.test(item.delimiter?.text ?? '')) notes.fault ??= 'the script does not parse: unterminated quote'
    const quoted = item.delimiter?.quoted === true || parts === undefined
    return {
      kind: 'here',
      body: quoted
        ? { span: spanOf(item.body, notes), parts: [{ kind: 'literal', text: item.body.text, quoted: true }] }
        : wordOf({ ...item.body, type: 'Word', value: item.body.text, parts }, notes, true),
    }
  }
  if (item.target === undefined) return null
  if (item.type === 'HereString') {
    notes.features.add('bash-only')
    const { span, parts } = wordOf(item.target, notes, true)
    return { kind: 'here', body: { span, parts: [...parts, { kind: 'literal', text: '\n', quoted: true }] } }
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
      notes.features.add(item.operator === '&>' ? 'not-posix' : 'bash-only')
      return { kind: 'both', operator: item.operator === '&>' ? '>' : '>>', target }
    default:
      return { kind: 'file', descriptor: descriptor ?? (item.operator.startsWith('<') ? 0 : 1), operator: item.operator, target }
  }
}

function andOr(item: unbash.AndOr, notes: Notes): Statement {
  const [first, ...others] = item.commands.map((command) => node(command, notes))
  if (first === undefined) return opaque(item, 'an empty list', notes)
  const rest = others.map((statement, index) => ({ operator: item.operators[index] ?? '&&', statement }))
  return { kind: 'andOr', span: spanOf(item, notes), first, rest }
}

function pipeline(item: unbash.Pipeline, notes: Notes): Statement {
  const commands = item.commands.map((command) => node(command, notes))
  const negations = item.prefixes.filter((prefix) => prefix.type === 'Negation').length
  const negated = negations % 2 === 1
  const [only] = commands
  const isTimed = negations < item.prefixes.length
  const isBashOnly = item.operators.includes('|&') || negations > 1 || only === undefined || (isTimed && only.kind !== 'simple')
  if (isBashOnly) notes.features.add('bash-only')
  if (only === undefined) return emptyPipeline(item, notes)
  if (commands.length === 1 && !negated) return only
  return { kind: 'pipeline', span: spanOf(item, notes), commands, negated }
}

/** A pipeline without a command: `!` and `time` may only be alone at the end of a line. */
function emptyPipeline(item: unbash.Pipeline, notes: Notes): Statement {
  if (!/^[ \t]*(?:[\n;#]|$)/.test(notes.source.slice(item.end, item.end + maxBlanks)))
    notes.fault ??= 'the script does not parse: no command'
  return opaque(item, 'a pipeline without a command', notes)
}

function redirected(item: unbash.Redirected, notes: Notes): Statement {
  const redirections = item.redirects.map((redirect) => redirection(redirect, notes))
  if (redirections.some((found) => found === null)) return opaque(item, 'an unsupported redirection', notes)
  return compound(
    item.command,
    redirections.filter((found) => found !== null),
    notes,
  )
}

function functionDefinition(item: unbash.Function, notes: Notes): Statement {
  const name = item.name.value
  if (!/^[A-Za-z_]\w*$/.test(name)) notes.features.add('bash-only')
  if (notes.source.startsWith('function', item.pos) && item.name.pos > item.pos) notes.features.add('not-posix')
  if (item.body.type === 'CompoundList') return opaque(item, 'a function without a body', notes)
  const body = item.body.type === 'Redirected' ? redirected(item.body, notes) : compound(item.body, [], notes)
  return { kind: 'function', span: spanOf(item, notes), name, body }
}

function compound(item: unbash.CompoundCommand, redirections: readonly Redirection[], notes: Notes): Statement {
  const statement = bare(item, notes)
  if (redirections.length === 0) return statement
  if (statement.kind === 'subshell' || statement.kind === 'group') return { ...statement, redirections }
  return { kind: 'group', span: statement.span, body: [statement], redirections }
}

function bare(item: unbash.CompoundCommand, notes: Notes): Statement {
  const at = { span: spanOf(item, notes) }
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
      if (item.items.some(fallsThrough)) notes.features.add('bash-only')
      return {
        ...at,
        kind: 'case',
        word: wordOf(item.word, notes),
        items: item.items.map((entry) => ({
          patterns: entry.pattern.map((word) => wordOf(word, notes)),
          body: list(entry.body),
          fallsThrough: fallsThrough(entry),
        })),
      }
    case 'Subshell':
      return { ...at, kind: 'subshell', body: list(item.body), redirections: [] }
    case 'BraceGroup':
      return { ...at, kind: 'group', body: list(item.body), redirections: [] }
    case 'TestCommand':
      return { ...at, kind: 'test', condition: condition(item.expression, notes) }
    case 'ArithmeticCommand':
      notes.features.add('bash-only')
      return { ...at, kind: 'arithmetic', text: item.body }
    case 'ArithmeticFor':
      notes.features.add('bash-only')
      return countingLoop(item, notes)
    case 'Select':
      notes.features.add('bash-only')
      return opaque(item, 'a select loop', notes)
  }
}

/**
 * `for ((INIT; TEST; UPDATE))`: INIT, then a loop while TEST is not 0. Without TEST, the loop is endless. A value of 0 is no failure of
 * INIT: like a negated pipeline, it never ends the script.
 */
function countingLoop(item: unbash.ArithmeticFor, notes: Notes): Statement {
  const at = { span: spanOf(item, notes) }
  const part = (expression: unbash.ArithmeticExpression | undefined): readonly Statement[] =>
    expression === undefined
      ? []
      : [{ span: spanOf(expression, notes), kind: 'arithmetic', text: notes.source.slice(expression.pos, expression.end) }]
  const loop: Statement = {
    ...at,
    kind: 'loop',
    until: false,
    condition: part(item.test),
    body: statements(item.body.commands, notes),
    update: part(item.update),
  }
  const initialized: Statement = { ...at, kind: 'pipeline', commands: part(item.initialize), negated: true }
  return { ...at, kind: 'group', body: [...(item.initialize === undefined ? [] : [initialized]), loop], redirections: [] }
}

function fallsThrough({ terminator }: unbash.CaseItem): boolean {
  return terminator === ';&' || terminator === ';;&'
}

function condition(item: unbash.TestExpression, notes: Notes): Condition {
  switch (item.type) {
    case 'TestUnary':
      return { kind: 'unary', operator: item.operator, operand: wordOf(item.operand, notes) }
    case 'TestBinary':
      if (item.operator === '=~' && item.right.text.includes('(')) notes.features.add('bash-only')
      return { kind: 'binary', operator: item.operator, left: wordOf(item.left, notes), right: wordOf(item.right, notes) }
    case 'TestLogical':
      return { kind: item.operator === '&&' ? 'and' : 'or', operands: item.operands.map((operand) => condition(operand, notes)) }
    case 'TestNot': {
      const operand = condition(item.operand, notes)
      return item.negations.length % 2 === 1 ? { kind: 'not', operand } : operand
    }
    case 'TestGroup':
      // In BusyBox, [[ is a command, and a parenthesis among its arguments is a syntax error.
      notes.features.add('bash-only')
      return condition(item.expression, notes)
  }
}
