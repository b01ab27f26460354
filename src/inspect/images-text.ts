import { safeText, shorten } from '../lint/text.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { ImageEntry, ImagesOutput } from './output.ts'
import { table } from './table.ts'
import { count, enumerate } from './words.ts'

/** Maximum width of a cell; references may be 4 KiB long. */
const maxCell = 80

const heading = ['IMAGE', 'PULL POLICY', 'ORIGIN', 'ROLE', 'NAME', 'OBJECT', 'PLACE']

/** What each pull policy means for the registries, in the order of output. */
const meanings: readonly (readonly [PullPolicy, string])[] = [
  ['Always', 'Contacted at every container start (Always)'],
  ['IfNotPresent', 'Contacted if the node lacks the image (IfNotPresent)'],
  ['Never', 'Never contacted, so nodes must have the image (Never)'],
]

/** The images as an aligned table, and the registries that a start needs. Everything is safe to print. */
export function renderImagesText({ images }: ImagesOutput): string {
  if (images.length === 0) return 'No images: no workload uses one\n'
  const used = images.filter(({ role }) => role !== 'mentioned')
  const faults = new Map(used.flatMap(({ image, error }) => (error === undefined || image === null ? [] : [[image, error] as const])))
  const absent = used.filter(({ image }) => image === null).length
  return [
    table([heading, ...images.map(row)]),
    '\n',
    ...meanings.map(([policy, meaning]) => registriesOf(used, policy, meaning)),
    used.length === images.length
      ? ''
      : `Only mentioned: ${count(images.length - used.length, 'image')} in arguments, variables and custom resources\n`,
    absent === 0 ? '' : `Without an image: ${count(absent, 'container')}\n`,
    ...[...faults].map(([image, error]) => `Invalid reference: ${cell(image) || '""'}: ${error}\n`),
  ].join('')
}

/** Each image that a start pulls, once, one per line, as written; without those that are invalid or only mentioned. */
export function renderImageLines({ images }: ImagesOutput): string {
  const references = images.flatMap(({ image, role, error }) =>
    image === null || role === 'mentioned' || error !== undefined ? [] : [image],
  )
  return [...new Set(references)].map((reference) => `${safeText(reference)}\n`).join('')
}

function row({ image, pullPolicy, origin, role, container, volume, object, file, line }: ImageEntry): string[] {
  const place = line === null ? (file ?? '') : `${file}:${line}`
  // The pull policy of an image that is only mentioned is up to whatever starts it.
  const pull = role === 'mentioned' ? ['-', '-'] : [pullPolicy, origin]
  return [image ?? '<none>', ...pull, role, container ?? volume ?? '', `${object.kind} ${object.namespace}/${object.name}`, place].map(cell)
}

function cell(text: string): string {
  return shorten(safeText(text), maxCell)
}

function registriesOf(images: readonly ImageEntry[], policy: PullPolicy, meaning: string): string {
  const byRegistry = new Map<string, Set<string>>()
  for (const { registry, image, pullPolicy } of images) {
    if (registry === null || image === null || pullPolicy !== policy) continue
    byRegistry.set(registry, (byRegistry.get(registry) ?? new Set()).add(image))
  }
  if (byRegistry.size === 0) return ''
  const names = [...byRegistry].map(([registry, used]) => `${cell(registry)} for ${count(used.size, 'image')}`)
  return `${meaning}: ${enumerate(names)}\n`
}
