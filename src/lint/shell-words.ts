/** Splits text into commands and words, roughly as a shell does: the text may also be a message that quotes only a part of a script. */

/** A word and its place in the text; a quoted word without its quotes. */
export interface Word {
  readonly text: string
  readonly start: number
  readonly isQuoted: boolean
}

/** The words between two operators. */
export interface Words {
  readonly words: readonly Word[]
  /** The operator before them; '' at the beginning. */
  readonly operator: string
}

const blank = /\s/
const operatorCharacter = /[;|&()`\n<>]/

/** The commands of a text. Takes time linear in its length. */
export function shellWords(text: string): readonly Words[] {
  const commands: { words: Word[]; operator: string }[] = [{ words: [], operator: '' }]
  // A quote that is not closed is an apostrophe; it is searched for only once.
  const last = { "'": text.lastIndexOf("'"), '"': text.lastIndexOf('"') }
  let index = 0
  while (index < text.length) {
    const character = text.charAt(index)
    if (operatorCharacter.test(character)) {
      let end = index + 1
      while (end < text.length && operatorCharacter.test(text.charAt(end))) end++
      commands.push({ words: [], operator: text.slice(index, end) })
      index = end
    } else if (blank.test(character)) index++
    else {
      const end = endOfWord(text, index, last)
      commands.at(-1)?.words.push(wordAt(text, index, end))
      index = end
    }
  }
  return commands
}

function endOfWord(text: string, start: number, last: Readonly<Record<"'" | '"', number>>): number {
  let index = start
  while (index < text.length) {
    const character = text.charAt(index)
    if (character === '\\') index += 2
    else if ((character === "'" || character === '"') && last[character] > index) index = closing(text, index) + 1
    else if (blank.test(character) || operatorCharacter.test(character)) break
    else index++
  }
  return Math.min(index, text.length)
}

/** The quote that closes the one at an index; `\"` does not close a double quote. */
function closing(text: string, open: number): number {
  const quote = text.charAt(open)
  for (let index = open + 1; index < text.length; index++) {
    if (text.charAt(index) === '\\' && quote === '"') index++
    else if (text.charAt(index) === quote) return index
  }
  return text.length - 1
}

function wordAt(text: string, start: number, end: number): Word {
  const quote = text.charAt(start)
  const isQuoted =
    (quote === "'" || quote === '"') && end - start >= 2 && text.charAt(end - 1) === quote && text.indexOf(quote, start + 1) === end - 1
  return isQuoted ? { text: text.slice(start + 1, end - 1), start: start + 1, isQuoted } : { text: text.slice(start, end), start, isQuoted }
}
