/**
 * The types of the library: the JSON of docs/cli.md. They import nothing, so that the declarations in the package are complete and no change
 * inside initlint changes them by accident; a test compares them with the output.
 */

/** A text with manifests, and its name in findings. */
export interface ManifestFile {
  readonly file: string
  /** YAML or JSON: single objects, multiple documents, Lists, AdmissionReviews. */
  readonly text: string
}

/** A parsed Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion?: string
  readonly kind: string
}

/**
 * What to inspect: a text, which has the file name `-` in the output; named texts; or parsed objects, which have no file and no lines in the
 * output.
 */
export type Manifests = string | ManifestFile | KubernetesObject | readonly (ManifestFile | KubernetesObject)[]

declare const policyBrand: unique symbol

/** A policy that `readPolicy` has read. It has no public members. */
export interface Policy {
  readonly [policyBrand]: never
}

export interface PolicyProblem {
  /** Errors reject the policy. Warnings are probably unintended; notes say what the policy does. */
  readonly level: 'error' | 'warning' | 'note'
  readonly file: string
  readonly line: number
  readonly column: number
  /** The key with the problem, as a path: `rules.image-latets`, `registries[0].pull`. */
  readonly key: string
  readonly message: string
}

export interface PolicyResult {
  /** Null if any problem is an error. */
  readonly policy: Policy | null
  readonly problems: readonly PolicyProblem[]
}

export interface LintOptions {
  /** The preset `recommended` by default. */
  readonly policy?: Policy
  /** The namespace of objects that do not set one; `default` by default. */
  readonly namespace?: string
  /** The time for exemptions that expire; the current time by default. */
  readonly now?: Date
  /** The base URL of `docs` in findings; `https://initlint.dev` by default. */
  readonly docsBase?: string
}

export type Action = 'off' | 'audit' | 'warn' | 'fix' | 'deny'
export type Severity = 'error' | 'warning' | 'info'

