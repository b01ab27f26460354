/** Takes a List apart while it arrives, so that one item is in memory, and not a page of 500 Pods as text and as objects. */
import { isObject, type JsonObject } from '../model/json.ts'

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]')

/** What precedes the items, up to the bracket. Not a key that ends with an escaped quotation mark and `items`. */
const itemsKey = /(?:^|[^\\])"items"\s*:\s*$/
/** Bytes that are kept to find it. */
const keyBytes = 64

/** Why a List cannot be read, as a clause. */
export class BrokenList extends Error {
  override readonly name = 'BrokenList'
}

/** Gets an item, and where it is in the text: its first byte, and the one after its last. */
export type TakeItem = (item: JsonObject, start: number, end: number) => void

/** Of a JSON object with a list under the key `items`. It looks at each byte once. */
export class ListItems {
  readonly #take: TakeItem
  readonly #maxBytes: number
  readonly #frame: BoundedBytes
  #item: BoundedBytes
  /** The last bytes of the frame. */
  #tail = ''
  #depth = 0
  #isInString = false
  #isEscaped = false
  #isInItems = false
  /** Where the current chunk begins in the text, and where the current item does. */
  #offset = 0
  #itemStart = 0

  /**
   * @param take gets each item that is an object as soon as it is complete
   * @param maxBytes the largest size of an item, and of everything that surrounds the items
   */
  constructor(take: TakeItem, maxBytes: number) {
    this.#take = take
    this.#maxBytes = maxBytes
    this.#frame = new BoundedBytes(maxBytes)
    this.#item = new BoundedBytes(maxBytes)
  }

  /** @param chunk can change afterwards @throws BrokenList, and what `take` throws */
  add(chunk: Uint8Array): void {
    /** Where the bytes begin that are not stored yet. */
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]
      if (this.#isInString) this.#inString(byte)
      else if (byte === quote) this.#isInString = true
      else if (byte === openBrace || byte === openBracket) start = this.#open(chunk, start, index)
      else if (byte === closeBrace || byte === closeBracket) start = this.#close(chunk, start, index)
    }
    if (!this.#isInItems) this.#addToFrame(chunk.subarray(start))
    else if (this.#depth > 2) this.#item.add(new Uint8Array(chunk.subarray(start)))
    this.#offset += chunk.length
  }

  /** The List with an empty list of items. @throws SyntaxError if it is not valid JSON, or not complete */
  frame(): unknown {
    return JSON.parse(this.#frame.text())
  }

  #inString(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === backslash) this.#isEscaped = true
    else if (byte === quote) this.#isInString = false
  }

  /** @returns where the bytes begin that are not stored yet */
  #open(chunk: Uint8Array, start: number, index: number): number {
    this.#depth++
    // What separates the items is dropped.
    if (this.#isInItems) {
      if (this.#depth !== 3) return start
      this.#itemStart = this.#offset + index
      return index
    }
    if (chunk[index] !== openBracket || this.#depth !== 2) return start
    this.#addToFrame(chunk.subarray(start, index))
    this.#isInItems = itemsKey.test(this.#tail)
    return index
  }

  /** @returns where the bytes begin that are not stored yet */
  #close(chunk: Uint8Array, start: number, index: number): number {
    this.#depth--
    if (!this.#isInItems || this.#depth > 2) return start
    if (this.#depth === 2) {
      this.#item.add(chunk.subarray(start, index + 1))
      this.#endItem(this.#offset + index + 1)
      return start
    }
    this.#isInItems = false
    this.#addToFrame(emptyList)
    return index + 1
  }

  #addToFrame(part: Uint8Array): void {
    this.#frame.add(new Uint8Array(part))
    this.#tail = (this.#tail + Buffer.from(part.subarray(-keyBytes)).toString('latin1')).slice(-keyBytes)
  }

  #endItem(end: number): void {
    const text = this.#item.text()
    this.#item = new BoundedBytes(this.#maxBytes)
    const item = parsed(text)
    if (isObject(item)) this.#take(item, this.#itemStart, end)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BrokenList('an item is not valid JSON')
  }
}

const emptyList = Buffer.from('[]')

class BoundedBytes {
  readonly #max: number
  readonly #parts: Uint8Array[] = []
  #bytes = 0

  constructor(max: number) {
    this.#max = max
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes > this.#max) throw new BrokenList(`an object is larger than ${this.#max / 1024 / 1024} MiB`)
    this.#parts.push(part)
  }

  text(): string {
    const [first] = this.#parts
    return (
      this.#parts.length === 1 && first !== undefined
        ? Buffer.from(first.buffer, first.byteOffset, first.length)
        : Buffer.concat(this.#parts)
    ).toString('utf8')
  }
}
