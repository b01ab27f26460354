/** Simple commands without their prefixes. */
import type { Statement } from '../syntax/syntax.ts'
import { type Carrier, type Programs, programAt } from './program.ts'
import { unknownPiece, type WordReader } from './words.ts'

/** A simple command without its prefixes, such as `exec` or `timeout 10`. */
export interface Command {
  /** Name of the program, or the path of one that the catalogue cannot know; '' if it is not known. */
  readonly name: string
  /** Each cut to `maxArgument`. */
  readonly args: readonly string[]
  readonly offset: number
  /** Whether `timeout` limits it. */
  readonly limited: boolean
}

/** Commands with which a script only says what happened. */
export const onlyTells: ReadonlySet<string> = new Set(['true', ':', 'echo', 'printf', 'exit', 'date'])

/** How much of an argument is read, in UTF-16 units: no option, address or path that rules look for is longer. */
const maxArgument = 1000

/**
 * The command of a simple statement without its prefixes (`exec`, `timeout 10`).
 * @returns undefined if there is none
 * @throws TooMuchText
 */
export function commandOf(statement: Statement, reader: WordReader, programs: Programs): Command | undefined {
  if (statement.kind !== 'simple' || statement.words.length === 0) return undefined
  const words = statement.words.map((word) => reader.text(word).slice(0, maxArgument))
  const carrierAt = (index: number) => programs.get(nameAt(words, index, programs))?.carries
  let start = 0
  let limited = false
  for (let carrier = carrierAt(0); carrier !== undefined; carrier = carrierAt(start)) {
    const next = ownWordsEnd(words, start + 1, carrier)
    if (next === undefined) break
    if (carrier.limits === true) limited = true
    if (next + carrier.operands >= words.length) break
    start = next + carrier.operands
  }
  return { name: nameAt(words, start, programs), args: words.slice(start + 1), offset: statement.span.start, limited }
}

/** Where the options of a carrier end, and the variables that `env` sets. Undefined if one of them makes it not run its command. */
function ownWordsEnd(words: readonly string[], start: number, { values, unless = [] }: Carrier): number | undefined {
  let next = start
  for (let word = words[next]; word !== undefined && isOwnWord(word); word = words[next]) {
    if (unless.includes(word)) return undefined
    next += values.includes(word) ? 2 : 1
  }
  return next
}

function isOwnWord(word: string): boolean {
  return word.startsWith('-') || /^\w+=/.test(word)
}

function nameAt(words: readonly string[], index: number, programs: Programs): string {
  const path = words[index] ?? ''
  return programAt(path, programs) ?? (path.includes(unknownPiece) ? '' : path)
}
