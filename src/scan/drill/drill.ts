/** The outage drill: for each workload that the conditions reach, whether its Pods restart, come back after a reboot, move and scale up. */
import type { ObjectName } from '../../inspect/index.ts'
import type { ImageFacts } from '../../policy/registries.ts'
import { Availability } from './availability.ts'
import { failing, leftNode, nowhere, onNodes, unknownCell, worst } from './cell-sums.ts'
import { type CellPod, Cells, type DrillCell, type Remedies } from './cells.ts'
import type { DrillCluster, DrillWorkload, ImageUser, PodGroup } from './cluster.ts'
import { type DrillCondition, outageOf } from './conditions.ts'
import { type DrillEvent, ModelRuns } from './model-runs.ts'
import { imageKey } from './node-images.ts'
import { type DrillNode, mayTake } from './nodes.ts'
import type { DrillUse, PodShape } from './pod-shape.ts'
import { nextShape } from './revision.ts'
import { missingOf } from './unknowns.ts'

export type Outcome = 'survives' | 'fails' | 'unknown'

/** An image of the workload in the drill. */
export interface DrilledImage {
  readonly use: DrillUse
  /** Whether the drill takes its registry away. */
  readonly isHit: boolean
  /** On how many nodes that may take the Pod the image is. */
  readonly nodes: { readonly yes: number; readonly no: number; readonly unknown: number }
}

export interface DrillRow {
  readonly workload: DrillWorkload
  readonly object: ObjectName
  readonly pods: number
  readonly outcome: Outcome
  readonly restart: DrillCell
  readonly reboot: DrillCell
  readonly otherNode: DrillCell
  readonly scaleUp: DrillCell
  readonly images: readonly DrilledImage[]
}

export interface DrillResult {
  readonly rows: readonly DrillRow[]
  /** Workloads that the conditions do not reach. */
  readonly untouched: number
  readonly pods: number
  /** Globs that match no image, as written. */
  readonly unmatched: readonly string[]
  readonly nodes: number | null
  /** Nodes whose lists may be cut. */
  readonly fullLists: number
}

export interface DrillOptions {
  readonly conditions: readonly DrillCondition[]
  /** What the policy says about registries and tags. */
  readonly images: Pick<ImageFacts, 'registry' | 'isMutableTag'>
  /** Images that a kubelet reports at most; Infinity for all. */
  readonly nodeImages: number
}

/** The nodes that a condition names and that the cluster does not have. */
export function unknownNodes({ nodes }: DrillCluster, conditions: readonly DrillCondition[]): readonly string[] {
  const known = new Set((nodes ?? []).map(({ name }) => name))
  return conditions.flatMap((condition) => (condition.kind === 'registry-down' || known.has(condition.node) ? [] : [condition.node]))
}

/** Combinations of a workload, a node and an image that one drill looks at: more would take minutes. */
const maxLooks = 50_000_000

/** Of a workload that is drilled with changes, only the cells matter. */
const notCounted: DrilledImage['nodes'] = { yes: 0, no: 0, unknown: 0 }

/** A drill on a cluster. Workloads can be drilled again one by one, with changes. */
export class Drill {
  readonly #cluster: DrillCluster
  readonly #options: DrillOptions
  readonly #availability: Availability
  readonly #cells: Cells
  readonly #unmatched: () => readonly string[]
  readonly #byName: ReadonlyMap<string, DrillNode>
  readonly #gone: ReadonlyMap<string, 'node-lost' | 'drain'>
  readonly #goneNodes: readonly DrillNode[]
  readonly #takers = new Map<string, readonly DrillNode[]>()
  #looks = 0

  constructor(cluster: DrillCluster, options: DrillOptions, runs = new ModelRuns()) {
    const outage = outageOf(options.conditions)
    this.#cluster = cluster
    this.#options = options
    this.#availability = new Availability(cluster, outage, options.images)
    this.#cells = new Cells(this.#availability, runs, options.nodeImages)
    this.#unmatched = () => outage.unmatched()
    this.#byName = new Map((cluster.nodes ?? []).map((node) => [node.name, node]))
    // A node that is lost is not drained as well.
    const leaving = options.conditions.flatMap((condition) => (condition.kind === 'registry-down' ? [] : [condition]))
    this.#goneNodes = leaving.flatMap(({ node }) => this.#byName.get(node) ?? [])
    this.#gone = new Map(leaving.sort((a) => (a.kind === 'drain' ? -1 : 1)).map(({ kind, node }) => [node, kind]))
  }

