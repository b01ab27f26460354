/** Reads words of a script with the variables whose value never changes. */
import { maxText } from '../limits.ts'
import type { Statement, Word } from '../syntax/syntax.ts'
import { statementsIn } from './walk.ts'

/** The placeholder for an unknown piece of a text: a noncharacter of Unicode, which texts are not meant to contain (Unicode 23.7). */
export const unknownPiece = '\uffff'

/** How much of a word is shown. */
const maxShown = 40

/** A word, or several, for a message: on one line. */
export function shownWord(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line
}

/** Thrown when the words of a script are too long in total, with the values of its variables. */
export class TooMuchText {}

/** How many characters may still be read. One budget covers everything that is read of a script. */
export interface TextBudget {
  left: number
}

/** Reads words; the length of each counts against a budget. */
export class WordReader {
  readonly variables: ReadonlyMap<string, string>
  readonly #budget: TextBudget

  constructor(variables: ReadonlyMap<string, string>, budget: TextBudget) {
    this.variables = variables
    this.#budget = budget
  }

  /**
   * The text of a word, with `unknownPiece` for what is known only at run time. A text that is too long counts as unknown.
   * @throws TooMuchText
   */
  text(word: Word): string {
    let text = ''
    for (const part of word.parts) {
      const piece = partText(part, this.variables)
      this.#budget.left -= piece.length + 1
      if (this.#budget.left < 0) throw new TooMuchText()
      text += piece
      if (text.length > maxText) return unknownPiece
    }
    return text
  }
}

function partText(part: Word['parts'][number], variables: ReadonlyMap<string, string>): string {
  switch (part.kind) {
    case 'literal':
    case 'glob':
    case 'braces':
      return part.text
    case 'tilde':
      return '~'
    case 'parameter':
      return parameterText(part, variables)
    default:
      return unknownPiece
  }
}

function parameterText(
  { name, operation }: Extract<Word['parts'][number], { kind: 'parameter' }>,
  variables: ReadonlyMap<string, string>,
): string {
  const value = variables.get(name)
  if (operation === null) return value ?? unknownPiece
  if (operation.kind !== 'default' || !/^:?[-=]$/.test(operation.operator)) return unknownPiece
  return value === undefined || value === '' ? unknownPiece : value
}

/**
 * Variables with one known value in the whole script: those of the container's environment, and those that are assigned exactly once.
 * @throws TooMuchText
 */
export function constantsOf(
  body: readonly Statement[],
  environment: ReadonlyMap<string, string>,
  budget: TextBudget,
): ReadonlyMap<string, string> {
  const values = new Map(environment)
  const assigned = new Set<string>()
  const reader = new WordReader(values, budget)
  const assign = (name: string, value: string) => {
    if (assigned.has(name) || value.includes(unknownPiece)) values.delete(name)
    else values.set(name, value)
    assigned.add(name)
  }
  for (const statement of statementsIn(body)) {
    if (statement.kind === 'for') assign(statement.name, unknownPiece)
    if (statement.kind !== 'simple') continue
    for (const { name, value, append } of statement.assignments) {
      assign(name, value === null || append ? unknownPiece : reader.text(value))
    }
    for (const [name, value] of assignedBy(statement.words, reader)) assign(name, value)
  }
  return values
}

/** Builtins that assign `NAME=value`. */
const declarations: ReadonlySet<string> = new Set(['export', 'readonly', 'local'])

/** The variables that a command assigns. */
function* assignedBy([first, ...rest]: readonly Word[], reader: WordReader): Generator<readonly [name: string, value: string]> {
  const command = first === undefined ? '' : reader.text(first)
  if (command === 'read') for (const word of rest) yield [reader.text(word), unknownPiece]
  if (!declarations.has(command)) return
  for (const word of rest) {
    const text = reader.text(word)
    if (text.includes('=')) yield [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]
  }
}
