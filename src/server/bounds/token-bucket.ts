/** Lets so many through at once, and so many a second in the long run. */
export class TokenBucket {
  readonly #size: number
  readonly #perSecond: number
  readonly #clock: () => number
  #tokens: number
  #filled: number

  /**
   * @param size how many may come at once
   * @param perSecond how many come back each second
   * @param clock ms, monotonic
   */
  constructor(size: number, perSecond: number, clock: () => number = () => performance.now()) {
    this.#size = size
    this.#perSecond = perSecond
    this.#clock = clock
    this.#tokens = size
    this.#filled = clock()
  }

  /** Takes one. @returns false where there is none */
  take(): boolean {
    const now = this.#clock()
    this.#tokens = Math.min(this.#size, this.#tokens + ((now - this.#filled) / 1000) * this.#perSecond)
    this.#filled = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
