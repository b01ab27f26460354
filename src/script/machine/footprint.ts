/**
 * What one part of a script (a unit, see shell/units.ts) read and wrote in one run. Another run that finds the same does the same, so that
 * it need not run that part.
 */
import type { FlavorQuestion } from '../syntax/dialect.ts'
import type { Value } from '../value/value.ts'
import type { Ask } from '../value/world.ts'
import type { Entry } from './file-system.ts'

/**
 * One change of the list of files and things: undefined means that the key is no longer listed. If a text was only added to a file, it is
 * given as well: what the file contained before made no difference.
 */
export type Change = readonly [key: string, entry: Entry | undefined, added?: Value]

/** All keys that begin so, but those of other volumes: at these paths, or below them. */
export interface Beneath {
  readonly prefix: string
  readonly except: readonly string[]
}

function isBeneath(key: string, { prefix, except }: Beneath): boolean {
  return key.startsWith(prefix) && !except.some((path) => key.startsWith(path) && (key.length === path.length || key[path.length] === '/'))
}

/** Removes what is listed on other volumes. */
export function onSameVolume(entries: Map<string, Entry>, beneath: Beneath): Map<string, Entry> {
  if (beneath.except.length > 0) for (const key of entries.keys()) if (!isBeneath(key, beneath)) entries.delete(key)
  return entries
}

export class Footprint {
  /** Keys of files and things (`keyOfPlace`) that were looked up, with what was listed there when the unit began. */
  readonly reads = new Map<string, Entry | undefined>()
  /** Everything that is listed there was read. */
  prefixes: Beneath[] | undefined
  /** What was listed at each of them before the unit, once it is known. */
  listed: Map<Beneath, ReadonlyMap<string, Entry>> | undefined
  /** Whether everything that is listed was read. */
  readsAll = false
  readonly changes: Change[] = []
  /** Plain files to which it added text, whatever they contained. */
  appended: Set<string> | undefined
  /** The file that text is being added to, and the text. What is read there to do so is not a read. */
  #adding: { readonly key: string; readonly text: Value } | undefined
  /** What was listed for each changed key before. */
  readonly before = new Map<string, Entry | undefined>()
  /** What was asked of the world, in order. */
  readonly asks: Ask[] = []
  /** Whether it read the status of the last command. */
  readsStatus = false
  /** Whether it asked whether the run is a first one. */
  readsFirst = false
  /** Files of which it matters whether tests asked for them before the unit, and whether they had. */
  testedBefore: Map<string, boolean> | undefined
  /** What it asked about the shell and the tools of the container. */
  flavor: Map<FlavorQuestion, boolean> | undefined
  tested: Set<string> | undefined
  /** Whether it does something that depends on the run itself, such as a date, or on the step before it. */
  isUnique = false

  #hasRead(key: string): boolean {
    if (this.reads.has(key)) return true
    return this.prefixes?.some((beneath) => isBeneath(key, beneath)) === true
  }

  /** Notes that a key was looked up. @param entry what is listed there now */
  read(key: string, entry: Entry | undefined): void {
    if (this.#adding?.key === key || this.reads.has(key)) return
    this.reads.set(key, this.before.has(key) ? this.before.get(key) : entry)
  }

  /** Runs something that does nothing at a key but add a text to the plain file there. */
  adding<T>(key: string, text: Value, run: () => T): T {
    this.appended ??= new Set()
    this.appended.add(key)
    this.#adding = { key, text }
    try {
      return run()
    } finally {
      this.#adding = undefined
    }
  }

  /** Notes that everything is read whose key begins so. @param except paths of other volumes that make no difference */
  readBelow(prefix: string, except: readonly string[] = []): void {
    this.prefixes ??= []
    const index = this.prefixes.findIndex((beneath) => beneath.prefix === prefix)
    if (index === -1) this.prefixes.push({ prefix, except })
    else if (except.length === 0) this.prefixes[index] = { prefix, except }
  }

  /** Notes a question about the shell or the tools of the container. */
  askedFlavor(question: FlavorQuestion, answer: boolean): void {
    this.flavor ??= new Map()
    this.flavor.set(question, answer)
  }

  /** Notes that it matters whether a test asked for a path. @param wasTested whether one did so far */
  readTested(path: string, wasTested: boolean): void {
    if (this.tested?.has(path) === true) return
    this.testedBefore ??= new Map()
    this.testedBefore.set(path, wasTested)
  }

  /** Notes that a test asks for a path. */
  test(path: string): void {
    this.tested ??= new Set()
    this.tested.add(path)
  }

  /** Whether it read any of the keys. */
  hasReadAny(keys: ReadonlyMap<string, unknown>): boolean {
    if (keys.size === 0) return false
    if (this.readsAll) return true
    if (this.prefixes === undefined && keys.size > this.reads.size) {
      for (const key of this.reads.keys()) if (keys.has(key)) return true
      return false
    }
    for (const key of keys.keys()) if (this.#hasRead(key)) return true
    return false
  }

  /** Whether it read or changed any of the keys, or may have added text there. */
  concernsAny(keys: readonly string[]): boolean {
    return this.readsAll || keys.some((key) => this.#hasRead(key) || this.before.has(key) || this.appended?.has(key) === true)
  }

  /** Notes what was listed before the unit under everything that it read. @param below what is listed now under keys that begin so */
  noteListed(below: (prefix: string) => Map<string, Entry>): void {
    if (this.prefixes === undefined) return
    this.listed = new Map(
      this.prefixes.map((beneath) => {
        const entries = onSameVolume(below(beneath.prefix), beneath)
        for (const [key, entry] of this.before) {
          if (!isBeneath(key, beneath)) continue
          if (entry === undefined) entries.delete(key)
          else entries.set(key, entry)
        }
        return [beneath, entries]
      }),
    )
  }

  /** Notes a change before it is made. */
  changed(key: string, before: Entry | undefined, after: Entry | undefined): void {
    if (!this.before.has(key)) this.before.set(key, before)
    this.changes.push(this.#adding?.key === key ? [key, after, this.#adding.text] : [key, after])
  }
}
