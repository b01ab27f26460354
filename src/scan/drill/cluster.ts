/** What a drill needs of a cluster: its nodes, its workloads, and which Pods run where. Keeps shapes and counts, and no Pods. */
import { afterSuccessOf, type ObjectName } from '../../inspect/index.ts'
import { asString, at, isObject, member } from '../../model/json.ts'
import { noSiblings } from '../../model/siblings.ts'
import { readWorkloads, type Workload } from '../../model/workload.ts'
import { customResource, type KindOfWorkload, type WorkloadKind } from '../../model/workload-kinds.ts'
import type { Policy } from '../../policy/index.ts'
import { type Analyst, InitScripts } from '../../script/index.ts'
import { isFinished, isHistory } from '../history.ts'
import { nameOf, ownerName, uidOf } from '../objects.ts'
import { namespaceOf, outermostOwners } from '../ownership.ts'
import { projectionOf } from '../projection.ts'
import { type DrillNode, type Placement, readNode, readPlacement } from './nodes.ts'
import { type PodShape, readPodShape, withPullPolicy } from './pod-shape.ts'
import { carries, isOfRevision } from './revision.ts'
import { troubleOf } from './trouble.ts'

/** Pods of one workload that are alike and on the same node. */
export interface PodGroup {
  readonly shape: PodShape
  /** Empty for Pods that no node has taken yet. */
  readonly node: string
  /** Whether they are of the current revision of their workload. */
  readonly isCurrent: boolean
  count: number
}

/** A workload that no other one owns. */
export interface DrillWorkload {
  readonly object: ObjectName
  readonly kind: KindOfWorkload
  /** The shape of its template; of its first Pod if its template is not known. */
  readonly template: PodShape
  readonly placement: Placement
  readonly groups: Map<string, PodGroup>
  /** A container that does not run now, and why: `app: CrashLoopBackOff`; by the image that cannot be pulled, or an empty string. */
  readonly troubles: Map<string, string>
  /** Whether a controller makes its Pods again on another node; undefined if that controller is not known. */
  readonly isRestored: boolean | undefined
  /** Whether its Pods belong to one node: those of a DaemonSet, and static Pods. */
  readonly isBoundToNodes: boolean
  /** Where `imagePullSecrets` are in the object. */
  readonly podSpecPointer: string
}

/** Pods of one namespace with the same pull secrets. */
export interface ImageUser {
  readonly namespace: string
  readonly secrets: readonly string[]
}

export interface DrillCluster {
  /** Undefined if they may not be listed. */
  readonly nodes: readonly DrillNode[] | undefined
  readonly workloads: readonly DrillWorkload[]
  readonly pods: number
  /** By image key, who uses an image anywhere: Pods and templates. */
  readonly users: ReadonlyMap<string, readonly ImageUser[]>
  /** By node and image key, whose running containers use an image there. */
  readonly running: ReadonlyMap<string, ReadonlyMap<string, readonly ImageUser[]>>
  /** Whether all Pods of the cluster were seen, so that no others use an image. */
  readonly isComplete: boolean
}

export interface CollectOptions {
  readonly policy: Policy
  readonly analyst: Analyst
  /** Images that a kubelet reports at most; Infinity for all. */
  readonly nodeImages: number
  /** Only workloads of this namespace get a row; undefined for all. */
  readonly namespace?: string | undefined
}

interface Seen extends DrillWorkload {
  isRestored: boolean | undefined
  readonly uid: string
  readonly source: KindOfWorkload
  readonly projections: ReadonlySet<string>
  /** The hash of the revision that new Pods get, if the controller publishes it. */
  readonly revision: string | undefined
}

/** An object that a workload owns. */
interface Owned {
  readonly owner: Seen
  /** Whether its Pods are of the current revision; undefined if their images decide. */
  readonly isCurrent: boolean | undefined
}

