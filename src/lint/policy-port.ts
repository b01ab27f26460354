/** What the engine needs of a policy; `src/policy` implements it. */
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { Action, RegistryHealth, RuleContext, Subject } from './rule.ts'

/** The policy's answer for one report. */
export interface Decision {
  readonly action: Action
  /** Present where an exemption or an annotation silences the report; `action` is then what it would have been. */
  readonly exempted?: { readonly by: string; readonly reason: string }
}

/** A policy as it holds for one workload, made once per lint. */
export interface WorkloadPolicy {
  readonly context: RuleContext
  /** False where the rule is off for every subject of this workload: it need not run. */
  isOn(ruleId: string): boolean
  /** The rule's options, its defaults filled in. */
  options(ruleId: string): object
  /** What to do about a report of the rule on the subject. */
  decide(ruleId: string, subject: Subject): Decision
  /** What the person should hear about the policy itself: annotations that name no rule, exemptions about to end. */
  readonly notices: readonly string[]
}

/** Who asks and where: what `match` blocks look at beside the workload. */
export interface LintRequest {
  readonly workload: Workload
  /** Labels of the workload's namespace; undefined where they are not known. */
  readonly namespaceLabels: ReadonlyMap<string, string> | undefined
  /** Who asks the API server, null outside admission. */
  readonly user: string | null
  readonly old: Workload | null
  /** What stands beside the workload in the same input; left out where nothing does, as at admission. */
  readonly siblings?: Siblings
  readonly now: number
  /** What probes of registries found; left out where nobody probes. */
  readonly registryHealth?: RegistryHealth
}
