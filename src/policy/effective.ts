/** The effective policy: compiled once when it is loaded, then consulted for each workload. */

import type { Decision, LintRequest, WorkloadPolicy } from '../lint/policy-port.ts'
import type { Registry } from '../lint/registry.ts'
import type { Action, AnyRule, RegistryFacts, RuleContext, Subject } from '../lint/rule.ts'
import { strictness } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { type AnnotationSettings, annotationSettings, type Ignores, ignoreAnnotation, readIgnores } from './annotations.ts'
import { meantAction, type OverrideEntry, type PolicyDocument, type RuleEntries, ruleEntry } from './document.ts'
import { compileExemption, concerns, type Exemption } from './exemptions.ts'
import { type CompiledMatch, compileMatch, type Outcome } from './match.ts'
import { presetAction } from './presets.ts'
import { compileImageFacts, type ImageFacts, isFrozenListOn, withHealth } from './registries.ts'
import { indexSubjects, type SubjectIndex } from './subject-index.ts'

/** What the policy sets for one rule if no override applies. */
export interface RuleSetting {
  readonly action: Action
  readonly options: object
  readonly ignorable: boolean
  readonly everyPod: boolean
}

/** An entry of an override: only the keys that it sets. */
interface RuleChange {
  readonly action: Action | undefined
  readonly options: object | undefined
  readonly ignorable: boolean | undefined
  readonly everyPod: boolean | undefined
}

export interface Override {
  readonly match: CompiledMatch
  readonly changes: ReadonlyMap<string, RuleChange>
}

/** The parts of a policy that determine what happens to a report. */
export interface Decisions {
  readonly registry: Registry
  readonly settings: ReadonlyMap<string, RuleSetting>
  readonly overrides: readonly Override[]
  /** The rules that some override names; for all others, overrides need not be matched. */
  readonly overridden: ReadonlySet<string>
  readonly exemptions: readonly Exemption[]
  /** Which overrides and exemptions can concern a report: a policy may have a thousand, and a review as many reports. */
  readonly overridesOn: SubjectIndex
  readonly exemptionsOn: SubjectIndex
  readonly annotations: AnnotationSettings
  readonly images: ImageFacts
  readonly alwaysPullImages: boolean
  readonly runtime: RuleContext['runtime']
  /** Rules that can find nothing under this policy, because they depend on lists that it does not have. */
  readonly idle: ReadonlySet<string>
  /** Rules that at most warn under this policy, regardless of their action. */
  readonly harmless: ReadonlySet<string>
}

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

/** Compiles a merged, schema-validated document. */
export function compileDecisions(document: Partial<PolicyDocument>, registry: Registry): Decisions {
  const changes = compileChanges(document.rules ?? {})
  const preset = document.preset === false ? 'off' : (document.preset ?? 'recommended')
  const settings = new Map<string, RuleSetting>()
  for (const rule of registry.rules) settings.set(rule.meta.id, settingOf(rule, presetAction(preset, rule), changes.get(rule.meta.id)))
  const overrides = (document.overrides ?? []).map(compileOverride)
  const exemptions = (document.exemptions ?? []).map(compileExemption)
  return Object.freeze({
    registry,
    settings,
    overrides: Object.freeze(overrides),
    overridden: new Set(overrides.flatMap((override) => [...override.changes.keys()])),
    exemptions: Object.freeze(exemptions),
    overridesOn: indexSubjects(overrides.map(({ match }) => match)),
    exemptionsOn: indexSubjects(exemptions.map(({ match }) => match)),
    annotations: annotationSettings(document.annotations),
    images: compileImageFacts(document),
    alwaysPullImages: document.cluster?.alwaysPullImages ?? false,
    runtime: document.cluster?.runtime ?? 'containerd',
    idle: idleRules(document),
    // A probe result alone never justifies a denial (Report.atMostWarn).
    harmless: new Set((document.registries ?? []).some(({ fragile }) => fragile === true) ? [] : ['pull-always-fragile-registry']),
  })
}

/**
 * Rules whose lists the policy does not have. They need not run, and because they find nothing, they deny nothing: without a list of
 * allowed registries, the preset `recommended` is not enforcing.
 */
function idleRules(document: Partial<PolicyDocument>): ReadonlySet<string> {
  const { registries = [], mutableTags } = document
  const needs: readonly (readonly [rule: string, has: boolean])[] = [
    ['registry-not-allowed', registries.some(({ allowed }) => allowed !== undefined) || isFrozenListOn(document)],
    ['pull-always-fragile-registry', registries.some(({ fragile, probe }) => fragile === true || probe !== undefined)],
    ['pull-always-required', registries.some(({ pull }) => pull !== undefined)],
    ['image-mutable-tag', mutableTags === undefined || mutableTags.length > 0],
  ]
  return new Set(needs.filter(([, has]) => !has).map(([rule]) => rule))
}

function settingOf(rule: AnyRule, preset: Action, change: RuleChange | undefined): RuleSetting {
  return Object.freeze({
    action: change?.action ?? preset,
    options: Object.freeze({ ...rule.meta.defaultOptions, ...change?.options }),
    ignorable: change?.ignorable ?? false,
    everyPod: change?.everyPod ?? rule.meta.everyPod ?? false,
  })
}

function compileChanges(entries: RuleEntries): ReadonlyMap<string, RuleChange> {
  const changes = new Map<string, RuleChange>()
  for (const [id, written] of Object.entries(entries)) {
    const { action, options, ignorable, everyPod } = ruleEntry(written)
    changes.set(id, Object.freeze({ action: action === undefined ? undefined : meantAction(action), options, ignorable, everyPod }))
  }
  return changes
}

