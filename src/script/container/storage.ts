/** The storage behind a path, by its lifetime. */
import type { Container } from '../../model/containers.ts'
import { asArray, asObject, asString, isObject, type JsonObject, member } from '../../model/json.ts'
import { isRestricted, type RestrictedFiles, type Restrictions, restrictionsIn, sourceOf } from './volume-modes.ts'

/**
 * - `container`: the container's own file system, new on every attempt
 * - `pod`: an emptyDir, which survives retries and new sandboxes, and is removed with the pod
 * - `node`, `claim`: a hostPath, a PersistentVolumeClaim or another network volume, which outlives the pod
 * - `read-only`: ConfigMap, Secret, projected and image volumes, and anything mounted readOnly
 * - `sandbox`: the pod's network, which survives retries and is new with each sandbox
 * - `host`: the network of the node (`hostNetwork: true`), which outlives the pod
 * - `external`: a service
 */
export type Storage = 'container' | 'sandbox' | 'host' | 'pod' | 'node' | 'claim' | 'read-only' | 'external' | 'unknown'

/** How an init container runs again: as a retry in the same sandbox, in a new sandbox of the same pod, or in a new pod. */
export type Rerun = 'retry' | 'rerun' | 'replace'

/** Whether data on the storage survives until the init container runs again. */
export function survives(storage: Storage, rerun: Rerun): boolean {
  if (storage === 'sandbox') return rerun === 'retry'
  if (storage === 'pod') return rerun !== 'replace'
  // A volume of any kind lives at least as long as an emptyDir, and perhaps as long as a claim.
  if (storage === 'unknown') return true
  return storage === 'node' || storage === 'host' || storage === 'claim' || storage === 'external'
}

export interface Mount {
  /** Absolute path without a trailing slash; '' for the root. */
  readonly path: string
  readonly storage: Storage
  /** Name of the volume; two mounts of one volume show the same files. */
  readonly volume: string
  readonly subPath: string
  /** Whether an earlier init container can write to the volume, so that its contents are not known. */
  readonly filled?: boolean
  /** Whether it is not a directory, according to the type of a hostPath. */
  readonly isFile?: boolean
  /** Whether mounts within it propagate to the node and stay there: `mountPropagation: Bidirectional`. */
  readonly propagates?: boolean
  /** Whether its top-level entries are links: the kubelet creates `..data` and one link per file. */
  readonly holdsLinks?: boolean
  /** The files of a ConfigMap or similar volume whose modes do not allow writing. */
  readonly readOnlyFiles?: RestrictedFiles
  /** Its files that cannot be executed. */
  readonly plainFiles?: RestrictedFiles
}

const readOnlySources = new Set(['configMap', 'secret', 'projected', 'downwardAPI', 'image'])
const networkSources = new Set([
  'persistentVolumeClaim',
  'nfs',
  'cephfs',
  'iscsi',
  'fc',
  'glusterfs',
  'rbd',
  'azureFile',
  'azureDisk',
  'awsElasticBlockStore',
  'gcePersistentDisk',
  'vsphereVolume',
  'cinder',
  'portworxVolume',
  'quobyte',
  'scaleIO',
  'storageos',
  'photonPersistentDisk',
  'flexVolume',
])

/**
 * Maximum number of mounts of a container whose script is rehearsed: real containers have a few dozen. Every path of a script is compared
 * with all of them.
 */
export const maxMounts = 100

/**
 * The mounts of a container, the longest path first, so that the first match is the innermost. At most one more than `maxMounts`.
 * @param volumes those of its pod
 * @param claimTemplates names of a StatefulSet's volumeClaimTemplates
 */
