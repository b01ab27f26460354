/** One cell of a drill: does the Pod start, and because of what? Each answer is a run of the startup model. */
import type { Availability, OnNode } from './availability.ts'
import type { DecidedNodes } from './cell-sums.ts'
import type { DrillEvent, ImageState, ModelRun, ModelRuns } from './model-runs.ts'
import type { DrillNode } from './nodes.ts'
import type { DrillUse, PodShape } from './pod-shape.ts'
import { ofNewPods } from './trouble.ts'
import { type Missing, missingOf, type UnknownKind, type UnknownSubject } from './unknowns.ts'

export type CellResult = 'starts' | 'fails' | 'unknown'

/** A container that decides a cell. */
export interface Cause {
  /** The container's name, or the volume's; null if the reason is about the Pod. */
  readonly container: string | null
  readonly image: string | null
  readonly policy: DrillUse['policy'] | null
  /** `ErrImagePull`, or a clause. */
  readonly reason: string
}

export interface DrillCell {
  readonly result: CellResult
  /** What decides it; empty if it starts. */
  readonly because: readonly Cause[]
  /** On how many nodes it starts; only for cells about other nodes. */
  readonly nodes?: { readonly yes: number; readonly no: number; readonly unknown: number }
  /** For an unknown: which fields are missing, and how to know. */
  readonly missing: readonly Missing[]
  /** Set if it fails without the outage, too. */
  readonly anyway?: true
  /** Set if the Pod is on a node that is lost or drained. */
  readonly nodeGone?: true
}

/** The Pod of a cell. */
export interface CellPod {
  readonly shape: PodShape
  readonly namespace: string
  /** A container of the workload that does not run now, by image key. */
  readonly troubles: ReadonlyMap<string, string>
  /** What is changed before the outage. */
  readonly remedies?: Remedies
}

/** Changes of the cluster that a drill tries. */
export interface Remedies {
  /** Keys of images that a mirror serves, and of those that are put on all nodes. */
  readonly mirrored: ReadonlySet<string>
  readonly preloaded: ReadonlySet<string>
  /** Whether the Pod gets the secrets with which its images were pulled. */
  readonly hasSecrets: boolean
}

/** The state of an image as far as it is known. */
interface Slot {
  readonly onNode: OnNode
  readonly pull: ReturnType<Availability['pull']>
}

/** Decides cells for one outage. */
export class Cells {
  readonly #availability: Availability
  readonly #runs: ModelRuns
  readonly #cap: number

  /** @param cap images that a kubelet reports at most */
  constructor(availability: Availability, runs: ModelRuns, cap: number) {
    this.#availability = availability
    this.#runs = runs
    this.#cap = cap
  }

  /** What happens to a Pod on a node. @param node undefined if the node is not known */
  on(pod: CellPod, event: DrillEvent, node: DrillNode | undefined): DrillCell {
    const slots = this.#slotsOf(pod, event, (use) => this.#onNode(use, pod.shape, pod.namespace, event, node))
    return this.#decide(pod, event, slots, node === undefined ? [] : [node.name])
  }

