/** Reads what `why` is asked about: Pods, the objects around them, and Events, from JSON or YAML. */
import { objectsOf, readManifest } from '../manifest/index.ts'
import { asArray, asString, isObject, type JsonObject, member } from '../model/json.ts'
import { type EventView, isEvent, readEvent } from './view/events.ts'

/** Maximum number of Events of an input; a cluster keeps those of an hour. */
const maxEvents = 50_000
/** Maximum number of other objects. */
const maxObjects = 20_000
/** How deep Lists may be nested. */
const maxDepth = 5

export interface WhyObjects {
  readonly pods: readonly JsonObject[]
  /** All objects but Events. */
  readonly objects: readonly JsonObject[]
  readonly events: readonly EventView[]
}

export type WhyRead = { readonly ok: true; readonly value: WhyObjects } | { readonly ok: false; readonly problem: string }

/** @returns why the text cannot be read, as a clause */
export function readWhyText(text: string): WhyRead {
  const read = valuesOf(text)
  return read.ok ? { ok: true, value: sorted(read.values) } : read
}

/** Sorts objects into Pods, Events and others. */
export function sorted(values: readonly unknown[]): WhyObjects {
  const objects: JsonObject[] = []
  const events: EventView[] = []
  for (const value of values) {
    if (!isObject(value)) continue
    if (isEvent(value)) {
      if (events.length < maxEvents) events.push(readEvent(value))
    } else if (objects.length < maxObjects) objects.push(value)
  }
  return { pods: objects.filter((object) => member(object, 'kind') === 'Pod'), objects, events }
}

type Values = { readonly ok: true; readonly values: readonly unknown[] } | { readonly ok: false; readonly problem: string }

function valuesOf(text: string): Values {
  // What kubectl prints is JSON, and a large List would be slow in a reader that keeps places.
  if (/^\s*[{[]/.test(text)) {
    try {
      return { ok: true, values: itemsOf(JSON.parse(text), 0, '') }
    } catch {
      // It may be several documents, or YAML in flow style.
    }
  }
  const { documents, errors } = readManifest(text)
  const [error] = errors
  if (error !== undefined) return { ok: false, problem: `line ${error.line ?? 1}: ${error.message}` }
  return {
    ok: true,
    values: documents.flatMap(({ value }) =>
      Array.isArray(value) || Array.isArray(member(value, 'items'))
        ? itemsOf(value, 0, '')
        : [...objectsOf({ value })].map(({ object }) => object),
    ),
  }
}

/** The objects of a value: those of lists, also of a plain array and of a list that names no kind. */
function itemsOf(value: unknown, depth: number, kindOfItems: string): readonly unknown[] {
  if (depth > maxDepth) return []
  if (Array.isArray(value)) return value.flatMap((item) => itemsOf(item, depth + 1, kindOfItems))
  const kind = asString(member(value, 'kind')) ?? ''
  const items = member(value, 'items')
  if (Array.isArray(items) && (kind.endsWith('List') || kind === '')) {
    // The API server omits the kind of the items of a typed list.
    return asArray(items).flatMap((item) => itemsOf(item, depth + 1, kind.slice(0, -'List'.length)))
  }
  if (kind === 'AdmissionReview') return [member(member(value, 'request'), 'object')]
  return [kind === '' && kindOfItems !== '' && isObject(value) ? { kind: kindOfItems, ...value } : value]
}
