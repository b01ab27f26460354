/** The changes that a drill tries. */
import { count } from '../../inspect/index.ts'
import type { ChangeEdit, ProposedChange } from './changes.ts'
import type { DrillWorkload, ImageUser } from './cluster.ts'
import type { Drill, DrilledImage, DrillRow } from './drill.ts'
import { imageKey } from './node-images.ts'
import type { DrillUse } from './pod-shape.ts'

export type ChangeKind = 'pull-policy' | 'pull-secrets' | 'preload' | 'mirror'

/** What a change does to the cluster. */
export type Remedy =
  /** Names of containers and volumes by workload: IfNotPresent. */
  | { readonly kind: 'pull-policy'; readonly uses: ReadonlyMap<DrillWorkload, ReadonlySet<string>> }
  | { readonly kind: 'pull-secrets'; readonly workloads: ReadonlySet<DrillWorkload> }
  /** Keys of images. */
  | { readonly kind: 'preload' | 'mirror'; readonly keys: ReadonlySet<string> }

export interface Candidate {
  readonly remedy: Remedy
  readonly described: Omit<ProposedChange, 'saves' | 'helps'>
  /** The workloads that it may help. */
  readonly touches: readonly DrillWorkload[]
}

/** The host that edits name; people replace it by that of their mirror. */
const mirrorHost = 'mirror.example'

/** Sets of images that are tried for each kind of change, and images in one of them. */
const maxSets = 12
const maxImages = 10
/** Images in a union of sets: what one person mirrors in an hour. */
const maxUnion = 3

/** The candidates for rows that do not survive: manifests first, so that they win if an infrastructure saves no more. */
export function candidatesOf(open: readonly DrillRow[], drill: Drill): readonly Candidate[] {
  return [...pullPolicies(open, drill), ...pullSecrets(open, drill), ...imageSets(open, 'preload'), ...imageSets(open, 'mirror')]
}

/** IfNotPresent instead of Always, if the tag does not move; and instead of Never, if the registry is up. */
function pullPolicies(open: readonly DrillRow[], drill: Drill): readonly Candidate[] {
  const always = ({ use, isHit }: DrilledImage): boolean => use.policy === 'Always' && isHit && !drill.moves(use)
  const never = ({ use, isHit }: DrilledImage): boolean => use.policy === 'Never' && !isHit && use.reference !== undefined
  const titles = [
    [
      always,
      (workloads: string, many: boolean) => `set imagePullPolicy: IfNotPresent on ${workloads}: ${many ? 'their' : 'its'} tags do not move`,
    ],
    [never, (workloads: string) => `set imagePullPolicy: IfNotPresent instead of Never on ${workloads}: the registry is up`],
  ] as const
  return titles.flatMap(([fits, title]): Candidate[] => {
    const uses = new Map<DrillWorkload, ReadonlySet<string>>()
    const edits: ChangeEdit[] = []
    const images = new Set<string>()
    for (const { workload, images: all } of open) {
      const found = all.filter(fits).map(({ use }) => use)
      if (found.length === 0) continue
      uses.set(workload, new Set(found.map(({ name }) => name)))
      for (const use of found) {
        images.add(use.image)
        edits.push(...editsOf(workload, use, (own) => ({ pointer: own.policyPointer, value: 'IfNotPresent' })))
      }
    }
    if (uses.size === 0) return []
    const described = {
      kind: 'pull-policy' as const,
      title: title(count(uses.size, 'workload'), uses.size > 1),
      images: [...images],
      edits,
    }
    return [{ remedy: { kind: 'pull-policy', uses }, described, touches: [...uses.keys()] }]
  })
}

/** The secrets with which the images were pulled. Secrets of other namespaces have to be copied first. */
function pullSecrets(open: readonly DrillRow[], drill: Drill): readonly Candidate[] {
  const found = open.filter((row) => [row.otherNode, row.scaleUp].some(({ missing }) => missing.some(({ kind }) => kind === 'pulled-by')))
  if (found.length === 0) return []
  const workloads = new Set(found.map(({ workload }) => workload))
  const one = found.length === 1
  const title = `${count(found.length, 'workload')} ${one ? 'needs' : 'need'} the pull secret of ${one ? 'its' : 'their'} images on every node: add it to imagePullSecrets`
  const images = [...new Set(found.flatMap((row) => row.images.flatMap(({ use, isHit }) => (isHit ? [use.image] : []))))]
  const edits = found.flatMap(({ workload, images: all }) =>
    secretEdit(
      workload,
      all.flatMap(({ use, isHit }) => (isHit ? drill.usersOf(use) : [])),
    ),
  )
  return [
    { remedy: { kind: 'pull-secrets', workloads }, described: { kind: 'pull-secrets', title, images, edits }, touches: [...workloads] },
  ]
}

