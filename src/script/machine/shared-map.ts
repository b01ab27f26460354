/** A map whose copies share what they have in common: states of which each differs little from the one before. */

/** So many own changes are copied with a map. With more of them, the copies get a new common part. */
const maxCopied = 16

/** Stands for a key that was removed from the common part. */
const removed = Symbol('removed')

export class SharedMap<Value extends object> {
  /** What other maps may share, so it never changes. */
  #base: ReadonlyMap<string, Value>
  /** What this map has changed since. */
  #own: Map<string, Value | typeof removed>
  #size: number

  constructor(base: ReadonlyMap<string, Value>, own: ReadonlyMap<string, Value | typeof removed> = new Map(), size = base.size) {
    this.#base = base
    this.#own = new Map(own)
    this.#size = size
  }

  copy(): SharedMap<Value> {
    if (this.#own.size > maxCopied) this.#share()
    return new SharedMap(this.#base, this.#own, this.#size)
  }

  /** Makes everything common. */
  #share(): void {
    const base = new Map(this.#base)
    for (const [key, value] of this.#own) {
      if (value === removed) base.delete(key)
      else base.set(key, value)
    }
    this.#base = base
    this.#own = new Map()
  }

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    const own = this.#own.get(key)
    if (own === undefined) return this.#base.get(key)
    return own === removed ? undefined : own
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: Value): void {
    if (!this.has(key)) this.#size++
    this.#own.set(key, value)
  }

  delete(key: string): void {
    if (!this.has(key)) return
    this.#size--
    if (this.#base.has(key)) this.#own.set(key, removed)
    else this.#own.delete(key)
  }

  /** What it shares with its copies, before `changes`. Equal objects are equal contents. */
  get base(): ReadonlyMap<string, Value> {
    return this.#base
  }

  /** Calls a function with each key that may not have the value of the base. @param value undefined if it was removed */
  eachChange(call: (key: string, value: Value | undefined) => void): void {
    for (const [key, value] of this.#own) call(key, value === removed ? undefined : value)
  }

  /** Calls a function with everything in it: first what it shares, then what it added. */
  each(call: (key: string, value: Value) => void): void {
    const own = this.#own
    if (own.size === 0) {
      for (const [key, value] of this.#base) call(key, value)
      return
    }
    for (const [key, value] of this.#base) {
      const changed = own.get(key)
      if (changed === undefined) call(key, value)
      else if (changed !== removed) call(key, changed)
    }
    for (const [key, value] of own) if (value !== removed && !this.#base.has(key)) call(key, value)
  }

  /** Whether any value fulfills a condition. */
  some(isWanted: (value: Value) => boolean): boolean {
    for (const value of this.#own.values()) if (value !== removed && isWanted(value)) return true
    for (const [key, value] of this.#base) if (!this.#own.has(key) && isWanted(value)) return true
    return false
  }

  /** What is under the keys that fulfill a condition. */
  where(isWanted: (key: string) => boolean): Map<string, Value> {
    const found = new Map<string, Value>()
    this.each((key, value) => {
      if (isWanted(key)) found.set(key, value)
    })
    return found
  }

  /** The keys under which two maps do not have the same. @param isSame whether two values are equal; undefined is none */
  unlike(other: SharedMap<Value>, isSame: (one: Value | undefined, other: Value | undefined) => boolean): string[] {
    const keys: string[] = []
    const compare = (key: string, value: Value | undefined) => {
      if (!isSame(value, other.get(key))) keys.push(key)
    }
    if (this.#base === other.#base) {
      this.eachChange(compare)
      other.eachChange((key) => {
        if (!this.#own.has(key)) compare(key, this.get(key))
      })
    } else {
      this.each(compare)
      other.each((key) => {
        if (!this.has(key)) keys.push(key)
      })
    }
    return keys
  }
}