/** Takes the objects of a cluster: custom resources first, then owners before what they own, as in `scannedKinds`; nodes at any time. */
export class DrillCollector {
  readonly #options: CollectOptions
  readonly #nodes = new Map<string, DrillNode>()
  readonly #seen = new Map<string, Seen>()
  readonly #owned = new Map<string, Owned>()
  /** Custom resources with an owner, which may come after them: their uids, and those of their owners. */
  readonly #unsettled = new Map<string, string>()
  readonly #shapes = new Map<string, PodShape>()
  readonly #numbers = new Map<PodShape, number>()
  readonly #users = new Map<string, ImageUser[]>()
  readonly #running = new Map<string, Map<string, ImageUser[]>>()
  #pods = 0

  constructor(options: CollectOptions) {
    this.#options = options
  }

  /** Takes a node, a workload or a Pod; ignores everything else. */
  add(value: unknown): void {
    if (!isObject(value)) return
    if (member(value, 'kind') === 'Node' && member(value, 'apiVersion') === 'v1') {
      const node = readNode(value, this.#options.nodeImages)
      this.#nodes.set(node.name, node)
      return
    }
    const [workload, ...more] = readWorkloads(value, {
      namespace: namespaceOf(value),
      source: 'review',
      templates: this.#options.policy.templates,
    })
    if (workload === undefined) return
    if (workload.kind === 'Pod') {
      this.#addPod(workload)
      return
    }
    const uid = uidOf(value)
    const ownerUid = workload.controllerOwner?.uid ?? ''
    if (workload.kind === customResource) {
      if (ownerUid !== '') this.#unsettled.set(uid, ownerUid)
    } else {
      this.#settle()
      const owner = this.#ownerOf(workload)
      if (owner !== undefined) {
        this.#addOwned(uid, workload, owner.owner)
        return
      }
    }
    if (isHistory(workload)) return
    this.#addWorkload(uid, workload)
    for (const [index, other] of more.entries()) this.#addWorkload(`${uid}#${index + 1}`, other)
  }

  /** A ReplicaSet of a Deployment, a Job of a CronJob, or what a custom resource makes, whose template its controller may have changed. */
  #addOwned(uid: string, workload: Workload, owner: Seen): void {
    const isOfCustom = owner.source === customResource
    if (isOfCustom) owner.isRestored = true
    this.#owned.set(uid, { owner, isCurrent: isOfCustom ? undefined : owner.projections.has(projectionOf(workload)) })
  }

