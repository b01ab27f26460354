/** Filters that work line by line: their output for a known line does not depend on the unknown lines. */
import { concat, empty, isNonEmpty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { findIn, readPattern } from './lines.ts'
import type { Options } from './options.ts'

/** Filters that never turn a non-empty text into an empty one, except `tr -d`. */
const keeping = new Set('head tail fold tr uniq tac rev nl expand base64 md5sum sha1sum sha256sum sha512sum od xxd'.split(' '))

/** Whether the output of a filter is certainly not empty. An endless stream of random characters leaves something in any filter. */
export function leavesSome(name: string, options: Options, content: Value): boolean {
  const deletes = name === 'tr' && options.has('-d', '--delete') && !/dev.u?random/.test(keyOf(content))
  return keeping.has(name) && isNonEmpty(content) && !deletes
}

/** A filter applied to one line, without its line feed. Undefined if it drops the line. */
export type LineFilter = (line: string) => string | undefined

/**
 * Applies a filter to each run of fully known lines, and to each part between them as one piece.
 * @param filterKnown the output for complete, known lines; undefined if it is unknown
 * @param filterUnknown the output for a part that is not fully known
 * @returns undefined if no line is known, or the output for a known one is not
 */
export function lineByLine(
  content: Value,
  filterKnown: (text: string) => string | undefined,
  filterUnknown: (part: Value) => Value,
): Value | undefined {
  const groups = groupsOf(content)
  if (!groups.some((group) => textOf(group) !== undefined)) return undefined
  const made: Value[] = []
  for (const group of groups) {
    const text = textOf(group)
    const filtered = text === undefined ? undefined : filterKnown(text)
    if (text !== undefined && filtered === undefined) return undefined
    made.push(
      filtered === undefined ? concat(filterUnknown(withoutLineFeed(group)), literal(endsLine(group) ? '\n' : '')) : literal(filtered),
    )
  }
  return concat(...made)
}

/** Splits the content at line ends into known lines and lines that contain something unknown. */
function groupsOf(content: Value): Value[] {
  const groups: Value[] = []
  let open: Value = empty
  for (const piece of content) {
    if (typeof piece !== 'string') {
      open = [...open, piece]
      continue
    }
    const first = open.length === 0 ? 0 : piece.indexOf('\n') + 1
    const last = piece.lastIndexOf('\n') + 1
    if (open.length > 0 && first > 0) {
      groups.push([...open, piece.slice(0, first)])
      open = empty
    }
    if (open.length === 0 && last > first) groups.push(literal(piece.slice(first, last)))
    open = concat(open, literal(open.length === 0 ? piece.slice(last) : piece))
  }
  return open.length === 0 ? groups : [...groups, open]
}

function endsLine(group: Value): boolean {
  const last = group.at(-1)
  return typeof last === 'string' && last.endsWith('\n')
}

function withoutLineFeed(group: Value): Value {
  const last = group.at(-1)
  return typeof last === 'string' && endsLine(group) ? concat(group.slice(0, -1), literal(last.slice(0, -1))) : group
}

/** The line filter of a `cut`, `awk` or `tr` call; undefined if it reads more than one line at a time, or is not supported. */
export function lineFilter(name: string, options: Options): LineFilter | undefined {
  if (name === 'cut') return cutLine(options)
  if (name === 'tr') return trLine(options)
  return name.endsWith('awk') ? awkLine(options) : undefined
}

function hasOnly(options: Options, ...names: readonly string[]): boolean {
  return options.names.every((name) => names.includes(name))
}

/** The text of an option or operand; undefined if a part of it is unknown. */
function known(value: Value | undefined, otherwise: string): string | undefined {
  return value === undefined ? otherwise : textOf(value)
}

/** `cut -d C -f LIST`. */
function cutLine(options: Options): LineFilter | undefined {
  const delimiter = known(options.value('-d', '--delimiter'), '\t')
  const list = known(options.value('-f', '--fields'), '')
  if (delimiter === undefined || list === undefined || !hasOnly(options, '-d', '--delimiter', '-f', '--fields')) return undefined
  const ranges = list.split(',').map((range) => /^(\d*)(-?)(\d*)$/.exec(range))
  if (delimiter.length !== 1 || list === '' || ranges.includes(null)) return undefined
  const isTaken = (field: number) =>
    ranges.some((range) => {
      const [, from = '', dash = '', to = ''] = range ?? []
      return dash === '' ? field === Number(from) : field >= Number(from || 1) && (to === '' || field <= Number(to))
    })
  return (line) => {
    const fields = line.split(delimiter)
    return fields.length === 1 ? line : fields.filter((_, index) => isTaken(index + 1)).join(delimiter)
  }
}

/** A pattern of awk, on the line or on a field, or one that the line does not match, and the field that is printed. */
const awkProgram = /^\s*(?:(?:\$(\d+)\s*~\s*|(!)\s*)?\/((?:[^/\\]|\\.)+)\/)?\s*(?:\{\s*print(?:\s+\$(\d+))?\s*;?\s*\})?\s*$/

/** `awk '/PATTERN/ {print $N}'`, each part optional, with a separator of one character or none. */
function awkLine(options: Options): LineFilter | undefined {
  const given = options.value('-F', '--field-separator')
  const separator = given === undefined ? undefined : textOf(given)
  const program = known(options.operands[0], '')
  if (program === undefined || (given !== undefined && separator === undefined) || !hasOnly(options, '-F', '--field-separator'))
    return undefined
  const match = awkProgram.exec(program)
  const [, searched = '0', not, source, printed = '0'] = match ?? []
  const pattern = source === undefined ? undefined : readPattern(source, 'extended')
  if (match === null || program.trim() === '' || (source !== undefined && pattern === undefined)) return undefined
  if (separator !== undefined && !/^[^\\t\s]$/.test(separator)) return undefined
  const field = (line: string, number: number) =>
    number === 0 ? line : ((separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator))[number - 1] ?? '')
  return (line) =>
    pattern === undefined || (findIn(field(line, Number(searched)), pattern) !== -1) === (not === undefined)
      ? field(line, Number(printed))
      : undefined
}

/** `tr -d CHARACTERS`. */
function trLine(options: Options): LineFilter | undefined {
  const set = known(options.operands[0], '')
  const isDeletion = options.has('-d', '--delete') && hasOnly(options, '-d', '--delete') && options.operands.length === 1
  const characters = set === '[:blank:]' ? ' \t' : set
  if (!isDeletion || characters === undefined || characters === '' || /[\\\n[\]-]/.test(characters)) return undefined
  return (line) => [...line].filter((character) => !characters.includes(character)).join('')
}
