import type { Container, ContainerRole } from './containers.ts'
import { type ParsedImageReference, parseImageReference } from './image-reference.ts'
import { asArray, asString, isObject, type JsonObject, type JsonPointer, member } from './json.ts'
import { asPullPolicy, defaultPullPolicy, type PullPolicy } from './pull-policy.ts'

/** One place of a PodSpec that names an image: a container of any role, or an image volume (KEP-4639). */
export interface ImageUse {
  readonly role: ContainerRole | 'image-volume'
  /** The list of the PodSpec that it stands in; messages name it. */
  readonly list: Container['list'] | 'volumes'
  /** The container's name, null for a volume. */
  readonly container: string | null
  /** The volume's name, null for a container. */
  readonly volume: string | null
  /** The reference as written. */
  readonly image: string
  readonly reference: ParsedImageReference
  /** The pull policy that stands in the object, undefined where none does. */
  readonly written: PullPolicy | undefined
  /** The pull policy that will be in force. */
  readonly pullPolicy: PullPolicy
  /** Pointers within the object: of the container or volume, of the reference, of the policy. */
  readonly pointer: JsonPointer
  readonly imagePointer: JsonPointer
  readonly policyPointer: JsonPointer
}

/** The name that a message calls it by: the container's or the volume's. */
export function useName(use: ImageUse): string {
  return use.container ?? use.volume ?? ''
}

/**
 * All image uses of a PodSpec, containers first, in the order of the lists.
 * An image volume without a reference is left out: the API allows it in templates that an override completes.
 * A container without an image counts only if it has the key or a pull policy; an absent image is legal in templates.
 */
export function imageUsesOf(containers: readonly Container[], podSpec: JsonObject, podSpecPointer: JsonPointer): readonly ImageUse[] {
  const uses: ImageUse[] = []
  for (const container of containers) {
    const image = asString(member(container.raw, 'image'))
    if (image === undefined) continue
    uses.push({
      role: container.role,
      list: container.list,
      container: container.name,
      volume: null,
      ...pulled(image, member(container.raw, 'imagePullPolicy')),
      pointer: container.pointer,
      imagePointer: `${container.pointer}/image`,
      policyPointer: `${container.pointer}/imagePullPolicy`,
    })
  }
  for (const [index, volume] of asArray(member(podSpec, 'volumes')).entries()) {
    const source = member(volume, 'image')
    const image = asString(member(source, 'reference'))
    if (!isObject(source) || image === undefined) continue
    const pointer = `${podSpecPointer}/volumes/${index}`
    uses.push({
      role: 'image-volume',
      list: 'volumes',
      container: null,
      volume: asString(member(volume, 'name')) ?? '',
      ...pulled(image, member(source, 'pullPolicy')),
      pointer,
      imagePointer: `${pointer}/image/reference`,
      policyPointer: `${pointer}/image/pullPolicy`,
    })
  }
  return uses
}

function pulled(image: string, policy: unknown): Pick<ImageUse, 'image' | 'reference' | 'written' | 'pullPolicy'> {
  const reference = parseImageReference(image)
  const written = asPullPolicy(policy)
  return { image, reference, written, pullPolicy: written ?? defaultPullPolicy(reference) }
}

const usesByPlace = new WeakMap<readonly ImageUse[], ReadonlyMap<string, ImageUse>>()

/**
 * Among the image uses of another version of a workload, the one that stands for the same container or volume; the first of them where
 * a name stands twice. Looked up in an index, because hostile objects have tens of thousands of containers.
 */
export function sameUse(uses: readonly ImageUse[], use: ImageUse): ImageUse | undefined {
  let index = usesByPlace.get(uses)
  if (index === undefined) {
    index = new Map(uses.map((other) => [placeOf(other.list, useName(other)), other] as const).reverse())
    usesByPlace.set(uses, index)
  }
  return index.get(placeOf(use.list, useName(use)))
}

/** A key for a name within a list of the PodSpec. */
export function placeOf(list: ImageUse['list'], name: string): string {
  return `${list}/${name}`
}
