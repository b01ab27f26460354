/** What the page asks the worker, and what the worker answers. Everything is plain data. */
import type { Finding, InputError, LintResult, PolicyProblem } from '../../src/library/types.ts'

export type { Finding, InputError, PolicyProblem }

/** The texts of the page that most questions are about. */
export interface Texts {
  readonly manifest: string
  /** Empty for the preset `recommended`. */
  readonly policy: string
}

export interface LintAnswer extends Pick<LintResult, 'errors' | 'notices' | 'summary' | 'faults'> {
  readonly diagnostics: readonly Finding[]
  /** Problems of the policy; if one is an error, the findings are those of the preset `recommended`. */
  readonly problems: readonly PolicyProblem[]
}

/** What each kind of condition can be about in the given manifests. */
export interface ConditionTargets {
  readonly registries: readonly string[]
  readonly images: readonly string[]
  readonly initContainers: readonly string[]
  /** Sidecars and app containers. */
  readonly longRunning: readonly string[]
}

export interface StartAnswer {
  readonly timelines: readonly ShownTimeline[]
  /** The number of timelines that are not shown. */
  readonly more: number
  readonly errors: readonly InputError[]
  readonly targets: ConditionTargets
}

export interface ShownTimeline {
  /** `pod/kiada, what if registry docker.io is down`. */
  readonly title: string
  /** How it ends, in a sentence or two. */
  readonly end: string
  readonly isGood: boolean
  /** An SVG document. */
  readonly picture: string
  /** The same as text, as the command line prints it. */
  readonly text: string
}

export interface RehearsalAnswer {
  readonly containers: readonly RehearsedScript[]
  readonly more: number
  readonly errors: readonly InputError[]
}

export interface RehearsedScript {
  /** `Pod default/kiada, init container "init-demo"`. */
  readonly title: string
  readonly verdict: 'safe' | 'unsafe' | 'unknown'
  readonly storages: readonly { readonly path: string; readonly storage: string }[]
  readonly lines: readonly ScriptLine[]
  readonly moreLines: number
  readonly hazards: readonly { readonly line: number; readonly text: string; readonly fix: string }[]
  readonly unknown: readonly { readonly line: number | null; readonly why: string }[]
}

export interface ScriptLine {
  readonly number: number
  readonly text: string
  readonly commands: readonly RehearsedCommand[]
}

/** A command in both runs. */
export interface RehearsedCommand {
  readonly program: string
  readonly writes: readonly string[]
  /** `succeeds`, `exits 1`, `is skipped`. */
  readonly first: string
  readonly again: string
  readonly isSame: boolean
}

export interface ReviewAnswer {
  readonly reviews: readonly ShownReview[]
  /** The number of objects whose reviews are not shown. */
  readonly more: number
  readonly errors: readonly InputError[]
}

export interface ShownReview {
  /** `Pod default/kiada`. */
  readonly title: string
  /** The AdmissionReview that the API server would send. */
  readonly request: string
  readonly allowed: boolean
  readonly warnings: readonly string[]
  /** Why it is denied. */
  readonly denial: string | null
  /** The whole answer. */
  readonly response: string
}

export interface FixAnswer {
  readonly text: string
  readonly fixed: number
  /** Findings with a fix that was not applied, each with its reason. */
  readonly notFixed: readonly string[]
}

export interface SensitiveAnswer {
  /** What a link would reveal, each as a phrase: `the Secret "db"`. */
  readonly found: readonly string[]
}

export interface WhyAnswer {
  readonly pods: readonly ShownDiagnosis[]
  /** The number of Pods that are not shown. */
  readonly more: number
  /** Why there is no diagnosis, as a sentence. */
  readonly problem: string | null
}

/** A diagnosis of `initlint why` (docs/why.md). */
export interface ShownDiagnosis {
  /** `Pod default/web-0`. */
  readonly title: string
  readonly owner: string | null
  readonly status: string
  readonly stage: string
  readonly cause: {
    readonly class: string
    readonly certainty: string
    readonly message: string
    readonly evidence: readonly string[]
  }
  readonly waiting: { readonly helps: 'yes' | 'no' | 'unknown'; readonly until: string | null }
  readonly next: { readonly status: string | null; readonly at: string | null; readonly by: string | null; readonly why: string }
  readonly now: readonly string[]
  readonly later: readonly string[]
  /** The same as the command line prints it. */
  readonly text: string
}

/** All questions with their answers. */
export interface Questions {
  readonly lint: { readonly input: Texts; readonly answer: LintAnswer }
  readonly start: {
    readonly input: { readonly manifest: string; readonly conditions: readonly string[] }
    readonly answer: StartAnswer
  }
  readonly rehearse: { readonly input: { readonly manifest: string }; readonly answer: RehearsalAnswer }
  readonly review: { readonly input: Texts; readonly answer: ReviewAnswer }
  readonly fix: { readonly input: Texts; readonly answer: FixAnswer }
  /** `pod` is what kubectl printed. */
  readonly why: { readonly input: { readonly pod: string; readonly policy: string }; readonly answer: WhyAnswer }
  readonly sensitive: { readonly input: Texts; readonly answer: SensitiveAnswer }
}

export type Question = keyof Questions

/** A question as the worker gets it. */
export type Asked = { [Q in Question]: { readonly id: number; readonly question: Q; readonly input: Questions[Q]['input'] } }[Question]

/** A reply of the worker; `fault` is a bug of initlint. */
export type Reply = { readonly id: number } & ({ readonly answer: unknown } | { readonly fault: string })

/** The name of the manifest in texts. */
export const manifestFile = 'manifest.yaml'

/** The name of the policy in problems. */
export const policyFile = 'policy.yaml'

/** The longest text that is checked, in UTF-16 units: a page that checks while you type is not for more. */
export const maxTextLength = 512 * 1024
