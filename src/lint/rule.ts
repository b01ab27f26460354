/** A rule: metadata, and a pure function from a workload to reports. */
import type { Container } from '../model/containers.ts'
import type { ImageReference } from '../model/image-reference.ts'
import type { ImageUse, NamedUse } from '../model/image-use.ts'
import type { JsonPointer } from '../model/json.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { Edit, InitScripts } from '../script/index.ts'

/** How bad a finding is, regardless of the policy. */
export type Severity = 'error' | 'warning' | 'info'

/** What the policy does about a finding, from mild to strict. `warn` and `fix` are equally strict. */
export type Action = 'off' | 'audit' | 'warn' | 'fix' | 'deny'

/** `safe`: the mutating webhook may apply the fix. */
export type FixKind = 'none' | 'safe'

/** A closed JSON Schema of an object; the policy's schema embeds it. */
export interface OptionsSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly properties: Readonly<Record<string, object>>
}

/** How strict an action is: audit < warn = fix < deny. */
export const strictness: Readonly<Record<Action, number>> = { off: 0, audit: 1, warn: 2, fix: 2, deny: 3 }

/** What a rule sees of a finding, its own or another rule's. */
export interface Finding {
  readonly messageId: string
  readonly template: string
  readonly data: Readonly<Record<string, string | number>>
  /** The findings of other rules that it has absorbed before. */
  readonly absorbed?: readonly { readonly rule: string }[]
}

/** The text that states two findings; without a template, the text of the finding that remains is enough. */
export interface Extended {
  readonly template?: string
  /** Values that the finding that remains does not have. */
  readonly data?: Finding['data']
  /** Templates that say less, to be used in this order if a warning is too long, with values that differ. */
  readonly shorter?: readonly { readonly template: string; readonly data?: Finding['data'] }[]
}

export interface RuleMeta<MessageId extends string, Options extends object> {
  /** In kebab-case, the same as the directory's name. */
  readonly id: string
  /** The id before the rule was renamed. It is not an alias; the error about a policy that still uses it names the new id. */
  readonly formerId?: string
  readonly category: 'image' | 'pull' | 'init' | 'pod'
  readonly severity: Severity
  /** The action in the preset `recommended`; individual reports may be one step milder. */
  readonly recommended: Exclude<Action, 'off' | 'fix'>
  readonly fixKind: FixKind
  /** If several rules can fix one value, the lowest precedence wins. Every rule with a fix has one, and no two have the same. */
  readonly fixPrecedence?: number
  /**
   * Whether it denies what built-in controllers make from templates, too, unless the policy sets `everyPod: false`. For rules that judge
   * templates milder than Pods.
   */
  readonly everyPod?: true
  /**
   * Whether it reads init scripts, which takes longest: it runs after all rules that do not, and only if there are init containers or
   * sidecars.
   */
  readonly readsScripts?: true
  /**
   * Rules whose findings on the same field may state the same fact again: they are left out if the policy is not stricter about them
   * (lint/absorb.ts). Undefined keeps both findings.
   */
  readonly absorbs?: Readonly<Record<string, (own: Finding, other: Finding) => Extended | undefined>>
  /** The keys of `data` that hold text of a script or values of its variables: hidden from others than the author (see lint/mask.ts). */
  readonly scriptData?: readonly string[]
  /** The version of initlint that introduced the rule. */
  readonly since: `${number}.${number}.${number}`
  /** What is wrong, in one line. */
  readonly summary: string
  /** Why it matters. */
  readonly rationale: string
  /** What to do about it; ends with a period. */
  readonly remediation: string
  readonly references: readonly string[]
  /** Texts with {{name}} placeholders: what happens; what to do. They never name the container: the caller prefixes it. */
  readonly messages: Readonly<Record<MessageId, string>>
  readonly optionsSchema: OptionsSchema
  readonly defaultOptions: Options
}

/** A change of one pull policy, which is the only kind of field that initlint changes. */
export interface PullPolicyFix {
  readonly pointer: JsonPointer
  readonly from: PullPolicy
  readonly to: PullPolicy
  /** Why the change is right, for the warning: `docker.io may be offline and the tag does not move`. */
  readonly because: string
}

/** What a report is about: an image use, a container, or the pod (null). */
export type Subject = ImageUse | Container | null

