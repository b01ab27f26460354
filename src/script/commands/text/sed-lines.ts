/** What sed leaves of known and partly known lines, if it processes each line separately. */
import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { findIn, readPattern } from '../kit/lines.ts'
import { applySed, type SedCommand } from './sed-script.ts'

/** One call of sed. */
export interface Sed {
  /** Distinguishes this sed call from others. */
  readonly how: string
  /** Undefined if the script is not supported. */
  readonly commands: readonly SedCommand[] | undefined
  readonly isExtended: boolean
  readonly isSilent: boolean
}

/** The output for known text; undefined if it is not known. */
export function exactly({ commands, isExtended, isSilent }: Sed, content: Value): string | undefined {
  const text = textOf(content)
  return text === undefined || commands === undefined ? undefined : applySed(commands, text, isExtended, isSilent)
}

/** Whether sed processes each line separately. */
export function isPerLine({ commands }: Sed): boolean {
  return commands?.every(({ address, letter }) => /^(all|match)$/.test(address.kind) && /^[sdpy]$/.test(letter)) === true
}

/**
 * `sed -i '/^port /d' FILE; echo "port $PORT" >> FILE`: what sed leaves of the lines that were added to a text that it edited before. The file
 * is assumed to end with a line feed then, as text files do. Undefined if that is not known.
 */
export function addedLines(how: Sed, added: Value): Value | undefined {
  if (!isPerLine(how)) return undefined
  const made = linesOfValue(added).map((line) => {
    const exact = exactly(how, line)
    return exact !== undefined ? literal(exact) : isDeleted(how, line) ? empty : undefined
  })
  return made.every((line) => line !== undefined) ? concat(...made) : undefined
}

/** The lines of a partly known text, each with its line feed. An unknown part is taken for a part of one line. */
function linesOfValue(text: Value): readonly Value[] {
  const lines: Value[] = []
  let open: Value = empty
  for (const piece of text) {
    const parts = typeof piece === 'string' ? piece.split(/(?<=\n)/).map(literal) : [[piece]]
    for (const part of parts) {
      open = concat(open, part)
      if (keyOf(part).endsWith('\n')) [lines[lines.length], open] = [open, empty]
    }
  }
  return open.length === 0 ? lines : [...lines, open]
}

/** Whether the known parts of a line are enough for sed to delete it. */
function isDeleted({ commands = [], isExtended }: Sed, line: Value): boolean {
  return commands.some(({ address, letter }) => {
    if (letter !== 'd' || address.kind !== 'match' || address.negated) return false
    const pattern = readPattern(address.text, isExtended ? 'extended' : 'basic')
    if (pattern === undefined || pattern.end || pattern.word === true || pattern.matches !== undefined) return false
    const parts = pattern.start ? line.slice(0, 1) : line
    return parts.some((part) => typeof part === 'string' && findIn(part, pattern) !== -1)
  })
}
