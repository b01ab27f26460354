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

/** How many addresses have a bucket; more are forgotten, those that asked first before others. */
const maxAddresses = 256

/** A rate limit for all clients together, and a lower one for each address, so that no client can use up the one for all. */
export class TokenBuckets {
  readonly #all: TokenBucket
  readonly #ofEach: () => TokenBucket
  readonly #byAddress = new Map<string, TokenBucket>()

  /** @param ofEach creates the bucket of an address */
  constructor(all: TokenBucket, ofEach: () => TokenBucket) {
    this.#all = all
    this.#ofEach = ofEach
  }

  /** Takes a token of the address and one of all. @returns false if there is none */
  take(address: string): boolean {
    return this.#bucketOf(address).take() && this.#all.take()
  }

  #bucketOf(address: string): TokenBucket {
    const known = this.#byAddress.get(address)
    if (known !== undefined) return known
    const [first] = this.#byAddress.keys()
    if (this.#byAddress.size >= maxAddresses && first !== undefined) this.#byAddress.delete(first)
    const bucket = this.#ofEach()
    this.#byAddress.set(address, bucket)
    return bucket
  }
}
