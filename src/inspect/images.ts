import type { ImageReferenceFault } from '../model/image-reference.ts'
import type { ImageUse } from '../model/image-use.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import type { ImageEntry, ImagesOutput, Input, InputError } from './output.ts'

/** Lists all images that the workloads of the inputs use, in the order of the inputs and of the PodSpec. */
export function imagesOfInputs(inputs: readonly Input[], options: { readonly namespace: string }): ImagesOutput {
  const images: ImageEntry[] = []
  const errors: InputError[] = []
  for (const inspected of workloadsOf(inputs, options.namespace, errors, { withoutPodSpec: true })) {
    for (const use of inspected.workload.imageUses()) images.push(entryOf(use, inspected))
  }
  return { images, errors }
}

function entryOf(use: ImageUse, { workload, file, locate }: InspectedWorkload): ImageEntry {
  const { reference } = use
  const parts = reference.ok ? reference.value : { registry: null, repository: null, tag: null, digest: null }
  return {
    pointer: use.imagePointer,
    image: use.image,
    registry: parts.registry,
    repository: parts.repository,
    tag: parts.tag,
    digest: parts.digest,
    pullPolicy: use.pullPolicy,
    origin: workload.origin(use).kind,
    container: use.container,
    volume: use.volume,
    role: use.role,
    object: objectName(workload),
    file,
    line: file === null ? null : (locate(use.imagePointer)?.line ?? null),
    ...(reference.ok ? {} : { error: faultSentences[reference.fault] }),
  }
}

/** Why a reference is invalid. */
const faultSentences: Readonly<Record<ImageReferenceFault, string>> = {
  empty: 'the reference is empty',
  'too-long': 'the reference is too long: a repository name has at most 255 characters',
  'white-space': 'the reference contains whitespace',
  identifier: 'a bare 64-digit identifier is not a reference; write NAME@sha256:IDENTIFIER',
  'upper-case': 'the repository name must be lowercase',
  digest: 'the digest is malformed: sha256 has 64 lowercase hexadecimal digits',
  format: 'the reference does not have the form [REGISTRY/]NAME[:TAG][@DIGEST]',
}
