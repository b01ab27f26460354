/** The states with which later runs began, and what was found in them: a run that begins with the same state is not needed. */
import { type Rerun, survives } from '../container/storage.ts'
import type { Entry, FileSystem } from '../machine/file-system.ts'
import { storageOfThing } from '../machine/place.ts'
import { lineOf } from '../machine/results.ts'

/** Characters of lines that are kept between two cases: about 2 MiB. */
const maxCharacters = 1_000_000

/** What survives a run, as the next run finds it: the numbers of its lines, in any order. */
export interface Survivors {
  readonly numbers: readonly number[]
  /** Equal for equal numbers, whatever their order. */
  readonly hash: number
}

/** A state with which a run began. */
interface Begun<Found> {
  readonly isRepeat: boolean
  readonly numbers: ReadonlySet<number>
  readonly found: Found
}

export class BegunRuns<Found> {
  /** The number of each line, from 0. */
  #numbers = new Map<string, number>()
  #characters = 0
  /** The numbers of entries under a key: all states share most entries. */
  #known = new WeakMap<Entry, { readonly key: string; readonly number: number }>()
  readonly #begun = new Map<number, Begun<Found>[]>()

  /** Forgets the runs, for another case. */
  clear(): void {
    this.#begun.clear()
    if (this.#characters <= maxCharacters) return
    this.#characters = 0
    this.#numbers = new Map()
    this.#known = new WeakMap()
  }

  /** What survives: equal lines mean that the next run finds the same. */
  survivors(files: FileSystem, rerun: Rerun): Survivors {
    files.countComparison()
    const numbers: number[] = []
    let hash = 0
    const keep = (key: string, entry: Entry) => {
      const number = this.#numberOf(key, entry)
      numbers.push(number)
      hash = (hash + mixed(number)) | 0
    }
    const { listed } = files
    for (const [path, entry] of listed.files) if (isOfRun(entry) && survives(files.storageOf(path), rerun)) keep(path, entry)
    for (const [key, entry] of listed.things) if (isOfRun(entry) && survives(storageOfThing(entry.thing), rerun)) keep(key, entry)
    return { numbers, hash }
  }

  /** What was found in a run that began so; undefined if none did. @param isRepeat whether it was after a success */
  find({ numbers, hash }: Survivors, isRepeat: boolean): { readonly found: Found } | undefined {
    return this.#begun
      .get(hash)
      ?.find(
        (begun) =>
          begun.isRepeat === isRepeat && begun.numbers.size === numbers.length && numbers.every((number) => begun.numbers.has(number)),
      )
  }

  /** Notes what was found in a run that began so. */
  add({ numbers, hash }: Survivors, isRepeat: boolean, found: Found): void {
    const begun = { isRepeat, numbers: new Set(numbers), found }
    const others = this.#begun.get(hash)
    if (others === undefined) this.#begun.set(hash, [begun])
    else others.unshift(begun)
  }

  #numberOf(key: string, entry: Entry): number {
    const known = this.#known.get(entry)
    if (known?.key === key) return known.number
    const line = lineOf(key, entry)
    let number = this.#numbers.get(line)
    if (number === undefined) {
      number = this.#numbers.size
      this.#numbers.set(line, number)
      this.#characters += line.length
    }
    this.#known.set(entry, { key, number })
    return number
  }
}

/** Whether a run wrote an entry, or something over it. */
function isOfRun({ writer, pending }: Entry): boolean {
  return writer !== null || pending !== undefined
}

/** Spreads numbers, so that sums of few of them differ (the finalizer of MurmurHash3, public domain). */
function mixed(number: number): number {
  const once = Math.imul(number + 1, 0x85ebca6b)
  return Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
}
