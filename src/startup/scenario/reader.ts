/** Reading of single values of a scenario; what is wrong is said in sentences that name the place. */
import { isObject, type JsonObject, member } from '../../model/json.ts'

/** Collects what is wrong, as sentences. */
export interface Reader {
  problem(sentence: string): void
  note(sentence: string): void
}

/** A text in quotes, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

/** A number of seconds or the like: finite and not negative. */
export function readSeconds(reader: Reader, value: unknown, where: string, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  reader.problem(`${where} is not a number of seconds. Write a number, 0 or more.`)
  return otherwise
}

/** A text that must be there. */
export function readText(reader: Reader, value: unknown, where: string, what: string): string | undefined {
  if (typeof value === 'string') return value
  reader.problem(`${where} is not a text. Write ${what}.`)
  return undefined
}

/** An object under a key, empty where there is none. */
export function objectAt(reader: Reader, parent: JsonObject, key: string): JsonObject {
  const value = member(parent, key)
  if (value === undefined || value === null) return {}
  if (isObject(value)) return value
  reader.problem(`${key} is not an object.`)
  return {}
}
