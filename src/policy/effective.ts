/** The effective policy: compiled once when it is loaded, then consulted for each workload. */

import type { Registry } from '../lint/registry.ts'
import type { Action, AnyRule, RuleContext } from '../lint/rule.ts'
import { strictness } from '../lint/rule.ts'
import { type AnnotationSettings, annotationSettings } from './annotations.ts'
import { meantAction, type OverrideEntry, type PolicyDocument, type RuleEntries, ruleEntry } from './document.ts'
import { compileExemption, type Exemption } from './exemptions.ts'
import { type CompiledMatch, compileMatch, type Outcome } from './match.ts'
import { Plans } from './plans.ts'
import { presetAction } from './presets.ts'
import { compileImageFacts, type ImageFacts, isFrozenListOn } from './registries.ts'
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
  /** Its place in the list of the policy. */
  readonly position: number
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
  readonly plans: Plans
  /** The settings of the rules that may deny something. */
  readonly denying: readonly (readonly [rule: string, RuleSetting])[]
}

/** Compiles a merged, schema-validated document. */
export function compileDecisions(document: Partial<PolicyDocument>, registry: Registry): Decisions {
  const changes = compileChanges(document.rules ?? {})
  const preset = document.preset === false ? 'off' : (document.preset ?? 'recommended')
  const settings = new Map<string, RuleSetting>()
  for (const rule of registry.rules) settings.set(rule.meta.id, settingOf(rule, presetAction(preset, rule), changes.get(rule.meta.id)))
  const overrides = (document.overrides ?? []).map(compileOverride)
  const exemptions = (document.exemptions ?? []).map(compileExemption)
  const overridden = new Set(overrides.flatMap((override) => [...override.changes.keys()]))
  const idle = idleRules(document)
  // A probe result alone never justifies a denial (Report.atMostWarn).
  const harmless = new Set((document.registries ?? []).some(({ fragile }) => fragile === true) ? [] : ['pull-always-fragile-registry'])
  const mayDeny = ([id, { action }]: readonly [string, RuleSetting]): boolean =>
    !idle.has(id) && !harmless.has(id) && (action === 'deny' || overridden.has(id))
  return Object.freeze({
    registry,
    settings,
    overrides: Object.freeze(overrides),
    overridden,
    exemptions: Object.freeze(exemptions),
    overridesOn: indexSubjects(overrides.map(({ match }) => match)),
    exemptionsOn: indexSubjects(exemptions.map(({ match }) => match)),
    annotations: annotationSettings(document.annotations),
    images: compileImageFacts(document),
    alwaysPullImages: document.cluster?.alwaysPullImages ?? false,
    runtime: document.cluster?.runtime ?? 'containerd',
    idle,
    harmless,
    plans: new Plans(registry),
    denying: Object.freeze([...settings].filter(mayDeny)),
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

function compileOverride({ match, rules }: OverrideEntry, position: number): Override {
  return Object.freeze({ position, match: compileMatch(match), changes: compileChanges(rules) })
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
  if (policy.denying.length === 0) return false
  const matched = policy.overrides.map((override) => ({ override, outcome: override.match.namespace(namespace, labels) }))
  for (const [id, setting] of policy.denying) {
    if (fold(setting.action, matched, id) !== 'deny') continue
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

/** Whether the rule denies what built-in controllers make, too. If an override only may apply, it can make that so but not undo it. */
export function isEveryPod(setting: RuleSetting, matched: readonly Matched[], ruleId: string): boolean {
  return flagOf('everyPod', true, setting, matched, ruleId)
}

/** @param stricter the value that even an override that only may apply sets */
export function flagOf(
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
