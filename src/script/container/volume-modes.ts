/** Which files of a ConfigMap, a Secret or a projected volume are read-only by their mode, which their copies inherit. */
import { asArray, asString, member } from '../../model/json.ts'

/** Whether files are read-only, by path within the volume. */
export interface ReadOnlyFiles {
  /** Files that the volume lists by path. */
  readonly named: Readonly<Record<string, boolean>>
  /** All other files of the volume. */
  readonly others: boolean
}

/** The permission of a file's owner to write to it (chmod(2), S_IWUSR). */
export const ownerWrites = 0o200

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
export function readOnlyFilesOf(volume: unknown): ReadOnlyFiles | undefined {
  const source = sources.map((key) => member(volume, key)).find((found) => found !== undefined)
  const others = isReadOnly(member(source, 'defaultMode') ?? defaultFileMode)
  const projections = asArray(member(source, 'sources')).flatMap((projection) => sources.map((key) => member(projection, key)))
  const items = [source, ...projections].flatMap((part) => asArray(member(part, 'items')))
  const named = new Map<string, boolean>()
  for (const item of items) {
    const [path, mode] = [asString(member(item, 'path')), member(item, 'mode')]
    if (named.size >= maxNamed) break
    if (path !== undefined && mode !== undefined) named.set(path, isReadOnly(mode))
  }
  return others || [...named.values()].includes(true) ? { named: Object.fromEntries(named), others } : undefined
}

function isReadOnly(mode: unknown): boolean {
  return typeof mode === 'number' && (mode & ownerWrites) === 0
}

/** Whether a file is read-only. @param path within the volume, without a leading slash */
export function isReadOnlyFile({ named, others }: ReadOnlyFiles, path: string): boolean {
  return Object.hasOwn(named, path) ? named[path] === true : others
}
