/** The effective policy, as code outside `src/policy` sees it. */
import type { LintRequest, WorkloadPolicy } from '../lint/policy-port.ts'
import type { TemplatePaths } from '../model/pod-templates.ts'

/** A validated, merged and frozen policy. Its methods never throw and take at most linear time. */
export interface Policy {
  /** Identifies the policy in logs, metrics and audit annotations: a prefix of the SHA-256 of its texts, or `built-in-PRESET`. */
  readonly id: string
  readonly fix: {
    /** Which objects the mutating webhook may change. */
    readonly on: 'pods' | 'templates'
    /** Whether templates are fixed even if it is not known whether Kubernetes defaulted the value. */
    readonly force: boolean
  }
  /** Whether the admission plugin AlwaysPullImages is enabled in the cluster. */
  readonly alwaysPullImages: boolean
  /** Whether authors of manifests may silence findings, by annotations and comments (`annotations.allow`). */
  readonly allowsIgnores: boolean
  /** Where custom resources have pod templates: `templates` and the shipped list. */
  readonly templates: TemplatePaths
  /** Whether the text is a placeholder that another webhook replaces (`placeholders`). */
  isPlaceholder(image: string): boolean
  /** URLs that are probed to see whether registries respond, without duplicates; the same list for the life of the policy. */
  readonly probes: readonly string[]
  /** The policy as it applies to one workload and one requester. */
  forWorkload(request: LintRequest): WorkloadPolicy
  /** Whether the user sees warnings (`warnTo.exceptUsers`). */
  warns(user: string): boolean
  /** Whether the user is one of the controllers that create pods from templates (`controllers`). */
  isController(user: string): boolean
  /** The exemptions that have expired, one line each. @param now ms since 1970 */
  endedExemptions(now: number): readonly string[]
  /**
   * Whether anything can be denied in the namespace.
   * @param namespaceLabels undefined if not known, which gives the stricter answer
   * @param isRestored whether the question is about an object that the built-in controller of its owner makes
   */
  isEnforcing(namespace: string, namespaceLabels: ReadonlyMap<string, string> | undefined, isRestored?: boolean): boolean
}

/** A problem in a policy document, for the author of the policy. */
export interface PolicyProblem {
  /** Errors reject the document. Warnings are probably unintended; notes say what the policy does. */
  readonly level: 'error' | 'warning' | 'note'
  readonly file: string
  readonly line: number
  readonly column: number
  /** The key with the problem, as a path: `rules.image-latets`, `registries[0].pull`. */
  readonly key: string
  /** What is wrong and what to do, as a clause without a period. */
  readonly message: string
}
