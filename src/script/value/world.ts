/**
 * Assumptions about what a script does not show. A `World` is one combination of them: a file of the image exists or not, a variable is
 * empty or not. The rehearsal covers the combinations one by one, and comments elsewhere call each of them a case.
 */

import { maxWork } from '../limits.ts'

/** Thrown for what cannot be analyzed. A script cannot catch it, not even with `|| true`, so the verdict is `unknown`. */
export class NotAnalyzed extends Error {
  readonly why: string
  /** Offset in the script, null if it is not known. */
  readonly offset: number | null

  constructor(why: string, offset: number | null = null) {
    super(why)
    this.why = why
    this.offset = offset
  }
}

/** Thrown for a write to a volume that is mounted read-only. */
export class ReadOnlyWrite extends NotAnalyzed {
  readonly path: string

  constructor(path: string) {
    super('a write to a read-only volume')
    this.path = path
  }
}

/** Maximum number of cases: eight conditions with two outcomes each. A verdict that depends on more would not be reliable. */
const maxWorlds = 256

interface Decision {
  readonly key: string
  readonly options: number
  chosen: number
}

/**
 * One assumption per unknown fact, the same in every run of the rehearsal: a variable from a Secret has one value, a file of the image
 * exists or not. `next` moves on to the next combination.
 */
/** Maximum number of tested paths that are noted. */
const maxExpected = 100

export class World {
  /** Mounted files whose text is known, by path: they need no assumption. */
  readonly texts: ReadonlyMap<string, string>
  #decisions: Decision[] = []
  #byKey = new Map<string, Decision>()
  #tried = 1
  /** How often `decide` was called. */
  asked = 0
  #work = 0
  readonly #expected = new Map<string, 'file' | 'folder'>()

  constructor(texts: ReadonlyMap<string, string> = new Map()) {
    this.texts = texts
  }

  /** Number of assumptions made so far. */
  get size(): number {
    return this.#decisions.length
  }

  /** Number of cases tried so far. */
  get tried(): number {
    return this.#tried
  }

  /** The work done so far, as counted by `spend`. */
  get work(): number {
    return this.#work
  }

  /** Counts work that grows with the length of texts, over all runs. @param amount in characters @throws NotAnalyzed above `maxWork` */
  spend(amount: number): void {
    this.#work += amount
    if (this.#work > maxWork) throw new NotAnalyzed('text and directories that grow too large')
  }

  /** What is assumed about a fact: a number below `options`. The first case assumes 0. */
  decide(key: string, options = 2): number {
    this.asked++
    let decision = this.#byKey.get(key)
    if (decision === undefined) {
      decision = { key, options, chosen: 0 }
      this.#byKey.set(key, decision)
      this.#decisions.push(decision)
    }
    return decision.chosen
  }

  /** What is assumed about a fact, or undefined if nothing is assumed yet. */
  supposed(key: string): number | undefined {
    return this.#byKey.get(key)?.chosen
  }

  /** Assumes a fact without trying its alternatives, unless it is decided already. @returns the assumption in force */
  assume(key: string, option: number): number {
    const decided = this.#byKey.get(key)
    if (decided !== undefined) return decided.chosen
    const decision: Decision = { key, options: option + 1, chosen: option }
    this.#byKey.set(key, decision)
    this.#decisions.push(decision)
    return option
  }

  /** Notes that the script tests whether a path is of this kind. */
  expect(path: string, kind: 'file' | 'folder'): void {
    if (this.#expected.size < maxExpected) this.#expected.set(path, kind)
  }

  /** The kind of node that the script expects at a path, if it tested it before. */
  expected(path: string): 'file' | 'folder' | undefined {
    return this.#expected.get(path)
  }

  /** Moves on to the next case. @returns false if there is none left @throws NotAnalyzed if there are too many */
  next(): boolean {
    for (let last = this.#decisions.pop(); last !== undefined; last = this.#decisions.pop()) {
      this.#byKey.delete(last.key)
      if (last.chosen + 1 === last.options) continue
      last.chosen++
      this.#decisions.push(last)
      this.#byKey.set(last.key, last)
      this.#tried++
      if (this.#tried > maxWorlds) throw new NotAnalyzed('too many unknown conditions')
      return true
    }
    return false
  }
}
