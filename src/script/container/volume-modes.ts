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
 * @param volume a raw volume of the PodSpec
 * @returns undefined if the owner may write to every file
 */
export function readOnlyFilesOf(volume: unknown): RestrictedFiles | undefined {
  return filesWithout(ownerWrites, volume)
}

/**
 * The files that not even root can execute (execve(2), EACCES), undefined if there are none or if the volume has no modes of its own.
 * @param volume a raw volume of the PodSpec
 */
export function plainFilesOf(volume: unknown): RestrictedFiles | undefined {
  const source = sources.map((key) => member(volume, key)).find((found) => found !== undefined)
  if (source === undefined) return undefined
  const files = filesWithout(anyExecutes, volume)
  return files === undefined || member(source, 'defaultMode') !== undefined ? files : { ...files, isDefault: true }
}

function filesWithout(bits: number, volume: unknown): RestrictedFiles | undefined {
  const source = sources.map((key) => member(volume, key)).find((found) => found !== undefined)
  const lacksAll = (mode: unknown) => typeof mode === 'number' && (mode & bits) === 0
  const others = lacksAll(member(source, 'defaultMode') ?? defaultFileMode)
  const projections = asArray(member(source, 'sources')).flatMap((projection) => sources.map((key) => member(projection, key)))
  const items = [source, ...projections].flatMap((part) => asArray(member(part, 'items')))
  const named = new Map<string, boolean>()
  for (const item of items) {
    const [path, mode] = [asString(member(item, 'path')), member(item, 'mode')]
    if (named.size >= maxNamed) break
    if (path !== undefined && mode !== undefined) named.set(path, lacksAll(mode))
  }
  return others || [...named.values()].includes(true) ? { named: Object.fromEntries(named), others } : undefined
}

/** Whether a file is one of them. @param path within the volume, without a leading slash */
export function isRestricted({ named, others }: RestrictedFiles, path: string): boolean {
  return Object.hasOwn(named, path) ? named[path] === true : others
}
