/** A cache of rehearsals across reviews. */
import type { ContainerScript } from '../container/container-script.ts'
import type { Mount } from '../container/storage.ts'
import type { ContainerRehearsal } from './description.ts'
import type { RunSetting } from './inputs.ts'

/** Longest key of a cached rehearsal, in UTF-16 units, so that all keys take less than 16 MiB. */
const maxKeyLength = 16_384

/** Keeps the most recently used results. */
export class RehearsalCache {
  /** Each entry keeps its own key: moving it under the equal key of another review would keep that review's memory alive. */
  readonly #kept = new Map<string, { readonly key: string; readonly rehearsal: ContainerRehearsal }>()
  readonly #size: number

  /** @param size the maximum number of results */
  constructor(size: number) {
    this.#size = size
  }

  get(key: string): ContainerRehearsal | undefined {
    const entry = this.#kept.get(key)
    if (entry === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(entry.key, entry)
    return entry.rehearsal
  }

  /** Adds a result, and drops the least recently used one if there are too many. */
  set(key: string, rehearsal: ContainerRehearsal): void {
    this.#kept.set(key, { key, rehearsal })
    const oldest = this.#kept.size > this.#size ? this.#kept.keys().next().value : undefined
    if (oldest !== undefined) this.#kept.delete(oldest)
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
