/**
 * Collects values and processes some of them at once. Code that runs once per review has to be loaded into the caches of the CPU each time,
 * which takes longer than to run it.
 */
export class Batch<Value> {
  readonly #size: number
  readonly #process: (value: Value) => void
  #values: Value[] = []

  /** @param size how many values wait at most; few enough to be garbage before they are copied by a collection */
  constructor(size: number, process: (value: Value) => void) {
    this.#size = size
    this.#process = process
  }

  add(value: Value): void {
    this.#values.push(value)
    if (this.#values.length >= this.#size) this.flush()
  }

  /** Processes what waits, in the order in which it was added. */
  flush(): void {
    const values = this.#values
    this.#values = []
    for (const value of values) this.#process(value)
  }
}
