import { type Diagnostic, isViolation, type LintResult, subjectName } from '../lint/diagnostic.ts'
import { safeText, shorten } from '../lint/text.ts'
import { isFromBuiltInController } from './built-in-controllers.ts'
import { fixedInPods } from './fixes.ts'
import { lintWorkload, policyFor } from './linting.ts'
import { maskedFindings } from './masking.ts'
import { noteOf, type WorkloadNote } from './notes.ts'
import type { AdmissionPorts, JudgedReview } from './ports.ts'
import { type AdmissionRecord, auditAnnotations, decided, rulesOf, sparedRules } from './record.ts'
import { withRefusals } from './refused-pods.ts'
import { allowed, type Cause, denied, type ReviewResponse } from './response.ts'
import { hasReader } from './scope.ts'
import { containerPrefix, isWarned, speaker, subjectPrefix, type WarningText, warningLines, withinBudget } from './warnings.ts'

/** A response and its outcome for the record. */
export interface Judgment {
  readonly review: ReviewResponse
  /** The findings if their warnings have no reader; never if `takesNotes` is not set. */
  readonly note?: WorkloadNote | undefined
  readonly outcome: Pick<AdmissionRecord, 'verdict' | 'rules' | 'spared' | 'faults' | 'complete' | 'waiting' | 'undecided' | 'skipped'>
}

/** Maximum length of a denial message: 1 KiB. The causes contain the rest. */
const maxDenialMessage = 1024

/** What was found in one pod template. */
interface Findings {
  readonly result: LintResult
  readonly diagnostics: readonly Diagnostic[]
  /** Those that are not shown because the object had them before the update. */
  readonly repeated: ReadonlySet<Diagnostic>
  /** False if all violations may be old ones. */
  readonly isSure: boolean
  readonly couldDeny: boolean
  /** Those of a template that /mutate will fix in its Pods. */
  readonly inPods: readonly Diagnostic[]
}

function findingsOf(judged: JudgedReview, ports: AdmissionPorts): Findings {
  const { request, workload } = judged
  const policy = policyFor(workload, request, ports)
  const result = lintWorkload(workload, policy, ports, ports.registry.rules)
  const found = result.diagnostics
  const { diagnostics: changed, repeated, isSure } = judgeChange(found, judged, ports)
  const told = withRefusals(changed, workload, ports)
  const diagnostics = told === changed ? changed : maskedFindings(told, ports.registry)
  const inPods = fixedInPods(diagnostics, judged, ports)
  return { result, diagnostics, repeated, isSure, couldDeny: result.incomplete.some((rule) => policy.canDeny(rule)), inPods }
}

/** The findings of several templates of one object as those of one. A violation is sure if it is sure in its template. */
function together(all: readonly Findings[]): Findings {
  const [first] = all
  if (first !== undefined && all.length === 1) return first
  const unique = <T>(list: (result: LintResult) => readonly T[]): readonly T[] => [...new Set(all.flatMap(({ result }) => list(result)))]
  return {
    result: {
      diagnostics: all.flatMap(({ result }) => result.diagnostics),
      faults: unique(({ faults }) => faults),
      notices: unique(({ notices }) => notices),
      skipped: unique(({ skipped }) => skipped),
      waiting: unique(({ waiting }) => waiting),
      incomplete: unique(({ incomplete }) => incomplete),
    },
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
    repeated: new Set(all.flatMap(({ repeated }) => [...repeated])),
    isSure: all.some(({ isSure, diagnostics }) => isSure && diagnostics.some(isViolation)),
    couldDeny: all.some((each) => each.couldDeny),
    inPods: all.flatMap(({ inPods }) => inPods),
  }
}

/**
 * Checks the object as it will be stored: returns warnings, or a denial with every violation. Never returns a patch.
 * @param more the other pod templates of a custom resource
 */
export function validate(judged: JudgedReview, ports: AdmissionPorts, more: readonly JudgedReview[] = []): Judgment {
  const { request, workload } = judged
  const findings = together([judged, ...more].map((each) => findingsOf(each, ports)))
  const { result, diagnostics, repeated, isSure, couldDeny } = findings
  const violations = diagnostics.filter(isViolation)
  const isRead = hasReader(request, workload, ports.policy)
  const warnings = isRead ? warningsOf(findings, ports.docsBase) : []
  const extras = { warnings, auditAnnotations: auditAnnotations(diagnostics, ports.policy.id) }
  const outcome = {
    rules: rulesOf(diagnostics),
    spared: sparedRules(diagnostics),
    faults: result.faults,
    complete: result.skipped.length === 0,
    waiting: result.waiting.length,
    undecided: false,
  }
  if (violations.length > 0 && isSure) {
    return {
      review: denied(request.uid, denialMessage(violations), violations.map(causeOf), extras),
      outcome: { verdict: 'denied', ...outcome },
    }
  }
  if (violations.length > 0 || couldDeny) {
    const message = result.skipped.length > 0 ? outOfTime : stillAnalyzing
    const undecided = result.skipped.length === 0
    return { review: denied(request.uid, message, [], extras), outcome: { verdict: 'denied', ...outcome, undecided } }
  }
  const isUnread = !isRead || isFromBuiltInController(request, workload)
  const note =
    ports.takesNotes === true && isUnread && !request.dryRun ? noteOf(linesOf(findings, repeated), judged, ports.policy) : undefined
  return { review: allowed(request.uid, extras), note, outcome: { verdict: warnings.length > 0 ? 'warned' : 'allowed', ...outcome } }
}

