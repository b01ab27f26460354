/** A policy as it applies to one workload and one requester. */

import type { RulePlan } from '../lint/plan.ts'
import type { Decision, LintRequest, WorkloadPolicy } from '../lint/policy-port.ts'
import type { Action, AnyRule, RegistryFacts, RuleContext, Subject } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { type Ignores, ignoreAnnotation, readIgnores } from './annotations.ts'
import { type Decisions, flagOf, fold, isEveryPod, type Matched, type Override, type RuleSetting } from './effective.ts'
import { concerns, type Exemption } from './exemptions.ts'
import { withHealth } from './registries.ts'

const off: RuleSetting = Object.freeze({ action: 'off', options: Object.freeze({}), ignorable: false, everyPod: false })
const decisionsFor = (everyPod: boolean): Readonly<Record<Action, Decision>> =>
  Object.freeze({
    off: Object.freeze({ action: 'off', everyPod }),
    audit: Object.freeze({ action: 'audit', everyPod }),
    warn: Object.freeze({ action: 'warn', everyPod }),
    fix: Object.freeze({ action: 'fix', everyPod }),
    deny: Object.freeze({ action: 'deny', everyPod }),
  })
const [ordinary, forEveryPod] = [decisionsFor(false), decisionsFor(true)]
const spared: Decision = Object.freeze({ action: 'warn', everyPod: false, isSpared: true })
const noNotices: readonly string[] = Object.freeze([])
const noOverrides: readonly Matched[] = Object.freeze([])
const noMatches: ReadonlyMap<Override, Matched> = new Map()
const noExemptions: ReadonlySet<Exemption> = new Set()

/** The policy for one workload and one requester. */
export function decideFor(policy: Decisions, request: LintRequest): WorkloadPolicy {
  return new AppliedPolicy(policy, request)
}

/** A class: for each review, an object literal with as many functions would take ten times the memory. */
class AppliedPolicy implements WorkloadPolicy {
  readonly context: RuleContext
  readonly notices: readonly string[]
  readonly #policy: Decisions
  readonly #request: LintRequest
  readonly #matched: readonly Matched[]
  readonly #byOverride: ReadonlyMap<Override, Matched>
  readonly #possible: readonly Matched[]
  readonly #exemptions: readonly Exemption[]
  readonly #active: ReadonlySet<Exemption>
  readonly #ignores: Ignores | undefined

  constructor(policy: Decisions, request: LintRequest) {
    this.#policy = policy
    this.#request = request
    this.#matched = matchedOverrides(policy, request)
    this.#byOverride = this.#matched === noOverrides ? noMatches : new Map(this.#matched.map((entry) => [entry.override, entry]))
    this.#possible = this.#matched === noOverrides ? noOverrides : this.#matched.map(asPossible)
    this.#exemptions = policy.exemptions.length === 0 ? policy.exemptions : activeExemptions(policy, request)
    this.#active = this.#exemptions.length === 0 ? noExemptions : new Set(this.#exemptions)
    this.#ignores = readIgnores(request.workload, policy.annotations, policy.registry)
    this.context = contextOf(policy, request)
    this.notices = noticesOf(policy, request, this.#ignores)
  }

  isOn(ruleId: string): boolean {
    return !this.#policy.idle.has(ruleId) && this.#strictest(ruleId) !== 'off'
  }

  planFor(rules: readonly AnyRule[]): RulePlan {
    return this.#policy.plans.get(
      rules,
      this.#matched,
      (ruleId) => this.isOn(ruleId),
      (ruleId) => this.options(ruleId),
    )
  }

