/** The workloads of a cluster as rows: what a policy would do to each. Keeps one row per workload, and no Pods. */
import { controllerOf } from '../admission/built-in-controllers.ts'
import type { AdmissionRequest } from '../admission/envelope.ts'
import { type LintPorts, lintWorkload, policyFor } from '../admission/linting.ts'
import { maskedFindings } from '../admission/masking.ts'
import { withRefusals } from '../admission/refused-pods.ts'
import { isMirrorPod } from '../admission/scope.ts'
import type { ObjectName } from '../inspect/index.ts'
import type { Diagnostic } from '../lint/diagnostic.ts'
import { asObject, at, isObject, type JsonObject } from '../model/json.ts'
import { readWorkloads, type Workload } from '../model/workload.ts'
import { customResource, groupOf, type KindOfWorkload, type WorkloadKind, workloadKind } from '../model/workload-kinds.ts'
import { type Effect, effectOf, strictest } from './effect.ts'
import { isFinished, isHistory } from './history.ts'
import { nameOf, ownerName, uidOf } from './objects.ts'
import { namespaceOf, outermostOwners } from './ownership.ts'
import { projectionOf } from './projection.ts'

/** A workload, or Pods of it that differ from its template. */
export interface ScanRow {
  readonly object: ObjectName
  /** The workload that owns the Pod of this row; null if the row is that of the workload. */
  readonly owner: ObjectName | null
  /** Pods that are not finished. */
  readonly pods: number
  readonly effect: Effect
  readonly diagnostics: readonly Diagnostic[]
}

export interface ScanResult {
  /** With findings, by namespace, kind and name; below each workload its Pods that differ from it. */
  readonly rows: readonly ScanRow[]
  readonly workloads: number
  readonly pods: number
  readonly namespaces: number
}

/** A workload that was seen. Its object is dropped after it was judged. */
interface Seen {
  readonly object: ObjectName
  /** The kind of the object from which it is known: for owners of other kinds, Pod. */
  readonly source: KindOfWorkload
  readonly templates: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
  effect: Effect | undefined
  pods: number
  readonly variants: Map<string, Variant>
}

/** Pods that differ from the template in the same way: the first one stands for all. Or what a custom resource owns and has another template. */
interface Variant {
  readonly object: ObjectName
  readonly diagnostics: readonly Diagnostic[]
  readonly effect: Effect | undefined
  pods: number
}

/** Differences of Pods from one template that get a row of their own; Pods with further ones are counted with the last. */
const maxVariants = 5

/** The kinds of Kubernetes that a scan reads, owners before what they own. */
export const scannedKinds: readonly WorkloadKind[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'ReplicationController',
  'PodTemplate',
  'ReplicaSet',
  'Job',
  'Pod',
]

/** The kinds whose objects outlive their Pods: a built-in controller makes the next Pod, not that of the custom resource that owns them. */
const keepers: ReadonlySet<KindOfWorkload> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'ReplicaSet'])

/**
 * Takes the objects of a cluster and judges each as the webhook judges a CREATE review of it by a person whose name is not known.
 * Custom resources come first, in any order, then owners before what they own: see `scannedKinds`.
 */
export class Scan {
  readonly #ports: LintPorts
  readonly #seen = new Map<string, Seen>()
  /** The uids of ReplicaSets and Jobs that a workload owns, with that workload. */
  readonly #owned = new Map<string, Seen>()
  /** Custom resources with an owner, which may come after them: their uids, and those of their owners. */
  readonly #unsettled = new Map<string, string>()
  readonly #namespaces = new Set<string>()
  #pods = 0

  constructor(ports: LintPorts) {
    this.#ports = ports
  }

  /** Judges an object. Other kinds are ignored. @param value an object as the API server returns it in lists, with apiVersion and kind */
  add(value: unknown): void {
    if (!isObject(value)) return
    const workloads = readWorkloads(withoutEphemeral(value), {
      namespace: namespaceOf(value),
      source: 'review',
      templates: this.#ports.policy.templates,
    })
    const [first] = workloads
    if (first === undefined) return
    const uid = uidOf(value)
    if (first.kind === customResource) {
      const owner = first.controllerOwner?.uid ?? ''
      if (owner !== '') this.#unsettled.set(uid, owner)
      if (!isHistory(first)) this.#addWorkload(uid, workloads)
      return
    }
    this.#settle()
    if (first.kind === 'Pod') {
      this.#addPod(first)
      return
    }
    const owner = this.#ownerOf(first)
    if (owner !== undefined) this.#addOwned(uid, first, owner)
    else if (!isHistory(first)) this.#addWorkload(uid, workloads)
  }