  run(): DrillResult {
    const rows = this.#cluster.workloads.flatMap((workload) => this.row(workload) ?? [])
    const { nodes, workloads, pods } = this.#cluster
    return {
      rows,
      untouched: workloads.length - rows.length,
      pods,
      unmatched: this.#unmatched(),
      nodes: nodes?.length ?? null,
      fullLists: (nodes ?? []).filter(({ images }) => images.isFull).length,
    }
  }

  /** The rows of the workloads that no condition reaches: what would happen to their Pods all the same. */
  others(): readonly DrillRow[] {
    return this.#cluster.workloads.filter((workload) => !this.#reaches(workload)).map((workload) => this.#rowOf(workload))
  }

  /** Whether there is room for more looks at the cluster. */
  get hasRoom(): boolean {
    return this.#looks < maxLooks
  }

  /** Whether nodes may have different contents of an image. */
  moves(use: DrillUse): boolean {
    return this.#availability.moves(use)
  }

  /** Who uses an image anywhere. */
  usersOf({ image, reference }: DrillUse): readonly ImageUser[] {
    return this.#cluster.users.get(reference === undefined ? image : imageKey(reference)) ?? []
  }

  /**
   * The row of a workload; undefined if no condition reaches it.
   * @param remedies changes of the cluster to assume; those of the workload itself are made to its shapes
   */
  row(workload: DrillWorkload, remedies?: Remedies): DrillRow | undefined {
    return this.#reaches(workload) ? this.#rowOf(workload, remedies) : undefined
  }

  /** Whether a registry or a node that it uses is gone. */
  #reaches(workload: DrillWorkload): boolean {
    const groups = [...workload.groups.values()]
    // Each image is asked, so that all globs that match one are known.
    const isHit = [nextShape(workload).shape, ...groups.map(({ shape }) => shape)].map(({ uses }) =>
      uses.map((use) => this.#availability.isHit(use)),
    )
    return isHit.flat().includes(true) || groups.some(({ node }) => this.#isLeaving(workload, node))
  }

  #rowOf(workload: DrillWorkload, remedies?: Remedies): DrillRow {
    const { shape } = nextShape(workload)
    const groups = [...workload.groups.values()]
    const leaves = groups.filter(({ node }) => this.#isLeaving(workload, node))
    const next = podOf(workload, shape, remedies)
    const takers = this.#takersOf(workload)
    // Without a node that is gone and that could take the Pod, it is so every day.
    const isUsual = !this.#goneNodes.some((node) => mayTake(node, workload.placement))
    const cells = {
      restart: this.#inPlace(workload, 'restart', remedies),
      reboot: this.#inPlace(workload, 'reboot', remedies),
      otherNode: worst([
        this.#elsewhere(next, this.#others(workload, takers), nowhere('other node', leaves.length === 0 && isUsual)),
        ...this.#obstacles(workload, leaves),
      ]),
      scaleUp: this.#elsewhere(next, takers, nowhere('node', isUsual)),
    }
    return {
      workload,
      object: workload.object,
      pods: groups.reduce((sum, { count }) => sum + count, 0),
      outcome: this.#outcome(workload, cells, remedies),
      ...cells,
      images: shape.uses.map((use) => ({
        use,
        isHit: this.#availability.isHit(use),
        nodes: remedies === undefined ? this.#nodesWith(use, next, takers) : notCounted,
      })),
    }
  }

  /** Whether the Pods of the workload on the node have to leave it. A drain leaves the Pods of DaemonSets and static Pods alone. */
  #isLeaving({ isBoundToNodes }: DrillWorkload, node: string): boolean {
    return this.#gone.has(node) && !isBoundToNodes
  }

  /** The worst of what happens to its Pods where they are. */
  #inPlace(workload: DrillWorkload, event: DrillEvent, remedies: Remedies | undefined): DrillCell {
    const placed = [...workload.groups.values()].filter(({ node }) => node !== '')
    if (placed.length === 0) {
      // Nothing runs now: what would happen to a Pod that does.
      return this.#cells.on(podOf(workload, nextShape(workload).shape, remedies), event, undefined)
    }
    return worst(
      placed.map(({ shape, node }) => {
        const gone = this.#gone.get(node)
        if (gone === 'node-lost') return leftNode(`${node} is lost`)
        if (gone === 'drain' && this.#isLeaving(workload, node)) return leftNode(`${node} is drained`)
        return this.#onItsNode(podOf(workload, shape, remedies), event, node)
      }),
    )
  }