  /** A new Pod on each of some nodes: those with the same images are decided together. */
  onEach(pod: CellPod, nodes: readonly DrillNode[]): readonly DecidedNodes[] {
    const { shape, namespace, remedies } = pod
    const fixed = this.#slotsOf(pod, 'new-pod', () => 'no-nodes')
    // Only these differ from node to node.
    const open = fixed.flatMap(({ onNode }, slot) => {
      const use = onNode === 'no-nodes' ? shape.uses.find((each) => each.slot === slot) : undefined
      return use === undefined ? [] : [{ slot, states: this.#availability.onNodes(use, shape, namespace) }]
    })
    const alike = new Map<string, { readonly slots: readonly Slot[]; readonly names: string[] }>()
    for (const node of nodes) {
      const position = this.#availability.positionOf(node)
      let key = ''
      for (const { states } of open) key += `${states[position]} `
      const same = alike.get(key)
      if (same !== undefined) {
        same.names.push(node.name)
        continue
      }
      const slots = [...fixed]
      for (const { slot, states } of open) {
        const [state = 'no', known] = [states[position], fixed[slot]]
        if (known !== undefined) slots[slot] = { ...known, onNode: state === 'pulled-by' && remedies?.hasSecrets === true ? 'yes' : state }
      }
      alike.set(key, { slots, names: [node.name] })
    }
    return [...alike.values()].map(({ slots, names }) => ({ names, cell: this.#decide(pod, 'new-pod', slots, names) }))
  }

  /** The state of its images. @param lookUp whether one is on the node */
  #slotsOf({ shape, troubles, remedies }: CellPod, event: DrillEvent, lookUp: (use: DrillUse) => OnNode): readonly Slot[] {
    const slots: Slot[] = []
    for (const use of shape.uses) {
      if (slots[use.slot] !== undefined) continue
      const key = shape.slots[use.slot] ?? ''
      // The image of a container that has run is in use: the kubelet does not collect it, and the Pod may use it again.
      const isPreloaded = remedies?.preloaded.has(key) === true
      const isInUse = event !== 'new-pod' && !troubles.has(key) && shape.uses.some(({ slot, role }) => slot === use.slot && role !== 'init')
      const pull: Slot['pull'] = remedies?.mirrored.has(key) === true ? { state: 'up' } : this.#availability.pull(use)
      const matters = pull.state !== 'up' || shape.uses.some(({ slot, policy }) => slot === use.slot && policy === 'Never')
      // With its registry up, it makes no difference whether the node has the image.
      const onNode = isInUse || isPreloaded || !matters ? 'yes' : lookUp(use)
      slots[use.slot] = { onNode: onNode === 'pulled-by' && remedies?.hasSecrets === true ? 'yes' : onNode, pull }
    }
    return slots
  }

  /** A Pod that comes back on its node has used its images before, so the secrets of others do not matter. */
  #onNode(use: DrillUse, shape: PodShape, namespace: string, event: DrillEvent, node: DrillNode | undefined): OnNode {
    const found = this.#availability.onNode(use, shape, namespace, node)
    return event !== 'new-pod' && found === 'pulled-by' ? 'yes' : found
  }

  /** Runs the model with what is known: twice, if something is not. @param nodes the names of nodes that all have these images */
  #decide(pod: CellPod, event: DrillEvent, slots: readonly Slot[], nodes: readonly string[]): DrillCell {
    const { shape } = pod
    if (shape.isTooLarge) return this.#unknown('too-large', { detail: 'it has more than 100 containers or volumes' })
    const run = (isPessimistic: (slot: number) => boolean): ModelRun | undefined =>
      this.#runs.run(
        shape,
        event,
        slots.map((slot, index) => assumed(slot, isPessimistic(index))),
      )
    const worst = run(() => true)
    const tooLarge = { detail: 'the cluster has too many different Pods for one drill' }
    if (worst === undefined) return this.#unknown('too-large', tooLarge)
    if (worst.verdict === 'rejected') return this.#unknown('too-large', { detail: 'the startup model cannot run this Pod' })
    if (worst.starts) return this.#today(pod, event, slots)
    const best = run(() => false)
    if (best === undefined) return this.#unknown('too-large', tooLarge)
    if (!best.starts) return this.#fails(pod, event, best)
    const open = slots.flatMap((slot, index) => (isOpen(slot) ? [index] : []))
    const deciding = open.filter((index) => run((slot) => slot === index)?.starts === false)
    const missing = (deciding.length > 0 ? deciding : open).map((index) => this.#missing(shape, index, slots[index], nodes))
    return { result: 'unknown', because: causesOf(shape, worst), missing }
  }

  #fails({ shape }: CellPod, event: DrillEvent, run: ModelRun): DrillCell {
    const usual = this.#runs.run(
      shape,
      event,
      shape.slots.map(() => ({ onNode: 'yes', canPull: true })),
    )
    return { result: 'fails', because: causesOf(shape, run), missing: [], ...(usual?.starts === false ? { anyway: true } : {}) }
  }

  /** It would start, but a container of the workload does not run today: a drill does not repair that. */
  #today({ troubles, shape }: CellPod, event: DrillEvent, slots: readonly Slot[]): DrillCell {
    for (const [key, detail] of troubles) {
      if (key === ofNewPods && event !== 'new-pod') continue
      const slot = shape.slots.indexOf(key)
      // What cannot be pulled because the registry is down already is no riddle.
      if (slot >= 0 && slots[slot]?.pull.state !== 'up') continue
      return this.#unknown('not-running-now', { detail })
    }
    return starts
  }

  #missing({ uses }: PodShape, index: number, slot: Slot | undefined, nodes: readonly string[]): Missing {
    const image = uses.find((use) => use.slot === index)?.image ?? ''
    const { onNode = 'no', pull = { state: 'up' } } = slot ?? {}
    if (onNode !== 'yes' && onNode !== 'no') return missingOf(onNode, { nodes, image }, this.#cap)
    if (pull.state === 'mirror' || pull.state === 'fallback') return missingOf(pull.state, { image, mirror: pull.mirror }, this.#cap)
    return missingOf('too-large', { detail: 'the startup model cannot decide it' }, this.#cap)
  }

  #unknown(kind: UnknownKind, subject: UnknownSubject): DrillCell {
    return { result: 'unknown', because: [], missing: [missingOf(kind, subject, this.#cap)] }
  }
}

const starts: DrillCell = Object.freeze({ result: 'starts', because: [], missing: [] })

function isOpen({ onNode, pull }: Slot): boolean {
  return (onNode !== 'yes' && onNode !== 'no') || pull.state === 'mirror' || pull.state === 'fallback'
}

/** The state of an image if what is not known turns out badly, or well. */
function assumed({ onNode, pull }: Slot, isPessimistic: boolean): ImageState {
  const bad = onNode === 'pulled-by' ? 'locked' : 'no'
  return {
    onNode: onNode === 'yes' || onNode === 'no' ? onNode : isPessimistic ? bad : 'yes',
    canPull: pull.state === 'up' || (pull.state !== 'down' && !isPessimistic),
  }
}

function causesOf({ uses }: PodShape, { culprits, verdict }: ModelRun): readonly Cause[] {
  const causes = culprits.flatMap(({ use, reason }): Cause[] => {
    const found = uses[use]
    return found === undefined ? [] : [{ container: found.name, image: found.image, policy: found.policy, reason }]
  })
  return causes.length > 0 ? causes : [{ container: null, image: null, policy: null, reason: podReasons[verdict] ?? verdict }]
}

const podReasons: Readonly<Record<string, string>> = {
  failed: 'its containers are not restarted',
  waiting: 'it waits for a container that does not end',
  retrying: 'it is tried again and again',
}
