/** Finds the images and registries of a workload that a condition names. */
import { parseImageReference } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import { comparedHost, comparedName } from '../../model/registry-host.ts'

/** The registry of an image use in the form in which hosts are compared; undefined if the reference is invalid. */
function registryOf(use: ImageUse): string | undefined {
  return use.reference.ok ? comparedHost(use.reference.value.registry) : undefined
}

/** The registries of the images, each once, in the form in which hosts are compared. */
export function registriesOf(uses: readonly ImageUse[]): readonly string[] {
  return [...new Set(uses.map(registryOf))].filter((host) => host !== undefined)
}

/** The references to images of some registries. @param registries in the form in which hosts are compared */
export function imagesFrom(registries: ReadonlySet<string>, uses: readonly ImageUse[]): readonly string[] {
  return uses.filter((use) => registries.has(registryOf(use) ?? '')).map(({ image }) => image)
}

/** The references that mean the same image as the given one: `nginx` is `docker.io/library/nginx`. */
export function imagesLike(named: string, uses: readonly ImageUse[]): readonly string[] {
  const wanted = normal(named)
  return [...new Set(uses.map(({ image }) => image))].filter((image) => image === named || normal(image) === wanted)
}

function normal(image: string): string {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return image
  const { tag, digest } = parsed.value
  return `${comparedName(parsed.value)}:${tag ?? (digest === null ? 'latest' : '')}@${digest ?? ''}`
}
