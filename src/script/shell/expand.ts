/** Word expansion: converts a word to the arguments that a command gets. */

import { maxFields } from '../limits.ts'
import { layersOf } from '../machine/file-system.ts'
import { globMatches, globValue, mayHold } from '../machine/layers.ts'
import { Exit, type Machine } from '../machine/machine.ts'
import { assignVariable, separatorsOf } from '../machine/shell-state.ts'
import { expressionOf } from '../syntax/arithmetic.ts'
import type { NumberRange, Statement, Word, WordPart } from '../syntax/syntax.ts'
import { pathValue } from '../value/paths.ts'
import { matchesPattern } from '../value/pattern.ts'
import { concat, derived, empty, isNonEmpty, lengthOf, literal, notEmpty, textOf, unknown, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { arithmeticValue } from './arithmetic.ts'
import { type Elements, elementsOf } from './arrays.ts'
import { editedText } from './edits.ts'
import { fieldsAt } from './fields.ts'
import { lookup } from './variables.ts'

/** Runs a command substitution in a subshell and returns its standard output. */
export type Substitute = (machine: Machine, body: readonly Statement[]) => Value

interface Expanded {
  readonly value: Value
  readonly quoted: boolean
  /** An unquoted `*`, `?` or `[…]`. */
  readonly glob: boolean
}

/** The word as one text, without field splitting and globs: for assignments, redirections, `case` and here-documents. */
export function expandText(word: Word, machine: Machine, substitute: Substitute): Value {
  const text = concat(...word.parts.map((part) => partValue(part, machine, substitute)))
  machine.setting.world.spend(lengthOf(text))
  return text
}

/** The word as the fields that a command gets. @throws NotAnalyzed if there are too many */
export function expandFields(word: Word, machine: Machine, substitute: Substitute): Value[] {
  const [only] = word.parts
  if (word.parts.length === 1 && only?.kind === 'literal') {
    machine.setting.world.spend(1 + only.text.length)
    return [literal(only.text)]
  }
  const fields = wordsOf(word, machine).flatMap((one) => fieldsOf(one, machine, substitute))
  if (fields.length > maxFields) throw new NotAnalyzed('a word that expands to too many fields')
  for (const field of fields) machine.setting.world.spend(1 + lengthOf(field))
  return fields
}

/** Expands the braces of a word, which comes before all other expansions. Only bash does it. */
function wordsOf(word: Word, machine: Machine): readonly Word[] {
  const index = word.parts.findIndex(({ kind }) => kind === 'braces')
  const part = word.parts[index]
  if (part?.kind !== 'braces') return [word]
  // Asked only here: a script that reads the dialect is rehearsed with every shell that its image may have.
  if (machine.isDialect('unknown')) throw new NotAnalyzed('a brace expansion')
  const texts = machine.isDialect('bash') ? alternativesOf(part.alternatives) : [part.text]
  if (texts.length ** word.parts.filter(({ kind }) => kind === 'braces').length > maxFields)
    throw new NotAnalyzed('a word that expands to too many fields')
  return texts.flatMap((text) => {
    const parts = word.parts.with(index, { kind: 'literal', text, quoted: false })
    return wordsOf({ ...word, parts: parts.filter((other) => other.kind !== 'literal' || other.text !== '' || other.quoted) }, machine)
  })
}

function alternativesOf(alternatives: readonly string[] | NumberRange): readonly string[] {
  if (!('first' in alternatives)) return alternatives
  const { first, last } = alternatives
  if (last - first >= maxFields) throw new NotAnalyzed('a word that expands to too many fields')
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
}

function fieldsOf(word: Word, machine: Machine, substitute: Substitute): Value[] {
  const [only] = word.parts
  if (word.parts.length === 1 && only?.kind === 'literal') return [literal(only.text)]
  if (word.parts.length === 1 && only?.kind === 'parameter' && only.name === '@') return [...machine.shell.positional]
  const fields: Expanded[][] = []
  let current: Expanded[] = []
  const add = (pieces: readonly Value[], quoted: boolean): void => {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        fields.push(current)
        current = []
      }
      if (quoted || piece.length > 0) current.push({ value: piece, quoted, glob: false })
    }
  }
  for (const part of word.parts) {
    if (part.kind === 'elements' && part.isList) {
      const elements = elementValues(part, machine, substitute)
      if (part.quoted) add(elements, true)
      else
        add(
          elements.flatMap((element) => split(element, machine)).filter((piece) => piece.length > 0),
          false,
        )
      continue
    }
    const value = partValue(part, machine, substitute)
    const quoted = part.kind === 'literal' || ('quoted' in part && part.quoted)
    if (quoted || part.kind === 'tilde' || part.kind === 'glob') {
      current.push({ value, quoted: part.kind !== 'glob' && (part.kind !== 'literal' || part.quoted), glob: part.kind === 'glob' })
      continue
    }
    add(split(value, machine), false)
  }
  fields.push(current)
  return fields.filter((field) => field.length > 0).flatMap((field) => globbed(field, machine))
}

