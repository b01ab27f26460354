import { type Diagnostic, type LintResult, subjectName } from '../lint/diagnostic.ts'
import { lint } from '../lint/engine.ts'
import type { AnyRule } from '../lint/rule.ts'
import { safeText, shorten } from '../lint/text.ts'
import type { Workload } from '../model/workload.ts'
import { notesOf, type WorkloadNote } from './notes.ts'
import type { AdmissionPorts, JudgedReview } from './ports.ts'
import { type AdmissionRecord, auditAnnotations, rulesOf } from './record.ts'
import { allowed, type Cause, denied, type ReviewResponse } from './response.ts'
import { hasReader } from './scope.ts'
import { subjectPrefix, warningLines, withinBudget } from './warnings.ts'

/** A reply, and what the record says of it. */
export interface Judgement {
  readonly review: ReviewResponse
  /** What nobody hears; empty where nobody takes notes. */
  readonly notes: readonly WorkloadNote[]
  readonly outcome: Pick<AdmissionRecord, 'verdict' | 'rules' | 'faults' | 'complete'>
}

/** Longest denial message (requirement: 1 KiB); the causes hold the rest. */
const maxDenialMessage = 1024

/** Judges the object as it will be stored: warnings, or a denial with every Violation. Never holds a patch. */
export function validate(judged: JudgedReview, ports: AdmissionPorts): Judgement {
  const { request, workload, old } = judged
  const result = lintWorkload(workload, old, judged, ports, ports.registry.rules)
  const diagnostics = old === null ? result.diagnostics : judgeChange(result.diagnostics, judged, ports)
  const violations = diagnostics.filter((diagnostic) => diagnostic.action === 'deny' && diagnostic.exempted === undefined)
  const heard = hasReader(request, workload, ports.policy)
  const warnings = heard ? warningsOf(diagnostics, result) : []
  const extras = { warnings, auditAnnotations: auditAnnotations(diagnostics, ports.policy.id) }
  const outcome = { rules: rulesOf(diagnostics), faults: result.faults, complete: result.complete }
  if (violations.length > 0) {
    return {
      review: denied(request.uid, denialMessage(violations), violations.map(causeOf), extras),
      notes: [],
      outcome: { verdict: 'denied', ...outcome },
    }
  }
  const notes = ports.takesNotes === true && !heard && !request.dryRun ? notesOf(diagnostics, judged, ports.policy) : []
  return { review: allowed(request.uid, extras), notes, outcome: { verdict: warnings.length > 0 ? 'warned' : 'allowed', ...outcome } }
}

/** Asks the rules about one version of the object. */
export function lintWorkload(
  workload: Workload,
  old: Workload | null,
  { request }: JudgedReview,
  ports: AdmissionPorts,
  rules: readonly AnyRule[],
): LintResult {
  const policy = ports.policy.forWorkload({
    workload,
    namespaceLabels: ports.namespaceLabels(workload.namespace),
    user: request.user,
    old,
    now: ports.now,
    registryHealth: ports.registryHealth,
  })
  return lint(workload, policy, rules, ports.timeIsUp)
}

/**
 * An UPDATE is judged for what it changes: a Violation that the old object had as well is a warning, or a policy that became stricter
 * would block every later change of what exists. A new ephemeral container is no occasion to speak of the others.
 */
function judgeChange(diagnostics: readonly Diagnostic[], judged: JudgedReview, ports: AdmissionPorts): readonly Diagnostic[] {
  const onlyNew = judged.request.subResource === 'ephemeralcontainers'
  if (judged.old === null || !(onlyNew || diagnostics.some(({ action }) => action === 'deny'))) return diagnostics
  const before = new Set(lintWorkload(judged.old, null, judged, ports, ports.registry.rules).diagnostics.map(identity))
  return diagnostics.map((diagnostic) => {
    if (!before.has(identity(diagnostic))) return diagnostic
    if (onlyNew) return { ...diagnostic, action: 'audit' as const }
    return diagnostic.action === 'deny' ? { ...diagnostic, action: 'warn' as const } : diagnostic
  })
}

/** What makes two findings of two versions the same: rule, container, data; not the place, which moves, nor the wording. */
function identity({ rule, subject, data }: Diagnostic): string {
  return JSON.stringify([rule, subject?.list ?? null, subjectName(subject), data])
}

function warningsOf(diagnostics: readonly Diagnostic[], { faults, notices, complete }: LintResult): string[] {
  const warned = diagnostics.filter(({ action, exempted }) => (action === 'warn' || action === 'fix') && exempted === undefined)
  const lines = warningLines(warned)
  for (const { rule } of faults)
    lines.push(`[${rule}] the rule failed and did not judge this object; tell the cluster admin, initlint's log says more`)
  for (const notice of notices) lines.push(`[initlint] ${safeText(notice)}`)
  if (!complete) lines.push('[initlint] time ran out before every rule was asked; the object was let in unjudged by the others')
  return withinBudget(lines)
}

function causeOf(diagnostic: Diagnostic): Cause {
  const text = `${subjectPrefix(diagnostic, [subjectName(diagnostic.subject)])}${diagnostic.message}`
  return { reason: diagnostic.rule, message: text, field: diagnostic.pointer }
}

/** Names every rule that denied, then says as much of each as there is room for. */
function denialMessage(violations: readonly Diagnostic[]): string {
  const rules = [...new Set(violations.map(({ rule }) => rule))]
  return shorten(`denied by ${rules.join(', ')}: ${warningLines(violations).join('; ')}`, maxDenialMessage)
}
