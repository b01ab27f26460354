/**
 * Reading of untrusted values. A manifest or a review may contain anything anywhere, so nothing here trusts a type, and nothing here
 * throws.
 */

/** A parsed JSON object. Its values are unknown, and only its own keys count. */
export type JsonObject = { readonly [key: string]: unknown }

/** An RFC 6901 pointer; '' is the whole document. */
export type JsonPointer = string

const nothing: JsonObject = Object.freeze(Object.create(null))
const noItems: readonly unknown[] = Object.freeze([])

/** Whether the value is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as an object; an empty object if it is something else. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : nothing
}

/** The value as an array; an empty array if it is something else. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems
}

/** The value as a string; undefined if it is something else. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An own member of an object, never an inherited one, so a key named `constructor` is safe. */
export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** The value at a chain of own keys and array indexes, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value
  for (const step of path) {
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined
    else current = member(current, step)
    if (current === undefined) return undefined
  }
  return current
}

/** A map of strings (labels, annotations); entries with other values are skipped. */
export function stringMap(value: unknown): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const [key, text] of Object.entries(asObject(value))) if (typeof text === 'string') map.set(key, text)
  return map
}

/** One step of a JSON Pointer, escaped (RFC 6901, section 3). */
export function pointerStep(key: string | number): string {
  return typeof key === 'number' ? `/${key}` : `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The pointer of what a chain of keys and indexes leads to. */
export function pointerTo(path: readonly (string | number)[]): JsonPointer {
  return path.map(pointerStep).join('')
}

/** The steps of a pointer, unescaped (RFC 6901, section 4). */
export function pointerSteps(pointer: JsonPointer): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at a pointer; undefined if there is none. */
export function valueAt(value: unknown, pointer: JsonPointer): unknown {
  let current = value
  for (const step of pointerSteps(pointer)) current = Array.isArray(current) ? current[Number(step)] : member(current, step)
  return current
}

/**
 * Whether two JSON values are equal, regardless of the order of keys. Hostile input may be nested deeper than the call stack: what is deep is
 * compared in a loop, which takes longer.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  const deep: Pair[] = []
  if (!isSame(left, right, maxNested, deep)) return false
  for (let pair = deep.pop(); pair !== undefined; pair = deep.pop()) if (!isSame(pair[0], pair[1], maxNested, deep)) return false
  return true
}

type Pair = readonly [unknown, unknown]

/** Levels that are compared by recursion: more than in any object of Kubernetes. */
const maxNested = 32

/** @param levels that are compared; pairs below them are added to `deep` */
function isSame(a: unknown, b: unknown, levels: number, deep: Pair[]): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (levels === 0) {
    deep.push([a, b])
    return true
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    for (let index = 0; index < a.length; index++) if (!isSame(a[index], b[index], levels - 1, deep)) return false
    return true
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || !isSame((a as JsonObject)[key], (b as JsonObject)[key], levels - 1, deep)) return false
  }
  return true
}