export interface ObjectName {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A replacement, in UTF-16 offsets. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface FileEdit extends Edit {
  /** Null if the offsets are those of the script, because the file does not contain its characters one by one. */
  readonly file: string | null
}

export interface Finding {
  /** The id of the rule: `image-latest`. */
  readonly rule: string
  readonly severity: Severity
  /** What the policy does about it. */
  readonly action: Action
  readonly message: string
  readonly messageId: string
  readonly data: Readonly<Record<string, string | number>>
  /** An RFC 6901 pointer within the object. */
  readonly pointer: string
  /** Null if the finding is about the pod. */
  readonly container: string | null
  readonly object: ObjectName
  readonly file: string | null
  /** From 1; null if there is no file. */
  readonly line: number | null
  readonly column: number | null
  /** The place after the last character; null if there is no line. */
  readonly endLine: number | null
  readonly endColumn: number | null
  /** What to do, in one sentence. */
  readonly hint: string
  /** A hash of what the finding is about, which stays the same if the object moves. */
  readonly fingerprint: string
  /** The page of the rule. */
  readonly docs: string
  /** The exemption that silences the finding. */
  readonly exempted?: { readonly by: string; readonly reason: string }
  /** Findings of other rules that this one states as well. */
  readonly absorbed?: readonly { readonly rule: string; readonly action: Action }[]
  /** A tried change, disjoint and ascending. */
  readonly edits?: readonly FileEdit[]
  /** Why the file is not edited although there is a fix, as a clause. */
  readonly notEdited?: string
}

/** An input, or a part of one, that could not be read. */
export interface InputError {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

export interface LintResult {
  /** All findings except those with the action `off`. */
  readonly diagnostics: readonly Finding[]
  readonly summary: {
    readonly files: number
    /** The number of checked workloads. */
    readonly objects: number
    /** Without exempted findings. */
    readonly byAction: Readonly<Record<Exclude<Action, 'off'>, number>>
    readonly bySeverity: Readonly<Record<Severity, number>>
    readonly errors: number
    /** Objects that hold containers, but no known pod template, by kind. */
    readonly notJudged: Readonly<Record<string, number>>
  }
  readonly errors: readonly InputError[]
  /** What the user should know and no rule reports. */
  readonly notices: readonly (InputError & { readonly object: ObjectName | null })[]
  /** Rules that failed: bugs in initlint. */
  readonly faults: readonly { readonly rule: string; readonly file: string | null; readonly object: ObjectName; readonly message: string }[]
  /** Files, or parts of them, that are no manifests, if they were found in a directory; the library gets none of these. */
  readonly skipped: readonly InputError[]
  /** Kustomizations and charts whose sources were left out of the findings. */
  readonly sources: readonly {
    readonly directory: string
    readonly patches: number
    readonly images: number
    readonly templates: number
    readonly command: string
  }[]
}

export interface RehearseOptions {
  /** The namespace of objects that do not set one; `default` by default. */
  readonly namespace?: string
}

export interface Hazard {
  /** In the script, from 1. */
  readonly line: number
  readonly command: string
  /** How the first run ended: `repeat`, `failure`, `stop`, `interrupted`. */
  readonly obligation: string
  /** The kind of the next run: `retry`, `rerun`, `replace`. */
  readonly rerun: string
  readonly storage: string
  readonly outcome: string
  readonly fix: string
  /** A repair that was rehearsed, in offsets of the script. */
  readonly edits?: readonly Edit[]
}

export interface RehearsedContainer {
  readonly object: ObjectName
  readonly container: string
  readonly pointer: string
  readonly verdict: 'safe' | 'unsafe' | 'unknown'
  /** False if killing a command partway breaks the next run; null if that is unknown. */
  readonly atomic: boolean | null
  readonly hazards: readonly Hazard[]
  readonly unknown: readonly { readonly line: number | null; readonly why: string }[]
}

export interface RehearseResult {
  readonly containers: readonly RehearsedContainer[]
  readonly errors: readonly InputError[]
}

export interface ExplainOptions {
  /** The namespace of objects that do not set one; `default` by default. */
  readonly namespace?: string
  /** As in `--if`, such as `registry-down=docker.io`; all of them hold together. */
  readonly conditions?: readonly string[]
  /** A complete scenario, as in `--scenario`, for one workload; instead of conditions. */
  readonly scenario?: unknown
}

export interface Columns {
  readonly status: string
  readonly ready: string
  readonly restarts: number
}

export interface Step {
  /** Seconds since the creation of the pod. */
  readonly at: number
  /** Null if it does not end. */
  readonly until: number | null
  /** A container, or null for the pod. */
  readonly lane: string | null
  readonly kind: string
  readonly detail: {
    readonly image?: string
    /** The number of the execution or of the pull attempt, from 1. */
    readonly attempt?: number
    readonly exitCode?: number
    readonly outcome?: 'ok' | 'failed' | 'stopped'
    /** Of a pull that succeeded: false if the copy on the node was up to date. */
    readonly downloaded?: boolean
    readonly reason?: string
    readonly waitsFor?: string
    readonly version?: number
  }
  /** What kubectl prints. */
  readonly columns: Columns
}

export type Verdict = 'running' | 'completed' | 'failed' | 'retrying' | 'waiting' | 'rejected'

export interface Timeline {
  /** In the format of `ExplainOptions.scenario`. */
  readonly scenario: unknown
  /** The STATUS column over time, with repetitions folded into `...`. */
  readonly statuses: readonly string[]
  readonly rawStatuses: readonly string[]
  readonly verdict: Verdict
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | null
  readonly ready: string | null
  /** Successful starts by container; 3 means three or more. */
  readonly executions: Readonly<Record<string, number>>
  /** After defaulting, by container. */
  readonly pullPolicies: Readonly<Record<string, string>>
  /** Of events, by container. */
  readonly reasons: Readonly<Record<string, readonly string[]>>
  readonly podReason: string | null
  /** The message of the API server. */
  readonly rejection: string | null
  readonly steps: readonly Step[]
  readonly object: ObjectName
  /** As in `--if`; empty if everything works, and for a given scenario. */
  readonly conditions: readonly string[]
  /** Only for a Job or CronJob. */
  readonly job?: {
    readonly pods: readonly {
      readonly number: number
      readonly at: number
      readonly until: number | null
      readonly statuses: readonly string[]
      readonly verdict: Verdict
    }[]
    readonly outcome: 'complete' | 'failed' | 'active'
    readonly reason: string | null
    readonly backoffLimit: number
  }
}

export interface ExplainResult {
  readonly timelines: readonly Timeline[]
  readonly errors: readonly InputError[]
}
