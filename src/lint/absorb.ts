/** Leaves out findings that state a fact again which another finding on the same field states, so that one mistake is one report. */
import type { Diagnostic } from './diagnostic.ts'
import { type AnyRule, type Extended, strictness } from './rule.ts'
import { fillTemplate, maxValueLength } from './text.ts'

/**
 * @param diagnostics in the order of the rules
 * @returns the remaining ones, in the same order
 */
export function absorbed(diagnostics: readonly Diagnostic[], rules: readonly AnyRule[]): readonly Diagnostic[] {
  if (diagnostics.length < 2) return diagnostics
  const absorbing = new Map(rules.flatMap(({ meta }) => (meta.absorbs === undefined ? [] : [[meta.id, meta.absorbs] as const])))
  const byPlace = new Map(diagnostics.map((diagnostic) => [placeOf(diagnostic.rule, diagnostic), diagnostic]))
  const gone = new Set<Diagnostic>()
  const kept = new Map<Diagnostic, Diagnostic>()
  for (const diagnostic of diagnostics) {
    const absorbs = gone.has(diagnostic) ? undefined : absorbing.get(diagnostic.rule)
    for (const [rule, extend] of Object.entries(absorbs ?? {})) {
      const other = byPlace.get(placeOf(rule, diagnostic))
      if (other === undefined || gone.has(other) || !covers(diagnostic, other)) continue
      const own = kept.get(diagnostic) ?? diagnostic
      const extended = extend(own, other)
      if (extended === undefined) continue
      gone.add(other)
      kept.set(diagnostic, withOther(own, other, extended))
    }
  }
  return gone.size === 0
    ? diagnostics
    : diagnostics.flatMap((diagnostic) => (gone.has(diagnostic) ? [] : [kept.get(diagnostic) ?? diagnostic]))
}

function placeOf(rule: string, { pointer }: Diagnostic): string {
  return `${rule} ${pointer}`
}

/**
 * Whether nothing is lost: neither a denial, of which each rule is named, nor a fix, nor an exemption with its reason, nor a finding that
 * is stricter than the one that remains.
 */
function covers(own: Diagnostic, other: Diagnostic): boolean {
  if (own.exempted !== undefined || other.exempted !== undefined || other.action === 'deny') return false
  if (other.isSpared === true || (other.action === 'fix' && other.fix !== undefined)) return false
  return strictness[other.action] <= strictness[own.action]
}

/** An audited finding is not shown, so it adds nothing to the text of one that is. */
function withOther(own: Diagnostic, other: Diagnostic, { template, data, shorter }: Extended): Diagnostic {
  const rules = [...(own.absorbed ?? []), { rule: other.rule, action: other.action }]
  const isShown = other.action !== 'audit' || own.action === 'audit'
  if (template === undefined || !isShown) return { ...own, absorbed: rules }
  const text = (one: string, values: Diagnostic['data']): Pick<Diagnostic, 'template' | 'data' | 'message'> => ({
    template: one,
    data: values,
    message: fillTemplate(one, values, maxValueLength),
  })
  const values = { ...own.data, ...data }
  return {
    ...own,
    ...text(template, values),
    shorter: (shorter ?? []).map((each) => text(each.template, { ...values, ...each.data })),
    absorbed: rules,
  }
}
