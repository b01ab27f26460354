import { parseImageReference } from './image-reference.ts'
import { type ImageUse, placeOf, sameUse, useName } from './image-use.ts'
import { asArray, asString, at, isObject, type JsonObject, member } from './json.ts'
import { defaultPullPolicy } from './pull-policy.ts'
import { type WorkloadKind, workloadShapes } from './workload-kinds.ts'

/** Where the object came from: a raw manifest, or a review of the API server, which has filled in every default. */
export type OriginSource = 'manifest' | 'review'

/** Where a pull policy came from, and the evidence for it. */
export interface Origin {
  readonly kind: 'explicit' | 'defaulted' | 'unknown'
  readonly evidence:
    | 'written' // the manifest sets it
    | 'absent' // the manifest, or the object under review, does not set it
    | 'apply-entry' // a server-side apply owns it, or owns the container without it
    | 'last-applied' // kubectl apply left the manifest in an annotation
    | 'not-the-default' // Kubernetes would have filled in another value
    | 'none'
}

/** The parts of a workload that show which fields were set and which were defaulted. */
export interface Traced {
  readonly object: JsonObject
  readonly kind: WorkloadKind
  imageUses(): readonly ImageUse[]
  appliedSources(): AppliedSources
}

const written: Origin = { kind: 'explicit', evidence: 'written' }
const absent: Origin = { kind: 'defaulted', evidence: 'absent' }
const unknown: Origin = { kind: 'unknown', evidence: 'none' }

/** Longest last-applied annotation that is parsed: the limit of Kubernetes for all annotations together (256 KiB). */
const maxLastApplied = 256 * 1024

/** Maximum number of field managers read. Kubernetes merges all updates but the last ten (managedfields, NewCapManagersManager). */
const maxManagers = 100

const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Finds where the pull policy of an image use came from. The API server fills it in before admission, so a review has only indirect
 * evidence: the entries of server-side apply in managedFields, the manifest that kubectl apply keeps in an annotation, a value that is
 * not the default. Update entries prove nothing, because they own every defaulted field as well. Requesters can forge all of this, so
 * no denial may depend on it.
 */
export function findOrigin(workload: Traced, use: ImageUse, source: OriginSource, old: Traced | null): Origin {
  if (use.written === undefined) return absent
  if (source === 'manifest') return written
  const byApply = originFromManagedFields(workload, use)
  if (byApply !== undefined) return byApply
  const isDefault = use.written === defaultPullPolicy(use.reference)
  const oldUse = old === null ? undefined : sameUse(old.imageUses(), use)
  // The default is never computed again, so after a change of the image the value may be the default for the previous image.
  const wasDefault = oldUse !== undefined && use.written === oldUse.pullPolicy && use.written === defaultPullPolicy(oldUse.reference)
  const applied = lastApplied(workload, use)
  if (applied?.policy === 'written') return { kind: 'explicit', evidence: 'last-applied' }
  if (applied?.policy === 'absent' && (isDefault || wasDefault || use.written === applied.default)) {
    return { kind: 'defaulted', evidence: 'last-applied' }
  }
  // A value that the old object had as well may be the default for an even earlier image. Never is not a default of any image.
  const isCarriedOver = oldUse !== undefined && use.written === oldUse.written && use.written !== 'Never'
  return isDefault || isCarriedOver ? unknown : { kind: 'explicit', evidence: 'not-the-default' }
}

/** The keys of a field set (structured-merge-diff, fieldpath serialization) that lead to the container or the volume's image. */
function fieldPath(workload: Traced, use: ImageUse): { owner: readonly string[]; policy: string } {
  const spec = [...workloadShapes[workload.kind].template, 'spec'].map((key) => `f:${key}`)
  const item = `k:${JSON.stringify({ name: use.container ?? use.volume })}`
  return use.list === 'volumes'
    ? { owner: [...spec, 'f:volumes', item, 'f:image'], policy: 'f:pullPolicy' }
    : { owner: [...spec, `f:${use.list}`, item], policy: 'f:imagePullPolicy' }
}

function originFromManagedFields(workload: Traced, use: ImageUse): Origin | undefined {
  const entries = asArray(at(workload.object, 'metadata', 'managedFields'))
  if (entries.length === 0 || entries.length > maxManagers) return undefined
  // Without an entry of server-side apply nothing is known, whatever the updates own.
  if (!entries.some((entry) => member(entry, 'operation') === 'Apply')) return undefined
  const path = fieldPath(workload, use)
  let appliedWithout = false
  let ownedByUpdate = false
  for (const entry of entries) {
    const owned = at(member(entry, 'fieldsV1'), ...path.owner)
    if (!isObject(owned)) continue
    const ownsPolicy = Object.hasOwn(owned, path.policy)
    if (member(entry, 'operation') !== 'Apply') ownedByUpdate ||= ownsPolicy
    else if (ownsPolicy) return { kind: 'explicit', evidence: 'apply-entry' }
    else appliedWithout = true
  }
  return appliedWithout && !ownedByUpdate ? { kind: 'defaulted', evidence: 'apply-entry' } : undefined
}

interface LastApplied {
  readonly policy: 'written' | 'absent'
  /** The default for the image in that manifest, if the policy is absent. */
  readonly default?: string
}

/** The containers and image sources of the manifest in the last-applied annotation, by place. */
export type AppliedSources = ReadonlyMap<string, unknown>

/** Reads the last-applied annotation; empty if it is absent or does not parse. */
export function appliedSources(kind: WorkloadKind, annotations: ReadonlyMap<string, string>): AppliedSources {
  const sources = new Map<string, unknown>()
  const podSpec = at(lastAppliedObject(annotations), ...workloadShapes[kind].template, 'spec')
  for (const list of useLists) {
    for (const item of asArray(member(podSpec, list))) {
      const place = placeOf(list, asString(member(item, 'name')) ?? '')
      if (!sources.has(place)) sources.set(place, list === 'volumes' ? member(item, 'image') : item)
    }
  }
  return sources
}

const useLists = ['initContainers', 'containers', 'ephemeralContainers', 'volumes'] as const

function lastAppliedObject(annotations: ReadonlyMap<string, string>): unknown {
  const text = annotations.get(lastAppliedKey)
  if (text === undefined || text.length > maxLastApplied) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Anyone can write this annotation; if it does not parse, it is not evidence.
    return undefined
  }
}

function lastApplied(workload: Traced, use: ImageUse): LastApplied | undefined {
  const source = workload.appliedSources().get(placeOf(use.list, useName(use)))
  if (!isObject(source)) return undefined
  const policy = asString(member(source, use.list === 'volumes' ? 'pullPolicy' : 'imagePullPolicy'))
  if (policy) return { policy: 'written' }
  const image = asString(member(source, use.list === 'volumes' ? 'reference' : 'image')) ?? ''
  return { policy: 'absent', default: defaultPullPolicy(parseImageReference(image)) }
}
