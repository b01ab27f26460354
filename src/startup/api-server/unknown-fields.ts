/** Which known field an unknown one stands for, if that is clear. */
import { distance } from 'fastest-levenshtein'
import type { JsonPointer } from '../../model/json.ts'
import type { Owner, UnknownField } from './decode.ts'
import { fieldPath } from './errors.ts'
import { type ApiType, fieldsOf, itemType } from './types.ts'

/** The field that was meant, and where it belongs. */
export interface Meant {
  readonly field: string
  /** The object that it belongs in: the one that the unknown field is in if the field is misspelt. `[*]` stands for each item of a list. */
  readonly place: string
  readonly kind: 'misspelt' | 'misplaced'
}

/**
 * The field that an unknown field stands for. Undefined if there is no clear candidate: then it may be a field of a newer version of
 * Kubernetes.
 */
export function meantBy({ key, owners }: UnknownField): Meant | undefined {
  const owner = owners.at(-1)
  if (owner === undefined) return undefined
  const misspelt = nearest(key, owner.type)
  if (misspelt !== undefined) return { field: misspelt, place: pathOf(owner.pointer), kind: 'misspelt' }
  if (commonNames.has(key)) return undefined
  const place = above(key, owners) ?? below(key, owner)
  return place === undefined ? undefined : { ...place, kind: 'misplaced' }
}

/** Fields of so many types that the name alone does not tell which one was meant. */
const commonNames: ReadonlySet<string> = new Set([
  ...['annotations', 'items', 'key', 'kind', 'labels', 'metadata', 'mode', 'name', 'namespace', 'optional', 'path', 'port', 'selector'],
  ...['spec', 'status', 'template', 'type', 'value', 'values'],
])

/** The other names of a field: Helm values and image volumes use pullPolicy, containers imagePullPolicy. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['pullpolicy', 'imagePullPolicy'],
  ['imagepullpolicy', 'pullPolicy'],
  ['pullsecret', 'imagePullSecrets'],
])

/** Longest name that is compared: comparison takes quadratic time. */
const maximumLength = 40

/** The field of a type that a name is a misspelling of: equal but for case, separators or a final s, or at most one letter in four differs. */
function nearest(key: string, type: ApiType): string | undefined {
  const fields = fieldsOf(type)
  if (fields === undefined || key.length > maximumLength) return undefined
  const word = folded(key)
  const alias = aliases.get(word)
  if (alias !== undefined && fields.has(alias)) return alias
  const names = [...fields.keys()]
  const equal = names.find((name) => folded(name) === word)
  if (equal !== undefined) return equal
  const allowed = Math.min(2, Math.floor(word.length / 4))
  return names.find((name) => Math.abs(name.length - key.length) <= allowed + 1 && distance(folded(name), word) <= allowed)
}

function folded(name: string): string {
  return name
    .toLowerCase()
    .replace(/[-_. ]/g, '')
    .replace(/s$/, '')
}

/** The nearest object around it that has such a field. */
function above(key: string, owners: readonly Owner[]): Omit<Meant, 'kind'> | undefined {
  for (const { type, pointer } of owners.slice(0, -1).toReversed()) {
    const field = exact(key, type)
    if (field !== undefined) return { field, place: pathOf(pointer) }
  }
  return undefined
}

/** Objects within an owner that a field is often written one level above of. */
const commonlyBelow: ReadonlyMap<ApiType, readonly string[]> = new Map([
  ['PodSpec', ['containers', 'securityContext']],
  ['Container', ['securityContext', 'resources']],
  ['PodTemplateSpec', ['spec', 'metadata']],
  ['Volume', ['image']],
])

/** An object within it that has such a field: one level below, and for the levels above a pod template any number of levels. */
function below(key: string, { type, pointer }: Owner): Omit<Meant, 'kind'> | undefined {
  const fields = fieldsOf(type)
  for (const name of commonlyBelow.get(type) ?? ['jobTemplate', 'template', 'spec']) {
    const fieldType = fields?.get(name)
    if (fieldType === undefined) continue
    const item = itemType(fieldType)
    const inner = { type: item ?? fieldType, pointer: `${pointer}/${name}${item === undefined ? '' : '/*'}` }
    const field = exact(key, inner.type)
    if (field !== undefined) return { field, place: pathOf(inner.pointer) }
    const deeper = type === 'PodSpec' || type === 'Container' ? undefined : below(key, inner)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

function exact(key: string, type: ApiType): string | undefined {
  const fields = fieldsOf(type)
  if (fields?.has(key) === true) return key
  const alias = aliases.get(folded(key))
  return alias !== undefined && fields?.has(alias) === true ? alias : undefined
}

/** The path of an object; for the object itself `the object`. */
export function pathOf(pointer: JsonPointer): string {
  return pointer === '' ? 'the object' : fieldPath(pointer)
}
