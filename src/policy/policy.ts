/** The effective policy: what everything outside `src/policy` may ask of it. */
import type { LintRequest, WorkloadPolicy } from '../lint/policy-port.ts'

/** A policy document, checked, merged and frozen. Asking it never fails and never takes more than linear time. */
export interface Policy {
  /** Names this policy in logs, metrics and audit annotations: the start of the SHA-256 of its texts, or a word for built-in ones. */
  readonly id: string
  readonly fix: {
    /** Which objects the mutating webhook touches. */
    readonly on: 'pods' | 'templates'
    /** Whether templates are fixed where it is not known that Kubernetes defaulted the value. */
    readonly force: boolean
  }
  /** The plugin AlwaysPullImages is on in the cluster. */
  readonly alwaysPullImages: boolean
  /** URLs that tell whether registries answer, each once; the same list for the life of the policy. */
  readonly probes: readonly string[]
  /** The policy as it holds for one workload and one requester. */
  forWorkload(request: LintRequest): WorkloadPolicy
  /** Whether the user sees warnings (`warnTo.exceptUsers`). */
  warns(user: string): boolean
  /** Whether the user is one of the controllers that make pods from templates (`controllers`). */
  isController(user: string): boolean
  /**
   * Whether anything can be denied in the namespace (interfaces: Enforcing).
   * Labels undefined: not known, the stricter answer.
   */
  isEnforcing(namespace: string, namespaceLabels: ReadonlyMap<string, string> | undefined): boolean
}

/** What is wrong with a policy document, for the person who edits it. */
export interface PolicyProblem {
  /** Errors reject the document; warnings do not. */
  readonly level: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column: number
  /** The key it is about, as a path that people write: `rules.image-latets`, `registries[0].pull`. */
  readonly key: string
  /** What is wrong and what to do, a sentence. */
  readonly message: string
}
