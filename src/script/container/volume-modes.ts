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

/** The files of a volume that lack a permission; undefined if there are none. */
export interface Restrictions {
  readonly readOnlyFiles: RestrictedFiles | undefined
  /** The files that not even root can execute (execve(2), EACCES); undefined also if the volume has no modes of its own. */
  readonly plainFiles: RestrictedFiles | undefined
}

/**
 * Reads the modes of a volume's files. Here, an fsGroup only adds read permissions (kubernetes pkg/volume/volume_linux.go, roMask).
 * @param source see `sourceOf`
 */
export function restrictionsIn(source: unknown): Restrictions {
  const defaultMode = member(source, 'defaultMode')
  const named = namedModes(source)
  const plainFiles = filesWithout(anyExecutes, defaultMode, named)
  return {
    readOnlyFiles: filesWithout(ownerWrites, defaultMode, named),
    plainFiles: plainFiles === undefined || defaultMode !== undefined ? plainFiles : { ...plainFiles, isDefault: true },
  }
}

/** The source of a volume whose files have modes, and which the kubelet writes; undefined for all other volumes. */
export function sourceOf(volume: unknown): unknown {
  for (const key of sources) {
    const source = member(volume, key)
    if (source !== undefined) return source
  }
  return undefined
}

/** The modes of single files by path; undefined if there are none, as in nearly all volumes. */
function namedModes(source: unknown): ReadonlyMap<string, unknown> | undefined {
  let modes: Map<string, unknown> | undefined
  const read = (part: unknown): void => {
    for (const item of asArray(member(part, 'items'))) {
      const [path, mode] = [asString(member(item, 'path')), member(item, 'mode')]
      if (path === undefined || mode === undefined) continue
      modes ??= new Map()
      if (modes.size >= maxNamed) return
      modes.set(path, mode)
    }
  }
  read(source)
  for (const projection of asArray(member(source, 'sources'))) for (const key of sources) read(member(projection, key))
  return modes
}

function filesWithout(bits: number, defaultMode: unknown, named: ReadonlyMap<string, unknown> | undefined): RestrictedFiles | undefined {
  const lacksAll = (mode: unknown): boolean => typeof mode === 'number' && (mode & bits) === 0
  const others = lacksAll(defaultMode ?? defaultFileMode)
  if (named === undefined) return others ? { named: {}, others } : undefined
  const files = [...named].map(([path, mode]) => [path, lacksAll(mode)] as const)
  return others || files.some(([, isRestricted]) => isRestricted) ? { named: Object.fromEntries(files), others } : undefined
}

/** Whether a file is one of them. @param path within the volume, without a leading slash */
export function isRestricted({ named, others }: RestrictedFiles, path: string): boolean {
  return Object.hasOwn(named, path) ? named[path] === true : others
}
