import type { JsonPointer } from '../model/json.ts'
import type { Action, Extended, PullPolicyFix, ScriptEdits, Severity, Subject } from './rule.ts'

/** The kinds that controllers create from templates. */
export type CreatedKind = 'Pod' | 'ReplicaSet' | 'Job'

/** A report, completed by the engine with the decision of the policy. */
export interface Diagnostic {
  readonly rule: string
  readonly severity: Severity
  readonly action: Action
  /** What happens; what to do. Complete and safe to print, without the rule id and the container. */
  readonly message: string
  readonly messageId: string
  readonly data: Readonly<Record<string, string | number>>
  readonly pointer: JsonPointer
  readonly subject: Subject
  readonly exempted?: { readonly by: string; readonly reason: string }
  /** True for a warning that is a denial if anyone but the built-in controller of the owner makes the object. */
  readonly isSpared?: true
  /** For a warning about a template: what will be denied of that which is created from it, as its message says. */
  readonly refused?: CreatedKind
  readonly fix?: PullPolicyFix
  readonly edits?: ScriptEdits
  /** The template of `message`: to fit a warning into its budget, the template is filled again with shorter values. */
  readonly template: string
  /** Texts with less in them, to be used in this order if a warning is too long. */
  readonly shorter?: Extended['shorter']
  /** The findings of other rules that were left out because this one states the same fact. */
  readonly absorbed?: readonly { readonly rule: string; readonly action: Action }[]
}

/** Whether it denies: an exempted finding does not. */
export function isViolation({ action, exempted }: Diagnostic): boolean {
  return action === 'deny' && exempted === undefined
}

/** A rule that threw. It never fails an admission: the caller warns, counts and logs. */
export interface Fault {
  readonly rule: string
  readonly error: unknown
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[]
  readonly faults: readonly Fault[]
  readonly notices: readonly string[]
  /** The rules that did not run because time ran out. */
  readonly skipped: readonly string[]
  /** The init containers whose script is not analyzed yet. */
  readonly waiting: readonly string[]
  /** The rules that may have more to report: those that were skipped, and those that read the scripts that are not analyzed yet. */
  readonly incomplete: readonly string[]
}

/** The name of the subject's container; null for the pod and for volumes. */
export function subjectContainer(subject: Subject): string | null {
  if (subject === null) return null
  return 'image' in subject ? subject.container : subject.name
}

/** The subject's name in a message: the container's or the volume's. */
export function subjectName(subject: Subject): string {
  if (subject === null) return ''
  return 'image' in subject ? (subject.container ?? subject.volume ?? '') : subject.name
}
