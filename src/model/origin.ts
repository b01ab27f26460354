import { parseImageReference } from './image-reference.ts'
import { type ImageUse, placeOf, sameUse, useName } from './image-use.ts'
import { asArray, asString, at, isObject, type JsonObject, member } from './json.ts'
import { defaultPullPolicy } from './pull-policy.ts'
import { type WorkloadKind, workloadShapes } from './workload-kinds.ts'

/** What the object is: as a person wrote it, or as the API server hands it to webhooks, every default filled in. */
export type OriginSource = 'manifest' | 'review'

/** Where a pull policy came from, and how we know. */
export interface Origin {
  readonly kind: 'explicit' | 'defaulted' | 'unknown'
  readonly evidence:
    | 'written' // it stands in the manifest
    | 'absent' // it does not stand in the manifest, or not in the object under review
    | 'apply-entry' // a server-side apply owns it, or owns the container without it
    | 'last-applied' // kubectl apply left the manifest in an annotation
    | 'not-the-default' // another value than Kubernetes would fill in
    | 'none'
}

/** What of a workload bears traces of who wrote what. */
export interface Traced {
  readonly object: JsonObject
  readonly kind: WorkloadKind
  imageUses(): readonly ImageUse[]
  appliedSources(): AppliedSources
}

const written: Origin = { kind: 'explicit', evidence: 'written' }
const absent: Origin = { kind: 'defaulted', evidence: 'absent' }
const unknown: Origin = { kind: 'unknown', evidence: 'none' }

/** Longest last-applied annotation that is parsed: Kubernetes' limit for all annotations together (256 KiB). */
const maxLastApplied = 256 * 1024

/** Most field managers that are asked. Kubernetes merges all updates but the last ten (managedfields, NewCapManagersManager). */
const maxManagers = 100

const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Finds where the pull policy of an image use came from. The API server fills it in before admission, so in a review only traces tell:
 * the entries of server-side apply in managedFields, the manifest that kubectl apply leaves behind, a value that is not the default.
 * Update entries tell nothing: they own every defaulted field as well. Requesters can forge all of this, so no verdict may rest on it.
 */
export function findOrigin(workload: Traced, use: ImageUse, source: OriginSource, old: Traced | null): Origin {
  if (use.written === undefined) return absent
  if (source === 'manifest') return written
  const byApply = originFromManagedFields(workload, use)
  if (byApply !== undefined) return byApply
  const isDefault = use.written === defaultPullPolicy(use.reference)
  const oldUse = old === null ? undefined : sameUse(old.imageUses(), use)
  // The default is never computed again, so after a change of the image the value may be the default of the image before.
  const wasDefault = oldUse !== undefined && use.written === oldUse.pullPolicy && use.written === defaultPullPolicy(oldUse.reference)
  const applied = lastApplied(workload, use)
  if (applied?.policy === 'written') return { kind: 'explicit', evidence: 'last-applied' }
  if (applied?.policy === 'absent' && (isDefault || wasDefault || use.written === applied.default)) {
    return { kind: 'defaulted', evidence: 'last-applied' }
  }
  // A value that the object before had as well may be the default of an image from longer ago; Never is nobody's default.
  const isCarriedOver = oldUse !== undefined && use.written === oldUse.written && use.written !== 'Never'
  return isDefault || isCarriedOver ? unknown : { kind: 'explicit', evidence: 'not-the-default' }
}

/** The keys of a field set (structured-merge-diff, fieldpath serialisation) that lead to the container or the volume's image. */
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
  /** What Kubernetes made of the image in that manifest, where the policy is absent. */
  readonly default?: string
}

/** The containers and image sources of the manifest that kubectl apply left behind, by place. */
export type AppliedSources = ReadonlyMap<string, unknown>

/** Reads what kubectl apply left in the annotation; empty where it left nothing that parses. */
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
    // Anyone can write this annotation; what does not parse is no evidence.
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
