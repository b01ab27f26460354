/** Reading of times and numbers of API objects, which may contain anything. */
import { asString } from '../../model/json.ts'

/** Milliseconds since 1970 of an RFC 3339 time; null if it is none. */
export function timeOf(value: unknown): number | null {
  const text = asString(value)
  if (text === undefined || text.length > 40 || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const time = Date.parse(text)
  return Number.isFinite(time) && time > 0 ? time : null
}

/** An RFC 3339 time in seconds, as Kubernetes prints it. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A whole number from 0; 0 if it is none. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0
}

/** `14:00:40 UTC`. */
export function clockText(time: number): string {
  return `${new Date(time).toISOString().slice(11, 19)} UTC`
}

/** The ends of a time span: `14:05:40` and `14:05:55 UTC`. */
export function clockTexts(from: number, to: number): readonly [string, string] {
  return [clockText(from).replace(' UTC', ''), clockText(to)]
}

/** `8 min`, in one unit. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86400)} days`
}
