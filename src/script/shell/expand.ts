/** Word expansion: converts a word to the arguments that a command gets. */

import { maxFields } from '../limits.ts'
import { layersOf } from '../machine/file-system.ts'
import { globMatches, globValue, mayHold } from '../machine/layers.ts'
import { Exit, type Machine } from '../machine/machine.ts'
import { assignVariable, separatorsOf } from '../machine/shell-state.ts'
import { expressionOf } from '../syntax/arithmetic.ts'
import type { Dialect } from '../syntax/dialect.ts'
import type { Statement, Word, WordPart } from '../syntax/syntax.ts'
import { pathValue } from '../value/paths.ts'
import { matchesPattern } from '../value/pattern.ts'
import { concat, empty, isNonEmpty, lengthOf, literal, notEmpty, textOf, unknown, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { arithmeticValue } from './arithmetic.ts'
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
  const fields = wordsOf(word, machine.dialect).flatMap((one) => fieldsOf(one, machine, substitute))
  if (fields.length > maxFields) throw new NotAnalyzed('a word that expands to too many fields')
  for (const field of fields) machine.setting.world.spend(1 + lengthOf(field))
  return fields
}

/** Expands the braces of a word, which comes before all other expansions. Only bash does it. */
function wordsOf(word: Word, dialect: Dialect): readonly Word[] {
  const index = word.parts.findIndex(({ kind }) => kind === 'braces')
  const part = word.parts[index]
  if (part?.kind !== 'braces') return [word]
  if (dialect === 'unknown') throw new NotAnalyzed('a brace expansion')
  const texts = dialect === 'bash' ? part.alternatives : [part.text]
  if (texts.length ** word.parts.filter(({ kind }) => kind === 'braces').length > maxFields)
    throw new NotAnalyzed('a word that expands to too many fields')
  return texts.flatMap((text) => {
    const parts = word.parts.with(index, { kind: 'literal', text, quoted: false })
    return wordsOf({ ...word, parts: parts.filter((other) => other.kind !== 'literal' || other.text !== '' || other.quoted) }, dialect)
  })
}

function fieldsOf(word: Word, machine: Machine, substitute: Substitute): Value[] {
  const [only] = word.parts
  if (word.parts.length === 1 && only?.kind === 'literal') return [literal(only.text)]
  if (word.parts.length === 1 && only?.kind === 'parameter' && only.name === '@') return [...machine.shell.positional]
  const elements = arrayFields(word, machine)
  if (elements !== undefined) return elements
  const fields: Expanded[][] = []
  let current: Expanded[] = []
  for (const part of word.parts) {
    const value = partValue(part, machine, substitute)
    const quoted = part.kind === 'literal' || ('quoted' in part && part.quoted)
    if (quoted || part.kind === 'tilde' || part.kind === 'glob') {
      current.push({ value, quoted: part.kind !== 'glob' && (part.kind !== 'literal' || part.quoted), glob: part.kind === 'glob' })
      continue
    }
    const pieces = split(value, machine)
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        fields.push(current)
        current = []
      }
      if (piece.length > 0) current.push({ value: piece, quoted: false, glob: false })
    }
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
  const pattern = textOf(joined)
  if (pattern === undefined) throw new NotAnalyzed('a pattern with an unknown part')
  const slash = pattern.lastIndexOf('/')
  const folderText = slash === -1 ? '' : pattern.slice(0, slash + 1)
  if (/[*?[]/.test(folderText)) throw new NotAnalyzed('a pattern that spans several directories')
  const folder = slash === -1 ? machine.shell.folder : machine.resolveWhole(machine.path(literal(folderText)))
  if (folder === undefined) throw new NotAnalyzed('a pattern in an unknown directory')
  const node = machine.node(folder, 'folder')
  if (node.kind !== 'folder') return [joined]
  const { nullglob, dotglob } = machine.shell
  const names = pattern.slice(slash + 1)
  const patterns = dotglob === true && names === '*' ? [names, hiddenNames] : [names]
  const layers = layersOf(node, folder)
  const found = patterns.flatMap((one) => {
    if (mayHold(layers, one)) return [globValue(folderText, one)]
    return machine.files
      .children(folder)
      .filter((name) => globMatches(one, name))
      .map((name) => concat(literal(folderText), pathValue(name)))
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
    case 'arithmetic':
      return arithmeticValue(expressionOf(part.text), machine)
    case 'parameter':
      return parameterValue(part, machine, substitute)
    case 'opaque':
      throw new NotAnalyzed(part.why)
  }
}

function withoutTrailingNewlines(value: Value): Value {
  const last = value.at(-1)
  return typeof last === 'string' ? concat(value.slice(0, -1), literal(last.replace(/\n+$/, ''))) : value
}

type Parameter = Extract<WordPart, { kind: 'parameter' }>

/** All elements of an array, for `${name[@]}` and `${name[*]}`; undefined for other parameters, and if it is no known array. */
function elementsOf({ name, index, operation }: Parameter, machine: Machine): readonly Value[] | undefined {
  return index !== undefined && /[@*]/.test(index) && operation === null ? machine.shell.arrays.get(name) : undefined
}

/**
 * The fields of a word that is an array: `"${name[@]}"` has one for each element, and without quotes, each element is split.
 * @throws NotAnalyzed if other text is next to several elements
 */
function arrayFields({ parts }: Word, machine: Machine): Value[] | undefined {
  for (const part of parts) {
    if (part.kind !== 'parameter') continue
    const elements = elementsOf(part, machine)
    // `"${name[*]}"` is one field.
    if (elements === undefined || (part.quoted && part.index === '*')) continue
    if (parts.length === 1 && part.quoted) return [...elements]
    if (parts.length === 1) return elements.flatMap((element) => split(element, machine)).filter((field) => field.length > 0)
    if (elements.length > 1) throw new NotAnalyzed('an array within a word')
  }
  return undefined
}

/** The value of an element, or of all with blanks between them. */
function arrayValue(items: readonly Value[], index: string): Value {
  if (index !== '@' && index !== '*') return items[Number(index)] ?? empty
  return items.reduce<Value>((all, item, place) => (place === 0 ? item : concat(all, literal(' '), item)), empty)
}

function parameterValue(part: Parameter, machine: Machine, substitute: Substitute): Value {
  const items = part.index === undefined ? undefined : machine.shell.arrays.get(part.name)
  const value = items === undefined ? lookup(part.name, machine) : arrayValue(items, part.index ?? '@')
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
    case 'count':
      if (items === undefined && value !== undefined && textOf(value) === undefined) return notEmpty(unknown(`number of ${part.name}`))
      return literal(String(items?.length ?? (value === undefined ? 0 : 1)))
    case 'default':
      return withDefault(part.name, value, operation, machine, substitute)
    case 'remove':
      return withoutPattern(value ?? empty, operation.operator, expandText(operation.pattern, machine, substitute), machine)
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
