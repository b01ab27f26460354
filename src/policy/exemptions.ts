/** Exemptions: where rules do not apply, why, and until when. */
import type { LintRequest } from '../lint/policy-port.ts'
import type { Subject } from '../lint/rule.ts'
import { safeText, shorten } from '../lint/text.ts'
import type { ExemptionEntry } from './document.ts'
import { type CompiledMatch, compileMatch } from './match.ts'

export interface Exemption {
  readonly match: CompiledMatch
  /** Where it stands in the policy: `policy exemptions[0]`. */
  readonly by: string
  readonly reason: string
  /** When it ends, in milliseconds since 1970; Infinity without a date. */
  readonly endsAt: number
  covers(ruleId: string): boolean
  /** What people are told from 14 days before the end; undefined before that. */
  notice(now: number): string | undefined
}

const day = 24 * 60 * 60 * 1000
/** People hear of an exemption's end so long before it. */
export const noticeTime = 14 * day
/** Longest reason that is shown. */
const maxReasonLength = 300

/** When the day after a date begins in UTC, in milliseconds since 1970; undefined where there is no such day (2026-02-30). */
export function endOfDay(date: string): number | undefined {
  const start = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date ? undefined : start + day
}

/** Compiles one entry of the list. */
export function compileExemption(entry: ExemptionEntry, index: number): Exemption {
  const rules = new Set(entry.rules)
  const endsAt = entry.expires === undefined ? Number.POSITIVE_INFINITY : (endOfDay(entry.expires) ?? 0)
  const reason = shorten(safeText(entry.reason), maxReasonLength)
  const of = `the exemption from ${shorten(entry.rules.includes('*') ? 'all rules' : entry.rules.join(', '), 100)}${placeOf(entry)}`
  return Object.freeze({
    match: compileMatch(entry.match),
    by: `policy exemptions[${index}]`,
    reason,
    endsAt,
    covers: (ruleId: string) => rules.has(ruleId) || rules.has('*'),
    notice: (now: number) => {
      if (now < endsAt - noticeTime) return undefined
      return now < endsAt
        ? `${of} expires after ${entry.expires} (UTC): ${shorten(reason, 60)}`
        : `${of} has expired after ${entry.expires} (UTC) and has no effect any more: ${shorten(reason, 60)}`
    },
  })
}

function placeOf({ match }: ExemptionEntry): string {
  const namespaces = match?.namespaces
  return namespaces === undefined ? '' : ` for namespace ${shorten(namespaces.join(', '), 60)}`
}

/** Whether the exemption, its date aside, holds for anything of the workload. An unknown match is none: the stricter outcome. */
export function concerns(exemption: Exemption, request: LintRequest): boolean {
  const { match } = exemption
  if (match.workload(request) !== 'yes') return false
  if (!match.bySubject) return true
  const { workload } = request
  const subjects: Subject[] = [...workload.containers(), ...workload.imageUses()]
  return subjects.some((subject) => match.subject(subject, workload))
}
