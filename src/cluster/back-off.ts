const second = 1000

/** First wait, ms; each next one is twice as long. */
const first = 100
/** Longest wait while the trouble is young, ms: a policy is obeyed within a second. */
const longestYoung = second
/** When trouble is old, ms, and the longest wait from then on: an API server that comes back is not run over. */
const youth = 60 * second
const longestOld = 5 * second

/** How long to wait before the next try: a second at most in the first minute of trouble, five later, never two clients in step. */
export class BackOff {
  readonly #now: () => number
  readonly #random: () => number
  #tries = 0
  #since = 0

  /** @param now ms since 1970 @param random from 0 to 1 */
  constructor(now: () => number, random: () => number = Math.random) {
    this.#now = now
    this.#random = random
  }

  /** @returns ms to wait: between half and all of the step */
  next(): number {
    if (this.#tries === 0) this.#since = this.#now()
    const longest = this.#now() - this.#since < youth ? longestYoung : longestOld
    const step = Math.min(longest, first * 2 ** Math.min(this.#tries, 10))
    this.#tries += 1
    return step * (0.5 + this.#random() / 2)
  }

  /** The trouble is over. */
  reset(): void {
    this.#tries = 0
  }
}
