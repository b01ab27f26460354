/** Applies sed commands to known lines, and to lines with unknown parts (kit/opaque.ts) as far as these make no difference. */
import { readExpression } from '../kit/expressions.ts'
import { findIn, type LinePattern, linesOf, readPattern } from '../kit/lines.ts'
import { findSurely, hasOpaque } from '../kit/opaque.ts'
import type { Address, SedCommand } from './sed-script.ts'

export interface SedOptions {
  readonly isExtended: boolean
  /** Whether only what is asked for is printed (`-n`). */
  readonly isSilent: boolean
  /** Counts the work of expressions. */
  spend(work: number): void
}

/**
 * Applies commands to a text.
 * @returns undefined if a command or a pattern is not supported exactly, or if the result depends on unknown parts
 */
export function applySed(commands: readonly SedCommand[], text: string, options: SedOptions): string | undefined {
  return options.isSilent ? undefined : new LineEditor(commands, options).edit(text)
}

/** `^key=.*`: literal text, and the rest of the line. */
const toTheEnd = /^(\^?)((?:[^.*[\]\\^$+?(){}|]|\\[./])+)\.\*\$?$/

/** An expression that takes the whole line, whatever is between its beginning and its end. */
const wholeLine = /^\^[^|]*[^\\]\.\*\$?$/

class LineEditor {
  readonly #commands: readonly SedCommand[]
  readonly #options: SedOptions
  /** The commands whose ranges have begun. */
  readonly #open = new Set<SedCommand>()
  readonly #patterns = new Map<string, LinePattern | undefined>()

  constructor(commands: readonly SedCommand[], options: SedOptions) {
    this.#commands = commands
    this.#options = options
  }

  edit(text: string): string | undefined {
    const lines = linesOf(text)
    const ends = text === '' || text.endsWith('\n')
    const output: string[] = []
    for (const [index, line] of lines.entries()) {
      const made = this.#line(line, index + 1, index + 1 === lines.length)
      if (made === undefined) return undefined
      output.push(...made)
    }
    const whole = output.map((line) => `${line}\n`).join('')
    return ends || output.length === 0 ? whole : whole.slice(0, -1)
  }

  #line(line: string, number: number, isLast: boolean): string[] | undefined {
    let current = line
    const [before, after]: [string[], string[]] = [[], []]
    for (const command of this.#commands) {
      const { address } = command
      const applies =
        address.kind === 'other' ? this.#isInRange(command, current, number, isLast) : this.#isAddressed(address, current, number, isLast)
      if (applies === undefined) return undefined
      if (!applies) continue
      if (command.letter === 's') {
        const replaced = this.#substituted(current, command)
        if (replaced === undefined) return undefined
        current = replaced
      } else if (command.letter === 'c' && address.kind === 'other') return undefined
      else if (command.letter === 'd') return [...before, ...after]
      else if (command.letter === 'a') after.push(command.first)
      else if (command.letter === 'i') before.push(command.first)
      else if (command.letter === 'c') return [...before, command.first, ...after]
      else return undefined
    }
    return [...before, current, ...after]
  }

  #isAddressed(address: Address, line: string, number: number, isLast: boolean): boolean | undefined {
    if (address.kind === 'all') return true
    if (address.kind === 'line') return address.number === number
    if (address.kind === 'last') return isLast
    if (address.kind === 'other') return undefined
    const at = this.#find(line, address.text)
    return at === undefined ? undefined : (at !== -1) !== address.negated
  }

  /** Whether a line is in the range of a command: from a line that its first address selects to one that the second selects. */
  #isInRange(command: SedCommand, line: string, number: number, isLast: boolean): boolean | undefined {
    const { address } = command
    if (address.kind !== 'other' || address.from === undefined || address.to === undefined) return undefined
    const isOpen = this.#open.has(command)
    const isIn = isOpen || this.#isAddressed(address.from, line, number, isLast)
    if (isIn === true) {
      const isEnd = this.#endsRange(address.to, isOpen, line, number, isLast)
      if (isEnd === undefined) return undefined
      if (isEnd) this.#open.delete(command)
      else this.#open.add(command)
    }
    return isIn === undefined ? undefined : isIn !== (address.negated === true)
  }

  /** A line number that is not after the first line ends the range there; a pattern is looked for in the lines after it (POSIX XCU, sed). */
  #endsRange(to: Address, isOpen: boolean, line: string, number: number, isLast: boolean): boolean | undefined {
    if (to.kind === 'line') return number >= to.number
    return isOpen || to.kind === 'last' ? this.#isAddressed(to, line, number, isLast) : false
  }

  #find(line: string, text: string): number | undefined {
    const pattern = this.#patternOf(text)
    return pattern === undefined ? undefined : findSurely(line, pattern)
  }

  /** A pattern, or an expression that only tells whether a line matches. */
  #patternOf(text: string): LinePattern | undefined {
    if (!this.#patterns.has(text)) this.#patterns.set(text, this.#read(text))
    return this.#patterns.get(text)
  }

  #read(text: string): LinePattern | undefined {
    const { isExtended, spend } = this.#options
    const plain = readPattern(text, isExtended ? 'extended' : 'basic')
    if (plain !== undefined) return plain
    const matches = readExpression(text, isExtended, spend)
    return matches === undefined ? undefined : { start: false, end: false, body: [], matches }
  }

  #substituted(line: string, command: SedCommand): string | undefined {
    const { first, second, flags } = command
    if (!/^g?$/.test(flags)) return undefined
    const isConstant = !/\\|&/.test(second)
    const [, anchor, head] = (isConstant ? toTheEnd.exec(first) : null) ?? []
    if (head !== undefined) {
      const at = findSurely(line, { start: anchor === '^', end: false, body: [...head.replaceAll('\\', '')] })
      return at === undefined ? undefined : at === -1 ? line : line.slice(0, at) + second
    }
    if (!isConstant || !wholeLine.test(first)) return this.#plainly(line, command)
    const at = this.#find(line, first)
    return at === undefined ? undefined : at === -1 ? line : second
  }

  #plainly(line: string, { first, second, flags }: SedCommand): string | undefined {
    const pattern = readPattern(first, this.#options.isExtended ? 'extended' : 'basic')
    if (pattern === undefined || /\\[^/&.]|^$/.test(first === '' ? '' : second.replaceAll('\\n', '\\x'))) return undefined
    if (pattern.body.length === 0 && !pattern.start && !pattern.end) return undefined
    if (hasOpaque(line) && !isTelling(pattern) && (flags === 'g' || findSurely(line, pattern) === undefined)) return undefined
    return replaced(line, pattern, second, flags === 'g')
  }
}

/** Shortest pattern that is not found in an unknown part by chance: `__HOST__` is not in the value that takes its place. */
const leastTelling = 4

function isTelling({ body }: LinePattern): boolean {
  return body.length >= leastTelling && body.every((character) => character !== null && !hasOpaque(character))
}

function replaced(line: string, pattern: LinePattern, second: string, isGlobal: boolean): string {
  let [made, from] = ['', 0]
  for (let at = findIn(line, pattern); at !== -1; at = findIn(line, pattern, from)) {
    const matched = line.slice(at, at + pattern.body.length)
    made +=
      line.slice(from, at) +
      second.replaceAll(/\\(.)|&/g, (found, escaped: string | undefined) => (found === '&' ? matched : (escaped ?? '')))
    from = at + pattern.body.length
    if (!isGlobal || pattern.body.length === 0 || pattern.start || pattern.end) break
  }
  return made + line.slice(from)
}