  canDeny(ruleId: string): boolean {
    return (
      !this.#policy.harmless.has(ruleId) &&
      this.#strictest(ruleId) === 'deny' &&
      (this.#request.isRestored !== true || isEveryPod(this.#setting(ruleId), this.#changing(ruleId, this.#possible), ruleId)) &&
      !this.#exemptions.some(({ covers, match }) => covers(ruleId) && !match.bySubject)
    )
  }

  options(ruleId: string): object {
    return optionsOf(this.#setting(ruleId), this.#changing(ruleId, this.#matched), ruleId)
  }

  decide(ruleId: string, subject: Subject): Decision {
    const [policy, request, ignores] = [this.#policy, this.#request, this.#ignores]
    const base = this.#setting(ruleId)
    const here = policy.overridden.has(ruleId) ? matchedOn(policy, subject, request, this.#byOverride) : noOverrides
    const action = fold(base.action, here, ruleId)
    const everyPod = isEveryPod(base, here, ruleId)
    const decision = action === 'deny' && request.isRestored === true && !everyPod ? spared : (everyPod ? forEveryPod : ordinary)[action]
    if (action === 'off' || (this.#exemptions.length === 0 && ignores === undefined)) return decision
    const exempted =
      exemptedBy(policy, this.#active, ruleId, subject, request) ??
      (ignores !== undefined && (action !== 'deny' || isIgnorable(base, here, ruleId)) ? ignoredBy(ignores, ruleId, subject) : undefined)
    return exempted === undefined ? decision : { action, exempted, everyPod }
  }

  /** The strictest action that the rule can have for a subject of this workload. */
  #strictest(ruleId: string): Action {
    return fold(this.#setting(ruleId).action, this.#changing(ruleId, this.#possible), ruleId)
  }

  #setting(ruleId: string): RuleSetting {
    return this.#policy.settings.get(ruleId) ?? off
  }

  #changing(ruleId: string, overrides: readonly Matched[]): readonly Matched[] {
    return this.#policy.overridden.has(ruleId) ? overrides : noOverrides
  }
}

function matchedOverrides(policy: Decisions, request: LintRequest): readonly Matched[] {
  if (policy.overrides.length === 0) return noOverrides
  const matched: Matched[] = []
  for (const override of policy.overrides) {
    const outcome = override.match.workload(request)
    if (outcome !== 'no') matched.push({ override, outcome })
  }
  return matched.length === 0 ? noOverrides : matched
}

/** An override as seen for the entire workload: if it matches containers, images or roles, it only may apply. */
function asPossible(entry: Matched): Matched {
  return entry.override.match.bySubject && entry.outcome === 'yes' ? { override: entry.override, outcome: 'unknown' } : entry
}

/** The overrides that match a report, in their order. @param matched those that match the workload */
function matchedOn(
  policy: Decisions,
  subject: Subject,
  { workload }: LintRequest,
  matched: ReadonlyMap<Override, Matched>,
): readonly Matched[] {
  const here: Matched[] = []
  for (const position of policy.overridesOn(subject, workload)) {
    const override = policy.overrides[position]
    const entry = override && matched.get(override)
    if (entry === undefined) continue
    const { match } = entry.override
    const outcome = match.bySubject ? match.subject(subject, workload) : 'yes'
    if (outcome !== 'no') here.push(outcome === 'yes' ? entry : { override: entry.override, outcome })
  }
  return here
}

function optionsOf(setting: RuleSetting, matched: readonly Matched[], ruleId: string): object {
  let options = setting.options
  for (const { override, outcome } of matched) {
    const changed = outcome === 'yes' ? override.changes.get(ruleId)?.options : undefined
    if (changed !== undefined) options = { ...options, ...changed }
  }
  return options
}

/** Whether an annotation may silence even a denial: only if that is certain. */
function isIgnorable(setting: RuleSetting, matched: readonly Matched[], ruleId: string): boolean {
  return flagOf('ignorable', false, setting, matched, ruleId)
}

function activeExemptions(policy: Decisions, request: LintRequest): readonly Exemption[] {
  return policy.exemptions.filter((exemption) => request.now < exemption.endsAt && exemption.match.workload(request) === 'yes')
}

type Exempted = Decision['exempted']

/** @param active the exemptions that have not expired and match the workload */
function exemptedBy(
  policy: Decisions,
  active: ReadonlySet<Exemption>,
  ruleId: string,
  subject: Subject,
  { workload }: LintRequest,
): Exempted {
  if (active.size === 0) return undefined
  for (const position of policy.exemptionsOn(subject, workload)) {
    const exemption = policy.exemptions[position]
    if (exemption === undefined || !active.has(exemption) || !exemption.covers(ruleId)) continue
    const { match, by, reason } = exemption
    if (!match.bySubject || match.subject(subject, workload) === 'yes') return { by, reason }
  }
  return undefined
}

function ignoredBy(ignores: Ignores, ruleId: string, subject: Subject): Exempted {
  const reason = ignores.reasonFor(ruleId, subject)
  return reason === undefined ? undefined : { by: `annotation ${ignoreAnnotation}`, reason }
}

function noticesOf(policy: Decisions, request: LintRequest, ignores: Ignores | undefined): readonly string[] {
  if (ignores === undefined && policy.exemptions.length === 0) return noNotices
  const notices: string[] = [...(ignores?.notices ?? [])]
  for (const exemption of policy.exemptions) {
    const notice = exemption.notice(request.now)
    if (notice !== undefined && concerns(exemption, request)) notices.push(notice)
  }
  return notices
}

function contextOf({ images, alwaysPullImages, runtime }: Decisions, { now, scripts, siblings, registryHealth }: LintRequest): RuleContext {
  const { isPreloaded, isMutableTag, isPlaceholder } = images
  const registry = registryHealth === undefined || registryHealth.size === 0 ? images.registry : withHealth(images, registryHealth)
  return {
    registry: oncePerReference(registry),
    isPreloaded,
    isMutableTag,
    isPlaceholder,
    alwaysPullImages,
    runtime,
    now,
    scripts,
    siblings,
    shared: {},
  }
}

/** Several rules ask about each image of a review, and a review may have more images than the policy's own cache holds. */
function oncePerReference(registry: RuleContext['registry']): RuleContext['registry'] {
  const known = new Map<ImageReference, RegistryFacts>()
  return (reference) => {
    const facts = known.get(reference) ?? registry(reference)
    known.set(reference, facts)
    return facts
  }
}
