/**
 * What survives the runs of a rehearsal, as the next runs find it. States share most of what they list (machine/shared-map.ts), so what
 * survives of that is found once.
 */
import { type Rerun, survives } from '../container/storage.ts'
import type { Entry, FileSystem, ThingEntry } from '../machine/file-system.ts'
import { storageOfThing } from '../machine/place.ts'
import { lineOf } from '../machine/results.ts'

/** Characters of lines that are kept between two cases: about 2 MiB. */
const maxCharacters = 1_000_000

/** What survives a run. Lines (machine/results.ts) have numbers: equal numbers mean that the next run finds the same. */
export interface Survivors {
  /** Number of files and things. */
  readonly size: number
  /** Equal for equal numbers, whatever their order. */
  readonly hash: number
  /** What survives of the files that states share. */
  readonly shared: Sum
  /** The numbers of what else survives, by key; undefined for what does not survive although it is in `shared`. */
  readonly changes: ReadonlyMap<string, number | undefined>
}

/** What survives of files that states share. */
interface Sum {
  readonly hash: number
  /** By path. */
  readonly numbers: ReadonlyMap<string, number>
}

export class AllSurvivors {
  /** The number of each line, from 0. */
  #numbers = new Map<string, number>()
  #characters = 0
  /** The numbers of entries under a key: all states share most entries. */
  #known = new WeakMap<Entry, { readonly key: string; readonly number: number }>()
  /** By the files that states share. */
  readonly #sums = new Map<ReadonlyMap<string, Entry>, Map<Rerun, Sum>>()

  /** Forgets them, for another case. */
  clear(): void {
    this.#sums.clear()
    if (this.#characters <= maxCharacters) return
    this.#characters = 0
    this.#numbers = new Map()
    this.#known = new WeakMap()
  }

  /** What survives in a state. */
  of(files: FileSystem, rerun: Rerun): Survivors {
    files.countComparison()
    const { listed } = files
    const shared = this.#sharedBy(files, rerun)
    const changes = new Map<string, number | undefined>()
    let { hash } = shared
    let { size } = shared.numbers
    listed.files.eachChange((path, entry) => {
      const before = shared.numbers.get(path)
      const after = entry !== undefined && isLeft(path, entry, files, rerun) ? this.#numberOf(path, entry) : undefined
      if (before === after) return
      changes.set(path, after)
      if (before !== undefined) [size, hash] = [size - 1, (hash - mixed(before)) | 0]
      if (after !== undefined) [size, hash] = [size + 1, (hash + mixed(after)) | 0]
    })
    listed.things.each((key, entry) => {
      if (!isThingLeft(entry, rerun)) return
      const number = this.#numberOf(key, entry)
      changes.set(key, number)
      size++
      hash = (hash + mixed(number)) | 0
    })
    return { size, hash, shared, changes }
  }

  #sharedBy(files: FileSystem, rerun: Rerun): Sum {
    const { base } = files.listed.files
    let ofBase = this.#sums.get(base)
    if (ofBase === undefined) {
      ofBase = new Map()
      this.#sums.set(base, ofBase)
    }
    const known = ofBase.get(rerun)
    if (known !== undefined) return known
    const numbers = new Map<string, number>()
    let hash = 0
    for (const [path, entry] of base) {
      if (!isLeft(path, entry, files, rerun)) continue
      const number = this.#numberOf(path, entry)
      numbers.set(path, number)
      hash = (hash + mixed(number)) | 0
    }
    // On most storage, the same survives each kind of rerun.
    const same = [...ofBase.values()].find((other) => areEqual(other.numbers, numbers)) ?? { hash, numbers }
    ofBase.set(rerun, same)
    return same
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

/** Whether the next runs find the same. */
export function isSameLeft(one: Survivors, other: Survivors): boolean {
  if (one.hash !== other.hash || one.size !== other.size) return false
  if (one.shared === other.shared) return areEqual(one.changes, other.changes)
  return areEqual(numbersOf(one), numbersOf(other))
}

function numbersOf({ shared, changes }: Survivors): ReadonlyMap<string, number | undefined> {
  const numbers = new Map<string, number | undefined>(shared.numbers)
  for (const [key, number] of changes) {
    if (number === undefined) numbers.delete(key)
    else numbers.set(key, number)
  }
  return numbers
}

/** Whether two maps have the same numbers under the same keys. */
function areEqual(one: ReadonlyMap<string, number | undefined>, other: ReadonlyMap<string, number | undefined>): boolean {
  if (one.size !== other.size) return false
  for (const [key, number] of one) if (other.get(key) !== number || !other.has(key)) return false
  return true
}

/** Whether a file survives because of a run. */
function isLeft(path: string, entry: Entry, files: FileSystem, rerun: Rerun): boolean {
  return isOfRun(entry) && survives(files.storageOf(path), rerun)
}

function isThingLeft(entry: ThingEntry, rerun: Rerun): boolean {
  return isOfRun(entry) && survives(storageOfThing(entry.thing), rerun)
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
