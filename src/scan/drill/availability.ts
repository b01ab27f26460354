/** Whether a Pod could use an image on a node, as far as the API tells. */
import type { ImageReference } from '../../model/image-reference.ts'
import type { ImageFacts } from '../../policy/registries.ts'
import type { DrillCluster, ImageUser } from './cluster.ts'
import type { Outage } from './conditions.ts'
import { type Listed, listed } from './node-images.ts'
import type { DrillNode } from './nodes.ts'
import type { DrillUse, PodShape } from './pod-shape.ts'
import type { UnknownKind } from './unknowns.ts'

/** Whether an image is on a node, and this Pod may use it. */
export type OnNode = 'yes' | 'no' | Extract<UnknownKind, 'list-full' | 'names-cut' | 'pulled-by' | 'no-nodes'>

/** Whether an image can be pulled now. */
export type Pull = { readonly state: 'up' | 'down' } | { readonly state: 'mirror' | 'fallback'; readonly mirror: string }

/** States that are kept: some 40 MB. */
const maxKept = 5_000_000

/** The images of a cluster in an outage. */
export class Availability {
  readonly #cluster: DrillCluster
  readonly #outage: Outage
  readonly #images: Pick<ImageFacts, 'registry' | 'isMutableTag'>
  readonly #listed = new Map<string, readonly Listed[]>()
  readonly #positions: ReadonlyMap<string, number>
  readonly #pulls = new Map<string, Pull>()
  readonly #states = new Map<string, readonly OnNode[]>()

  constructor(cluster: DrillCluster, outage: Outage, images: Pick<ImageFacts, 'registry' | 'isMutableTag'>) {
    this.#cluster = cluster
    this.#outage = outage
    this.#images = images
    this.#positions = new Map((cluster.nodes ?? []).map(({ name }, index) => [name, index]))
  }

  /** Whether the outage is about the image. */
  isHit(use: DrillUse): boolean {
    return this.pull(use).state !== 'up'
  }

  /** Whether the image of a use can be pulled. A reference that cannot be read is not a matter of registries. */
  pull({ reference, image }: DrillUse): Pull {
    if (reference === undefined) return up
    const known = this.#pulls.get(image)
    if (known !== undefined) return known
    const found = this.#pull(reference)
    this.#pulls.set(image, found)
    return found
  }

  #pull(reference: ImageReference): Pull {
    const isDown = this.#outage.hits(reference)
    const { servedBy } = this.#images.registry(reference)
    if (servedBy === undefined) return isDown ? down : up
    const isMirrorDown = this.#outage.hitsMirror(servedBy, reference)
    if (isDown) return isMirrorDown ? down : { state: 'mirror', mirror: servedBy }
    return isMirrorDown ? { state: 'fallback', mirror: servedBy } : up
  }

  /** `onNode` for all nodes of the cluster, by their position. Most workloads of a cluster ask about few images, so results are kept. */
  onNodes(use: DrillUse, shape: PodShape, namespace: string): readonly OnNode[] {
    const key = JSON.stringify([shape.slots[use.slot], namespace, shape.secrets])
    const known = this.#states.get(key)
    if (known !== undefined) return known
    const nodes = this.#cluster.nodes ?? []
    const states = nodes.map((node) => this.onNode(use, shape, namespace, node))
    if ((this.#states.size + 1) * nodes.length <= maxKept) this.#states.set(key, states)
    return states
  }

  /** The position of a node in the lists of `onNodes`. */
  positionOf({ name }: DrillNode): number {
    return this.#positions.get(name) ?? -1
  }

  /** Whether a Pod with this shape may use an image on a node. @param node undefined if the nodes are not known */
  onNode(use: DrillUse, shape: PodShape, namespace: string, node: DrillNode | undefined): OnNode {
    if (node === undefined) return 'no-nodes'
    const key = shape.slots[use.slot] ?? ''
    const there = this.#cluster.running.get(node.name)?.get(key)
    if (there === undefined) {
      const found = this.#listedOn(key, use)[this.#positions.get(node.name) ?? -1] ?? 'no'
      if (found !== 'yes') return found === 'cut' ? 'list-full' : found === 'names' ? 'names-cut' : 'no'
    }
    return !node.checksSecrets || this.#mayUse(key, { namespace, secrets: shape.secrets }, there ?? []) ? 'yes' : 'pulled-by'
  }

  /**
   * Whether the kubelet lets the Pod use an image that is on the node: a Pod that runs there proves it, or no one who uses the image anywhere
   * has a secret that this Pod does not have (pkg/kubelet/images/pullmanager, MustAttemptImagePull; secrets count by namespace and name).
   */
  #mayUse(key: string, pod: ImageUser, there: readonly ImageUser[]): boolean {
    if (there.some((user) => isCoveredBy(user, pod))) return true
    return this.#cluster.isComplete && (this.#cluster.users.get(key) ?? []).every((user) => isCoveredBy(user, pod))
  }

  /** By position of the node. */
  #listedOn(key: string, use: DrillUse): readonly Listed[] {
    const known = this.#listed.get(key)
    if (known !== undefined) return known
    const nodes = this.#cluster.nodes ?? []
    const sizes = new Map<string, number[]>()
    if (!this.moves(use)) {
      for (const { images, platform } of nodes) {
        const size = images.sizes.get(key)
        if (size !== undefined) sizes.set(platform, [...(sizes.get(platform) ?? []), size])
      }
    }
    const found = nodes.map(({ images, platform }) => listed(images, key, sizes.get(platform) ?? []))
    this.#listed.set(key, found)
    return found
  }

  /** Whether nodes may have different contents, and so sizes, of the image. */
  moves({ reference }: Pick<DrillUse, 'reference'>): boolean {
    if (reference === undefined) return true
    const { tag, digest } = reference
    return digest === null && (tag === null || tag === 'latest' || this.#images.isMutableTag(tag))
  }
}

const up: Pull = { state: 'up' }
const down: Pull = { state: 'down' }

/** Whether a Pod has every secret with which the other one may have pulled the image. */
function isCoveredBy({ namespace, secrets }: ImageUser, pod: ImageUser): boolean {
  return secrets.length === 0 || (namespace === pod.namespace && secrets.every((secret) => pod.secrets.includes(secret)))
}
