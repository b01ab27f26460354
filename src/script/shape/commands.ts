/** Simple commands without their prefixes. */
import type { Statement } from '../syntax/syntax.ts'
import { unknownPiece, type WordReader } from './words.ts'

/** A simple command without its prefixes, such as `exec` or `timeout 10`. */
export interface Command {
  /** Name of the program without its directory; '' if it is not known. */
  readonly name: string
  /** Each cut to `maxArgument`. */
  readonly args: readonly string[]
  readonly offset: number
  /** Whether `timeout` limits it. */
  readonly limited: boolean
}

/** How much of an argument is read, in UTF-16 units: no option, address or path that rules look for is longer. */
const maxArgument = 1000

/** Programs that run the command in their arguments, and the number of their own operands before it. */
const carriers: ReadonlyMap<string, number> = new Map([
  ...['exec', 'command', 'nohup', 'time', 'sudo', 'env', 'busybox', 'stdbuf', 'nice'].map((name): [string, number] => [name, 0]),
  ['timeout', 1],
  ['gosu', 1],
  ['su-exec', 1],
])

/** The command of a simple statement without its prefixes (`exec`, `timeout 10`). Undefined if there is none. @throws TooMuchText */
export function commandOf(statement: Statement, reader: WordReader): Command | undefined {
  if (statement.kind !== 'simple' || statement.words.length === 0) return undefined
  const words = statement.words.map((word) => reader.text(word).slice(0, maxArgument))
  let start = 0
  let limited = false
  for (let own = carriers.get(nameAt(words, 0)); own !== undefined; own = carriers.get(nameAt(words, start))) {
    const isTimeout = nameAt(words, start) === 'timeout'
    let next = start + 1
    while (next < words.length && isOwnWord(words[next] ?? '')) next++
    if (isTimeout) limited = true
    if (next + own >= words.length) break
    start = next + own
  }
  const name = nameAt(words, start)
  return { name: words[start]?.includes(unknownPiece) ? '' : name, args: words.slice(start + 1), offset: statement.span.start, limited }
}

/** An option of a carrier, or a variable that `env` sets. */
function isOwnWord(word: string): boolean {
  return word.startsWith('-') || /^\w+=/.test(word)
}

function nameAt(words: readonly string[], index: number): string {
  const path = words[index] ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}