  #onItsNode(pod: CellPod, event: DrillEvent, name: string): DrillCell {
    const node = this.#byName.get(name)
    const cell = this.#cells.on(pod, event, node)
    const isReady = node === undefined || node.state === 'ready' || (node.state === 'no-network' && pod.shape.hasHostNetwork)
    if (cell.result !== 'starts' || isReady) return cell
    return { result: 'unknown', because: [], missing: [missingOf('node-not-ready', { nodes: [name] }, this.#options.nodeImages)] }
  }

  /** A new Pod on any of the nodes. @param nodes undefined if they are not known @param nowhere the cell if there are none */
  #elsewhere(pod: CellPod, nodes: readonly DrillNode[] | undefined, nowhere: DrillCell): DrillCell {
    if (nodes === undefined) return this.#cells.on(pod, 'new-pod', undefined)
    this.#looks += nodes.length * pod.shape.slots.length
    if (this.#looks > maxLooks) return unknownCell(missingOf('too-large', { detail: 'the cluster is too large for one drill' }, 0))
    return onNodes(this.#cells.onEach(pod, nodes), { nowhere, cap: this.#options.nodeImages })
  }

  /** The nodes that may take a Pod of the workload; undefined if the nodes are not known. */
  #takersOf({ placement }: DrillWorkload): readonly DrillNode[] | undefined {
    const { nodes } = this.#cluster
    if (nodes === undefined) return undefined
    const key = JSON.stringify([placement.nodeName, [...placement.nodeSelector], placement.tolerations, placement.terms])
    let takers = this.#takers.get(key)
    if (takers === undefined) {
      takers = nodes.filter((node) => !this.#gone.has(node.name) && mayTake(node, placement))
      this.#takers.set(key, takers)
    }
    return takers
  }

  /** The nodes that a Pod may move to. If all its Pods are on one node, that is not another one; Pods of a DaemonSet come back on theirs. */
  #others(workload: DrillWorkload, takers: readonly DrillNode[] | undefined): readonly DrillNode[] | undefined {
    const homes = new Set([...workload.groups.values()].flatMap(({ node }) => (node === '' ? [] : [node])))
    const [home] = homes
    return workload.isBoundToNodes || homes.size !== 1 ? takers : takers?.filter(({ name }) => name !== home)
  }

  #nodesWith(use: DrillUse, { shape, namespace }: CellPod, takers: readonly DrillNode[] | undefined): DrilledImage['nodes'] {
    const counts = { yes: 0, no: 0, unknown: 0 }
    if (!this.hasRoom) return { ...counts, unknown: takers?.length ?? 0 }
    const states = this.#availability.onNodes(use, shape, namespace)
    for (const node of takers ?? []) {
      const found = states[this.#availability.positionOf(node)]
      counts[found === 'yes' || found === 'no' ? found : 'unknown']++
    }
    return counts
  }

  /** The worst of the cells that the conditions are about: what fails anyway, and what is left behind on a node that is gone, is not. */
  #outcome(
    workload: DrillWorkload,
    cells: Pick<DrillRow, 'restart' | 'reboot' | 'otherNode' | 'scaleUp'>,
    remedies: Remedies | undefined,
  ): Outcome {
    const staying = [...workload.groups.values()].filter(({ node }) => !this.#isLeaving(workload, node))
    const places = new Set(staying.map(({ node }) => node))
    const inPlace = (event: DrillEvent): readonly DrillCell[] =>
      staying.length === 0 && workload.groups.size > 0
        ? []
        : [
            this.#inPlace(
              { ...workload, groups: new Map([...workload.groups].filter(([, { node }]) => places.has(node) && !this.#isLost(node))) },
              event,
              remedies,
            ),
          ]
    const counted = [...inPlace('restart'), ...inPlace('reboot'), cells.otherNode, cells.scaleUp].filter(({ anyway }) => anyway !== true)
    if (counted.some(({ result }) => result === 'fails')) return 'fails'
    return counted.some(({ result }) => result === 'unknown') ? 'unknown' : 'survives'
  }

  #isLost(node: string): boolean {
    return this.#gone.get(node) === 'node-lost'
  }

  /** What keeps Pods that have to leave their node from being made again. */
  #obstacles({ isRestored, kind, object }: DrillWorkload, leaves: readonly PodGroup[]): readonly DrillCell[] {
    if (leaves.length === 0) return []
    const cap = this.#options.nodeImages
    if (isRestored === false) return [failing('nothing creates the Pod again')]
    if (isRestored === undefined) return [unknownCell(missingOf('controller', { detail: `${object.kind} ${object.name}` }, cap))]
    const lost = leaves.filter(({ node }) => this.#isLost(node)).map(({ node }) => node)
    return kind === 'StatefulSet' && lost.length > 0 ? [unknownCell(missingOf('stateful', { nodes: lost }, cap))] : []
  }
}

function podOf({ object: { namespace }, troubles }: DrillWorkload, shape: PodShape, remedies: Remedies | undefined): CellPod {
  return { shape, namespace, troubles, ...(remedies === undefined ? {} : { remedies }) }
}
