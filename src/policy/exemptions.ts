/** Exemptions: the objects to which rules do not apply, the reasons, and the expiry dates. */
import type { LintRequest } from '../lint/policy-port.ts'
import type { Subject } from '../lint/rule.ts'
import { safeText, shorten } from '../lint/text.ts'
import type { ExemptionEntry } from './document.ts'
import { type CompiledMatch, compileMatch } from './match.ts'
import type { MergedPolicy } from './merge.ts'

export interface Exemption {
  readonly match: CompiledMatch
  /** Its place in the policy: `policy exemptions[0]`. */
  readonly by: string
  readonly reason: string
  /** When it expires, in milliseconds since 1970; Infinity without a date. */
  readonly endsAt: number
  covers(ruleId: string): boolean
  /** A notice for 14 days before the expiry; undefined before that and after it. */
  notice(now: number): string | undefined
}

const day = 24 * 60 * 60 * 1000
/** How long before the expiry of an exemption notices begin, ms. */
export const noticeTime = 14 * day
/** Longest reason that is shown. */
const maxReasonLength = 300

/** The end of a date in UTC, in milliseconds since 1970; undefined if the date does not exist (2026-02-30). */
export function endOfDay(date: string): number | undefined {
  const start = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date ? undefined : start + day
}

/** Compiles one entry of the list. */
export function compileExemption(entry: ExemptionEntry, index: number): Exemption {
  const rules = new Set(entry.rules)
  const endsAt = entry.expires === undefined ? Number.POSITIVE_INFINITY : (endOfDay(entry.expires) ?? 0)
  const reason = shorten(safeText(entry.reason), maxReasonLength)
  const exemption = `the exemption from ${shorten(entry.rules.includes('*') ? 'all rules' : entry.rules.join(', '), 100)}${scopeOf(entry)}`
  return Object.freeze({
    match: compileMatch(entry.match),
    by: `policy exemptions[${index}]`,
    reason,
    endsAt,
    covers: (ruleId: string) => rules.has(ruleId) || rules.has('*'),
    notice: (now: number) => {
      const isSoon = now >= endsAt - noticeTime && now < endsAt
      return isSoon ? `${exemption} expires after ${entry.expires} (UTC): ${shorten(reason, 60)}` : undefined
    },
  })
}

function scopeOf({ match }: ExemptionEntry): string {
  const namespaces = match?.namespaces
  return namespaces === undefined ? '' : ` for namespace ${shorten(namespaces.join(', '), 60)}`
}

/**
 * The exemptions that have expired, one line each, with their places. Only the authors of the policy can do something about them, so they
 * are no notices.
 * @param now ms since 1970
 */
export function endedExemptions({ document, origin }: MergedPolicy, now: number): readonly string[] {
  return (document.exemptions ?? []).flatMap(({ expires }, index) => {
    const end = expires === undefined ? undefined : endOfDay(expires)
    if (end === undefined || now < end) return []
    const { file, line } = origin(`/exemptions/${index}`) ?? { file: '', line: 1 }
    return `${shorten(safeText(file), 60)}:${line}: exemptions[${index}] expired after ${expires} (UTC)`
  })
}

/** Whether the exemption, apart from its date, applies to any part of the workload. An unknown match counts as none, which is stricter. */
export function concerns(exemption: Exemption, request: LintRequest): boolean {
  const { match } = exemption
  if (match.workload(request) !== 'yes') return false
  if (!match.bySubject) return true
  const { workload } = request
  const subjects: Subject[] = [...workload.containers(), ...workload.imageUses()]
  return subjects.some((subject) => match.subject(subject, workload) === 'yes')
}
