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
  readonly chosen: number
}

/** A case to try: the assumptions of another case up to one of them, for which it assumes something else. */
interface Planned {
  readonly like: readonly Decision[]
  readonly index: number
  readonly chosen: number
  /** The number of assumptions that are not the preferred ones. */
  readonly changes: number
}

/** Maximum number of tested paths that are noted. */
const maxExpected = 100

/** One question to the world, and its answer. */
export type Ask =
  | { readonly kind: 'decide'; readonly key: string; readonly options: number; readonly answer: number }
  | { readonly kind: 'assume'; readonly key: string; readonly option: number; readonly answer: number }
  | { readonly kind: 'supposed'; readonly key: string; readonly answer: number | undefined }
  | { readonly kind: 'expect'; readonly path: string; readonly expected: 'file' | 'folder' }
  | { readonly kind: 'expected'; readonly path: string; readonly answer: 'file' | 'folder' | undefined }
  | { readonly kind: 'size' }

/**
 * One assumption per unknown fact, the same in every run of the rehearsal: a variable from a Secret has one value, a file of the image
 * exists or not. `next` moves on to the next combination. Combinations come in the order of their number of assumptions that are not the
 * preferred ones, so that those tried first show what each single assumption changes (limited discrepancy search, Harvey and Ginsberg,
 * IJCAI 1995).
 */
export class World {
  /** Mounted files whose text is known, by path: they need no assumption. */
  readonly texts: ReadonlyMap<string, string>
  #decisions: Decision[] = []
  #byKey = new Map<string, Decision>()
  #tried = 1
  readonly #planned: Planned[] = []
  /** How many assumptions of the current case are given by the plan. */
  #given = 0
  #changes = 0
  /** How often `decide` was called, and with which key the last time. */
  asked = 0
  lastAsked = ''
  /** How often an assumption gave an answer, one that was made before included. */
  consulted = 0
  #work = 0
  readonly #expected = new Map<string, 'file' | 'folder'>()
  /** Receives what is asked. */
  asks: Ask[] | undefined

  readonly #presets: ReadonlyMap<string, number>

  /** @param presets other outcomes than the first one that are assumed in the first case */
  constructor(texts: ReadonlyMap<string, string> = new Map(), presets: ReadonlyMap<string, number> = new Map()) {
    this.texts = texts
    this.#presets = presets
  }

  /** Number of assumptions made so far. */
  get size(): number {
    this.asks?.push({ kind: 'size' })
    return this.#decisions.length
  }

  /** Number of cases tried so far. */
  get tried(): number {
    return this.#tried
  }

  /** The number of assumptions of the current case that are not the preferred ones: all cases with fewer of them were tried before. */
  get changes(): number {
    return this.#changes
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
    this.lastAsked = key
    this.consulted++
    let decision = this.#byKey.get(key)
    if (decision === undefined) {
      decision = { key, options, chosen: this.#presets.get(key) ?? 0 }
      this.#byKey.set(key, decision)
      this.#decisions.push(decision)
    }
    this.asks?.push({ kind: 'decide', key, options, answer: decision.chosen })
    return decision.chosen
  }

  /** What is assumed about a fact, or undefined if nothing is assumed yet. */
  supposed(key: string): number | undefined {
    const answer = this.#byKey.get(key)?.chosen
    if (answer !== undefined) this.consulted++
    this.asks?.push({ kind: 'supposed', key, answer })
    return answer
  }

  /** Assumes a fact without trying its alternatives, unless it is decided already. @returns the assumption in force */
  assume(key: string, option: number): number {
    let decision = this.#byKey.get(key)
    if (decision === undefined) {
      decision = { key, options: option + 1, chosen: option }
      this.#byKey.set(key, decision)
      this.#decisions.push(decision)
    }
    this.asks?.push({ kind: 'assume', key, option, answer: decision.chosen })
    return decision.chosen
  }

  /** Notes that the script tests whether a path is of this kind. */
  expect(path: string, kind: 'file' | 'folder'): void {
    this.asks?.push({ kind: 'expect', path, expected: kind })
    if (this.#expected.size < maxExpected) this.#expected.set(path, kind)
  }

  /** The kind of node that the script expects at a path, if it tested it before. */
  expected(path: string): 'file' | 'folder' | undefined {
    const answer = this.#expected.get(path)
    this.asks?.push({ kind: 'expected', path, answer })
    return answer
  }

  /** Asks again what was asked before. @returns whether the answer is the same */
  answersAgain(ask: Ask): boolean {
    switch (ask.kind) {
      case 'decide':
        return this.decide(ask.key, ask.options) === ask.answer
      case 'assume':
        return this.assume(ask.key, ask.option) === ask.answer
      case 'supposed':
        return this.supposed(ask.key) === ask.answer
      case 'expect':
        this.expect(ask.path, ask.expected)
        return true
      case 'expected':
        return this.expected(ask.path) === ask.answer
      case 'size':
        return true
    }
  }

  /** Whether asking again makes no new assumption. */
  isSettled(ask: Ask): boolean {
    return (ask.kind !== 'decide' && ask.kind !== 'assume') || this.#byKey.has(ask.key)
  }

  /** Moves on to the next case. @returns false if there is none left @throws NotAnalyzed if there are too many */
  next(): boolean {
    this.#plan()
    const planned = this.#planned[this.#tried - 1]
    if (planned === undefined) return false
    if (this.#tried >= maxWorlds) throw new NotAnalyzed('too many unknown conditions')
    this.#tried++
    const { like, index, chosen, changes } = planned
    const { key = '', options = 0 } = like[index] ?? {}
    this.#decisions = [...like.slice(0, index), { key, options, chosen }]
    this.#byKey = new Map(this.#decisions.map((decision) => [decision.key, decision]))
    this.#given = this.#decisions.length
    this.#changes = changes
    return true
  }

  /** Plans the cases that differ from the current one in an assumption that it made by itself. */
  #plan(): void {
    const like = this.#decisions
    for (let index = this.#given; index < like.length; index++) {
      const { chosen = 0, options = 0 } = like[index] ?? {}
      for (let other = chosen + 1; other < options && this.#planned.length < maxWorlds; other++)
        this.#planned.push({ like, index, chosen: other, changes: this.#changes + 1 })
    }
  }
}
