/**
 * Partly known lines as text: each unknown part of a line is one character of the private use area, so that `a=$V` is `a=` and such a
 * character. What is the same whatever the part is can be told from such a text. An unknown part is taken for text without a line feed and
 * without characters that are special in a pattern, as the values of settings are.
 */
import { isGivenText } from '../../machine/file-system.ts'
import { concat, isPart, literal, type Piece, type Unknown, type Value } from '../../value/value.ts'
import { findIn, type LinePattern } from './lines.ts'

/** The first and the last character of the private use area (The Unicode Standard, 23.5). */
const [firstOpaque, lastOpaque] = [0xe000, 0xf8ff]

const opaque = /[\uE000-\uF8FF]/
const everyOpaque = /[\uE000-\uF8FF]/g
const betweenOpaques = /([\uE000-\uF8FF])/

export function hasOpaque(text: string): boolean {
  return opaque.test(text)
}

/** A text without its unknown parts. */
export function knownOf(text: string): string {
  return text.replaceAll(everyOpaque, '')
}

function isOpaque(character: string | null | undefined): boolean {
  return typeof character === 'string' && opaque.test(character)
}

/** Whether a piece is the value of a variable, as the shell and the container name it (`$NAME`). */
function isVariable({ id, edits }: Unknown): boolean {
  return edits === undefined && /^\$[A-Za-z_]\w*$/.test(id)
}

/** The characters that stand for unknown parts: the same one for equal parts. */
export class Opaques {
  readonly #characters = new Map<string, string>()
  readonly #parts: Unknown[] = []

  /** The text of a value; undefined if it has such characters of its own, or too many unknown parts. */
  textOf(value: Value): string | undefined {
    const texts = value.map((piece) => this.#textOf(piece))
    return texts.every((text) => text !== undefined) ? texts.join('') : undefined
  }

  #textOf(piece: Piece): string | undefined {
    if (typeof piece === 'string') return hasOpaque(piece) ? undefined : piece
    const known = this.#characters.get(piece.id)
    if (known !== undefined) return known
    const code = firstOpaque + this.#parts.length
    if (code > lastOpaque) return undefined
    const character = String.fromCharCode(code)
    this.#characters.set(piece.id, character)
    this.#parts.push(piece)
    return character
  }

  /**
   * The text of lines; undefined if an unknown part may be more than a part of a line. It is one if there is known text beside it in its
   * line, if it is the value of a variable, or if it has a character already because a pattern names it.
   */
  textOfLines(value: Value): string | undefined {
    let isInLine = false
    for (const [index, piece] of value.entries()) {
      if (typeof piece === 'string') {
        isInLine = !piece.endsWith('\n')
        continue
      }
      const next = value[index + 1]
      isInLine ||= (typeof next === 'string' && !next.startsWith('\n')) || isVariable(piece)
      // What a pattern names is looked for in a line.
      if (this.#characters.has(piece.id)) isInLine = true
      else if (!isInLine || isGivenText(piece) || isPart([piece]) || piece.lines === true) return undefined
    }
    return this.textOf(value)
  }

  /** The value that a text stands for. */
  valueOf(text: string): Value {
    return concat(
      ...text.split(betweenOpaques).map((part) => {
        const known = isOpaque(part) ? this.#parts[part.charCodeAt(0) - firstOpaque] : undefined
        return known === undefined ? literal(part) : [known]
      }),
    )
  }
}

/**
 * Like `findIn`, for a line or a pattern with unknown parts.
 * @returns undefined if that depends on what they are
 */
export function findSurely(line: string, pattern: LinePattern): number | undefined {
  const { body, start, end, word, matches } = pattern
  if (!hasOpaque(line) && !body.some(isOpaque)) return findIn(line, pattern)
  // A part may also be empty.
  if (matches !== undefined) return matches(line) && matches(knownOf(line)) ? 0 : undefined
  if (word === true) return undefined
  const at = findIn(line, pattern)
  if (at !== -1) {
    const isSure = body.every((character, index) => character !== null || !isOpaque(line[at + index]))
    // An earlier unknown part may match, too.
    return isSure && (start || !hasOpaque(line.slice(0, at))) ? at : undefined
  }
  return start && !end && differsSurely(line, body) ? -1 : undefined
}

/** Whether the beginning of a line is surely not that of a pattern. */
function differsSurely(line: string, body: LinePattern['body']): boolean {
  for (const [index, character] of body.entries()) {
    const own = line[index]
    if (own === undefined) return !isOpaque(character)
    if (character === null ? isOpaque(own) : own !== character) return !isOpaque(own) && !isOpaque(character)
  }
  return false
}
