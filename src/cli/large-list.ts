/** Saved lists of hundreds of megabytes: the file is read twice, and no object is kept. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { BrokenList, ListItems } from '../cluster/list-items.ts'
import { asString, isObject, type JsonObject, member, stringMap } from '../model/json.ts'
import { placeOf, type SavedObjects, savedOrder } from '../scan/index.ts'
import { UsageError } from './exit.ts'

/** Smaller files are read at once, in any form. */
const minBytes = 32 * 1024 * 1024
/** The largest object that etcd stores by default has 1.5 MiB; JSON with white space takes more. */
const maxItemBytes = 64 * 1024 * 1024
const chunkBytes = 1024 * 1024

/** The places of items in the file, by their place in the order of a scan. */
type Places = Map<string, number[]>

/**
 * The objects of a large file with one List in JSON. Each iteration reads the file again.
 * @returns undefined if it is not large, or has another form
 */
export function largeList(path: string): SavedObjects | undefined {
  const stats = statSync(path)
  if (!stats.isFile() || stats.size < minBytes) return undefined
  const places: Places = new Map()
  const untyped: number[] = []
  const namespaceLabels = new Map<string, ReadonlyMap<string, string>>()
  let isNested = false
  const list = new ListItems((item, start, end) => {
    const kind = member(item, 'kind')
    if (kind === undefined) untyped.push(start, end)
    else add(places, placeOf(item), start, end)
    if (kind === 'Namespace') noteLabels(item, namespaceLabels)
    isNested ||= asString(kind)?.endsWith('List') === true
  }, maxItemBytes)
  const frame = frameOf(path, list)
  const kind = asString(member(frame, 'kind')) ?? ''
  if (!kind.endsWith('List') || isNested) return undefined
  // kubectl writes the kind of a List after its items.
  const own = { apiVersion: member(frame, 'apiVersion'), kind: kind.slice(0, -'List'.length) }
  for (let index = 0; index < untyped.length; index += 2) add(places, placeOf(own), untyped[index] ?? 0, untyped[index + 1] ?? 0)
  const count = [...places.values()].reduce((sum, list) => sum + list.length / 2, 0)
  if (count === 0) return undefined
  return { objects: { [Symbol.iterator]: () => objectsAt(path, places, own) }, count, namespaceLabels }
}

function add(places: Places, place: string, start: number, end: number): void {
  const known = places.get(place)
  if (known === undefined) places.set(place, [start, end])
  else known.push(start, end)
}

function noteLabels(namespace: JsonObject, labels: Map<string, ReadonlyMap<string, string>>): void {
  const metadata = member(namespace, 'metadata')
  labels.set(asString(member(metadata, 'name')) ?? '', stringMap(member(metadata, 'labels')))
}

/** What surrounds the items; undefined if it is not JSON. */
function frameOf(path: string, list: ListItems): unknown {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) list.add(chunk.subarray(0, read))
    return list.frame()
  } catch (error) {
    if (error instanceof BrokenList || error instanceof SyntaxError) return undefined
    throw error
  } finally {
    closeSync(file)
  }
}

function* objectsAt(path: string, places: Places, own: object): Generator<unknown> {
  const file = openSync(path, 'r')
  try {
    for (const place of savedOrder) {
      const list = places.get(place) ?? []
      for (let index = 0; index < list.length; index += 2) {
        const item = itemAt(file, path, list[index] ?? 0, list[index + 1] ?? 0)
        yield isObject(item) && member(item, 'kind') === undefined ? { ...own, ...item } : item
      }
    }
  } finally {
    closeSync(file)
  }
}

function itemAt(file: number, path: string, start: number, end: number): unknown {
  const bytes = Buffer.alloc(end - start)
  for (let read = 0, more = 1; read < bytes.length && more > 0; read += more)
    more = readSync(file, bytes, read, bytes.length - read, start + read)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new UsageError(`cannot read ${path}: it changed while it was read`)
  }
}
