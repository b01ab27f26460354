/** Differences between two versions of a status, so that a recording holds each fact once. */
import { asArray, asObject, isObject, type JsonObject } from '../../../src/model/json.ts'

/** The lists of a status whose items have a name of their own, and the member that holds it. */
const keyed: Readonly<Record<string, string>> = { conditions: 'type', initContainerStatuses: 'name', containerStatuses: 'name' }

/** The members in which two objects differ; null for one that is gone. In a list of named items, each item has its name and what differs. */
export function difference(before: JsonObject, after: JsonObject): JsonObject {
  const changed = Object.entries(after).flatMap(([key, value]) => {
    if (JSON.stringify(before[key]) === JSON.stringify(value)) return []
    const name = keyed[key]
    return [[key, name === undefined ? value : listDifference(name, before[key], value)]]
  })
  const gone = Object.keys(before).filter((key) => !(key in after))
  return Object.fromEntries([...changed, ...gone.map((key) => [key, null])])
}

function listDifference(name: string, before: unknown, after: unknown): readonly JsonObject[] {
  const known = byName(name, before)
  const now = byName(name, after)
  const changed = [...now].flatMap(([key, item]) => {
    const members = difference(known.get(key) ?? {}, item)
    return Object.keys(members).length === 0 ? [] : [{ [name]: key, ...members }]
  })
  const gone = [...known.keys()].flatMap((key) => (now.has(key) ? [] : [{ [name]: key, removed: true }]))
  return [...changed, ...gone]
}

/** Applies what `difference` returned. */
export function applied(before: JsonObject, changes: JsonObject): JsonObject {
  const after = { ...before }
  for (const [key, value] of Object.entries(changes)) {
    const name = keyed[key]
    if (value === null) delete after[key]
    else after[key] = name === undefined ? value : appliedList(name, before[key], value)
  }
  return after
}

function appliedList(name: string, before: unknown, changes: unknown): readonly JsonObject[] {
  const items = new Map(byName(name, before))
  for (const [key, item] of byName(name, changes)) {
    if (item.removed === true) items.delete(key)
    else items.set(key, applied(items.get(key) ?? {}, item))
  }
  return [...items.values()]
}

function byName(name: string, list: unknown): ReadonlyMap<unknown, JsonObject> {
  return new Map(
    asArray(list)
      .filter(isObject)
      .map((item) => [item[name], asObject(item)] as const),
  )
}
