/** Memory that the fuzzing thread shares with the main thread, so that an input that never returns can be saved. */

const countOffset = 0
const lengthOffset = 4
const inputOffset = 8

/** The input that runs now. */
export class CurrentInput {
  readonly buffer: SharedArrayBuffer
  readonly #numbers: Int32Array
  readonly #bytes: Uint8Array

  constructor(maxLength: number | SharedArrayBuffer) {
    this.buffer = typeof maxLength === 'number' ? new SharedArrayBuffer(inputOffset + maxLength) : maxLength
    this.#numbers = new Int32Array(this.buffer, 0, 2)
    this.#bytes = new Uint8Array(this.buffer, inputOffset)
  }

  set(input: Buffer): void {
    this.#bytes.set(input)
    Atomics.store(this.#numbers, lengthOffset / 4, input.length)
    Atomics.add(this.#numbers, countOffset / 4, 1)
  }

  /** How many inputs have started. */
  get count(): number {
    return Atomics.load(this.#numbers, countOffset / 4)
  }

  get(): Buffer {
    return Buffer.from(this.#bytes.slice(0, Atomics.load(this.#numbers, lengthOffset / 4)))
  }
}
