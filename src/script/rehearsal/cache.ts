/** A cache of rehearsals across reviews. */
import type { ContainerScript } from '../container/container-script.ts'
import type { Mount } from '../container/storage.ts'
import type { ContainerRehearsal } from './description.ts'
import type { RunSetting } from './inputs.ts'

/** Longest key of a cached rehearsal, in UTF-16 units. */
const maxKeyLength = 16_384

/** Keeps the most recently used results, as long as there are not too many and their keys are not too long in total. */
export class RehearsalCache {
  /** Each entry keeps its own key: moving it under the equal key of another review would keep that review's memory alive. */
  readonly #kept = new Map<string, { readonly key: string; readonly rehearsal: ContainerRehearsal }>()
  readonly #size: number
  readonly #maxLength: number
  #length = 0

  /**
   * @param size the maximum number of results
   * @param maxLength the maximum length of all keys, in UTF-16 units. A key contains the script, and a result its syntax tree, which takes up
   *   to 300 bytes per character of the script.
   */
  constructor(size: number, maxLength: number) {
    this.#size = size
    this.#maxLength = maxLength
  }

  get(key: string): ContainerRehearsal | undefined {
    const entry = this.#kept.get(key)
    if (entry === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(entry.key, entry)
    return entry.rehearsal
  }

  /** Adds a result, and drops the least recently used ones that there is no room for. */
  set(key: string, rehearsal: ContainerRehearsal): void {
    if (this.#kept.delete(key)) this.#length -= key.length
    this.#kept.set(key, { key, rehearsal })
    this.#length += key.length
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#size && this.#length <= this.#maxLength) return
      this.#kept.delete(oldest)
      this.#length -= oldest.length
    }
  }
}

/**
 * A key of everything that a rehearsal depends on; undefined if it is too long for the cache. The JSON contains no line break, so the script
 * starts after the first one.
 */
export function keyOf(found: ContainerScript, setting: RunSetting): string | undefined {
  const { text, origin, pointer, environment, positional, options, flavors } = found
  const { mounts, texts, reruns, user, workingFolder } = setting
  const script = [origin, pointer, [...environment], positional, options, flavors]
  const key = `${JSON.stringify([script, withoutNames(mounts), [...texts], reruns, user, workingFolder])}\n${text}`
  return key.length > maxKeyLength ? undefined : key
}

/**
 * The mounts with numbers instead of the names of volumes that are only read: it only matters which mounts show the same volume. The service
 * account volume of each Pod has a generated name (kubernetes plugin/pkg/admission/serviceaccount, `kube-api-access-` and five
 * characters), and pods of one template should share their rehearsals.
 */
function withoutNames(mounts: readonly Mount[]): readonly unknown[] {
  const written = new Set(mounts.filter(({ storage }) => storage !== 'read-only').map(({ volume }) => volume))
  const numbers = new Map<string, number>()
  return mounts.map((mount) => {
    if (written.has(mount.volume)) return mount
    const number = numbers.get(mount.volume) ?? numbers.size
    numbers.set(mount.volume, number)
    return { ...mount, volume: number }
  })
}
