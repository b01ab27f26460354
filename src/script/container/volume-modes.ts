/** The modes of the files of a ConfigMap, a Secret or a projected volume: which ones are read-only, as their copies are, or not executable. */
import { asArray, asString, member } from '../../model/json.ts'

/** Files that lack a permission, by path within the volume: that of their owner to write, or any to execute. */
export interface RestrictedFiles {
  /** Files that the volume lists by path. */
  readonly named: Readonly<Record<string, boolean>>
  /** All other files of the volume. */
  readonly others: boolean
  /** Whether the volume does not state a mode for the others, so that Kubernetes sets it. */
  readonly isDefault?: true
}

/** The permission of a file's owner to write to it (chmod(2), S_IWUSR). */
export const ownerWrites = 0o200

/** The permissions to execute a file. */
const anyExecutes = 0o111

/** The mode of files without a defaultMode (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_ConfigMapVolumeSource and similar). */
const defaultFileMode = 0o644

/** Maximum number of files of a volume whose own modes are read; for the others, the mode of the volume is assumed. */
const maxNamed = 1000

const sources = ['configMap', 'secret', 'downwardAPI', 'projected']

/**
 * Reads the modes of a volume's files. Here, an fsGroup only adds read permissions (kubernetes pkg/volume/volume_linux.go, roMask).
 * @param source see `sourceOf`
 * @returns undefined if the owner may write to every file
 */
export function readOnlyFilesOf(source: unknown): RestrictedFiles | undefined {
  return filesWithout(ownerWrites, source)
}

/**
 * The files that not even root can execute (execve(2), EACCES), undefined if there are none or if the volume has no modes of its own.
 * @param source see `sourceOf`
 */
export function plainFilesOf(source: unknown): RestrictedFiles | undefined {
  const files = filesWithout(anyExecutes, source)
  return files === undefined || member(source, 'defaultMode') !== undefined ? files : { ...files, isDefault: true }
}

/** The source of a volume whose files have modes, and which the kubelet writes; undefined for all other volumes. */
export function sourceOf(volume: unknown): unknown {
  for (const key of sources) {
    const source = member(volume, key)
    if (source !== undefined) return source
  }
  return undefined
}

function filesWithout(bits: number, source: unknown): RestrictedFiles | undefined {
  const lacksAll = (mode: unknown) => typeof mode === 'number' && (mode & bits) === 0
  const others = lacksAll(member(source, 'defaultMode') ?? defaultFileMode)
  // Nearly all volumes state no modes for single files.
  let named: Map<string, boolean> | undefined
  const read = (part: unknown): void => {
    for (const item of asArray(member(part, 'items'))) {
      const [path, mode] = [asString(member(item, 'path')), member(item, 'mode')]
      if (path === undefined || mode === undefined) continue
      named ??= new Map()
      if (named.size >= maxNamed) return
      named.set(path, lacksAll(mode))
    }
  }
  read(source)
  for (const projection of asArray(member(source, 'sources'))) for (const key of sources) read(member(projection, key))
  if (named === undefined) return others ? { named: {}, others } : undefined
  return others || [...named.values()].includes(true) ? { named: Object.fromEntries(named), others } : undefined
}

/** Whether a file is one of them. @param path within the volume, without a leading slash */
export function isRestricted({ named, others }: RestrictedFiles, path: string): boolean {
  return Object.hasOwn(named, path) ? named[path] === true : others
}