export function mountsOf(container: Container, volumes: PodVolumes, claimTemplates: ReadonlySet<string>): readonly Mount[] {
  const place = container.list === 'initContainers' ? Number(container.pointer.slice(container.pointer.lastIndexOf('/') + 1)) : 0
  const mounts: Mount[] = []
  for (const raw of asArray(member(container.raw, 'volumeMounts'))) {
    const path = asString(member(raw, 'mountPath'))
    const name = asString(member(raw, 'name')) ?? ''
    if (path === undefined) continue
    if (mounts.length > maxMounts) break
    const volume = volumes.get(name)
    const storage = claimTemplates.has(name) ? 'claim' : (volume?.storage ?? 'unknown')
    const mount: NewMount = {
      path: normalize(path),
      storage: member(raw, 'readOnly') === true ? 'read-only' : storage,
      volume: name,
      subPath: asString(member(raw, 'subPath')) ?? asString(member(raw, 'subPathExpr')) ?? '',
    }
    if (volumes.isFilledBefore(name, place)) mount.filled = true
    if (member(raw, 'mountPropagation') === 'Bidirectional') mount.propagates = true
    if (volume !== undefined) addFacts(mount, volume, raw)
    mounts.push(mount)
  }
  return mounts.length < 2 ? mounts : mounts.sort((a, b) => b.path.length - a.path.length)
}

type NewMount = { -readonly [Key in keyof Mount]: Mount[Key] }

function addFacts(mount: NewMount, { isFile, isLinked, readOnlyFiles, plainFiles }: VolumeFacts, raw: unknown): void {
  if (isFile) mount.isFile = true
  if (isLinked && isWhole(raw)) mount.holdsLinks = true
  if (readOnlyFiles !== undefined) mount.readOnlyFiles = readOnlyFiles
  if (plainFiles !== undefined) mount.plainFiles = plainFiles
}

/** What mounts need to know about a volume. */
interface VolumeFacts {
  readonly storage: Storage
  readonly isFile: boolean
  readonly isLinked: boolean
  readonly readOnlyFiles: RestrictedFiles | undefined
  readonly plainFiles: RestrictedFiles | undefined
}

/** Up to this number of volumes, comparing each costs less than an index. */
const maxScanned = 16

/** The volumes of a pod, for all of its containers: hostile objects have tens of thousands of both. */
export class PodVolumes {
  readonly #podSpec: JsonObject
  readonly #facts = new Map<string, VolumeFacts>()
  /** By name; if a name occurs twice, the last one. Only made for many. */
  #indexes: ReadonlyMap<string, number> | undefined
  /** By name: the index in `initContainers` of the first container that can write to the volume. */
  #firstWriters: ReadonlyMap<string, number> | undefined

  /** @param podSpec the raw PodSpec that holds the volumes */
  constructor(podSpec: JsonObject) {
    this.#podSpec = podSpec
  }

