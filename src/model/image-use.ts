import type { Container, ContainerRole } from './containers.ts'
import { type ImageReference, type ParsedImageReference, parseImageReference } from './image-reference.ts'
import { asArray, asString, isObject, type JsonObject, type JsonPointer, member } from './json.ts'
import { oncePer } from './once-per.ts'
import { asPullPolicy, defaultPullPolicy, type PullPolicy } from './pull-policy.ts'

/** A part of a PodSpec that names an image: a container of any role, or an image volume (KEP-4639). */
export interface ImageUse {
  readonly role: ContainerRole | 'image-volume'
  /** The list of the PodSpec that it is in, as messages name it. */
  readonly list: Container['list'] | 'volumes'
  /** The container's name; null for a volume. */
  readonly container: string | null
  /** The volume's name; null for a container. */
  readonly volume: string | null
  /** The reference as written. */
  readonly image: string
  readonly reference: ParsedImageReference
  /** The pull policy in the object; undefined if it has none. */
  readonly written: PullPolicy | undefined
  /** Whether the object has a pull policy that is none of the three: the API server rejects it. */
  readonly hasInvalidPolicy: boolean
  /** The effective pull policy, after Kubernetes' defaulting. */
  readonly pullPolicy: PullPolicy
  /** Pointers within the object: of the container or volume, of the reference, of the policy. */
  readonly pointer: JsonPointer
  readonly imagePointer: JsonPointer
  readonly policyPointer: JsonPointer
}

/** An image use whose reference could be parsed. */
export interface NamedUse {
  readonly use: ImageUse
  readonly reference: ImageReference
}

/** Its name in a message: the container's or the volume's. */
export function useName(use: ImageUse): string {
  return use.container ?? use.volume ?? ''
}

/**
 * All image uses of a PodSpec, containers first, in the order of the lists. Containers and image volumes without the key are skipped:
 * the API allows them in templates, where an override fills the image in.
 */
export function imageUsesOf(containers: readonly Container[], podSpec: JsonObject, podSpecPointer: JsonPointer): readonly ImageUse[] {
  const uses: ImageUse[] = []
  for (const container of containers) {
    const image = asString(member(container.raw, 'image'))
    if (image === undefined) continue
    const { pointer } = container
    const place = { pointer, imagePointer: `${pointer}/image`, policyPointer: `${pointer}/imagePullPolicy` }
    uses.push(useOf(container, null, image, member(container.raw, 'imagePullPolicy'), place))
  }
  for (const [index, volume] of asArray(member(podSpec, 'volumes')).entries()) {
    const source = member(volume, 'image')
    const image = asString(member(source, 'reference'))
    if (!isObject(source) || image === undefined) continue
    const pointer = `${podSpecPointer}/volumes/${index}`
    const place = { pointer, imagePointer: `${pointer}/image/reference`, policyPointer: `${pointer}/image/pullPolicy` }
    uses.push(useOf(null, asString(member(volume, 'name')) ?? '', image, member(source, 'pullPolicy'), place))
  }
  return uses
}

function useOf(
  container: Container | null,
  volume: string | null,
  image: string,
  policy: unknown,
  { pointer, imagePointer, policyPointer }: Pick<ImageUse, 'pointer' | 'imagePointer' | 'policyPointer'>,
): ImageUse {
  const reference = parseImageReference(image)
  const written = asPullPolicy(policy)
  return {
    role: container === null ? 'image-volume' : container.role,
    list: container === null ? 'volumes' : container.list,
    container: container === null ? null : container.name,
    volume,
    image,
    reference,
    written,
    hasInvalidPolicy: written === undefined && policy !== undefined && policy !== null && policy !== '',
    pullPolicy: written ?? defaultPullPolicy(reference),
    pointer,
    imagePointer,
    policyPointer,
  }
}

/** Up to this number of uses, comparing each costs less than an index. */
const maxScanned = 16

/** The first use of each place. */
const usesByPlace = oncePer(
  (uses: readonly ImageUse[]): ReadonlyMap<string, ImageUse> =>
    new Map(uses.map((use) => [placeOf(use.list, useName(use)), use] as const).reverse()),
)

/**
 * The image use of the same container or volume in another version of the workload; the first one if a name occurs twice. Uses an index,
 * because hostile objects have tens of thousands of containers.
 */
export function sameUse(uses: readonly ImageUse[], use: ImageUse): ImageUse | undefined {
  if (uses.length > maxScanned) return usesByPlace(uses).get(placeOf(use.list, useName(use)))
  return uses.find((other) => other.list === use.list && useName(other) === useName(use))
}

const usesByPointer = oncePer(
  (uses: readonly ImageUse[]): ReadonlyMap<JsonPointer, ImageUse> => new Map(uses.map((use) => [use.pointer, use])),
)

/** The image use of the container or volume at a pointer. Uses an index, like `sameUse`. */
export function useAt(uses: readonly ImageUse[], pointer: JsonPointer): ImageUse | undefined {
  return uses.length > maxScanned ? usesByPointer(uses).get(pointer) : uses.findLast((use) => use.pointer === pointer)
}

/** A key for a name within a list of the PodSpec. */
export function placeOf(list: ImageUse['list'], name: string): string {
  return `${list}/${name}`
}
