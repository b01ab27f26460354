/** `why`: the diagnoses of the Pods of an input, or of a controller that has none. */
import type { Registry } from '../lint/registry.ts'
import { safeText } from '../lint/text.ts'
import { asString, at, type JsonObject, member } from '../model/json.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import type { Policy } from '../policy/policy.ts'
import { knownMinors } from '../startup/node/kubernetes-versions.ts'
import type { Surroundings } from './detect/context.ts'
import { isController } from './detect/owners.ts'
import { diagnoseOwner, diagnosePod } from './diagnose.ts'
import type { WhyObjects } from './input.ts'
import type { Diagnosis } from './types.ts'
import type { EventView } from './view/events.ts'
import { type PodView, readPodView } from './view/pod-view.ts'
import { Related } from './view/related.ts'

export interface WhyOptions {
  readonly policy: Policy
  readonly registry: Registry
  /** Of objects that set none. */
  readonly namespace: string
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** Logs by container. */
  readonly logs?: ReadonlyMap<string, string>
  /** Other objects of the input, for scripts in ConfigMaps. */
  readonly siblings?: Siblings
  /** The names of the Pods to diagnose; all of them if omitted. */
  readonly only?: ReadonlySet<string>
  /** Whether a controller without pods gets a diagnosis even if nothing says why it has none. */
  readonly ownersAlways?: boolean
  /** The version of the cluster, such as `1.36` or `v1.36.3`; if omitted, the newest one that was recorded. */
  readonly kubernetes?: string | undefined
  /** At most this many Pods are diagnosed. */
  readonly limit?: number
}

/** What was not looked at, and why: a right that is missing, a limit. */
export interface NotLookedAt {
  readonly what: string
  readonly why: string
}

export interface WhyOutput {
  readonly pods: readonly Diagnosis[]
  readonly notLookedAt?: readonly NotLookedAt[]
}

/** Of more pods, the startup model does not predict what comes next: that takes about 2 ms for each. */
const maxModeled = 1000

/** Pods diagnosed at most; each takes a few milliseconds. */
const maxPods = 5000

/**
 * Diagnoses the Pods of an input. Without a Pod, the topmost controllers whose pods are refused.
 * Never throws, whatever the input contains.
 */
export function why({ pods, objects, events }: WhyObjects, options: WhyOptions): WhyOutput {
  const { policy, registry, namespace, now, logs = new Map(), siblings = noSiblings, only, limit = maxPods, ownersAlways = false } = options
  const wanted = only === undefined ? pods : pods.filter((pod) => only.has(asString(at(pod, 'metadata', 'name')) ?? ''))
  const known = pods.length > 0 ? objects : [...objects, ...ownersInEvents(objects, events, namespace)]
  const surroundings: Surroundings = {
    related: new Related(known, namespace),
    events,
    logs,
    policy,
    registry,
    now,
    areMany: wanted.length > maxModeled,
    kubernetes: options.kubernetes ?? knownMinors.at(-1) ?? '',
  }
  const views = wanted.slice(0, limit).flatMap((pod): readonly PodView[] => {
    const view = readPodView(pod, events, siblings, namespace)
    return view === undefined ? [] : [view]
  })
  const left = wanted.length - Math.min(wanted.length, limit)
  const notLookedAt = left > 0 ? { notLookedAt: [{ what: `${left} pods`, why: `at most ${limit} pods are diagnosed at once` }] } : {}
  if (pods.length > 0) return { pods: views.map((view) => diagnosePod(view, surroundings)), ...notLookedAt }
  const owners = known.filter((object) => isController(object) && isTopmost(object, surroundings.related, namespace))
  return { pods: owners.slice(0, limit).flatMap((owner) => diagnoseOwner(owner, surroundings, namespace, ownersAlways) ?? []) }
}

/** Reasons of Events that say why a controller has no pod. */
const ownerReasons: ReadonlySet<string> = new Set(['FailedCreate', 'JobAlreadyActive'])

/** Controllers that only Events name. A ReplicaSet is named DEPLOYMENT-HASH (kubernetes pkg/controller/deployment/sync.go, getNewReplicaSet). */
function ownersInEvents(objects: readonly JsonObject[], events: readonly EventView[], namespace: string): readonly JsonObject[] {
  const related = new Related(objects, namespace)
  const found = new Map<string, JsonObject>()
  for (const { reason, kind, name, uid, namespace: own } of events) {
    const where = own === '' ? namespace : own
    if (!ownerReasons.has(reason) || !isController({ kind }) || name === '' || related.find(kind, where, name) !== undefined) continue
    const deployment = kind === 'ReplicaSet' ? name.slice(0, name.lastIndexOf('-')) : ''
    const ownerReferences =
      deployment !== '' && related.find('Deployment', where, deployment) !== undefined
        ? [{ apiVersion: 'apps/v1', kind: 'Deployment', name: deployment, controller: true }]
        : []
    const metadata = { name, namespace: where, ...(uid === '' ? {} : { uid }), ownerReferences }
    if (found.size < maxOwners)
      found.set(`${kind}/${name}`, { apiVersion: kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1', kind, metadata })
  }
  return [...found.values()]
}

/** Controllers that are taken from Events at most. */
const maxOwners = 100

/** Whether no controller above an object is in the input. */
function isTopmost(object: JsonObject, related: Related, defaultNamespace: string): boolean {
  const namespace = asString(at(object, 'metadata', 'namespace')) ?? defaultNamespace
  return !related.chainOf(object, namespace).some(({ object: above }) => above !== undefined)
}

/** The containers of the Pods of an input, for `--log`. */
export function containerNames({ pods }: WhyObjects): readonly string[] {
  const names = pods.flatMap((pod) =>
    ['initContainers', 'containers'].flatMap((list) => {
      const items = at(pod, 'spec', list)
      return Array.isArray(items) ? items.map((item) => asString(member(item, 'name')) ?? '') : []
    }),
  )
  return [...new Set(names)].filter((name) => name !== '').map(safeText)
}

/** Whether nothing has to be done about a pod: it is ready, it has completed, or a controller has replaced it. */
export function hasStarted({ cause, stage, owner }: Diagnosis): boolean {
  if (stage.kind === 'finished') return cause.class === 'waiting-normal' || owner !== null
  return cause.class === 'waiting-normal' && stage.kind === 'app-run' && cause.certainty === 'certain'
}

/** Stages in which a process has run, so that there may be a log. */
const logStages: ReadonlySet<string> = new Set(['init-run', 'sidecar-start', 'app-run', 'finished'])

/** Whether the log of the container can tell more. */
export function needsLog(diagnosis: Diagnosis): boolean {
  return logStages.has(diagnosis.stage.kind) && diagnosis.stage.container !== null && !hasStarted(diagnosis)
}