/**
 * Answers an UPDATE that leaves the PodSpec as it is, so that no rule runs, but leads to new Pods. It is never denied, but says whether they
 * will be refused: `kubectl rollout restart` would otherwise answer without a word.
 */
export function judgeRestart({ request, workload }: JudgedReview, ports: AdmissionPorts): Judgment {
  const diagnostics = maskedFindings(withRefusals([], workload, ports), ports.registry)
  const lines = warningLines(diagnostics)
  const warnings = hasReader(request, workload, ports.policy) ? withinBudget(lines, speaker(lines, ports.docsBase)) : []
  const review = allowed(request.uid, { warnings, auditAnnotations: auditAnnotations(diagnostics, ports.policy.id) })
  const verdict = warnings.length > 0 ? 'warned' : 'allowed'
  return { review, outcome: { verdict, rules: rulesOf(diagnostics), faults: [], complete: true, ...decided, skipped: 'unchanged' } }
}

const outOfTime = 'initlint ran out of time before every rule had run, and a rule that did not run denies in this namespace; try again'
const stillAnalyzing = 'initlint is still analyzing the script; try again'

/**
 * Checks an UPDATE only for what it changes. A finding that the old object also has is counted but not repeated; a violation becomes a
 * warning, because otherwise a stricter policy would block every later change of existing objects. For a new ephemeral container, findings
 * on other containers are not repeated at all.
 */
function judgeChange(
  diagnostics: readonly Diagnostic[],
  { request, workload: { old } }: JudgedReview,
  ports: AdmissionPorts,
): Pick<Findings, 'diagnostics' | 'repeated' | 'isSure'> {
  const onlyNew = request.subResource === 'ephemeralcontainers'
  if (old === null || !diagnostics.some(({ action }) => action !== 'audit')) return { diagnostics, repeated: new Set(), isSure: true }
  // Only the rules that found something on the new object can have found the same on the old one.
  const found = new Set(diagnostics.flatMap(({ rule, absorbed = [] }) => [rule, ...absorbed.map((other) => other.rule)]))
  const rules = ports.registry.rules.filter(({ meta }) => found.has(meta.id))
  const result = lintWorkload(old, policyFor(old, request, ports), ports, rules)
  const before = new Set(result.diagnostics.map(identity))
  const repeated = new Set<Diagnostic>()
  const changed = diagnostics.map((diagnostic): Diagnostic => {
    if (!before.has(identity(diagnostic))) return diagnostic
    const isShown = !onlyNew && diagnostic.action === 'deny'
    const old: Diagnostic = { ...diagnostic, action: isShown ? 'warn' : 'audit' }
    if (!isShown && isWarned(diagnostic)) repeated.add(old)
    return old
  })
  const isOld = (rule: string): boolean => result.incomplete.includes(rule)
  const isSure = changed.some(({ rule, action, exempted }) => action === 'deny' && exempted === undefined && !isOld(rule))
  return { diagnostics: changed, repeated, isSure: isSure || result.incomplete.length === 0 }
}

/**
 * Identifies a finding across two versions of the object: by rule, container and data, but not by place, wording and advice, which may
 * change.
 */
function identity({ rule, subject, data }: Diagnostic): string {
  const { advice: _advice, change: _change, ...facts } = data
  return JSON.stringify([rule, subject?.list ?? null, subjectName(subject), facts])
}

/** The lines about the findings that are warnings, and about others. */
function linesOf({ diagnostics, inPods }: Findings, others: ReadonlySet<Diagnostic> = new Set()): readonly string[] {
  const shown = diagnostics.filter((found) => isWarned(found) || others.has(found))
  const fixed = new Set(inPods)
  return warningLines(shown, (found) => (fixed.has(found) ? withPodsFixed(found) : found))
}

function warningsOf(all: Findings, docsBase: string): string[] {
  const { faults, notices, skipped, waiting } = all.result
  const findings = linesOf(all)
  const lines = [...findings]
  for (const { rule } of faults)
    lines.push(`[${rule}] internal error: the rule did not check this object; ask your cluster administrator to check the log of initlint`)
  for (const notice of notices) lines.push(`[initlint] ${safeText(notice)}`)
  if (skipped.length > 0)
    lines.push('[initlint] initlint ran out of time before every rule had run; apply the object again to see the rest')
  if (waiting.length > 0)
    lines.push(`[initlint] ${containerPrefix('initContainers', waiting)}not analyzed yet; apply the object again later to see its findings`)
  return withinBudget(lines, speaker(findings, docsBase))
}

/** The text of a finding on a template whose Pods are changed by /mutate. */
function withPodsFixed({ template, message, data }: Diagnostic): WarningText {
  const end = ' (its Pods will be fixed)'
  return { template: `${template}${end}`, message: `${message}${end}`, data }
}

function causeOf(diagnostic: Diagnostic): Cause {
  const text = `${subjectPrefix(diagnostic, [subjectName(diagnostic.subject)])}${diagnostic.message}`
  return { reason: diagnostic.rule, message: text, field: diagnostic.pointer }
}

/** Lists every rule that denied, followed by as much of their messages as fits. */
function denialMessage(violations: readonly Diagnostic[]): string {
  const rules = [...new Set(violations.map(({ rule }) => rule))]
  return shorten(`denied by ${rules.join(', ')}: ${warningLines(violations).join('; ')}`, maxDenialMessage)
}
