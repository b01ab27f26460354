/** The Kubernetes objects inside a document, including those in Lists and AdmissionReviews. */

/** A parsed JSON object (the same as in src/model/json.ts, which this directory must not import). */
type JsonObject = { readonly [key: string]: unknown }

/** An object and its RFC 6901 pointer in the document. */
export interface FoundObject {
  readonly object: JsonObject
  readonly pointer: string
}

/** Maximum nesting of Lists that is read; kubectl never nests them, generators nest them once at most. */
const maxListDepth = 5
/** Maximum number of objects of one document that are read, which bounds the time. */
const maxObjects = 10_000

/**
 * The objects of a document in order: the items of every List (`kind` ends in `List`, `items` is an array), the object of an
 * AdmissionReview, otherwise the document itself. Items of a typed list (PodList from the API) get the kind and the apiVersion that the
 * API server omits. A document that is not an object has none. At most 10,000 objects are returned.
 */
export function objectsOf(document: { readonly value: unknown }): Iterable<FoundObject> {
  const found: FoundObject[] = []
  collect(document.value, '', 0, found)
  return found
}

function collect(value: unknown, pointer: string, depth: number, found: FoundObject[]): void {
  if (!isObject(value) || found.length >= maxObjects) return
  const kind = own(value, 'kind')
  const items = own(value, 'items')
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    if (depth >= maxListDepth) return
    for (const [index, item] of items.entries()) {
      collect(completed(item, kind, own(value, 'apiVersion')), `${pointer}/items/${index}`, depth + 1, found)
      if (found.length >= maxObjects) return
    }
  } else if (kind === 'AdmissionReview') {
    const reviewed = own(own(value, 'request'), 'object')
    if (isObject(reviewed)) found.push({ object: reviewed, pointer: `${pointer}/request/object` })
  } else found.push({ object: value, pointer })
}

/** An item of a typed list, with the kind and apiVersion that only the list has. */
function completed(item: unknown, listKind: string, apiVersion: unknown): unknown {
  const kind = listKind.slice(0, -'List'.length)
  return isObject(item) && kind !== '' && own(item, 'kind') === undefined ? { apiVersion, kind, ...item } : item
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
