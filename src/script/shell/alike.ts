/**
 * Items of a `for` loop that its body does not tell apart: once the first ones show that each item brings a condition of its own, the others
 * would only multiply the cases.
 */
import type { Catalogue } from '../commands/command.ts'
import type { Machine } from '../machine/machine.ts'
import { identity, keyOf, textOf, type Value, wordsOfKey } from '../value/value.ts'

/** Number of items at the beginning and at the end that a loop runs with. */
const [firstItems, lastItems] = [2, 1]

/** Longest list that is looked at: longer ones are sequences (see `withoutMiddle`) or computed. */
const maxItems = 200

/** The items of one loop in one run. */
export class AlikeItems {
  readonly #machine: Machine
  readonly #key: string
  readonly #values: readonly Value[]
  readonly #catalogue: Catalogue
  /** How many of the first iterations asked for an assumption. */
  #asking = 0
  readonly #compared: number

  /** @param offset where the loop is */
  constructor(machine: Machine, offset: number, values: readonly Value[], catalogue: Catalogue) {
    this.#machine = machine
    this.#values = values
    this.#catalogue = catalogue
    this.#compared = machine.compared.length
    this.#key = `that the items of the loop at ${offset} are alike: ${identity(values.map(keyOf).join(' '))}`
  }

  /** Whether the item is one of those that behave like the others. @param index its place in the list */
  skips(index: number): boolean {
    const isInMiddle = index >= firstItems && index < this.#values.length - lastItems
    return isInMiddle && this.#areAlike(index)
  }

  /** Called at the end of an iteration. @param asked whether it depends on an assumption */
  ran(asked: boolean): void {
    if (asked) this.#asking++
  }

  #areAlike(index: number): boolean {
    const { world } = this.#machine.setting
    if (world.supposed(this.#key) !== undefined) return true
    // A run that differs from the first one would take skipped items for missing results.
    const { isFirst, disturbance } = this.#machine
    if (!isFirst || Object.keys(disturbance).length > 0 || index !== firstItems || this.#asking < firstItems) return false
    if (!this.#isToldApartByNothing()) return false
    world.assume(this.#key, 0)
    return true
  }

  #isToldApartByNothing(): boolean {
    if (this.#values.length > maxItems) return false
    const texts = this.#values.map((value) => textOf(value) ?? '')
    const middle = texts.slice(firstItems, -lastItems)
    const shapes = new Set(texts.map(shapeOf))
    if (shapes.size > 1 || texts.includes('') || new Set(texts).size < texts.length) return false
    if (texts.some((text) => this.#catalogue.has(text) || this.#isCompared(text))) return false
    // A number may be anywhere in a script, and one that matters is compared.
    const [, second = ''] = /^\d+$/.test(texts[0] ?? '') ? middle : texts
    const mentions = this.#mentions(second)
    return middle.every((text) => this.#mentions(text) === mentions)
  }

  /** Whether a comparison of the loop had the item on one side. */
  #isCompared(text: string): boolean {
    const number = Number(text)
    const isIn = (compared: string | readonly [number, number]) =>
      typeof compared === 'string' ? wordsOfKey(compared).includes(text) : compared.includes(number)
    return this.#machine.compared.slice(this.#compared).some(isIn)
  }

  /** How often the script, its mounts and its environment name the item. */
  #mentions(text: string): number {
    const { mentions = '', world } = this.#machine.setting
    world.spend(mentions.length)
    let count = 0
    for (let at = mentions.indexOf(text); at !== -1; at = mentions.indexOf(text, at + text.length)) {
      const around = [mentions[at - 1] ?? ' ', mentions[at + text.length] ?? ' ']
      if (around.every((letter) => !/[A-Za-z0-9]/.test(letter))) count++
    }
    return count
  }
}

/** What a command may see of a name without knowing it: letters, numbers, and what is between them. */
function shapeOf(text: string): string {
  return text.replaceAll(/[A-Za-z]+/g, 'a').replaceAll(/\d+/g, '0')
}
