import type { Position } from '../manifest/index.ts'
import { type JsonObject, pointerStep } from '../model/json.ts'
import type { PolicyProblem } from './policy.ts'

/** Creates a problem. The message does not repeat the key, which is printed before it, and has no period. */
export function problem(level: PolicyProblem['level'], file: string, position: Position, key: string, message: string): PolicyProblem {
  return { level, file, line: position.line, column: position.column, key, message }
}

const plainKey = /^[A-Za-z_][\w-]*$/

/** The readable path for a JSON Pointer of a document: `/registries/0/pull` is `registries[0].pull`. */
export function keyPath(tree: JsonObject, pointer: string): string {
  let path = ''
  let value: unknown = tree
  for (const step of pointerSteps(pointer)) {
    if (Array.isArray(value)) {
      path += `[${step}]`
      value = value[Number(step)]
    } else {
      path += plainKey.test(step) ? `${path === '' ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as JsonObject)[step] : undefined
    }
  }
  return path
}

/** The value at a pointer; undefined if there is none. */
export function valueAt(tree: unknown, pointer: string): unknown {
  let value = tree
  for (const step of pointerSteps(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as JsonObject)[step]
  }
  return value
}

/** The steps of a pointer, unescaped (RFC 6901, section 4). */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The pointer of a member. */
export function childPointer(pointer: string, key: string | number): string {
  return `${pointer}${pointerStep(key)}`
}