  /** Forgets the objects of a kind, because its list begins again. Pods of other owners are kept. */
  forget(kind: WorkloadKind): void {
    if (kind === 'Pod') {
      this.#pods = 0
      for (const seen of this.#seen.values()) {
        seen.pods = 0
        for (const [key, variant] of seen.variants) {
          variant.pods = 0
          if (variant.object.kind === 'Pod') seen.variants.delete(key)
        }
      }
    }
    for (const [uid, seen] of this.#seen) if (seen.source === kind) this.#seen.delete(uid)
  }

  result(): ScanResult {
    this.#settle()
    const rows = [...this.#seen.values()].flatMap((seen) => rowsOf(seen))
    return { rows: rows.sort(byName), workloads: this.#seen.size, pods: this.#pods, namespaces: this.#namespaces.size }
  }

  #ownerOf({ controllerOwner }: Workload): Seen | undefined {
    const uid = controllerOwner?.uid ?? ''
    return this.#owned.get(uid) ?? this.#seen.get(uid)
  }

  /** Makes one row of custom resources that own each other: of a Service of Knative, not of its Configuration and Revisions. */
  #settle(): void {
    if (this.#unsettled.size === 0) return
    for (const [uid, root] of outermostOwners(this.#unsettled, this.#seen)) {
      this.#seen.delete(uid)
      this.#owned.set(uid, root)
    }
    this.#unsettled.clear()
  }

  /** A ReplicaSet of a Deployment, a Job of a CronJob, or what a custom resource makes, whose template its controller may have changed. */
  #addOwned(uid: string, workload: Workload, owner: Seen): void {
    this.#owned.set(uid, owner)
    if (owner.source !== customResource || !keepers.has(workload.kind)) return
    const judged = this.#judge(workload)
    // The next Pod comes from this object, which is there already.
    const isKept = judged.effect !== 'blocks' && owner.diagnostics.every(({ refused }) => refused === undefined)
    if (owner.effect === 'blocks' && isKept) owner.effect = 'denies'
    const projection = projectionOf(workload)
    const isKnown = owner.templates.has(projection) || owner.variants.has(projection)
    if (isKnown || isHistory(workload) || owner.variants.size >= maxVariants) return
    owner.variants.set(projection, { ...judged, object: nameOf(workload), pods: 0 })
  }

  #addWorkload(uid: string, workloads: readonly Workload[], object = nameOf(workloads[0])): Seen {
    if (object.namespace !== '') this.#namespaces.add(object.namespace)
    const judged = workloads.map((workload) => this.#judge(workload))
    const seen: Seen = {
      object,
      source: workloads[0]?.kind ?? 'Pod',
      templates: new Set(workloads.map(projectionOf)),
      diagnostics: judged.flatMap(({ diagnostics }) => diagnostics),
      effect: strictest(judged.map(({ effect }) => effect)),
      pods: 0,
      variants: new Map(),
    }
    this.#seen.set(uid, seen)
    return seen
  }

  #addPod(pod: Workload): void {
    // A static Pod belongs to its node; the webhook lets the kubelet create its mirror.
    if (isFinished(pod.object) || isMirrorPod(pod)) return
    this.#pods++
    const known = this.#ownerOf(pod)
    // The owner may be of a kind that is not listed, such as a Workflow: its first Pod stands for it.
    const owner = known ?? this.#addWorkload(pod.controllerOwner?.uid ?? uidOf(pod.object), [pod], ownerName(pod) ?? nameOf(pod))
    owner.pods++
    const projection = projectionOf(pod)
    if (owner.templates.has(projection)) return
    const same = owner.variants.get(projection) ?? (owner.variants.size < maxVariants ? undefined : [...owner.variants.values()].at(-1))
    if (same !== undefined) same.pods++
    else owner.variants.set(projection, { ...this.#judge(pod), object: nameOf(pod), pods: 1 })
  }

  #judge(workload: Workload): Judged {
    const ports = this.#ports
    const { namespace, name, object } = workload
    const request: AdmissionRequest = { ...creation, namespace, name, user: makerOf(workload), object }
    const { diagnostics: found } = lintWorkload(workload, policyFor(workload, request, ports), ports, ports.registry.rules)
    const diagnostics = maskedFindings(withRefusals(found, workload, ports), ports.registry)
    return { diagnostics, effect: effectOf(diagnostics, workload, ports) }
  }
}

interface Judged {
  readonly diagnostics: readonly Diagnostic[]
  readonly effect: Effect | undefined
}

/** A Pod of a built-in controller returns by the hand of that controller, everything else by that of a person whose name is not known. */
function makerOf({ kind, controllerOwner }: Workload): string {
  const owner = kind === 'Pod' && controllerOwner !== null ? workloadKind(controllerOwner.apiVersion, controllerOwner.kind) : undefined
  return (owner && controllerOf(owner)) ?? ''
}

const creation = { uid: '', operation: 'CREATE', subResource: '', dryRun: false, oldObject: null } as const

/** The object without ephemeral containers, which a Pod cannot be created with. */
function withoutEphemeral(object: JsonObject): JsonObject {
  if (object.kind !== 'Pod' || at(object, 'spec', 'ephemeralContainers') === undefined) return object
  const { ephemeralContainers: _ephemeral, ...spec } = asObject(object.spec)
  return { ...object, spec }
}

function rowsOf({ object, effect, diagnostics, pods, variants }: Seen): readonly ScanRow[] {
  const own = effect === undefined ? [] : [{ object, owner: null, pods, effect, diagnostics }]
  const others = [...variants.values()].flatMap((variant) =>
    variant.effect === undefined
      ? []
      : [{ object: variant.object, owner: object, pods: variant.pods, effect: variant.effect, diagnostics: variant.diagnostics }],
  )
  return [...own, ...others]
}

/** Identifies a row, and orders rows: by namespace, kind and name, the Pods that differ below their workload. */
export function rowKey({ object, owner }: Pick<ScanRow, 'object' | 'owner'>): string {
  const { namespace, kind, name, apiVersion } = owner ?? object
  return JSON.stringify([namespace, kind, name, groupOf(apiVersion), owner === null ? '' : object.name])
}

function byName(a: ScanRow, b: ScanRow): number {
  const [one, other] = [rowKey(a), rowKey(b)]
  return one < other ? -1 : one > other ? 1 : 0
}