  /** The facts about a volume; undefined if the pod does not have it. */
  get(name: string): VolumeFacts | undefined {
    const known = this.#facts.get(name)
    if (known !== undefined) return known
    const volumes = asArray(member(this.#podSpec, 'volumes'))
    const isOf = (volume: unknown): boolean => volumeName(volume) === name
    const index = volumes.length > maxScanned ? this.#indexOf(name, volumes) : volumes.findLastIndex(isOf)
    if (index === -1) return undefined
    const facts = factsOf(volumes[index])
    this.#facts.set(name, facts)
    return facts
  }

  #indexOf(name: string, volumes: readonly unknown[]): number {
    this.#indexes ??= new Map(volumes.map((volume, index) => [volumeName(volume), index] as const))
    return this.#indexes.get(name) ?? -1
  }

  /** Whether an init container before that place can write to the volume. */
  isFilledBefore(name: string, place: number): boolean {
    if (place === 0) return false
    this.#firstWriters ??= firstWritersOf(this.#podSpec)
    return (this.#firstWriters.get(name) ?? place) < place
  }
}

function volumeName(volume: unknown): string {
  return asString(member(volume, 'name')) ?? ''
}

const unrestricted: Restrictions = { readOnlyFiles: undefined, plainFiles: undefined }

function factsOf(volume: unknown): VolumeFacts {
  const source = sourceOf(volume)
  const isLinked = source !== undefined
  const { readOnlyFiles, plainFiles } = isLinked ? restrictionsIn(source) : unrestricted
  return { storage: storageOf(volume), isFile: isFile(volume), isLinked, readOnlyFiles, plainFiles }
}

function firstWritersOf(podSpec: JsonObject): ReadonlyMap<string, number> {
  const firstWriters = new Map<string, number>()
  for (const [index, container] of asArray(member(podSpec, 'initContainers')).entries()) {
    for (const mount of asArray(member(container, 'volumeMounts'))) {
      const name = asString(member(mount, 'name')) ?? ''
      if (member(mount, 'readOnly') !== true && !firstWriters.has(name)) firstWriters.set(name, index)
    }
  }
  return firstWriters
}

/** Source: core/v1 HostPathType. */
function isFile(volume: unknown): boolean {
  return (
    member(volume, 'hostPath') !== undefined &&
    /^(File|FileOrCreate|Socket|CharDevice|BlockDevice)$/.test(asString(member(member(volume, 'hostPath'), 'type')) ?? '')
  )
}

/** A subPath shows the files behind the links of the kubelet's atomic writer (kubernetes pkg/volume/util/atomic_writer.go). */
function isWhole(mount: unknown): boolean {
  return (asString(member(mount, 'subPath')) ?? '') === '' && (asString(member(mount, 'subPathExpr')) ?? '') === ''
}

function storageOf(volume: unknown): Storage {
  if (!isObject(volume)) return 'unknown'
  for (const key of Object.keys(asObject(volume))) {
    if (key === 'emptyDir') return 'pod'
    // An ephemeral claim lives as long as its pod (KEP-1698). An inline CSI volume may do so too, or it may be a share: it is unknown.
    if (key === 'ephemeral') return 'pod'
    if (key === 'hostPath') return 'node'
    if (readOnlySources.has(key)) return 'read-only'
    if (networkSources.has(key)) return 'claim'
  }
  return 'unknown'
}

function normalize(path: string): string {
  // Nearly all paths are normalized already.
  if (path.startsWith('/') && !path.endsWith('/') && !path.includes('/.') && !path.includes('//')) return path
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 ? '' : `/${parts.join('/')}`
}

/** The mount that contains a path, or undefined for the container's own file system. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.find((mount) => path === mount.path || path.startsWith(`${mount.path}/`))
}

/**
 * Whether no user, not even root, can execute a file of a volume.
 * @param isGiven whether the ConfigMap is in the input; if not, a mode that the volume does not state may have been left out of an excerpt
 */
export function isPlainFile(path: string, mounts: readonly Mount[], isGiven: boolean): boolean {
  const mount = mountOf(path, mounts)
  if (mount?.plainFiles === undefined || (mount.plainFiles.isDefault === true && !isGiven)) return false
  return isRestrictedAt(path, mount, mount.plainFiles)
}

/** Whether the file at a path of the mount is one of those that lack a permission. */
export function isRestrictedAt(path: string, mount: Mount, files: RestrictedFiles): boolean {
  return isRestricted(files, normalize(`${mount.subPath}${path.slice(mount.path.length)}`).replace(/^\//, ''))
}

/**
 * Two mounts that show some of the same files, so that a change under one path also appears under the other.
 * @param text the script; mounts that it does not mention are ignored
 */
export function sharedMounts(mounts: readonly Mount[], text: string): readonly [Mount, Mount] | undefined {
  const named = mounts.filter(({ path }) => text.includes(path))
  for (const [index, mount] of named.entries()) {
    const twin = named.slice(index + 1).find((other) => other.volume === mount.volume && isWithin(mount.subPath, other.subPath))
    if (twin !== undefined) return [mount, twin]
  }
  return undefined
}

/** Whether one directory of a volume is or contains the other. */
function isWithin(a: string, b: string): boolean {
  const [left, right] = [normalize(a), normalize(b)]
  return left === right || left.startsWith(`${right}/`) || right.startsWith(`${left}/`)
}
