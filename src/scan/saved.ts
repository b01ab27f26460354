/** The objects of a saved `kubectl get … -o json` or `-o yaml`, in the order that a scan needs. */
import { safeText, shorten } from '../lint/text.ts'
import { readManifest } from '../manifest/index.ts'
import { asString, isObject, member, stringMap } from '../model/json.ts'
import { workloadKind } from '../model/workload-kinds.ts'
import { scannedKinds } from './scan.ts'

export interface SavedObjects {
  /** In the order of `savedOrder`. */
  readonly objects: Iterable<unknown>
  readonly count: number
  readonly namespaceLabels: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export type SavedRead = { readonly ok: true; readonly value: SavedObjects } | { readonly ok: false; readonly problem: string }

/** Reads the text of one or more Lists or objects. @returns why it cannot be read, as a clause */
export function readSaved(text: string): SavedRead {
  const read = parsed(text)
  if (!read.ok) return read
  const problem = problemOf(read.values)
  if (problem !== undefined) return { ok: false, problem }
  const namespaceLabels = new Map<string, ReadonlyMap<string, string>>()
  const byKind = new Map<string, unknown[]>()
  for (const value of read.values) {
    const kind = asString(member(value, 'kind')) ?? ''
    const metadata = member(value, 'metadata')
    if (kind === 'Namespace') namespaceLabels.set(asString(member(metadata, 'name')) ?? '', stringMap(member(metadata, 'labels')))
    const key = placeOf(value)
    const known = byKind.get(key)
    if (known === undefined) byKind.set(key, [value])
    else known.push(value)
  }
  const objects = savedOrder.flatMap((place) => byKind.get(place) ?? [])
  return { ok: true, value: { objects, count: objects.length, namespaceLabels } }
}

/** Nesting of Lists that is read; kubectl never nests them. */
const maxListDepth = 5

/** Why the objects are none of a cluster: an error of the API server that was saved, or no objects at all. */
function problemOf(values: readonly unknown[]): string | undefined {
  const status = values.find((value) => member(value, 'kind') === 'Status' && asString(member(value, 'message')) !== undefined)
  if (status !== undefined) return `it is an error of the API server: ${safeText(asString(member(status, 'message')) ?? '')}`
  if (values.some((value) => member(value, 'kind') === 'List' && Array.isArray(member(value, 'items'))))
    return `it has Lists in Lists, more than ${maxListDepth} levels deep`
  const isNamed = (value: unknown): boolean => [member(value, 'apiVersion'), member(value, 'kind')].every((each) => asString(each))
  if (!values.some(isNamed)) return 'it holds no objects; save them with kubectl get -o json'
  return undefined
}

/** Everything that is none of the nine kinds: custom resources, which own Pods. */
const other = ''

/** The order in which a scan needs objects: owners before what they own. */
export const savedOrder: readonly string[] = [other, ...scannedKinds]

/** The place of an object in that order. */
export function placeOf(value: unknown): string {
  return workloadKind(asString(member(value, 'apiVersion')) ?? '', asString(member(value, 'kind')) ?? '') ?? other
}

/** Longest broken JSON that is read once more as YAML, in which JSON is valid: that keeps places, and takes ten times as long. */
const maxYamlLength = 32 * 1024 * 1024

function parsed(
  text: string,
): { readonly ok: true; readonly values: readonly unknown[] } | { readonly ok: false; readonly problem: string } {
  // What kubectl saves is JSON, and too large for a reader that keeps places.
  if (/^\s*\{/.test(text)) {
    try {
      return { ok: true, values: itemsOf([JSON.parse(text)]) }
    } catch (error) {
      // It may be several objects, or YAML in flow style.
      if (text.length > maxYamlLength)
        return { ok: false, problem: `invalid JSON: ${shorten(error instanceof Error ? error.message : '', 200)}` }
    }
  }
  const { documents, errors } = readManifest(text)
  const [error] = errors
  if (error !== undefined) return { ok: false, problem: `line ${error.line ?? 1}: ${error.message}` }
  return { ok: true, values: itemsOf(documents.map(({ value }) => value)) }
}

/** The items of Lists, also of Lists in them. Those of a list that the API server returns (`PodList`) have no apiVersion and kind of their own. */
function itemsOf(values: readonly unknown[], depth = 0): readonly unknown[] {
  return values.flatMap((value) => {
    const kind = asString(member(value, 'kind')) ?? ''
    const items = member(value, 'items')
    if (!kind.endsWith('List') || !Array.isArray(items) || depth >= maxListDepth) return [value]
    const own = { apiVersion: member(value, 'apiVersion'), kind: kind.slice(0, -'List'.length) }
    const isTyped = (item: unknown): boolean => own.kind === '' || !isObject(item) || member(item, 'kind') !== undefined
    return itemsOf(
      items.map((item) => (isTyped(item) ? item : { ...own, ...item })),
      depth + 1,
    )
  })
}
