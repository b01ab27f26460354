/** What a run leaves: keys for what the next run finds and for what others can see, and the first difference between two results. */
import type { Storage } from '../container/storage.ts'
import { volatileMark } from '../value/value.ts'
import { type Entry, type FileSystem, isReadOnly, layersOf, type Node, nodeKey, parentOf } from './file-system.ts'
import { type Layer, layersKey, sublayer } from './layers.ts'
import { file, type Place, storageOfThing } from './place.ts'
import { sameContent } from './same.ts'

/** Separates the lines of a result: the ASCII record separator, because names may contain line feeds. */
const separator = '\x1e'

/** A text for what is listed under a key: equal texts mean that the next run finds the same there. */
export function lineOf(key: string, { node, pending }: Entry): string {
  return `${key} ${nodeKey(node)} ${isReadOnly(node) ? 'read-only' : ''} ${pending === undefined ? '' : layersKey(pending)}`
}

/** A key for what a run leaves where another container or a later run can see it. Values that every run generates anew are equal. */
export function resultKey(files: FileSystem, initial: FileSystem): string {
  files.countComparison()
  const left: string[] = []
  const { listed } = files
  listed.files.each((path, { node, writer, pending }) => {
    if (writer === null && pending === undefined) return
    const storage = files.storageOf(path)
    if (!isSeen(storage) || isAsUnlisted(path, node, pending ?? [], files)) return
    const key = nodeKey(node, storage)
    const over = pending === undefined ? '' : layersKey(pending)
    if (over === '' && key === nodeKey(initial.look(path), storage)) return
    left.push(`file ${path} ${key} ${isReadOnly(node) ? 'read-only' : ''} ${over}`)
  })
  listed.things.each((key, { thing, node, writer }) => {
    if (writer === null || node.kind === 'absent') return
    left.push(`thing of ${thing.service} ${key} ${nodeKey(node, storageOfThing(thing))}`)
  })
  return resultOf(left).replace(volatileMark, '')
}

/** Whether a removed path has only what its directory was filled with since: as if it had never been there. */
function isAsUnlisted(path: string, { kind }: Node, pending: readonly Layer[], files: FileSystem): boolean {
  if (kind !== 'absent' || pending.length === 0) return false
  const parent = parentOf(path)
  const layers = layersOf(files.look(parent) ?? { kind: 'absent' }, parent)
  return layersKey(layers.flatMap((layer) => sublayer(layer, path.slice(parent.length)) ?? [])) === layersKey(pending)
}

/** Whether another container or a later run can see what is written there. */
function isSeen(storage: Storage): boolean {
  return storage !== 'container' && storage !== 'read-only'
}

/** The lines of a result key: one for each place. */
export function linesOfResult(result: string): string[] {
  return result === '' ? [] : result.split(separator)
}

/** The result key that consists of these lines. */
export function resultOf(lines: readonly string[]): string {
  return lines.toSorted().join(separator)
}

/** The service of the thing that a line is about; undefined if it is about a file. */
export function serviceOfLine(line: string): string | undefined {
  return /^thing of (\S+) /.exec(line)?.[1]
}

/**
 * The first place, in the order in which the script wrote them, that differs between two results and that another container or a later run
 * can see.
 * @param isSame decides what the keys alone do not: the same layers in another order may give the same result
 * @returns undefined if the results are the same
 */
export function difference(one: FileSystem, other: FileSystem, isSame: (place: Place) => boolean = () => false): Place | undefined {
  const differs = (place: Place) => {
    const storage = one.storageAt(place)
    if (!isSeen(storage)) return false
    // A place that neither run wrote is the same, read or not.
    if (one.writerAt(place) === null && other.writerAt(place) === null) return false
    return nodeKey(one.lookAt(place), storage) !== nodeKey(other.lookAt(place), storage) && !isSame(place)
  }
  const [left, right] = [one.listed, other.listed]
  const things = left.things.unlike(right.things, hasSameContent)
  const paths = left.files.unlike(right.files, hasSameContent)
  if (things.length === 0 && paths.length === 0) return undefined
  // In the order of the script, so that names make no difference.
  const writer = (place: Place) => one.writerAt(place) ?? other.writerAt(place) ?? Number.MAX_SAFE_INTEGER
  const inOrder = (places: readonly Place[]) => {
    const steps = new Map(places.map((place) => [place, writer(place)] as const))
    return places.toSorted((a, b) => (steps.get(a) ?? 0) - (steps.get(b) ?? 0))
  }
  const sorted = things.sort().flatMap((key) => (right.things.get(key) ?? left.things.get(key))?.thing ?? [])
  return inOrder(sorted).find(differs) ?? inOrder(paths.sort().map(file)).find(differs)
}

function hasSameContent(one: Entry | undefined, other: Entry | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && sameContent(one, other))
}
