/** Leaves out findings that state a fact again which another finding on the same field states, so that one mistake is one report. */
import type { Diagnostic } from './diagnostic.ts'
import type { RulePlan } from './plan.ts'
import { type Extended, strictness } from './rule.ts'
import { fillTemplate, maxValueLength } from './text.ts'

type Absorbing = RulePlan['absorbing']

/**
 * @param diagnostics in the order of the rules
 * @param absorbing what the rules that ran absorb
 * @returns the remaining ones, in the same order
 */
export function absorbed(diagnostics: readonly Diagnostic[], absorbing: Absorbing): readonly Diagnostic[] {
  if (diagnostics.length < 2) return diagnostics
  const atPlace = placesOf(diagnostics)
  let gone: Set<Diagnostic> | undefined
  let kept: Map<Diagnostic, Diagnostic> | undefined
  for (const diagnostic of diagnostics) {
    const absorbs = gone?.has(diagnostic) === true ? undefined : absorbing.get(diagnostic.rule)
    if (absorbs === undefined) continue
    for (const rule of Object.keys(absorbs)) {
      const other = atPlace(rule, diagnostic.pointer)
      if (other === undefined || gone?.has(other) === true || !covers(diagnostic, other)) continue
      const own = kept?.get(diagnostic) ?? diagnostic
      const extended = absorbs[rule]?.(own, other)
      if (extended === undefined) continue
      gone ??= new Set()
      gone.add(other)
      kept ??= new Map()
      kept.set(diagnostic, withOther(own, other, extended))
    }
  }
  return gone === undefined
    ? diagnostics
    : diagnostics.flatMap((diagnostic) => (gone.has(diagnostic) ? [] : [kept?.get(diagnostic) ?? diagnostic]))
}

/** Up to this number of findings, comparing each costs less than an index. */
const maxScanned = 16

/** Finds the last finding of a rule on a field. */
function placesOf(diagnostics: readonly Diagnostic[]): (rule: string, pointer: string) => Diagnostic | undefined {
  if (diagnostics.length <= maxScanned) {
    return (rule, pointer) => diagnostics.findLast((diagnostic) => diagnostic.rule === rule && diagnostic.pointer === pointer)
  }
  const byPlace = new Map(diagnostics.map((diagnostic) => [`${diagnostic.rule} ${diagnostic.pointer}`, diagnostic]))
  return (rule, pointer) => byPlace.get(`${rule} ${pointer}`)
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
  const values = { ...own.data, ...data }
  const message = fillTemplate(template, values, maxValueLength)
  return { ...own, template, data: values, message, shorter: shorter ?? [], absorbed: rules }
}
