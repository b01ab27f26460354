/** Work in two steps, which do not throw. */
export interface Work {
  first(): void
  last(): void
}

export interface CohortOptions {
  /** How many pieces of work wait at most. */
  readonly size: number
  /** How long first steps run before the last steps of the same work, ms. */
  readonly time: number
  /** A monotonic clock, ms. */
  readonly now?: () => number
}

/**
 * Collects the work that arrives in one iteration of the event loop, and does the first step of all of it before the last step of all of
 * it. Code that runs by turns with that of sockets, TLS and HTTP has to be loaded into the caches of the CPU each time, which takes as long
 * as to run it.
 */
export class Cohort {
  readonly #size: number
  readonly #time: number
  readonly #now: () => number
  #waiting: Work[] = []

  constructor({ size, time, now = () => performance.now() }: CohortOptions) {
    this.#size = size
    this.#time = time
    this.#now = now
  }

  /** Takes work, which is done once everything that has arrived is read, or at once if enough waits. */
  add(work: Work): void {
    this.#waiting.push(work)
    if (this.#waiting.length >= this.#size) this.#run()
    else if (this.#waiting.length === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const all = this.#waiting
    this.#waiting = []
    let begun = 0
    let done = 0
    while (done < all.length) {
      const end = this.#now() + this.#time
      do all[begun++]?.first()
      while (begun < all.length && this.#now() < end)
      while (done < begun) all[done++]?.last()
    }
  }
}
