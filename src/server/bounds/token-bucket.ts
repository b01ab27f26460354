/** A rate limit that allows bursts. */
export class TokenBucket {
  readonly #size: number
  readonly #perSecond: number
  readonly #clock: () => number
  #tokens: number
  #filled: number

  /**
   * @param size the largest burst
   * @param perSecond the average rate
   * @param clock ms, monotonic
   */
  constructor(size: number, perSecond: number, clock: () => number = () => performance.now()) {
    this.#size = size
    this.#perSecond = perSecond
    this.#clock = clock
    this.#tokens = size
    this.#filled = clock()
  }

  /** Takes a token. @returns false if there is none */
  take(): boolean {
    const now = this.#clock()
    this.#tokens = Math.min(this.#size, this.#tokens + ((now - this.#filled) / 1000) * this.#perSecond)
    this.#filled = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
