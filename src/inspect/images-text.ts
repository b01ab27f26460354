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
  const faults = new Map(images.flatMap(({ image, error }) => (error === undefined ? [] : [[image, error] as const])))
  return [
    table([heading, ...images.map(row)]),
    '\n',
    ...meanings.map(([policy, meaning]) => registriesOf(images, policy, meaning)),
    ...[...faults].map(([image, error]) => `Invalid reference: ${cell(image) || '""'}: ${error}\n`),
  ].join('')
}

function row({ image, pullPolicy, origin, role, container, volume, object, file, line }: ImageEntry): string[] {
  const place = line === null ? (file ?? '') : `${file}:${line}`
  return [image, pullPolicy, origin, role, container ?? volume ?? '', `${object.kind} ${object.namespace}/${object.name}`, place].map(cell)
}

function cell(text: string): string {
  return shorten(safeText(text), maxCell)
}

function registriesOf(images: readonly ImageEntry[], policy: PullPolicy, meaning: string): string {
  const byRegistry = new Map<string, Set<string>>()
  for (const { registry, image, pullPolicy } of images) {
    if (registry === null || pullPolicy !== policy) continue
    byRegistry.set(registry, (byRegistry.get(registry) ?? new Set()).add(image))
  }
  if (byRegistry.size === 0) return ''
  const names = [...byRegistry].map(([registry, used]) => `${cell(registry)} for ${count(used.size, 'image')}`)
  return `${meaning}: ${enumerate(names)}\n`
}
