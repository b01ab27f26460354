/** Splitting at the characters of IFS (POSIX XCU 2.6.5): blanks join, each other character ends a field. */
import { concat, derived, empty, literal, textOf, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'

/** The characters of a class that a regular expression gives a meaning to. */
function escaped(characters: string): string {
  return characters.replace(/[\]\\^-]/g, '\\$&')
}

/** What separates two fields; undefined if nothing does. */
function separatorOf(separators: string): RegExp | undefined {
  if (separators === '') return undefined
  const blanks = escaped([...separators].filter((character) => /[ \t\n]/.test(character)).join(''))
  const others = escaped([...separators].filter((character) => !/[ \t\n]/.test(character)).join(''))
  if (others === '') return new RegExp(`[${blanks}]+`)
  return new RegExp(blanks === '' ? `[${others}]` : `[${blanks}]*[${others}][${blanks}]*|[${blanks}]+`)
}

/**
 * Splits a value into fields. An unknown piece is part of one field.
 * @throws NotAnalyzed for an empty field between two separators
 */
export function fieldsAt(separators: string, value: Value): Value[] {
  const separator = separatorOf(separators)
  if (separator === undefined) return [value]
  const fields: Value[] = [empty]
  for (const piece of value) {
    const parts = typeof piece === 'string' ? piece.split(separator) : [piece]
    for (const [index, part] of parts.entries()) {
      if (index > 0) fields.push(empty)
      fields[fields.length - 1] = concat(fields.at(-1) ?? empty, [part])
    }
  }
  while (fields.length > 1 && fields.at(-1)?.length === 0) fields.pop()
  const isOfBlanks = !/[^ \t\n]/.test(separators)
  while (isOfBlanks && fields.length > 1 && fields[0]?.length === 0) fields.shift()
  if (!isOfBlanks && fields.length > 1 && fields.some((field) => field.length === 0))
    throw new NotAnalyzed('an empty field between separators')
  return fields
}

/**
 * Splits a line as `read` does: into at most `count` fields, of which the last one has the rest.
 * @returns one value for each name
 */
export function fieldsOfLine(separators: string, line: Value, count: number): readonly Value[] {
  const text = textOf(line)
  if (text === undefined) {
    // The fields of an unknown line are unknown, but the same each time.
    return count === 1 ? [line] : Array.from({ length: count }, (_, index) => derived(`field ${index + 1} of ${count} of`, line))
  }
  const blanks = escaped([...separators].filter((character) => /[ \t\n]/.test(character)).join(''))
  const separator = separatorOf(separators)
  let left = blanks === '' ? text : text.replace(new RegExp(`^[${blanks}]+`), '')
  if (blanks !== '') left = withoutTrailing(left, blanks)
  const fields: Value[] = []
  while (fields.length < count - 1 && separator !== undefined) {
    const match = separator.exec(left)
    if (match === null) break
    fields.push(literal(left.slice(0, match.index)))
    left = left.slice(match.index + match[0].length)
  }
  fields.push(literal(left))
  return fields
}

function withoutTrailing(text: string, blanks: string): string {
  const isBlank = new RegExp(`[${blanks}]`)
  let end = text.length
  while (end > 0 && isBlank.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}
