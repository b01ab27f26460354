/** What the script does not show and the rehearsal has to suppose: explored one world after the other. */

import { maxWork } from '../limits.ts'

/** Something that cannot be followed. The script cannot catch it, `|| true` or not: the verdict is unknown. */
export class NotAnalyzed extends Error {
  readonly why: string
  /** Offset in the script, where it is known. */
  readonly offset: number | null

  constructor(why: string, offset: number | null = null) {
    super(why)
    this.why = why
    this.offset = offset
  }
}

/** Most worlds that are explored; more unknown conditions than six are more than a verdict can rest on. */
const maxWorlds = 256

interface Decision {
  readonly key: string
  readonly options: number
  chosen: number
}

/**
 * One supposition per unknown fact, the same in every run of the rehearsal: a variable from a Secret has one value, a file of the image
 * is there or is not. `next` moves on to the supposition that was not tried yet.
 */
export class World {
  /** Files that the container is given and whose text is known, by their paths: nothing is to be supposed of them. */
  readonly texts: ReadonlyMap<string, string>
  #decisions: Decision[] = []
  #byKey = new Map<string, Decision>()
  #tried = 1
  /** How often a supposition was asked for. */
  asked = 0
  #work = 0

  constructor(texts: ReadonlyMap<string, string> = new Map()) {
    this.texts = texts
  }

  /** Number of facts that are supposed by now. */
  get size(): number {
    return this.#decisions.length
  }

  /** What was spent so far. */
  get work(): number {
    return this.#work
  }

  /** Counts work that grows with the length of texts, over all runs. @param amount in characters @throws NotAnalyzed beyond `maxWork` */
  spend(amount: number): void {
    this.#work += amount
    if (this.#work > maxWork) throw new NotAnalyzed('texts and folders that grow too long')
  }

  /** The supposition for a fact: a number below `options`. The first asked for is 0. */
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

  /** What was supposed for a fact, or undefined where nobody asked yet. */
  supposed(key: string): number | undefined {
    return this.#byKey.get(key)?.chosen
  }

  /** Takes a fact for granted in this world, unless it was decided before. @returns what holds */
  assume(key: string, option: number): number {
    const decided = this.#byKey.get(key)
    if (decided !== undefined) return decided.chosen
    const decision: Decision = { key, options: option + 1, chosen: option }
    this.#byKey.set(key, decision)
    this.#decisions.push(decision)
    return option
  }

  /** Moves to the next world. False where all were seen. @throws NotAnalyzed where there are too many */
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
