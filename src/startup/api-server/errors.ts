/** Errors in the wording of the API server: k8s.io/apimachinery pkg/util/validation/field/errors.go and pkg/api/errors. */

import { type JsonObject, type JsonPointer, pointerSteps, valueAt } from '../../model/json.ts'
import { isPlaceholder } from './placeholders.ts'

/** One error about one field. */
export interface FieldError {
  readonly pointer: JsonPointer
  /** `spec.containers[0].image`. */
  readonly field: string
  /** Without the field: `Required value`. */
  readonly error: string
}

/** Collects the errors of one object. Paths are field paths, `spec.containers[0].image`. */
export interface ApiErrors {
  required(path: string, detail?: string): void
  invalid(path: string, value: unknown, detail: string): void
  unsupported(path: string, value: unknown, supported: readonly string[]): void
  forbidden(path: string, detail: string): void
  duplicate(path: string, value: string): void
  notFound(path: string, value: string): void
  tooMany(path: string, count: number, maximum: number): void
  /** In the order in which they were found, each once. */
  list(): readonly FieldError[]
}

/**
 * An empty collection.
 * @param patch the object, if it is a patch: what it does not contain is in its target, so neither a required field that it lacks nor a
 * name that it does not define is an error
 */
export function newApiErrors(patch?: JsonObject): ApiErrors {
  const errors = new Map<string, FieldError>()
  const add = (field: string, body: string, detail: string): void => {
    const error = `${body}${detail === '' ? '' : `: ${detail}`}`
    errors.set(`${field}: ${error}`, { pointer: pointerOf(field), field, error })
  }
  return {
    required: (path, detail = '') => {
      const found = patch === undefined ? null : valueAt(patch, pointerOf(path))
      // A mapping or a list is merged with that of the target.
      if (found === null || (found !== undefined && typeof found !== 'object')) add(path, 'Required value', detail)
    },
    invalid: (path, value, detail) => add(path, `Invalid value: ${printed(value)}`, detail),
    unsupported: (path, value, supported) => {
      if (isPlaceholder(value)) return
      add(path, `Unsupported value: ${printed(value)}`, `supported values: ${supported.map((item) => JSON.stringify(item)).join(', ')}`)
    },
    forbidden: (path, detail) => add(path, 'Forbidden', detail),
    duplicate: (path, value) => add(path, `Duplicate value: ${printed(value)}`, ''),
    notFound: (path, value) => {
      if (patch === undefined) add(path, `Not found: ${printed(value)}`, '')
    },
    tooMany: (path, count, maximum) => add(path, `Too many: ${count}`, `must have at most ${maximum} items`),
    list: () => [...errors.values()],
  }
}

/** The API server's message about an object with these errors, null if there are none. */
export function invalidMessage(errors: readonly FieldError[], kind: string, name: string): string | null {
  if (errors.length === 0) return null
  const all = errors.map(({ field, error }) => `${field}: ${error}`)
  return `${kind} ${JSON.stringify(name)} is invalid: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}`
}

/** `/spec/containers/0/image` as `spec.containers[0].image`; `[*]` for a step `*`; keys that are no names in brackets, `limits[nvidia.com/gpu]`. */
export function fieldPath(pointer: JsonPointer): string {
  const steps = pointerSteps(pointer)
  return steps.map((step, index) => (/^[A-Za-z]\w*$/.test(step) ? `${index === 0 ? '' : '.'}${step}` : `[${step}]`)).join('')
}

function pointerOf(field: string): JsonPointer {
  return `/${field.replace(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`
}

/** A value as shown in the message. For values of a wrong type, which the API server reports differently, the type. */
function printed(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : typeof value
}

/** Whether a value of any type is one of the given words. */
export function isOneOf(words: readonly string[], value: unknown): boolean {
  return words.some((word) => word === value)
}
