import type { Workload } from '../model/workload.ts'
import type { Diagnostic, Fault, LintResult } from './diagnostic.ts'
import type { WorkloadPolicy } from './policy-port.ts'
import type { Action, AnyRule, Report } from './rule.ts'
import { fillTemplate } from './text.ts'

/** Maximum length of a value in a message that has no budget of its own: an image reference may have 4 KiB. */
const maxValueLength = 300

/** Reports of one rule on one workload beyond this number are dropped: a pod with thousands of containers is an attack. */
const maxReportsPerRule = 1000

/**
 * Runs the rules on a workload and completes the reports with the decisions of the policy.
 * A rule that throws never stops the others. The order is deterministic: the order of `rules`, then the rule's own order.
 * @param timeIsUp called between rules; once it returns true, the remaining rules are skipped and `complete` is false
 */
export function lint(
  workload: Workload,
  policy: WorkloadPolicy,
  rules: readonly AnyRule[],
  timeIsUp: () => boolean = () => false,
): LintResult {
  const diagnostics: Diagnostic[] = []
  const faults: Fault[] = []
  let complete = true
  for (const rule of rules) {
    if (!policy.isOn(rule.meta.id)) continue
    if (timeIsUp()) {
      complete = false
      break
    }
    try {
      diagnostics.push(...run(rule, workload, policy))
    } catch (error) {
      faults.push({ rule: rule.meta.id, error })
    }
  }
  return { diagnostics, faults, notices: policy.notices, complete }
}

function run(rule: AnyRule, workload: Workload, policy: WorkloadPolicy): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const report of rule.check(workload, policy.options(rule.meta.id), policy.context)) {
    const decision = policy.decide(rule.meta.id, report.subject)
    if (decision.action === 'off') continue
    diagnostics.push(complete(rule, report, decision))
    if (diagnostics.length === maxReportsPerRule) break
  }
  return diagnostics
}

function complete(rule: AnyRule, report: Report, decision: ReturnType<WorkloadPolicy['decide']>): Diagnostic {
  const template: string = rule.meta.messages[report.messageId] ?? report.messageId
  return {
    rule: rule.meta.id,
    severity: rule.meta.severity,
    action: actionOf(report, decision.action),
    message: fillTemplate(template, report.data, maxValueLength),
    messageId: report.messageId,
    data: report.data,
    pointer: report.pointer,
    subject: report.subject,
    template,
    exempted: decision.exempted,
    fix: report.fix,
  }
}

function actionOf({ milder, atMostWarn }: Report, action: Action): Action {
  if (atMostWarn === true && action === 'deny') return 'warn'
  return milder === true ? oneStepMilder(action) : action
}

/** How strict an action is: audit < warn = fix < deny. */
export const strictness: Readonly<Record<Action, number>> = { off: 0, audit: 1, warn: 2, fix: 2, deny: 3 }

function oneStepMilder(action: Action): Action {
  if (action === 'deny') return 'warn'
  return action === 'off' ? 'off' : 'audit'
}