/** Field splitting at the characters of IFS. An unknown piece counts as one field, because unquoted variables usually hold one word. */
function split(value: Value, machine: Machine): Value[] {
  const separators = separatorsOf(machine.shell)
  if (separators === undefined && value.length > 0) throw new NotAnalyzed('field splitting with an unknown IFS')
  return fieldsAt(separators ?? '', value)
}

function globbed(field: readonly Expanded[], machine: Machine): Value[] {
  const joined = concat(...field.map(({ value }) => value))
  if (!field.some(({ glob }) => glob)) return [joined]
  const last = joined.at(-1)
  const end = typeof last === 'string' ? last : ''
  const slash = end.lastIndexOf('/')
  if (slash === -1 && textOf(joined) === undefined) {
    // `a.*.b=$X` is a setting: hardly a file has such a name.
    if (joined.some((piece) => typeof piece === 'string' && piece.includes('='))) return [joined]
    throw new NotAnalyzed('a pattern with an unknown part')
  }
  const written = slash === -1 ? empty : concat(joined.slice(0, -1), literal(end.slice(0, slash + 1)))
  if (written.some((piece) => typeof piece === 'string' && /[*?[]/.test(piece)))
    throw new NotAnalyzed('a pattern that spans several directories')
  const folder = slash === -1 ? machine.folder : machine.resolveWhole(machine.path(written))
  if (folder === undefined) throw new NotAnalyzed('a pattern in an unknown directory')
  const node = machine.node(folder, 'folder')
  if (node.kind !== 'folder') return [joined]
  const { nullglob, dotglob } = machine.shell
  const names = end.slice(slash + 1)
  const patterns = dotglob === true && names === '*' ? [names, hiddenNames] : [names]
  const layers = layersOf(node, folder)
  const found = patterns.flatMap((one) => {
    if (mayHold(layers, one)) return [globValue(written, one)]
    return machine.files
      .children(folder)
      .filter((name) => globMatches(one, name))
      .map((name) => concat(written, pathValue(name)))
  })
  return found.length === 0 && nullglob !== true ? [joined] : found
}

/** Matches each name that begins with a dot, except for `.` and `..`. */
const hiddenNames = '.[!.]*'

function partValue(part: WordPart, machine: Machine, substitute: Substitute): Value {
  switch (part.kind) {
    case 'literal':
    case 'glob':
    case 'braces':
      return literal(part.text)
    case 'tilde':
      return machine.shell.variables.get('HOME') ?? unknown('HOME')
    case 'command':
      return withoutTrailingNewlines(substitute(machine, part.body))
    case 'process':
      return pipeOf(part.body, machine, substitute)
    case 'arithmetic':
      return arithmeticExpansion(part, machine, substitute)
    case 'parameter':
      return parameterValue(part, machine, substitute)
    case 'indirect':
      return indirectValue(part.name, machine)
    case 'elements':
      return joined(elementValues(part, machine, substitute))
    case 'opaque':
      throw new NotAnalyzed(part.why)
  }
}

/**
 * `${!name}`. A name that is partly unknown is that of some variable of the environment, which keeps its value, unless the script sets a
 * variable whose name begins so.
 */
function indirectValue(name: string, machine: Machine): Value {
  const target = lookup(name, machine) ?? empty
  const text = textOf(target)
  if (text !== undefined) {
    // Other shells, and bash for a text that is no name: a bad substitution.
    if (!machine.isDialect('bash') || !/^[A-Za-z_]\w*$/.test(text)) throw new NotAnalyzed('an indirect parameter without a name')
    const value = lookup(text, machine)
    if (value === undefined && machine.shell.options.nounset) throw new Exit(1)
    return value ?? empty
  }
  const [head] = target
  const start = typeof head === 'string' ? head : ''
  const { environment } = machine.setting
  const isOwn = [...machine.variables].some(([own, value]) => own.startsWith(start) && environment.get(own) !== value)
  if (start === '' || isOwn) throw new NotAnalyzed('an indirect parameter whose name is not known')
  return derived('the parameter named', target)
}

/** `$((…))`: its substitutions are expanded first. */
function arithmeticExpansion({ text, word }: Extract<WordPart, { kind: 'arithmetic' }>, machine: Machine, substitute: Substitute): Value {
  const inner = expressionOf(text)
  if (word === undefined) return arithmeticValue(inner, machine)
  const value = expandText(word, machine, substitute)
  const known = textOf(value)
  return known === undefined ? notEmpty(derived('arithmetic', value)) : arithmeticValue(known, machine)
}

function elementValues(part: Elements, machine: Machine, substitute: Substitute): readonly Value[] {
  const { name, index } = part
  return elementsOf(part, machine, lookup(name, machine), () => (index === null ? empty : expandText(index, machine, substitute)))
}

/** The values as one text, with blanks between them. */
function joined(values: readonly Value[]): Value {
  return values.reduce<Value>((all, next, index) => (index === 0 ? next : concat(all, literal(' '), next)), empty)
}

/** A pipe is a file that no other command finds. Its path differs from the real one, which the shell chooses (`/dev/fd/63`). */
function pipeOf(body: readonly Statement[], machine: Machine, substitute: Substitute): Value {
  const path = `/pipe:${body[0]?.span.start ?? 0}`
  const status = machine.lastSubstitution
  machine.files.set(path, { kind: 'file', content: substitute(machine, body) }, null)
  machine.lastSubstitution = status
  return literal(path)
}

function withoutTrailingNewlines(value: Value): Value {
  const last = value.at(-1)
  return typeof last === 'string' ? concat(value.slice(0, -1), literal(last.replace(/\n+$/, ''))) : value
}

type Parameter = Extract<WordPart, { kind: 'parameter' }>

function parameterValue(part: Parameter, machine: Machine, substitute: Substitute): Value {
  const value = lookup(part.name, machine)
  if (part.operation === null) {
    if (value === undefined && machine.shell.options.nounset) throw new Exit(1)
    return value ?? empty
  }
  const { operation } = part
  switch (operation.kind) {
    case 'length': {
      const text = textOf(value ?? empty)
      return text === undefined ? unknown(`length of ${part.name}`) : literal(String(text.length))
    }
    case 'default':
      return withDefault(part.name, value, operation, machine, substitute)
    case 'remove':
      return withoutPattern(value ?? empty, operation.operator, expandText(operation.pattern, machine, substitute), machine)
    case 'edit': {
      const operands = operation.operands.map((operand) => expandText(operand, machine, substitute))
      return editedText(operation.operator, value ?? empty, operands, machine.setting.world)
    }
    case 'opaque':
      throw new NotAnalyzed(operation.why)
  }
}

function withDefault(
  name: string,
  value: Value | undefined,
  operation: Extract<NonNullable<Parameter['operation']>, { kind: 'default' }>,
  machine: Machine,
  substitute: Substitute,
): Value {
  const { operator } = operation
  const isSet = value !== undefined && (!operator.startsWith(':') || isNotEmpty(value, name, machine))
  const word = () => expandText(operation.word, machine, substitute)
  switch (operator.at(-1)) {
    case '+':
      return isSet ? word() : empty
    case '?':
      if (!isSet) throw new Exit(1)
      return value ?? empty
    case '=': {
      if (isSet) return value ?? empty
      const assigned = word()
      assignVariable(machine.shell, name, assigned)
      return assigned
    }
    default:
      return isSet ? (value ?? empty) : word()
  }
}

function isNotEmpty(value: Value, name: string, machine: Machine): boolean {
  if (value.length === 0) return false
  return isNonEmpty(value) || machine.setting.world.decide(`whether ${name} is empty`) === 0
}

function withoutPattern(value: Value, operator: '#' | '##' | '%' | '%%', pattern: Value, machine: Machine): Value {
  const [text, glob] = [textOf(value), textOf(pattern)]
  if (text === undefined || glob === undefined) return unknown(`${JSON.stringify(value)}${operator}${JSON.stringify(pattern)}`)
  machine.setting.world.spend(text.length * text.length * glob.length)
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length)
  if (operator.length === 2) lengths.reverse()
  const isPrefix = operator.startsWith('#')
  const length = lengths.find((candidate) =>
    matchesPattern(glob, isPrefix ? text.slice(0, candidate) : text.slice(text.length - candidate)),
  )
  if (length === undefined) return value
  return literal(isPrefix ? text.slice(length) : text.slice(0, text.length - length))
}
