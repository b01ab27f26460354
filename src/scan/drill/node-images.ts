/** What `node.status.images` says, and what it leaves out. */
import { type ImageReference, parseImageReference } from '../../model/image-reference.ts'
import { asArray, asString, member } from '../../model/json.ts'
import { comparedName } from '../../model/registry-host.ts'

/**
 * The images that a kubelet reports by default (KubeletConfiguration nodeStatusMaxImages, `--node-status-max-images`;
 * pkg/kubelet/apis/config/v1beta1/defaults.go).
 */
export const defaultNodeImages = 50

/** The names that a kubelet reports for one image, digests first (pkg/kubelet/nodestatus/setters.go, MaxNamesPerImageInNodeStatus). */
const maxNames = 5

/** The images that one node reports. */
export interface NodeImages {
  /** Sizes in bytes by image key. */
  readonly sizes: ReadonlyMap<string, number>
  /** Whether the list may have been cut: it has as many images as the kubelet reports at most. */
  readonly isFull: boolean
  /** The size of its smallest image: the kubelet sorts by size and leaves out the smallest (setters.go, Images; sliceutils.ByImageSize). */
  readonly smallest: number
  /** Sizes of the images that have as many names as the kubelet reports at most, so that others may be missing. */
  readonly sizesOfCutNames: ReadonlySet<number>
}

/** The key under which the kubelet looks an image up: with a digest, the tag does not matter. */
export function imageKey(reference: ImageReference): string {
  const { tag, digest } = reference
  return digest === null ? `${comparedName(reference)}:${tag ?? 'latest'}` : `${comparedName(reference)}@${digest}`
}

/** Reads `status.images` of a node. @param cap images that its kubelet reports at most; Infinity for all */
export function readNodeImages(images: unknown, cap: number): NodeImages {
  const list = asArray(images)
  const sizes = new Map<string, number>()
  const sizesOfCutNames = new Set<number>()
  let smallest = Number.POSITIVE_INFINITY
  for (const image of list) {
    const names = asArray(member(image, 'names'))
    const size = numberOf(member(image, 'sizeBytes'))
    smallest = Math.min(smallest, size)
    if (names.length >= maxNames) sizesOfCutNames.add(size)
    for (const name of names) {
      const parsed = parseImageReference(asString(name) ?? '')
      if (parsed.ok) sizes.set(imageKey(parsed.value), size)
    }
  }
  return { sizes, isFull: list.length >= cap, smallest, sizesOfCutNames }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** Whether a list shows an image; `cut` and `names` say why that is not known. */
export type Listed = 'yes' | 'no' | 'cut' | 'names'

/**
 * Whether the node has the image, as far as its list says.
 * @param known sizes of the image on other nodes with the same runtime and architecture; empty if no node lists it or its content can differ
 */
export function listed(images: NodeImages, key: string, known: readonly number[]): Listed {
  if (images.sizes.has(key)) return 'yes'
  const cutNames = images.sizesOfCutNames
  if (cutNames.size > 0 && (known.length === 0 || known.some((size) => cutNames.has(size)))) return 'names'
  if (!images.isFull) return 'no'
  return known.length > 0 && known.every((size) => size > images.smallest) ? 'no' : 'cut'
}
