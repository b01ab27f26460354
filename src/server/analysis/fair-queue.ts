/** What a queue needs to know about an item. */
export interface Queued {
  /** Who asked for it: a namespace. */
  readonly tenant: string
  /** Its memory, bytes. */
  readonly size: number
}

/** How much a queue holds. */
export interface QueueLimits {
  /** Items of one tenant. */
  readonly tenantItems: number
  /** Bytes of one tenant. A single item is always accepted. */
  readonly tenantBytes: number
  readonly items: number
  readonly bytes: number
}

interface Line<T> {
  readonly items: Set<T>
  bytes: number
}

/** A queue that is bounded, in total and per tenant, and in which tenants take turns: the items of one never delay another's by more than one. */
export class FairQueue<T extends Queued> {
  readonly #limits: QueueLimits
  /** The next tenant is first. */
  readonly #lines = new Map<string, Line<T>>()
  #length = 0
  #bytes = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#length
  }

  /** Adds an item. @returns false if there is no room for it */
  add(item: T): boolean {
    const { tenantItems, tenantBytes, items, bytes } = this.#limits
    const line = this.#lines.get(item.tenant) ?? { items: new Set(), bytes: 0 }
    if (this.#length >= items || line.items.size >= tenantItems) return false
    if (line.items.size > 0 && (line.bytes + item.size > tenantBytes || this.#bytes + item.size > bytes)) return false
    this.#lines.set(item.tenant, line)
    line.items.add(item)
    this.#count(line, 1, item.size)
    return true
  }

  /** Removes and returns the next item; the tenant moves to the end. Undefined if the queue is empty. */
  next(): T | undefined {
    const [first] = this.#lines
    if (first === undefined) return undefined
    const [tenant, line] = first
    const [item] = line.items
    this.#lines.delete(tenant)
    if (item === undefined) return undefined
    if (line.items.size > 1) this.#lines.set(tenant, line)
    this.#take(line, item)
    return item
  }

  /** Removes an item that is no longer needed. @returns false if it is not in the queue */
  remove(item: T): boolean {
    const line = this.#lines.get(item.tenant)
    if (line?.items.has(item) !== true) return false
    this.#take(line, item)
    if (line.items.size === 0) this.#lines.delete(item.tenant)
    return true
  }

  #take(line: Line<T>, item: T): void {
    line.items.delete(item)
    this.#count(line, -1, -item.size)
  }

  #count(line: Line<T>, items: number, bytes: number): void {
    line.bytes += bytes
    this.#length += items
    this.#bytes += bytes
  }
}
