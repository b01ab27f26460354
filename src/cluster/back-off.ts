const second = 1000

/** The first wait, ms; each following one is twice as long. */
const first = 100
/** Longest wait at the beginning of an outage, ms: a new policy takes effect within a second. */
const longestEarly = second
/** How long the beginning lasts, ms, and the longest wait after it: clients must not overwhelm an API server that comes back. */
const earlyPeriod = 60 * second
const longestLate = 5 * second

/** How long to wait before the next attempt: at most one second in the first minute of an outage, then five, with jitter. */
export class BackOff {
  readonly #now: () => number
  readonly #random: () => number
  #attempts = 0
  #since = 0

  /** @param now ms since 1970 @param random from 0 to 1 */
  constructor(now: () => number, random: () => number = Math.random) {
    this.#now = now
    this.#random = random
  }

  /** @returns ms to wait: between 50 and 100 percent of the step */
  next(): number {
    if (this.#attempts === 0) this.#since = this.#now()
    const longest = this.#now() - this.#since < earlyPeriod ? longestEarly : longestLate
    const step = Math.min(longest, first * 2 ** Math.min(this.#attempts, 10))
    this.#attempts += 1
    return step * (0.5 + this.#random() / 2)
  }

  /** Starts over after a success. */
  reset(): void {
    this.#attempts = 0
  }
}
