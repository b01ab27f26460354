/** Reads single values of a scenario; problems are sentences that name the place. */

import { isObject, type JsonObject, member } from '../../model/json.ts'
import { nearest } from '../../model/nearest.ts'

/** Collects problems and notes, as sentences. */
export interface Reader {
  problem(sentence: string): void
  note(sentence: string): void
}

/** A string in quotes, truncated if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

/** Notes the keys of an object that are not known, each with the known key that was probably meant. @param where '' for the scenario */
export function noteUnknownKeys(reader: Reader, value: unknown, known: readonly string[], where: string): void {
  if (!isObject(value)) return
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const place = where === '' ? 'The scenario' : where
    const meant = nearest(key, known)
    const hint = meant === undefined ? `Known keys are ${known.join(', ')}.` : `Did you mean ${meant}?`
    reader.note(`${place} has the unknown key ${quoted(key)}, which has no effect. ${hint}`)
  }
}

/** A number of seconds: finite and not negative. */
export function readSeconds(reader: Reader, value: unknown, where: string, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  reader.problem(`${where} is not a number of seconds. Write a number, 0 or more.`)
  return otherwise
}

/** A required string. @param what the expected value, for the problem */
export function readText(reader: Reader, value: unknown, where: string, what: string): string | undefined {
  if (typeof value === 'string') return value
  reader.problem(`${where} is not a string. Write ${what}.`)
  return undefined
}

/** The object under a key, empty if the key is absent. */
export function objectAt(reader: Reader, parent: JsonObject, key: string): JsonObject {
  const value = member(parent, key)
  if (value === undefined || value === null) return {}
  if (isObject(value)) return value
  reader.problem(`${key} is not an object.`)
  return {}
}
