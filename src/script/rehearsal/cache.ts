/** Rehearsals that are kept between reviews. */
import type { ContainerScript } from '../container/container-script.ts'
import type { Mount } from '../container/storage.ts'
import type { ContainerRehearsal } from './description.ts'
import type { RunSetting } from './inputs.ts'

/** Longest key of a rehearsal that is kept, in UTF-16 units, so that the keys take less than 16 MiB. */
const maxKeyLength = 16_384

/** Keeps the results that were used last. */
export class RehearsalCache {
  /** With the key: keeping the equal text of another review would keep that review's memory as well. */
  readonly #kept = new Map<string, { readonly key: string; readonly rehearsal: ContainerRehearsal }>()
  readonly #size: number

  /** @param size most results that are kept */
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

  /** Keeps a result; drops the one that was not used for the longest time if there are too many. */
  set(key: string, rehearsal: ContainerRehearsal): void {
    this.#kept.set(key, { key, rehearsal })
    const oldest = this.#kept.size > this.#size ? this.#kept.keys().next().value : undefined
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}

/**
 * All that a rehearsal depends on, as a text; undefined if it is too long to be kept. JSON has no line break, so the script begins after the
 * first one.
 */
export function keyOf(found: ContainerScript, setting: RunSetting): string | undefined {
  const { text, origin, pointer, environment, positional, options, flavours } = found
  const { mounts, texts, reruns, user, workingFolder } = setting
  const script = [origin, pointer, [...environment], positional, options, flavours]
  const key = `${JSON.stringify([script, withoutNames(mounts), [...texts], reruns, user, workingFolder])}\n${text}`
  return key.length > maxKeyLength ? undefined : key
}

/**
 * The volumes that are only read by number: all that counts is which mounts show the same one. Every Pod has a service account's volume with
 * a name of its own (kubernetes plugin/pkg/admission/serviceaccount, `kube-api-access-` and five characters), and the pods of one
 * template shall share their rehearsals.
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