/** The workload's own secrets and those of the users of its images, of its namespace if there are any. */
function secretEdit({ object, kind, template, podSpecPointer }: DrillWorkload, users: readonly ImageUser[]): readonly ChangeEdit[] {
  if (kind === 'Pod' && object.kind !== 'Pod') return []
  const near = users.filter(({ namespace, secrets }) => namespace === object.namespace && secrets.length > 0)
  const names = new Set([...template.secrets, ...(near.length > 0 ? near : users).flatMap(({ secrets }) => secrets)])
  return names.size === 0 ? [] : [{ object, pointer: `${podSpecPointer}/imagePullSecrets`, value: [...names].map((name) => ({ name })) }]
}

/** Sets of images that workloads need together: those of most workloads first, and a small union of them. */
function imageSets(open: readonly DrillRow[], kind: 'preload' | 'mirror'): readonly Candidate[] {
  const needed = ({ use, isHit }: DrilledImage): boolean =>
    isHit && use.reference !== undefined && (kind === 'mirror' || use.policy !== 'Always')
  const byKey = new Map<string, { readonly workload: DrillWorkload; readonly use: DrillUse }[]>()
  const sets = new Map<string, { readonly keys: readonly string[]; rows: number }>()
  for (const { workload, images } of open) {
    const keys = new Set<string>()
    for (const image of images) {
      if (!needed(image)) continue
      const key = keyOf(image.use)
      keys.add(key)
      byKey.set(key, [...(byKey.get(key) ?? []), { workload, use: image.use }])
    }
    if (keys.size === 0 || keys.size > maxImages) continue
    const sorted = [...keys].sort()
    const known = sets.get(sorted.join())
    if (known === undefined) sets.set(sorted.join(), { keys: sorted, rows: 1 })
    else known.rows++
  }
  const frequent = [...sets.values()].sort((a, b) => b.rows - a.rows).map(({ keys }) => keys)
  const union = unionOf(frequent)
  const tried = [...frequent.slice(0, maxSets), ...(union.length > 0 ? [union] : [])]
  return tried.map((keys): Candidate => {
    const using = keys.flatMap((key) => byKey.get(key) ?? [])
    const images = [...new Set(using.map(({ use }) => use.image))]
    const edits = kind === 'preload' ? [] : using.flatMap(({ workload, use }) => editsOf(workload, use, toMirror))
    const described = { kind, title: titleOf(kind, images), images, edits }
    return { remedy: { kind, keys: new Set(keys) }, described, touches: [...new Set(using.map(({ workload }) => workload))] }
  })
}

/** The images of the most frequent sets, as long as there are few; empty if that is only one set. */
function unionOf(frequent: readonly (readonly string[])[]): readonly string[] {
  const union = new Set<string>()
  let sets = 0
  for (const keys of frequent) {
    if (new Set([...union, ...keys]).size > maxUnion) continue
    for (const key of keys) union.add(key)
    sets++
  }
  return sets > 1 ? [...union] : []
}

/** Images that a title names. */
const maxNamed = 3

function titleOf(kind: 'preload' | 'mirror', images: readonly string[]): string {
  const named =
    images.length <= maxNamed ? images.join(', ') : `${images.slice(0, maxNamed).join(', ')} and ${images.length - maxNamed} more`
  const these = images.length === 1 ? 'this image' : `these ${images.length} images`
  return kind === 'mirror' ? `mirror ${these}: ${named}` : `put ${these} on every node: ${named}`
}

/** The same key as in the slots of shapes. */
function keyOf({ reference, image }: DrillUse): string {
  return reference === undefined ? image : imageKey(reference)
}

function toMirror({ reference, imagePointer }: DrillUse): Pick<ChangeEdit, 'pointer' | 'value'> {
  const { repository = '', tag = null, digest = null } = reference ?? {}
  return {
    pointer: imagePointer,
    value: `${mirrorHost}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`,
  }
}

/** The edit of a container in the manifest; none for a container that only the Pods have, or if the manifest is not known. */
function editsOf(
  { object, kind, template }: DrillWorkload,
  { name, role }: DrillUse,
  edit: (own: DrillUse) => Pick<ChangeEdit, 'pointer' | 'value'>,
): readonly ChangeEdit[] {
  if (kind === 'Pod' && object.kind !== 'Pod') return []
  const own = template.uses.find((use) => use.name === name && use.role === role)
  return own === undefined ? [] : [{ object, ...edit(own) }]
}
