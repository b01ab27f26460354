import { parseImageReference } from './image-reference.ts'
import { type ImageUse, placeOf, sameUse, useName } from './image-use.ts'
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from './json.ts'
import type { Path } from './pod-templates.ts'
import { defaultPullPolicy } from './pull-policy.ts'

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
  imageUses(): readonly ImageUse[]
  appliedSources(): AppliedSources
  fieldOwners(): FieldOwners
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

function originFromManagedFields(workload: Traced, use: ImageUse): Origin | undefined {
  const all = workload.fieldOwners()
  if (all.size === 0) return undefined
  const owners = all.get(fieldPlace(use.list, JSON.stringify({ name: use.container ?? use.volume })))
  if (owners === undefined) return undefined
  if (owners.appliesPolicy) return { kind: 'explicit', evidence: 'apply-entry' }
  return owners.appliesOthers && !owners.updatesPolicy ? { kind: 'defaulted', evidence: 'apply-entry' } : undefined
}

/** Which managers own a container or the image of a volume, and whether they own its pull policy. */
interface Owners {
  /** Whether an entry of server-side apply owns the policy. */
  appliesPolicy: boolean
  /** Whether an entry of server-side apply owns the container, but not the policy. */
  appliesOthers: boolean
  /** Whether another entry owns the policy. */
  updatesPolicy: boolean
}

/** The owners by place, see `fieldPlace`. Empty without an entry of server-side apply: then the updates prove nothing. */
export type FieldOwners = ReadonlyMap<string, Readonly<Owners>>

/** A key for an item of a list. @param key as in a field set, without its prefix: `{"name":"web"}` */
function fieldPlace(list: ImageUse['list'], key: string): string {
  return `${list} ${key}`
}

const itemPrefix = 'k:'

/**
 * Reads the field sets of metadata.managedFields (structured-merge-diff, fieldpath serialization) in one pass, because both the entries
 * and the containers of a hostile object are many.
 */
export function fieldOwners(object: JsonObject, podSpec: Path): FieldOwners {
  const owners = new Map<string, Owners>()
  const entries = asArray(at(object, 'metadata', 'managedFields'))
  if (entries.length > maxManagers || !entries.some(isApply)) return owners
  const path = podSpec.map((key) => `f:${key}`)
  for (const entry of entries) {
    const spec = at(member(entry, 'fieldsV1'), ...path)
    for (const list of useLists) {
      for (const [key, item] of Object.entries(asObject(member(spec, `f:${list}`)))) {
        const owned = list === 'volumes' ? member(item, 'f:image') : item
        if (key.startsWith(itemPrefix) && isObject(owned)) noteOwner(owners, fieldPlace(list, key.slice(itemPrefix.length)), entry, owned)
      }
    }
  }
  return owners
}

function isApply(entry: unknown): boolean {
  return member(entry, 'operation') === 'Apply'
}

function noteOwner(owners: Map<string, Owners>, place: string, entry: unknown, owned: JsonObject): void {
  const known = owners.get(place) ?? { appliesPolicy: false, appliesOthers: false, updatesPolicy: false }
  owners.set(place, known)
  const ownsPolicy = Object.hasOwn(owned, place.startsWith('volumes ') ? 'f:pullPolicy' : 'f:imagePullPolicy')
  if (!isApply(entry)) known.updatesPolicy ||= ownsPolicy
  else if (ownsPolicy) known.appliesPolicy = true
  else known.appliesOthers = true
}

interface LastApplied {
  readonly policy: 'written' | 'absent'
  /** The default for the image in that manifest, if the policy is absent. */
  readonly default?: string
}

/** The containers and image sources of the manifest in the last-applied annotation, by place. */
export type AppliedSources = ReadonlyMap<string, unknown>

/** Reads the last-applied annotation; empty if it is absent or does not parse. */
export function appliedSources(path: Path, annotations: ReadonlyMap<string, string>): AppliedSources {
  const sources = new Map<string, unknown>()
  const podSpec = at(lastAppliedObject(annotations), ...path)
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
