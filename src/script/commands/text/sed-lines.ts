/** What sed leaves of known and partly known lines, if it processes each line separately. */
import { concat, empty, keyOf, literal, type Value } from '../../value/value.ts'
import { findIn, readPattern } from '../kit/lines.ts'
import type { Opaques } from '../kit/opaque.ts'
import { applySed, type SedOptions } from './sed-apply.ts'
import type { SedCommand } from './sed-script.ts'

/** One call of sed. */
export interface Sed extends SedOptions {
  /** Distinguishes this sed call from others. */
  readonly how: string
  /** Undefined if the script is not supported. */
  readonly commands: readonly SedCommand[] | undefined
  /** Stand for the unknown parts of the script. */
  readonly opaques: Opaques
}

/** The output for lines that are known but for parts of them; undefined if it is not known. */
export function exactly(how: Sed, content: Value): Value | undefined {
  const { commands, opaques } = how
  const text = commands === undefined ? undefined : opaques.textOfLines(content)
  const made = text === undefined || commands === undefined ? undefined : applySed(commands, text, how)
  return made === undefined ? undefined : opaques.valueOf(made)
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
    return exact ?? (isDeleted(how, line) ? empty : undefined)
  })
  return made.every((line) => line !== undefined) ? concat(...made) : undefined
}

/** The lines of a partly known text, each with its line feed. An unknown part is taken for a part of one line. */
export function linesOfValue(text: Value): readonly Value[] {
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
