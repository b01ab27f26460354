import type { Diagnostic, Fault } from '../lint/diagnostic.ts'
import type { Action } from '../lint/rule.ts'
import type { Skip } from './scope.ts'

/** The outcome of one review, for logs and metrics. Contains no text of the object except its names. */
export interface AdmissionRecord {
  readonly uid: string
  readonly operation: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  readonly verdict: 'allowed' | 'warned' | 'denied' | 'patched'
  /** The rules with findings and the actions taken; a rule may appear with several actions. */
  readonly rules: readonly { readonly rule: string; readonly action: Action }[]
  /** The rules that deny such an object of anyone but the built-in controller that made it. */
  readonly spared: readonly string[]
  readonly faults: readonly Fault[]
  /** False if the time ran out before every rule had run. */
  readonly complete: boolean
  /** Number of init containers whose script is not analyzed yet. */
  readonly waiting: number
  /** Whether it is denied only because of them, so that it is worth waiting. */
  readonly undecided: boolean
  /** Why no rule was run. */
  readonly skipped?: Skip | 'oversize'
}

/** For a review that does not depend on scripts, and in which nothing is spared. */
export const decided = { waiting: 0, undecided: false, spared: [] } as const

/** The rules with findings, absorbed ones included, each pair of rule and action once, in the order of the diagnostics. */
export function rulesOf(diagnostics: readonly Diagnostic[]): AdmissionRecord['rules'] {
  const found: { readonly rule: string; readonly action: Action }[] = []
  // There are few rules and actions, so a list of their pairs is short.
  const add = (rule: string, action: Action): void => {
    if (!found.some((other) => other.rule === rule && other.action === action)) found.push({ rule, action })
  }
  for (const { rule, action, exempted, absorbed } of diagnostics) {
    if (exempted !== undefined) continue
    add(rule, action)
    if (absorbed !== undefined) for (const other of absorbed) add(other.rule, other.action)
  }
  return found
}

const none: readonly string[] = Object.freeze([])

/** The rules with findings that are warnings only because a built-in controller made the object. */
export function sparedRules(diagnostics: readonly Diagnostic[]): readonly string[] {
  const spared = diagnostics.filter(({ isSpared, action }) => isSpared === true && action === 'warn')
  return spared.length === 0 ? none : [...new Set(spared.map(({ rule }) => rule))]
}

/**
 * Audit annotations: rule ids by action, and those that were spared; never text from the user. The API server prefixes each key with the
 * name of the webhook and a slash; a key must be a qualified name of at most 63 characters (apiserver pkg/admission/attributes.go).
 */
export function auditAnnotations(diagnostics: readonly Diagnostic[], policyId: string): Readonly<Record<string, string>> {
  if (diagnostics.length === 0) return {}
  const byKey = new Map<string, string[]>()
  const add = (key: string, rule: string): void => {
    const rules = byKey.get(key)
    if (rules === undefined) byKey.set(key, [rule])
    else if (!rules.includes(rule)) rules.push(rule)
  }
  for (const { rule, action, exempted, absorbed } of diagnostics) {
    add(exempted === undefined ? action : 'exempted', rule)
    if (absorbed !== undefined) for (const other of absorbed) add(other.action, other.rule)
  }
  const annotations: Record<string, string> = {}
  for (const [key, rules] of byKey) annotations[key] = rules.join(',')
  const spared = sparedRules(diagnostics)
  if (spared.length > 0) annotations.spared = spared.join(',')
  annotations.policy = policyId
  return annotations
}
