/** What the detection of a cause can use. */
import type { Diagnostic } from '../../lint/diagnostic.ts'
import { lint } from '../../lint/engine.ts'
import type { Registry } from '../../lint/registry.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Cause, Helps } from '../causes/index.ts'
import type { Facts, Quotes } from '../evidence.ts'
import type { Classified } from '../messages/classify.ts'
import type { Certainty } from '../messages/index.ts'
import type { EventView } from '../view/events.ts'
import type { PodView } from '../view/pod-view.ts'
import type { Owner, Related } from '../view/related.ts'
import type { ScriptHazard } from './scripts.ts'

/** What is known outside the Pod. */
export interface Surroundings {
  readonly related: Related
  readonly events: readonly EventView[]
  /** Logs by container, as far as they were given. */
  readonly logs: ReadonlyMap<string, string>
  readonly policy: Policy
  readonly registry: Registry
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** Whether so many pods are diagnosed that the startup model, which takes a millisecond or two for each, is not asked. */
  readonly areMany: boolean
  /** The version of the kubelets, such as `1.36`. */
  readonly kubernetes: string
}

export interface Context extends Surroundings {
  readonly pod: PodView
  readonly quotes: Quotes
  /** The controllers above the pod, the nearest first. */
  readonly chain: readonly Owner[]
  /** The findings of the rules on this Pod; computed when first needed. */
  findings(): readonly Diagnostic[]
}

/** The node of the pod, for a sentence. */
export function nodeText({ pod, quotes }: Pick<Context, 'pod' | 'quotes'>): string {
  return pod.node === '' ? 'the node' : `node ${quotes.of(pod.node, 253)}`
}

/** A detected cause. */
export interface Found {
  readonly cause: Cause
  readonly certainty: Certainty
  /** Omitted for the default of the cause. */
  readonly waiting?: Helps
  readonly until?: string | null
  /** Instead of the text of the cause. */
  readonly message?: string
  readonly facts?: Partial<Facts>
  readonly evidence: readonly string[]
  /** Commands or advice instead of that of the cause. */
  readonly now?: readonly string[]
  readonly later?: readonly string[]
  readonly hazard?: ScriptHazard
  /** Whether what makes it fail outlives the pod, so that a new pod fails, too; omitted if only the volumes say so. */
  readonly isKept?: boolean
  /** Whether it is about the process before the one that runs. */
  readonly isPast?: boolean
}

export function contextOf(pod: PodView, surroundings: Surroundings, quotes: Quotes): Context {
  let findings: readonly Diagnostic[] | undefined
  return {
    ...surroundings,
    pod,
    quotes,
    chain: surroundings.related.chainOf(pod.object, pod.namespace),
    findings: () => {
      findings ??= findingsOn(pod, surroundings)
      return findings
    },
  }
}

function findingsOn({ workload, scripts, siblings }: PodView, { policy, registry, now }: Surroundings): readonly Diagnostic[] {
  const own = policy.forWorkload({ workload, namespaceLabels: undefined, user: null, isRestored: false, scripts, siblings, now })
  return lint(workload, own, registry.rules).diagnostics
}

/** A cause that the table of messages names. */
export function foundBy({ pattern }: Classified, evidence: readonly string[], facts: Partial<Facts> = {}): Found | undefined {
  const { cause, certainty, waiting } = pattern
  if (cause === 'inner' || cause === 'none') return undefined
  return { cause, certainty, evidence, facts, ...(waiting === 'inner' ? {} : { waiting }) }
}

/** An Event as evidence. */
export function eventEvidence({ reason, message, count, last }: EventView, quotes: Quotes): string {
  const times = count > 1 ? ` ×${count}` : ''
  const at = last > 0 ? ` at ${new Date(last).toISOString().slice(11, 19)}` : ''
  return `event ${quotes.of(reason, 60)}${times}${at}: ${quotes.endOf(message)}`
}
