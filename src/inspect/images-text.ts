import { safeText, shorten } from '../lint/text.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { ImageEntry, ImagesOutput } from './output.ts'
import { table } from './table.ts'
import { count, enumerate } from './words.ts'

/** Longest cell of the table; references may have 4 KiB. */
const maxCell = 80

const heading = ['IMAGE', 'PULL POLICY', 'ORIGIN', 'ROLE', 'NAME', 'OBJECT', 'PLACE']

/** What each pull policy means for the registries, in the order in which they are named. */
const meanings: readonly (readonly [PullPolicy, string])[] = [
  ['Always', 'Asked at every start (Always)'],
  ['IfNotPresent', 'Asked where a node lacks the image (IfNotPresent)'],
  ['Never', 'Never asked, nodes must have the image (Never)'],
]

/** The images as an aligned table, and which registries a start needs. Everything is safe to print. */
export function renderImagesText({ images }: ImagesOutput): string {
  if (images.length === 0) return 'No image: no workload names one\n'
  const faults = new Map(images.flatMap(({ image, error }) => (error === undefined ? [] : [[image, error] as const])))
  return [
    table([heading, ...images.map(row)]),
    '\n',
    ...meanings.map(([policy, meaning]) => registriesOf(images, policy, meaning)),
    ...[...faults].map(([image, error]) => `Cannot be used: ${cell(image) || '""'}: ${error}\n`),
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
