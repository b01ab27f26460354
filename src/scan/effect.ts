/** What a policy does to a workload that runs already. */
import { controllerOf } from '../admission/built-in-controllers.ts'
import type { LintPorts } from '../admission/linting.ts'
import { refusesCreations } from '../admission/refused-pods.ts'
import { type Diagnostic, isViolation } from '../lint/diagnostic.ts'
import type { Workload } from '../model/workload.ts'

/**
 * From the strictest:
 * - `blocks`: the next Pod is refused, so the workload does not survive a restart of its Pods, a drain or a scale-up.
 * - `denies`: a change of what was found is refused; everything else is let in, Pods included.
 * - `warns`, `audits`: the strictest action of its findings.
 * - `exempt`: every finding is silenced by an exemption or an annotation.
 */
export type Effect = 'blocks' | 'denies' | 'warns' | 'audits' | 'exempt'

/** All effects, from the strictest. */
export const effects: readonly Effect[] = ['blocks', 'denies', 'warns', 'audits', 'exempt']

/**
 * The strictest effect of the findings; undefined if there are none.
 * @param diagnostics what a CREATE review by a person finds
 */
export function effectOf(diagnostics: readonly Diagnostic[], workload: Workload, ports: LintPorts): Effect | undefined {
  if (diagnostics.length === 0) return undefined
  if (diagnostics.some(({ refused }) => refused !== undefined)) return 'blocks'
  if (diagnostics.some(isViolation)) return isRestored(workload, ports) ? 'denies' : 'blocks'
  const acting = diagnostics.filter(({ exempted, action }) => exempted === undefined && action !== 'off')
  if (acting.some(({ action }) => action === 'warn' || action === 'fix')) return 'warns'
  return acting.length > 0 ? 'audits' : 'exempt'
}

/** Whether Pods of the denied workload return: a built-in controller makes them, and no rule denies even those. */
function isRestored(workload: Workload, ports: LintPorts): boolean {
  if (workload.kind === 'PodTemplate') return true
  return controllerOf(workload.kind) !== undefined && !refusesCreations(workload, ports)
}

/** The strictest of some effects. */
export function strictest(some: readonly (Effect | undefined)[]): Effect | undefined {
  return effects.find((effect) => some.includes(effect))
}
