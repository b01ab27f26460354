/** The simple commands of a script as the facade reads them, for comparison with another parser. */

import { conditionWords, statementsIn } from '../../../../src/script/shape/walk.ts'
import {
  linesOf,
  type Redirection,
  type Script,
  type Span,
  type Statement,
  type Word,
  type WordPart,
} from '../../../../src/script/syntax/syntax.ts'

export interface Command {
  /** A word that is known only at run time is null. */
  readonly words: readonly (string | null)[]
  readonly line: number
  /** Offset in the script, in UTF-16 units. */
  readonly offset: number
}

/** The commands that the facade finds, in the order of the text. */
export function commandsOf(script: Script): readonly Command[] {
  const commands: Command[] = []
  const lineOf = linesOf(script.text)
  for (const statement of statementsIn(script.body)) {
    if (statement.kind !== 'simple') continue
    const { start } = statement.span
    commands.push({ words: statement.words.map(textOf), line: lineOf(start), offset: start })
  }
  return commands
}

function textOf({ parts }: Word): string | null {
  const texts = parts.map((part) => {
    if (part.kind === 'literal' || part.kind === 'glob') return part.text
    return part.kind === 'tilde' ? '~' : null
  })
  return texts.includes(null) ? null : texts.join('')
}

/** The parts of a script that the facade leaves opaque, and that are therefore not compared. */
export function unreadSpans(script: Script): readonly Span[] {
  const spans: Span[] = []
  for (const statement of statementsIn(script.body)) {
    if (statement.kind === 'opaque') spans.push({ ...statement.span, start: statement.span.start - 1 })
    for (const word of wordsIn(statement)) if (word.parts.some(isUnread)) spans.push(word.span)
  }
  return spans
}

function isUnread(part: WordPart): boolean {
  if (part.kind === 'opaque' || part.kind === 'arithmetic') return true
  if (part.kind !== 'parameter' || part.operation === null) return false
  const { operation } = part
  if (operation.kind === 'default') return operation.word.parts.some(isUnread)
  return operation.kind === 'remove' ? operation.pattern.parts.some(isUnread) : operation.kind === 'opaque'
}

function wordsIn(statement: Statement): readonly Word[] {
  switch (statement.kind) {
    case 'simple':
      return [
        ...statement.assignments.flatMap(({ value }) => (value === null ? [] : [value])),
        ...statement.words,
        ...statement.redirections.map(target),
      ]
    case 'for':
      return statement.words ?? []
    case 'case':
      return [statement.word, ...statement.items.flatMap(({ patterns }) => patterns)]
    case 'subshell':
    case 'group':
      return statement.redirections.map(target)
    case 'test':
      return conditionWords(statement.condition)
    default:
      return []
  }
}

function target(redirection: Redirection): Word {
  return redirection.kind === 'here' ? redirection.body : redirection.target
}
