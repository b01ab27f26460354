/** The states with which later runs began, and what was found in them: a run that begins with the same state is not needed. */
import type { Rerun } from '../container/storage.ts'
import type { FileSystem } from '../machine/file-system.ts'
import { AllSurvivors, isSameLeft, type Survivors } from './survivors.ts'

/** A state with which a run began. */
interface Begun<Found> {
  readonly isRepeat: boolean
  readonly left: Survivors
  readonly found: Found
}

export class BegunRuns<Found> {
  readonly #survivors = new AllSurvivors()
  readonly #begun = new Map<number, Begun<Found>[]>()

  /** Forgets the runs, for another case. */
  clear(): void {
    this.#begun.clear()
    this.#survivors.clear()
  }

  /** What survives. */
  survivors(files: FileSystem, rerun: Rerun): Survivors {
    return this.#survivors.of(files, rerun)
  }

  /** What was found in a run that began so; undefined if none did. @param isRepeat whether it was after a success */
  find(left: Survivors, isRepeat: boolean): { readonly found: Found } | undefined {
    return this.#begun.get(left.hash)?.find((begun) => begun.isRepeat === isRepeat && isSameLeft(begun.left, left))
  }

  /** Notes what was found in a run that began so. */
  add(left: Survivors, isRepeat: boolean, found: Found): void {
    const begun = { isRepeat, left, found }
    const others = this.#begun.get(left.hash)
    if (others === undefined) this.#begun.set(left.hash, [begun])
    else others.unshift(begun)
  }
}
