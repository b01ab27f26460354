/** What a path lives on, by how long that lasts. */
import type { Container } from '../../model/containers.ts'
import { asArray, asObject, asString, isObject, type JsonObject, member } from '../../model/json.ts'
import { type ReadOnlyFiles, readOnlyFilesOf } from './volume-modes.ts'

/**
 * - `container`: the container's own file system, fresh on every try
 * - `pod`: an emptyDir, kept over retries and new sandboxes, gone with the pod
 * - `node`, `claim`: a hostPath, a PersistentVolumeClaim or another network volume: they outlive the pod
 * - `read-only`: ConfigMap, Secret, projected, image volumes, and anything mounted readOnly
 * - `sandbox`: the pod's network, kept over retries, made anew with the sandbox
 * - `external`: a service
 */
export type Storage = 'container' | 'sandbox' | 'pod' | 'node' | 'claim' | 'read-only' | 'external' | 'unknown'

/** How an init container is run again: the next try in the same sandbox, a new sandbox of the same pod, a new pod. */
export type Rerun = 'retry' | 'rerun' | 'replace'

/** Whether what was written on the storage is still there when the init container runs again. */
export function survives(storage: Storage, rerun: Rerun): boolean {
  if (storage === 'sandbox') return rerun === 'retry'
  if (storage === 'pod') return rerun !== 'replace'
  // Whatever kind of volume it is, it lives at least as long as an emptyDir, and perhaps as long as a claim.
  if (storage === 'unknown') return true
  return storage === 'node' || storage === 'claim' || storage === 'external'
}

export interface Mount {
  /** Absolute path without a slash at the end; '' for the root. */
  readonly path: string
  readonly storage: Storage
  /** The volume's name; two mounts of one volume show the same files. */
  readonly volume: string
  readonly subPath: string
  /** Whether an init container before this one mounts the volume too: nobody knows what it put there. */
  readonly filled?: boolean
  /** Whether it is no folder: a hostPath says so by its type. */
  readonly isFile?: boolean
  /** Whether what is mounted in it is mounted on the node as well, and stays: `mountPropagation: Bidirectional`. */
  readonly propagates?: boolean
  /** Whether the names at its top are links: the kubelet lays `..data` and one link for each file. */
  readonly holdsLinks?: boolean
  /** The files of a ConfigMap or its like whose modes let nobody write. */
  readonly readOnlyFiles?: ReadOnlyFiles
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
 * The mounts of a container, the longest path first.
 * @param podSpec the raw PodSpec that holds the volumes
 * @param claimTemplates names of a StatefulSet's volumeClaimTemplates
 */
export function mountsOf(container: Container, podSpec: JsonObject, claimTemplates: ReadonlySet<string>): readonly Mount[] {
  const volumes = new Map<string, unknown>()
  for (const volume of asArray(member(podSpec, 'volumes'))) volumes.set(asString(member(volume, 'name')) ?? '', volume)
  const before = volumesBefore(container, podSpec)
  const mounts: Mount[] = []
  for (const raw of asArray(member(container.raw, 'volumeMounts'))) {
    const path = asString(member(raw, 'mountPath'))
    const volume = asString(member(raw, 'name')) ?? ''
    if (path === undefined) continue
    const storage = claimTemplates.has(volume) ? 'claim' : storageOf(volumes.get(volume))
    const readOnlyFiles = readOnlyFilesOf(volumes.get(volume))
    mounts.push({
      path: normalise(path),
      storage: member(raw, 'readOnly') === true ? 'read-only' : storage,
      volume,
      subPath: asString(member(raw, 'subPath')) ?? asString(member(raw, 'subPathExpr')) ?? '',
      ...(before.has(volume) ? { filled: true } : {}),
      ...(isFile(volumes.get(volume)) ? { isFile: true } : {}),
      ...(member(raw, 'mountPropagation') === 'Bidirectional' ? { propagates: true } : {}),
      ...(isLaidAsLinks(volumes.get(volume), raw) ? { holdsLinks: true } : {}),
      readOnlyFiles,
    })
  }
  return mounts.sort((a, b) => b.path.length - a.path.length)
}

const noVolumes: ReadonlySet<string> = new Set()

/** The volumes that init containers before this one can write to. */
function volumesBefore({ raw }: Container, podSpec: JsonObject): ReadonlySet<string> {
  const inits = asArray(member(podSpec, 'initContainers'))
  const index = inits.indexOf(raw)
  if (index <= 0) return noVolumes
  const names = new Set<string>()
  for (const other of inits.slice(0, index)) {
    for (const mount of asArray(member(other, 'volumeMounts'))) {
      if (member(mount, 'readOnly') !== true) names.add(asString(member(mount, 'name')) ?? '')
    }
  }
  return names
}

/** Source: core/v1 HostPathType. */
function isFile(volume: unknown): boolean {
  return /^(File|FileOrCreate|Socket|CharDevice|BlockDevice)$/.test(asString(member(member(volume, 'hostPath'), 'type')) ?? '')
}

/** Volumes of the kubelet's atomic writer (kubernetes pkg/volume/util/atomic_writer.go), whose links a subPath leads through. */
const linkedSources = ['configMap', 'secret', 'projected', 'downwardAPI']

function isLaidAsLinks(volume: unknown, mount: unknown): boolean {
  const isWhole = ['subPath', 'subPathExpr'].every((name) => (asString(member(mount, name)) ?? '') === '')
  return isWhole && linkedSources.some((key) => member(volume, key) !== undefined)
}

function storageOf(volume: unknown): Storage {
  if (!isObject(volume)) return 'unknown'
  for (const key of Object.keys(asObject(volume))) {
    if (key === 'emptyDir') return 'pod'
    // An ephemeral claim lives as long as its pod (KEP-1698). What a CSI driver mounts inline does too, or it is a share: not known.
    if (key === 'ephemeral') return 'pod'
    if (key === 'hostPath') return 'node'
    if (readOnlySources.has(key)) return 'read-only'
    if (networkSources.has(key)) return 'claim'
  }
  return 'unknown'
}

function normalise(path: string): string {
  // As nearly all paths are.
  if (path.startsWith('/') && !path.endsWith('/') && !path.includes('/.') && !path.includes('//')) return path
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 ? '' : `/${parts.join('/')}`
}

/** The mount that a path lies in, or undefined for the container's own file system. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.find((mount) => path === mount.path || path.startsWith(`${mount.path}/`))
}

/** Most mounts of a container that are compared with each other. */
const maxCompared = 100

/**
 * Two mounts that show some of the same files, so that what is done under one path happens under the other.
 * @param text of the script: mounts that it does not name are left out
 */
export function sharedMounts(mounts: readonly Mount[], text: string): readonly [Mount, Mount] | undefined {
  const named = mounts.slice(0, maxCompared).filter(({ path }) => text.includes(path))
  for (const [index, mount] of named.entries()) {
    const twin = named.slice(index + 1).find((other) => other.volume === mount.volume && isWithin(mount.subPath, other.subPath))
    if (twin !== undefined) return [mount, twin]
  }
  return undefined
}

/** Whether one folder of a volume is the other, or holds it. */
function isWithin(a: string, b: string): boolean {
  const [left, right] = [normalise(a), normalise(b)]
  return left === right || left.startsWith(`${right}/`) || right.startsWith(`${left}/`)
}
