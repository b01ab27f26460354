/** The interface that the engine needs from a policy; `src/policy` implements it. */
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { InitScripts } from '../script/index.ts'
import type { RulePlan } from './plan.ts'
import type { Action, AnyRule, RegistryHealth, Report, RuleContext, Subject } from './rule.ts'

/** The policy's decision about one report. */
export interface Decision {
  readonly action: Action
  /** Set if an exemption or an annotation silences the report; `action` is then the action without it. */
  readonly exempted?: { readonly by: string; readonly reason: string }
  /** Whether the rule denies even Pods, ReplicaSets and Jobs that a built-in controller makes (`everyPod`). */
  readonly everyPod: boolean
  /** True for a warning that is a denial if anyone but the built-in controller of the owner makes the object. */
  readonly isSpared?: true
}

/** A policy as it applies to one workload, created once per lint. */
export interface WorkloadPolicy {
  readonly context: RuleContext
  /** False if the rule is off for each subject of this workload, so it does not need to run. */
  isOn(ruleId: string): boolean
  /** The plan for those of the rules that are on. */
  planFor(rules: readonly AnyRule[]): RulePlan
  /** Whether a report of the rule on this workload could be a violation. */
  canDeny(ruleId: string): boolean
  /** The rule's options, with its defaults filled in. */
  options(ruleId: string): object
  /** Decides what to do about a report of the rule on the subject. @param report omitted if only the action matters */
  decide(ruleId: string, subject: Subject, report?: Report): Decision
  /** Warnings about the policy itself: annotations that name no rule, exemptions that are about to expire. */
  readonly notices: readonly string[]
}

/** The request that a workload came with: what `match` blocks look at in addition to the workload. */
export interface LintRequest {
  readonly workload: Workload
  /** Labels of the workload's namespace; undefined if they are not known. */
  readonly namespaceLabels: ReadonlyMap<string, string> | undefined
  /** The requester's user name; null outside admission. */
  readonly user: string | null
  /** Whether the built-in controller of its owner makes the object: it is denied only by rules with `everyPod`. */
  readonly isRestored?: boolean
  /** The workload's init containers with the analyses of their scripts. */
  readonly scripts: InitScripts
  /** The other objects of the same input; omitted if there are none, as at admission. */
  readonly siblings?: Siblings
  readonly now: number
  /** The results of registry probes; omitted if no registry is probed. */
  readonly registryHealth?: RegistryHealth
}
