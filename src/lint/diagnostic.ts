import type { JsonPointer } from '../model/json.ts'
import type { Action, PullPolicyFix, Severity, Subject } from './rule.ts'

/** A report, completed by the engine with what the policy says of it. */
export interface Diagnostic {
  readonly rule: string
  readonly severity: Severity
  readonly action: Action
  /** What happens; what to do. Whole, safe to print, without rule id and container. */
  readonly message: string
  readonly messageId: string
  readonly data: Readonly<Record<string, string | number>>
  readonly pointer: JsonPointer
  readonly subject: Subject
  readonly exempted?: { readonly by: string; readonly reason: string }
  readonly fix?: PullPolicyFix
  /** The template that `message` was made from: warnings are cut to their budget by filling it again with shorter values. */
  readonly template: string
}

/** A rule that threw. Never a failed admission: the caller warns, counts and logs. */
export interface Fault {
  readonly rule: string
  readonly error: unknown
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[]
  readonly faults: readonly Fault[]
  readonly notices: readonly string[]
  /** False where time ran out before every rule was asked. */
  readonly complete: boolean
}

/** The name of the container that a subject stands for; null for the pod and for volumes. */
export function subjectContainer(subject: Subject): string | null {
  if (subject === null) return null
  return 'image' in subject ? subject.container : subject.name
}

/** The name that a message calls the subject by: the container's or the volume's. */
export function subjectName(subject: Subject): string {
  if (subject === null) return ''
  return 'image' in subject ? (subject.container ?? subject.volume ?? '') : subject.name
}