export interface Report<MessageId extends string = string> {
  readonly messageId: MessageId
  readonly subject: Subject
  /** The field within the object. */
  readonly pointer: JsonPointer
  readonly data: Readonly<Record<string, string | number>>
  /** One step milder than the policy's action (deny -> warn, warn and fix -> audit), for cases that are often intended or often false. */
  readonly milder?: boolean
  /** For a template, if Pods decide because the rule denies each of them: the report is one step milder. */
  readonly podsDecide?: true
  /** Turns deny into warn: a measurement of one replica, which another replica may not confirm, must not deny a request. */
  readonly atMostWarn?: boolean
  readonly fix?: PullPolicyFix
  /**
   * Of the reports with the same series, only the first one that nothing silences is listed, and the first one that each exemption silences:
   * an author who has accepted the first hazard of a script has not accepted the second one.
   */
  readonly series?: string
  /** A tried change of the script at the pointer, in UTF-16 offsets. */
  readonly edits?: ScriptEdits
}

export interface ScriptEdits {
  /** The script that the offsets refer to. */
  readonly script: string
  /** Disjoint and ascending. */
  readonly edits: readonly Edit[]
}

/** The latest probes of a registry. */
export interface Observed {
  readonly failures: number
  /** The number of probes that are counted, at most the last 10. */
  readonly probes: number
}

/** The results of the probes, by the URL in the policy. */
export type RegistryHealth = ReadonlyMap<string, Observed>

/** A registry or repository that gets no new images (`frozen`), or whose images no longer exist (`removed`). */
export interface FrozenRegistry {
  /** A glob for registry/repository. */
  readonly match: string
  readonly state: 'frozen' | 'removed'
  /** YYYY-MM-DD. */
  readonly since: string
  /** Whether only tags other than `latest` are concerned. */
  readonly onlyVersions?: true
  /** What to use instead. */
  readonly instead: string
  /** The page that says so. */
  readonly source: string
}

/** What a policy declares about the registry of an image. */
export interface RegistryFacts {
  readonly fragile: boolean
  /** The pull policy that the policy requires for it. */
  readonly pull: 'Always' | undefined
  /** False only if the policy lists allowed registries and this is not one of them. */
  readonly allowed: boolean
  /** The entry that set `allowed` for it; omitted if none did. */
  readonly allowedBy?: { readonly match: string; readonly reason: string | undefined }
  /** Set if the policy turns the list of frozen registries on, the image is in it, and no entry allows it in particular. */
  readonly frozen?: FrozenRegistry
  readonly servedBy: string | undefined
  readonly reason: string | undefined
  /** Omitted if the registry is not probed. */
  readonly observed?: Observed
}

/** What rules need to know in addition to the workload; `src/policy` implements it. */
export interface RuleContext {
  registry(reference: ImageReference): RegistryFacts
  /** Whether the policy lists the image as preloaded on every node. */
  isPreloaded(reference: ImageReference): boolean
  /** Whether the policy lists the tag as a moving one. */
  isMutableTag(tag: string): boolean
  /** Whether the text is a placeholder that an injector replaces in Pods (Istio's `auto`). In a Pod, rules judge it like any image. */
  isPlaceholder(image: string): boolean
  /** Whether the admission plugin AlwaysPullImages is enabled: it rejects pods with any other pull policy. */
  readonly alwaysPullImages: boolean
  /** The container runtime of the nodes. */
  readonly runtime: 'containerd' | 'cri-o'
  /** The init containers with the analyses of their scripts. */
  readonly scripts: InitScripts
  /** The other objects of the same input; omitted if there are none, as at admission. */
  readonly siblings?: Siblings
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** What several rules need to know, filled in by the first; omitted where nothing is shared. */
  readonly shared?: SharedFacts
}

/** A field and no WeakMap, which would keep its values until the next full garbage collection. */
export interface SharedFacts {
  /** See `namedUses`. */
  namedUses?: readonly NamedUse[]
}

export interface Rule<MessageId extends string = string, Options extends object = object> {
  readonly meta: RuleMeta<MessageId, Options>
  /** Checks one workload. Pure: the same arguments give the same reports, in the same order. */
  check(workload: Workload, options: Readonly<Options>, context: RuleContext): Iterable<Report<NoInfer<MessageId>>>
}

/** Declares a rule: a message id that is not in `messages` does not compile. */
export function defineRule<const MessageId extends string, Options extends object>(
  rule: Rule<MessageId, Options>,
): Rule<MessageId, Options> {
  return rule
}

/** A rule whose type parameters do not matter to the caller. */
// biome-ignore lint/suspicious/noExplicitAny: `check` takes its own options type, which only the policy's schema guarantees.
export type AnyRule = Rule<any, any>
