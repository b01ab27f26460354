import { docsUrl } from '../lint/docs.ts'
import type { Registry } from '../lint/registry.ts'
import type { AnyRule, OptionsSchema, RuleMeta } from '../lint/rule.ts'
import { table } from './table.ts'

/** A rule in the output of `rules` and `GET /rules`. */
export interface RuleEntry {
  readonly id: string
  readonly category: string
  readonly severity: string
  /** The action in the preset `recommended`. */
  readonly recommended: string
  /** `safe` if the mutating webhook can apply the remediation. */
  readonly fix: string
  readonly since: string
  readonly summary: string
  readonly rationale: string
  readonly remediation: string
  readonly references: readonly string[]
  readonly messages: Readonly<Record<string, string>>
  readonly options: OptionsSchema
  readonly defaultOptions: object
  readonly docs: string
}

/** A rule as JSON. */
export function ruleEntry(rule: AnyRule, docsBase: string): RuleEntry {
  const meta: RuleMeta<string, object> = rule.meta
  return {
    id: meta.id,
    category: meta.category,
    severity: meta.severity,
    recommended: meta.recommended,
    fix: meta.fixKind,
    since: meta.since,
    summary: meta.summary,
    rationale: meta.rationale,
    remediation: meta.remediation,
    references: meta.references,
    messages: meta.messages,
    options: meta.optionsSchema,
    defaultOptions: meta.defaultOptions,
    docs: docsUrl(docsBase, meta.id),
  }
}

/** All rules as an aligned table. */
export function renderRulesText(registry: Registry): string {
  const rows = registry.rules.map(({ meta }) => [
    meta.id,
    meta.severity,
    meta.recommended,
    meta.fixKind === 'none' ? '-' : meta.fixKind,
    meta.summary,
  ])
  return table([['RULE', 'SEVERITY', 'RECOMMENDED', 'FIX', 'SUMMARY'], ...rows])
}
