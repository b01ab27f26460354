import type { Workload } from '../model/workload.ts'
import { absorbed } from './absorb.ts'
import type { Diagnostic, Fault, LintResult } from './diagnostic.ts'
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
  const found = new Map<AnyRule, readonly Diagnostic[]>()
  const faults: Fault[] = []
  const skipped: string[] = []
  const on = rules.filter(({ meta }) => policy.isOn(meta.id))
  const readsScripts = ({ meta }: AnyRule): boolean => meta.readsScripts === true
  for (const rule of [...on.filter((rule) => !readsScripts(rule)), ...on.filter(readsScripts)]) {
    if (skipped.length > 0 || timeIsUp()) {
      skipped.push(rule.meta.id)
      continue
    }
    try {
      found.set(rule, run(rule, workload, policy))
    } catch (error) {
      faults.push({ rule: rule.meta.id, error })
    }
  }
  const { waiting } = policy.context.scripts
  const incomplete = waiting.length === 0 ? skipped : [...new Set([...skipped, ...on.filter(readsScripts).map(({ meta }) => meta.id)])]
  const diagnostics = absorbed(
    on.flatMap((rule) => found.get(rule) ?? []),
    on,
  )
  return { diagnostics, faults, notices: policy.notices, skipped, waiting, incomplete }
}

/** Runs one rule. Reports are counted per outcome, so that a thousand exempted ones hide no violation. */
function run(rule: AnyRule, workload: Workload, policy: WorkloadPolicy): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const counts = new Map<string, number>()
  for (const report of rule.check(workload, policy.options(rule.meta.id), policy.context)) {
    const decision = policy.decide(rule.meta.id, report.subject)
    if (decision.action === 'off') continue
    const action = actionOf(report, decision)
    const outcome = `${action} ${decision.exempted !== undefined}`
    const count = (counts.get(outcome) ?? 0) + 1
    counts.set(outcome, count)
    if (count <= maxReportsPerOutcome) diagnostics.push(complete(rule, report, action, decision))
  }
  return diagnostics
}

function complete(rule: AnyRule, report: Report, action: Action, decision: Decision): Diagnostic {
  const { messageId } = report
  const template: string = rule.meta.messages[messageId] ?? messageId
  return {
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
    ...(decision.isSpared === true && action === 'warn' ? { isSpared: true } : {}),
    fix: report.fix,
    ...(report.edits === undefined ? {} : { edits: report.edits }),
  }
}

function actionOf({ milder, podsDecide, atMostWarn }: Report, { action, everyPod }: Decision): Action {
  if (atMostWarn === true && action === 'deny') return 'warn'
  return milder === true || (podsDecide === true && everyPod) ? oneStepMilder(action) : action
}

function oneStepMilder(action: Action): Action {
  if (action === 'deny') return 'warn'
  return action === 'off' ? 'off' : 'audit'
}
