import type { Position } from '../manifest/index.ts'
import { type JsonObject, pointerStep, pointerSteps } from '../model/json.ts'
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

/** The pointer of a member. */
export function childPointer(pointer: string, key: string | number): string {
  return `${pointer}${pointerStep(key)}`
}
