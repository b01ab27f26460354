import type { Diagnostic } from '../lint/diagnostic.ts'
import { fillTemplate } from '../lint/text.ts'
import { type FixedDiagnostic, fixesOf, patchOf } from './fixes.ts'
import type { AdmissionPorts, JudgedReview } from './ports.ts'
import { auditAnnotations, decided, rulesOf } from './record.ts'
import { allowed, patched } from './response.ts'
import { hasReader } from './scope.ts'
import type { Judgment } from './validate.ts'
import { omitted, type WarningText, warningLimits, warningLines, withinBudget } from './warnings.ts'

/** Applies the fixes that the policy requests, with a warning old -> new for each. Denies nothing: `validate` checks the final object. */
export function mutate(judged: JudgedReview, ports: AdmissionPorts): Judgment {
  const { request, workload } = judged
  const { fixes, result } = fixesOf(judged, ports)
  const complete = result === undefined || result.skipped.length === 0
  const outcome = { rules: rulesOf(fixes), faults: result?.faults ?? [], complete, ...decided }
  const lines = hasReader(request, workload, ports.policy) ? warningLines(fixes, fixText) : []
  const warnings = withinBudget(lines, omitted(lines.length, 'initlint lint shows all'))
  const extras = { warnings, auditAnnotations: auditAnnotations(fixes, ports.policy.id) }
  if (fixes.length === 0) return { review: allowed(request.uid, extras), outcome: { verdict: 'allowed', ...outcome } }
  return { review: patched(request.uid, patchOf(fixes), extras), outcome: { verdict: 'patched', ...outcome } }
}

const fixTemplate = '{{field}} {{from}} -> {{to}}: {{because}}'

function fixText(diagnostic: Diagnostic): WarningText {
  const { fix, subject } = diagnostic as FixedDiagnostic
  const field = subject?.list === 'volumes' ? 'pullPolicy' : 'imagePullPolicy'
  const data = { field, from: fix.from, to: fix.to, because: fix.because }
  return { message: fillTemplate(fixTemplate, data, warningLimits.each), template: fixTemplate, data }
}
