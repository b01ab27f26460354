import type { Workload } from '../model/workload.ts'
import { absorbed } from './absorb.ts'
import type { Diagnostic, Fault, LintResult } from './diagnostic.ts'
import type { Step } from './plan.ts'
import type { Decision, WorkloadPolicy } from './policy-port.ts'
import type { Action, AnyRule, Report } from './rule.ts'
import { fillTemplate, maxValueLength } from './text.ts'

/**
 * Reports of one rule on one workload with the same action, exempted ones apart, are dropped beyond this number: a pod with thousands of
 * containers is an attack, not a pod.
 */
const maxReportsPerOutcome = 1000

/**
 * Runs the rules on a workload and completes the reports with the decisions of the policy.
 * A rule that throws never stops the others. Rules that read scripts run last;
 * the diagnostics are in the order of `rules`, then in the rule's own order.
 * @param timeIsUp called between rules; once it returns true, the remaining rules are skipped
 */
export function lint(
  workload: Workload,
  policy: WorkloadPolicy,
  rules: readonly AnyRule[],
  timeIsUp: () => boolean = () => false,
): LintResult {
  const plan = policy.planFor(rules)
  const found: Found = []
  const faults: Fault[] = []
  const skipped: string[] = []
  const hasScripts = workload.containers().some(({ role }) => role === 'init' || role === 'sidecar')
  for (const step of plan.steps) {
    const { meta } = step.rule
    if (skipped.length > 0 || timeIsUp()) {
      skipped.push(meta.id)
      continue
    }
    if (meta.readsScripts === true && !hasScripts) continue
    try {
      const diagnostics = run(step, workload, policy)
      if (diagnostics !== undefined) found[step.position] = diagnostics
    } catch (error) {
      faults.push({ rule: meta.id, error })
    }
  }
  const { waiting } = policy.context.scripts
  const incomplete = waiting.length === 0 ? skipped : [...new Set([...skipped, ...plan.readingScripts])]
  return { diagnostics: absorbed(joined(found), plan.absorbing), faults, notices: policy.notices, skipped, waiting, incomplete }
}

/** What the rules found, by their positions (see `Step`). Most rules find nothing. */
type Found = (readonly Diagnostic[] | undefined)[]

function joined(found: Found): readonly Diagnostic[] {
  const all: Diagnostic[] = []
  // One at a time: a call takes about 100,000 arguments, and an object can have more containers.
  for (const diagnostics of found) for (const diagnostic of diagnostics ?? []) all.push(diagnostic)
  return all
}

/** Runs one rule. Reports are counted per outcome, so that a thousand exempted ones hide no violation. */
function run({ rule, options }: Step, workload: Workload, policy: WorkloadPolicy): readonly Diagnostic[] | undefined {
  const reports = rule.check(workload, options, policy.context)
  let diagnostics: Diagnostic[] | undefined
  let counts: Map<string, number> | undefined
  let listed: Set<string> | undefined
  for (const report of reports) {
    const decision = policy.decide(rule.meta.id, report.subject, report)
    if (decision.action === 'off') continue
    if (report.series !== undefined) {
      const key = JSON.stringify([report.series, decision.exempted?.by])
      listed ??= new Set()
      if (listed.has(key)) continue
      listed.add(key)
    }
    const action = actionOf(report, decision)
    const outcome = decision.exempted === undefined ? action : `${action} exempted`
    counts ??= new Map()
    const count = (counts.get(outcome) ?? 0) + 1
    counts.set(outcome, count)
    diagnostics ??= []
    if (count <= maxReportsPerOutcome) diagnostics.push(complete(rule, report, action, decision))
  }
  return diagnostics
}

type NewDiagnostic = { -readonly [Key in keyof Diagnostic]: Diagnostic[Key] }

function complete(rule: AnyRule, report: Report, action: Action, decision: Decision): Diagnostic {
  const { messageId } = report
  const template: string = rule.meta.messages[messageId] ?? messageId
  const diagnostic: NewDiagnostic = {
    rule: rule.meta.id,
    severity: rule.meta.severity,
    action,
    message: fillTemplate(template, report.data, maxValueLength),
    messageId,
    data: report.data,
    pointer: report.pointer,
    subject: report.subject,
    template,
    exempted: decision.exempted,
    fix: report.fix,
  }
  if (decision.isSpared === true && action === 'warn') diagnostic.isSpared = true
  if (report.edits !== undefined) diagnostic.edits = report.edits
  return diagnostic
}

/** The action on a report, with its own reasons to be milder. */
export function actionOf({ milder, podsDecide, atMostWarn }: Report, { action, everyPod }: Pick<Decision, 'action' | 'everyPod'>): Action {
  if (atMostWarn === true && action === 'deny') return 'warn'
  return milder === true || (podsDecide === true && everyPod) ? oneStepMilder(action) : action
}

function oneStepMilder(action: Action): Action {
  if (action === 'deny') return 'warn'
  return action === 'off' ? 'off' : 'audit'
}
