import { fillTemplate, maxValueLength } from '../lint/text.ts'
import type { Container } from '../model/containers.ts'
import { imageFaultOf, imageFaultSentences } from '../model/image-fault.ts'
import { parseImageReference } from '../model/image-reference.ts'
import type { ImageUse } from '../model/image-use.ts'
import { asString, at, type JsonObject, member } from '../model/json.ts'
import { asPullPolicy, defaultPullPolicy } from '../model/pull-policy.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import { type Mention, mentionedBy, mentionedIn } from './mentioned-images.ts'
import type { ImageEntry, ImagesOutput, Input, InputError, ObjectName } from './output.ts'

/**
 * Lists all images that the workloads of the inputs use, and the containers without an image, in the order of the inputs and of the
 * PodSpec; then the images that are only mentioned.
 */
export function imagesOfInputs(inputs: readonly Input[], options: { readonly namespace: string }): ImagesOutput {
  const used: ImageEntry[] = []
  const mentioned: ImageEntry[] = []
  const errors: InputError[] = []
  const inspected = workloadsOf(inputs, options.namespace, errors, {
    withoutPodSpec: true,
    onObject: ({ object, locate }, file) => {
      for (const mention of mentionedIn(object)) mentioned.push(mentionEntry(mention, nameOf(object, options.namespace), { file, locate }))
    },
  })
  for (const each of inspected) {
    used.push(...each.workload.imageUses().map((use) => entryOf(use, each)))
    for (const container of each.workload.containers()) {
      if (asString(member(container.raw, 'image')) === undefined) used.push(entryWithoutImage(container, each))
      for (const mention of mentionedBy(container)) mentioned.push(mentionEntry(mention, objectName(each.workload), each))
    }
  }
  const known = new Set(used.map(identity))
  return { images: [...used, ...onlyMentioned(mentioned, known)], errors }
}

/** Without what a container uses, and each place once: the arguments in a custom resource are also texts of that resource. */
function onlyMentioned(mentioned: readonly ImageEntry[], used: ReadonlySet<string>): ImageEntry[] {
  const places = new Map<string, ImageEntry>()
  for (const entry of mentioned) {
    const { file, line, object, pointer, image } = entry
    const place = JSON.stringify([file, line, object, pointer, image])
    if (!used.has(identity(entry))) places.set(place, entry)
  }
  return [...places.values()]
}

/** The same for all ways of writing an image. */
function identity({ image, registry, repository, tag, digest }: ImageEntry): string {
  return registry === null ? `${image}` : JSON.stringify([registry, repository, digest === null ? (tag ?? 'latest') : tag, digest])
}

function nameOf(object: JsonObject, namespace: string): ObjectName {
  const text = (key: string): string => asString(at(object, 'metadata', key)) ?? ''
  return {
    apiVersion: asString(member(object, 'apiVersion')) ?? '',
    kind: asString(member(object, 'kind')) ?? '',
    namespace: text('namespace') || namespace,
    name: text('name') || text('generateName'),
  }
}

const noParts = { registry: null, repository: null, tag: null, digest: null }

function lineOf(pointer: string, { file, locate }: Pick<InspectedWorkload, 'file' | 'locate'>): number | null {
  return file === null ? null : (locate(pointer)?.line ?? null)
}

function mentionEntry(
  { pointer, image, container }: Mention,
  object: ObjectName,
  place: Pick<InspectedWorkload, 'file' | 'locate'>,
): ImageEntry {
  const reference = parseImageReference(image)
  return {
    pointer,
    image,
    ...(reference.ok ? reference.value : noParts),
    pullPolicy: defaultPullPolicy(reference),
    origin: 'unknown',
    container,
    volume: null,
    role: 'mentioned',
    object,
    file: place.file,
    line: lineOf(pointer, place),
  }
}

function entryWithoutImage({ name, role, pointer, raw }: Container, inspected: InspectedWorkload): ImageEntry {
  const written = asPullPolicy(member(raw, 'imagePullPolicy'))
  const image = `${pointer}/image`
  const value = member(raw, 'image')
  return {
    pointer: image,
    image: null,
    ...noParts,
    pullPolicy: written ?? defaultPullPolicy(parseImageReference('')),
    origin: written === undefined ? 'defaulted' : 'explicit',
    container: name,
    volume: null,
    role,
    object: objectName(inspected.workload),
    file: inspected.file,
    line: lineOf(image, inspected),
    error: value === undefined ? 'the container has no image' : value === null ? 'the image is null' : 'the image is not a string',
  }
}

function entryOf(use: ImageUse, inspected: InspectedWorkload): ImageEntry {
  const { reference } = use
  return {
    pointer: use.imagePointer,
    image: use.image,
    ...(reference.ok ? reference.value : noParts),
    pullPolicy: use.pullPolicy,
    origin: inspected.workload.origin(use).kind,
    container: use.container,
    volume: use.volume,
    role: use.role,
    object: objectName(inspected.workload),
    file: inspected.file,
    line: lineOf(use.imagePointer, inspected),
    ...(reference.ok ? {} : { error: errorOf(use) }),
  }
}

/** Why a reference is invalid, in the words of the rule image-invalid. */
function errorOf({ image, reference }: ImageUse): string {
  const fault = imageFaultOf(image, reference)
  return fault === undefined
    ? 'the reference is empty'
    : fillTemplate(imageFaultSentences[fault.id], { ...fault.data, pin: '' }, maxValueLength)
}
