/** Errors in the wording of the API server: k8s.io/apimachinery pkg/util/validation/field/errors.go and pkg/api/errors. */

/** Collects the errors of one object. Paths are field paths, `spec.containers[0].image`. */
export interface ApiErrors {
  required(path: string, detail?: string): void
  invalid(path: string, value: unknown, detail: string): void
  unsupported(path: string, value: unknown, supported: readonly string[]): void
  forbidden(path: string, detail: string): void
  duplicate(path: string, value: string): void
  notFound(path: string, value: string): void
  tooMany(path: string, count: number, maximum: number): void
  /** The API server's message, null if there is no error. */
  message(kind: string, name: string): string | null
}

/** An empty collection. */
export function newApiErrors(): ApiErrors {
  const errors = new Set<string>()
  const add = (path: string, body: string, detail: string): void => void errors.add(`${path}: ${body}${detail === '' ? '' : `: ${detail}`}`)
  return {
    required: (path, detail = '') => add(path, 'Required value', detail),
    invalid: (path, value, detail) => add(path, `Invalid value: ${printed(value)}`, detail),
    unsupported: (path, value, supported) =>
      add(path, `Unsupported value: ${printed(value)}`, `supported values: ${supported.map((item) => JSON.stringify(item)).join(', ')}`),
    forbidden: (path, detail) => add(path, 'Forbidden', detail),
    duplicate: (path, value) => add(path, `Duplicate value: ${printed(value)}`, ''),
    notFound: (path, value) => add(path, `Not found: ${printed(value)}`, ''),
    tooMany: (path, count, maximum) => add(path, `Too many: ${count}`, `must have at most ${maximum} items`),
    message: (kind, name) => {
      if (errors.size === 0) return null
      const all = [...errors]
      return `${kind} ${JSON.stringify(name)} is invalid: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}`
    },
  }
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
