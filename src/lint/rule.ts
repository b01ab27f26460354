/** What a rule is: data about itself, and a pure function from a workload to reports. */
import type { Container } from '../model/containers.ts'
import type { ImageReference } from '../model/image-reference.ts'
import type { ImageUse } from '../model/image-use.ts'
import type { JsonPointer } from '../model/json.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'

/** How bad it is, by the rule's own judgement. */
export type Severity = 'error' | 'warning' | 'info'

/** What the policy does about it, from the mildest. `warn` and `fix` are equally strict. */
export type Action = 'off' | 'audit' | 'warn' | 'fix' | 'deny'

/** `safe`: the mutating webhook may carry it out. */
export type FixKind = 'none' | 'safe'

/** A closed JSON Schema of an object; the policy's schema embeds it. */
export interface OptionsSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly properties: Readonly<Record<string, object>>
}

export interface RuleMeta<MessageId extends string, Options extends object> {
  /** kebab-case, equal to the folder's name. */
  readonly id: string
  /** The id that it had before it was renamed: no alias, but policies that still name it are told the new one. */
  readonly formerId?: string
  readonly category: 'image' | 'pull' | 'init'
  readonly severity: Severity
  /** The action of the preset `recommended`; single reports may be one step milder. */
  readonly recommended: Exclude<Action, 'off' | 'fix'>
  readonly fixKind: FixKind
  /** If several rules can fix one value, the lowest precedence wins. Every rule with a fix has one, and no two have the same. */
  readonly fixPrecedence?: number
  /** The version of initlint that brought it. */
  readonly since: `${number}.${number}.${number}`
  /** What is wrong, in one line. */
  readonly summary: string
  /** Why it matters. */
  readonly rationale: string
  /** What to do about it; ends with a period. */
  readonly remediation: string
  readonly references: readonly string[]
  /** Texts with {{name}} placeholders: what happens; what to do. They never name the container, the engine does. */
  readonly messages: Readonly<Record<MessageId, string>>
  readonly optionsSchema: OptionsSchema
  readonly defaultOptions: Options
}

/** A change of one pull policy, the only thing that initlint ever changes. */
export interface PullPolicyFix {
  readonly pointer: JsonPointer
  readonly from: PullPolicy
  readonly to: PullPolicy
  /** Why the change is right, said in the warning: `docker.io may be offline and the tag is fixed`. */
  readonly because: string
}

/** What a report is about: an image use, a container, or the pod (null). */
export type Subject = ImageUse | Container | null

export interface Report<MessageId extends string = string> {
  readonly messageId: MessageId
  readonly subject: Subject
  /** Where it stands within the object. */
  readonly pointer: JsonPointer
  readonly data: Readonly<Record<string, string | number>>
  /** One step milder than the policy's action (deny -> warn, warn and fix -> audit), where the rule knows that the full one would annoy. */
  readonly milder?: true
  /** Warns where the policy says deny: what one replica measured, and its neighbour perhaps did not, is no ground to refuse anything. */
  readonly atMostWarn?: true
  readonly fix?: PullPolicyFix
}

/** What probes of a registry found lately. */
export interface Observed {
  readonly failures: number
  /** How many of the last probes are counted, 10 at most. */
  readonly probes: number
}

/** What the probers found, by the URL that the policy names. */
export type RegistryHealth = ReadonlyMap<string, Observed>

/** What a policy says of the registry of an image. */
export interface RegistryFacts {
  readonly fragile: boolean
  /** The pull policy that the admin wants for it. */
  readonly pull: 'Always' | undefined
  /** False only where the policy lists allowed registries and this is none of them. */
  readonly allowed: boolean
  readonly servedBy: string | undefined
  readonly reason: string | undefined
  /** Left out where nobody probes it. */
  readonly observed?: Observed
}

/** What rules need to know beside the workload; `src/policy` implements it. */
export interface RuleContext {
  registry(reference: ImageReference): RegistryFacts
  /** Whether nodes carry the image already, as the policy says. */
  isPreloaded(reference: ImageReference): boolean
  /** Whether the admin calls the tag a moving one. */
  isMutableTag(tag: string): boolean
  /** Whether the text is no image but a placeholder that an injector fills (Istio's `auto`). */
  isPlaceholder(image: string): boolean
  /** The plugin AlwaysPullImages is on: it rejects pods that are set to anything else. */
  readonly alwaysPullImages: boolean
  /** The object before an UPDATE. */
  readonly old: Workload | null
  /** What stands beside the workload in the same input; left out where nothing does, as at admission. */
  readonly siblings?: Siblings
  /** Milliseconds since 1970, UTC. */
  readonly now: number
}

export interface Rule<MessageId extends string = string, Options extends object = object> {
  readonly meta: RuleMeta<MessageId, Options>
  /** Judges one workload. Pure: the same arguments give the same reports, in the same order. */
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
