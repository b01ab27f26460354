/** A policy document as written, after validation against the schema. The keys are explained in schema.ts and docs/policy.md. */
import type { Action } from '../lint/rule.ts'
import type { ImageUse } from '../model/image-use.ts'
import type { TemplateEntry } from '../model/pod-templates.ts'

export const policyApiVersion = 'initlint.dev/v1alpha1'
export const policyKind = 'Policy'

export const presets = ['recommended', 'strict', 'audit-only', 'off'] as const
export type Preset = (typeof presets)[number]

/** An action as it can be written: Helm's toYaml turns `off` into `false`. */
export type WrittenAction = Action | false

export interface RuleEntry {
  readonly action?: WrittenAction
  readonly options?: Readonly<Record<string, unknown>>
  readonly ignorable?: boolean
  readonly everyPod?: boolean
}

/** Entries by rule id; a bare action is short for `{action}`. */
export type RuleEntries = Readonly<Record<string, WrittenAction | RuleEntry>>

export interface LabelExpression {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly LabelExpression[]
}

/** What a container is in its pod: the role of a report. */
export type Role = ImageUse['role']
export const roles = ['init', 'sidecar', 'app', 'ephemeral', 'image-volume'] as const satisfies readonly Role[]

export interface MatchBlock {
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: LabelSelector
  readonly labels?: LabelSelector | Readonly<Record<string, string>>
  readonly kinds?: readonly string[]
  readonly names?: readonly string[]
  readonly containers?: readonly string[]
  readonly images?: readonly string[]
  readonly roles?: readonly Role[]
  readonly owners?: readonly string[]
  readonly users?: readonly string[]
}

export interface RegistryEntry {
  readonly match: string
  readonly fragile?: boolean
  readonly pull?: 'Always'
  readonly allowed?: boolean
  readonly servedBy?: string
  readonly probe?: string
  readonly reason?: string
}

export interface ExemptionEntry {
  readonly rules: readonly string[]
  readonly match?: MatchBlock
  readonly reason: string
  readonly expires?: string
}

export interface OverrideEntry {
  readonly match?: MatchBlock
  readonly rules: RuleEntries
}

export interface PolicyDocument {
  readonly apiVersion: typeof policyApiVersion
  readonly kind: typeof policyKind
  readonly preset?: Preset | false
  readonly cluster?: { readonly alwaysPullImages?: boolean; readonly kubernetes?: string; readonly runtime?: 'containerd' | 'cri-o' }
  readonly rules?: RuleEntries
  readonly registries?: readonly RegistryEntry[]
  readonly preloaded?: readonly string[]
  readonly placeholders?: readonly string[]
  readonly mutableTags?: readonly string[]
  readonly frozenRegistries?: 'on' | 'off' | boolean
  /** `true` is the key `on` as Helm's toYaml writes it. */
  readonly fix?: { readonly on?: 'pods' | 'templates'; readonly true?: 'pods' | 'templates'; readonly force?: boolean }
  readonly warnTo?: { readonly exceptUsers?: readonly string[] }
  readonly controllers?: readonly string[]
  readonly exemptions?: readonly ExemptionEntry[]
  readonly overrides?: readonly OverrideEntry[]
  readonly templates?: readonly TemplateEntry[]
  readonly annotations?: { readonly allow?: boolean; readonly requireReason?: boolean }
}

/** An entry in its long form. */
export function ruleEntry(written: WrittenAction | RuleEntry): RuleEntry {
  return typeof written === 'object' ? written : { action: written }
}

/** The action that is meant: `false` is `off`. */
export function meantAction(written: WrittenAction): Action {
  return written === false ? 'off' : written
}
