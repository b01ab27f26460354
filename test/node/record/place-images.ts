/** Images where a scenario wants them: on the node, or in their registry. */
import type { Image, imageMaker } from '../support/images.ts'
import type { Node } from '../support/node.ts'
import type { Registries } from '../support/registries.ts'
import { importImages } from '../support/world.ts'
import type { RecordedImage } from './scenario.ts'

interface Places {
  readonly node: Node
  readonly registries: Registries
  readonly makeImage: Awaited<ReturnType<typeof imageMaker>>
}

/** Builds images, and puts each on the node or into its registry. @param images by reference */
export async function placeImages({ node, registries, makeImage }: Places, images: Readonly<Record<string, RecordedImage>>): Promise<void> {
  const cached = new Map<string, Image>()
  for (const [reference, { at: place, user = null, ...more }] of Object.entries(images)) {
    const image = await makeImage({ reference, version: 1, user, ...more })
    if (place === 'registry') await registries.push(reference, image)
    else cached.set(reference, image)
  }
  await importImages(node, cached)
}
