/**
 * The inputs of scripts that were read before, found by comparing what is written: that costs less than reading the container again, and
 * no hash of the input has to be made to find its analysis.
 */
import { type JsonObject, member, sameJson } from '../../model/json.ts'
import type { Written } from '../container/container-script.ts'
import type { Mount } from '../container/storage.ts'
import { type FoundScript, numbersOf, type PodSetting } from './input.ts'

/** Everything that an input depends on, and what it was. */
export interface KnownInput<Data> {
  readonly container: Written
  readonly mounts: readonly Mount[]
  readonly setting: PodSetting
  readonly found: FoundScript & { readonly input: object }
  /** What is kept with it. */
  readonly data: Data
}

interface Entry<Data> extends KnownInput<Data> {
  readonly numbers: readonly number[]
  readonly bytes: number
}

/** Containers with the same text of a script that are kept: more that differ in something else are rare. */
const maxPerText = 4

/** What an entry takes in addition to its texts, in bytes, and for each character of its container as JSON. */
const entryBytes = 1000
const characterBytes = 4

/** Keeps the most recently used inputs within an amount of memory. */
export class KnownInputs<Data> {
  readonly #maxBytes: number
  /** By the last word of the command, which is the text of a script in most containers. */
  readonly #byText = new Map<string, readonly Entry<Data>[]>()
  #bytes = 0

  /** @param maxBytes the maximum of the estimated memory of all entries */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The input of a container if that of an equal one is known. */
  find(container: Written, mounts: readonly Mount[], setting: PodSetting): Pick<KnownInput<Data>, 'found' | 'data'> | undefined {
    const text = textOf(container.raw)
    const entries = this.#byText.get(text)
    const entry = entries?.find((each) => isSame(each, container, mounts, setting))
    if (entries === undefined || entry === undefined) return undefined
    this.#byText.delete(text)
    this.#byText.set(text, entries)
    return { found: moved(entry, container, mounts), data: entry.data }
  }

  /** Adds an input, and drops the least recently used ones that there is no room for. */
  add(known: KnownInput<Data>): void {
    const text = textOf(known.container.raw)
    const others = this.#byText.get(text) ?? []
    const bytes = entryBytes + characterBytes * JSON.stringify([known.container.raw, known.setting, known.found]).length
    const entry: Entry<Data> = { ...known, numbers: numbersOf(known.mounts), bytes }
    const kept = [entry, ...others].slice(0, maxPerText)
    this.#byText.delete(text)
    this.#byText.set(text, kept)
    this.#bytes += sum(kept) - sum(others)
    for (const [oldest, entries] of this.#byText) {
      if (this.#bytes <= this.#maxBytes) return
      this.#byText.delete(oldest)
      this.#bytes -= sum(entries)
    }
  }
}

function sum(entries: readonly { readonly bytes: number }[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0)
}

function textOf(raw: JsonObject): string {
  return lastWord(member(raw, 'args')) ?? lastWord(member(raw, 'command')) ?? ''
}

function lastWord(words: unknown): string | undefined {
  const last: unknown = Array.isArray(words) ? words.at(-1) : undefined
  return typeof last === 'string' ? last : undefined
}

function isSame(known: Entry<unknown>, container: Written, mounts: readonly Mount[], setting: PodSetting): boolean {
  return (
    known.setting.restartPolicy === setting.restartPolicy &&
    known.setting.isOnHostNetwork === setting.isOnHostNetwork &&
    known.setting.mayAddVariables === setting.mayAddVariables &&
    known.mounts.length === mounts.length &&
    known.mounts.every((mount, index) => isSameMount(mount, mounts[index])) &&
    isSameContainer(known.container.raw, container.raw) &&
    sameJson(known.setting.securityContext, setting.securityContext) &&
    numbersOf(mounts).every((number, index) => number === known.numbers[index])
  )
}

/** Compares all but the names of the volumes, of which only matters which mounts show the same one. */
function isSameMount(a: Mount, b: Mount | undefined): boolean {
  return (
    a.path === b?.path &&
    a.storage === b.storage &&
    a.subPath === b.subPath &&
    a.filled === b.filled &&
    a.isFile === b.isFile &&
    a.propagates === b.propagates &&
    a.holdsLinks === b.holdsLinks &&
    sameJson(a.readOnlyFiles, b.readOnlyFiles) &&
    sameJson(a.plainFiles, b.plainFiles)
  )
}

/** Compares all fields of two containers but their mounts, which are compared as they are read. */
function isSameContainer(a: JsonObject, b: JsonObject): boolean {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || (key !== 'volumeMounts' && !sameJson(a[key], b[key]))) return false
  }
  return true
}

/** The input as that of the other container: its place and the names of its volumes are its own. */
function moved(
  { found: { found, input }, container: { pointer } }: Entry<unknown>,
  container: Written,
  mounts: readonly Mount[],
): KnownInput<unknown>['found'] {
  const own = pointer === container.pointer ? found : { ...found, pointer: container.pointer + found.pointer.slice(pointer.length) }
  return { found: own, mounts, input }
}