function compileOverride({ match, rules }: OverrideEntry): Override {
  return Object.freeze({ match: compileMatch(match), changes: compileChanges(rules) })
}

/**
 * Whether anything can be denied in the namespace. An override that matches on more than the namespace counts as possible.
 * @param isRestored whether the question is about an object that a built-in controller makes (see LintRequest)
 */
export function isEnforcing(
  policy: Decisions,
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
  isRestored = false,
): boolean {
  const matched = policy.overrides.map((override) => ({ override, outcome: override.match.namespace(namespace, labels) }))
  for (const [id, setting] of policy.settings) {
    if (policy.idle.has(id) || policy.harmless.has(id) || fold(setting.action, matched, id) !== 'deny') continue
    if (isRestored && !isEveryPod(setting, matched, id)) continue
    if (!policy.exemptions.some((exemption) => exemptsPermanently(exemption, id, namespace, labels))) return true
  }
  return false
}

function exemptsPermanently(
  exemption: Exemption,
  ruleId: string,
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
): boolean {
  return exemption.endsAt === Number.POSITIVE_INFINITY && exemption.covers(ruleId) && exemption.match.namespace(namespace, labels) === 'yes'
}

/** An override that applies or may apply. */
export interface Matched {
  readonly override: Override
  readonly outcome: Outcome
}

/** The strictest action that is possible after all overrides; the last override wins. */
export function fold(action: Action, matched: readonly Matched[], ruleId: string): Action {
  let strictest = action
  for (const { override, outcome } of matched) {
    if (outcome === 'no') continue
    const next = override.changes.get(ruleId)?.action
    if (next === undefined) continue
    if (outcome === 'yes' || strictness[next] > strictness[strictest]) strictest = next
  }
  return strictest
}

/** The policy for one workload and one requester. */
export function decideFor(policy: Decisions, request: LintRequest): WorkloadPolicy {
  const matched = matchedOverrides(policy, request)
  const possible = matched.map(asPossible)
  const byOverride = new Map(matched.map((entry) => [entry.override, entry]))
  const exemptions = policy.exemptions.length === 0 ? policy.exemptions : activeExemptions(policy, request)
  const active = new Set(exemptions)
  const ignores = readIgnores(request.workload, policy.annotations, policy.registry)
  const setting = (ruleId: string): RuleSetting => policy.settings.get(ruleId) ?? off
  const changing = (ruleId: string, overrides: readonly Matched[]): readonly Matched[] =>
    policy.overridden.has(ruleId) ? overrides : noOverrides
  return {
    context: contextOf(policy, request),
    notices: noticesOf(policy, request, ignores),
    isOn: (ruleId) => !policy.idle.has(ruleId) && fold(setting(ruleId).action, changing(ruleId, possible), ruleId) !== 'off',
    canDeny: (ruleId) =>
      !policy.harmless.has(ruleId) &&
      fold(setting(ruleId).action, changing(ruleId, possible), ruleId) === 'deny' &&
      (request.isRestored !== true || isEveryPod(setting(ruleId), changing(ruleId, possible), ruleId)) &&
      !exemptions.some(({ covers, match }) => covers(ruleId) && !match.bySubject),
    options: (ruleId) => optionsOf(setting(ruleId), changing(ruleId, matched), ruleId),
    decide: (ruleId, subject) => {
      const base = setting(ruleId)
      const here = policy.overridden.has(ruleId) ? matchedOn(policy, subject, request, byOverride) : noOverrides
      const action = fold(base.action, here, ruleId)
      const everyPod = isEveryPod(base, here, ruleId)
      const decision = action === 'deny' && request.isRestored === true && !everyPod ? spared : (everyPod ? forEveryPod : ordinary)[action]
      if (action === 'off' || (exemptions.length === 0 && ignores === undefined)) return decision
      const exempted =
        exemptedBy(policy, active, ruleId, subject, request) ??
        (ignores !== undefined && (action !== 'deny' || isIgnorable(base, here, ruleId)) ? ignoredBy(ignores, ruleId, subject) : undefined)
      return exempted === undefined ? decision : { action, exempted, everyPod }
    },
  }
}

function matchedOverrides(policy: Decisions, request: LintRequest): readonly Matched[] {
  if (policy.overrides.length === 0) return noOverrides
  const matched: Matched[] = []
  for (const override of policy.overrides) {
    const outcome = override.match.workload(request)
    if (outcome !== 'no') matched.push({ override, outcome })
  }
  return matched
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

/** Whether the rule denies what built-in controllers make, too. If an override only may apply, it can make that so but not undo it. */
function isEveryPod(setting: RuleSetting, matched: readonly Matched[], ruleId: string): boolean {
  return flagOf('everyPod', true, setting, matched, ruleId)
}

/** @param stricter the value that even an override that only may apply sets */
function flagOf(
  key: 'ignorable' | 'everyPod',
  stricter: boolean,
  setting: RuleSetting,
  matched: readonly Matched[],
  ruleId: string,
): boolean {
  let flag = setting[key]
  for (const { override, outcome } of matched) {
    const next = outcome === 'no' ? undefined : override.changes.get(ruleId)?.[key]
    if (next !== undefined && (outcome === 'yes' || next === stricter)) flag = next
  }
  return flag
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