  /** Makes one row of custom resources that own each other: of a Service of Knative, not of its Configuration and Revisions. */
  #settle(): void {
    if (this.#unsettled.size === 0) return
    for (const [uid, root] of outermostOwners(this.#unsettled, this.#seen)) {
      this.#seen.delete(uid)
      this.#owned.set(uid, { owner: root, isCurrent: undefined })
    }
    this.#unsettled.clear()
  }

  /** Forgets the objects of a kind, because its list begins again. */
  forget(kind: WorkloadKind | 'Node'): void {
    if (kind === 'Node') this.#nodes.clear()
    if (kind === 'Pod') {
      this.#pods = 0
      this.#running.clear()
      for (const seen of this.#seen.values()) {
        seen.groups.clear()
        seen.troubles.clear()
      }
    }
    for (const [uid, seen] of this.#seen) if (seen.source === kind) this.#seen.delete(uid)
  }

  /**
   * What was collected.
   * @param nodesListed whether nodes could be listed
   * @param isComplete whether the Pods of all namespaces could be
   */
  result(nodesListed: boolean, isComplete: boolean): DrillCluster {
    this.#settle()
    const { namespace } = this.#options
    return {
      nodes: nodesListed ? [...this.#nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) : undefined,
      workloads: [...this.#seen.values()]
        .filter(({ kind, object }) => kind !== 'PodTemplate' && (namespace === undefined || object.namespace === namespace))
        .sort(byName),
      pods: this.#pods,
      users: this.#users,
      running: this.#running,
      isComplete,
    }
  }

  #ownerOf({ controllerOwner }: Workload): Owned | undefined {
    const uid = controllerOwner?.uid ?? ''
    const owned = this.#owned.get(uid)
    if (owned !== undefined) return owned
    const owner = this.#seen.get(uid)
    return owner === undefined ? undefined : { owner, isCurrent: undefined }
  }

  #addWorkload(uid: string, workload: Workload, object = nameOf(workload)): Seen {
    const { kind, podSpec, podSpecPointer, controllerOwner } = workload
    const isPod = kind === 'Pod'
    const isStatic = isPod && controllerOwner?.kind === 'Node'
    const seen: Seen = {
      uid,
      object,
      kind,
      source: kind,
      template: this.#templateOf(workload),
      placement: readPlacement(isPod ? { ...podSpec, nodeName: null } : podSpec, kind === 'DaemonSet'),
      projections: new Set([projectionOf(workload)]),
      revision: kind === 'StatefulSet' ? asString(at(workload.object, 'status', 'updateRevision')) : undefined,
      groups: new Map(),
      troubles: new Map(),
      isRestored: isPod ? (controllerOwner === null ? false : isStatic ? true : undefined) : kind === customResource ? undefined : true,
      isBoundToNodes: kind === 'DaemonSet' || isStatic,
      podSpecPointer,
    }
    this.#seen.set(uid, seen)
    if (!isPod) this.#note(this.#users, seen.template, workload.namespace)
    return seen
  }

  #addPod(pod: Workload): void {
    if (isFinished(pod.object)) return
    this.#pods++
    const isDirect = pod.controllerOwner === null || pod.controllerOwner.kind === 'Node'
    this.#settle()
    const known = this.#ownerOf(pod)
    const uid = isDirect ? uidOf(pod.object) : (pod.controllerOwner?.uid ?? '')
    const seen = known?.owner ?? this.#addWorkload(uid, pod, (isDirect ? undefined : ownerName(pod)) ?? nameOf(pod))
    const shape = this.#shapeOf(pod)
    const node = asString(member(pod.podSpec, 'nodeName')) ?? ''
    const isCurrent = known?.isCurrent ?? (isOfRevision(seen.revision, pod.object) && carries(shape, seen.template))
    const key = `${node} ${isCurrent} ${this.#numberOf(shape)}`
    const group = seen.groups.get(key)
    if (group === undefined) seen.groups.set(key, { shape, node, isCurrent, count: 1 })
    else group.count++
    const { running, troubles } = troubleOf(pod.object, shape)
    for (const [image, text] of troubles) if (!seen.troubles.has(image)) seen.troubles.set(image, text)
    this.#note(this.#users, shape, pod.namespace)
    if (node === '') return
    const there = this.#running.get(node) ?? new Map<string, ImageUser[]>()
    this.#running.set(node, there)
    this.#note(there, shape, pod.namespace, running)
  }

  /** Notes that Pods of a namespace with these secrets use the images. @param only the slots that count; all if omitted */
  #note(users: Map<string, ImageUser[]>, { slots, secrets }: PodShape, namespace: string, only?: ReadonlySet<number>): void {
    for (const [slot, key] of slots.entries()) {
      if (only?.has(slot) === false) continue
      const list = users.get(key) ?? []
      users.set(key, list)
      if (!list.some((user) => user.namespace === namespace && user.secrets.join() === secrets.join())) list.push({ namespace, secrets })
    }
  }

  #numberOf(shape: PodShape): number {
    const number = this.#numbers.get(shape) ?? this.#numbers.size
    this.#numbers.set(shape, number)
    return number
  }

  /** The admission plugin AlwaysPullImages changes Pods, and not templates. */
  #templateOf(workload: Workload): PodShape {
    const shape = this.#shapeOf(workload)
    return this.#options.policy.alwaysPullImages ? withPullPolicy(shape, new Set(shape.uses.map(({ name }) => name)), 'Always') : shape
  }

  #shapeOf(workload: Workload): PodShape {
    const { analyst } = this.#options
    const hasInits = workload.containers().some(({ role }) => role === 'init')
    const reruns = hasInits ? afterSuccessOf({ scripts: new InitScripts(workload, noSiblings, analyst) }) : new Map()
    const shape = readPodShape(workload, reruns)
    const known = this.#shapes.get(shape.id)
    if (known !== undefined) return known
    this.#shapes.set(shape.id, shape)
    return shape
  }
}

function byName(a: DrillWorkload, b: DrillWorkload): number {
  const [one, other] = [a, b].map(({ object: { namespace, kind, name } }) => JSON.stringify([namespace, kind, name]))
  return (one ?? '') < (other ?? '') ? -1 : 1
}
