/** Texts of ConfigMaps in the same input, by the path at which a container sees them. */
import { asArray, asString, isObject, member } from '../../model/json.ts'
import { noSiblings, type Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import { maxText } from '../limits.ts'
import { type Mount, mountOf } from './storage.ts'

/** Maximum number of files that are read: a ConfigMap with more holds dashboards, not scripts. */
const maxFiles = 200

/** Maximum number of files that are looked at, with every mount of a volume counted anew. */
const maxLooked = 10 * maxFiles

const nothing: ReadonlyMap<string, string> = new Map()

/** The mounted files whose text is in the input, by path. At admission there are none. @param mounts the mounts of the container */
export function mountedTexts(mounts: readonly Mount[], workload: Workload, siblings: Siblings): ReadonlyMap<string, string> {
  if (siblings === noSiblings) return nothing
  const texts = new Map<string, string>()
  const volumes = new Map<unknown, unknown>()
  for (const volume of asArray(member(workload.podSpec, 'volumes'))) {
    const name = member(volume, 'name')
    if (!volumes.has(name)) volumes.set(name, volume)
  }
  let looked = 0
  for (const mount of mounts) {
    for (const [file, text] of filesOf(volumes.get(mount.volume), workload, siblings)) {
      if (++looked > maxLooked) return texts
      const path = pathIn(mount, file)
      const isSeen = path !== undefined && mountOf(path, mounts) === mount
      if (isSeen && !texts.has(path) && text.length <= maxText && texts.size < maxFiles) texts.set(path, text)
    }
  }
  return texts
}

/** The path at which a mount shows a file of its volume; undefined if its subPath excludes the file. */
function pathIn({ path, subPath }: Mount, file: string): string | undefined {
  if (subPath === '') return `${path}/${file}`
  if (file === subPath) return path
  return file.startsWith(`${subPath}/`) ? path + file.slice(subPath.length) : undefined
}

/** The files of a volume with their texts; for a projected volume, those of all its sources in order. */
function filesOf(volume: unknown, workload: Workload, siblings: Siblings): readonly (readonly [string, string])[] {
  const projected = asArray(member(member(volume, 'projected'), 'sources')).map((item) => member(item, 'configMap'))
  return [member(volume, 'configMap'), ...projected].flatMap((source) => filesIn(source, workload.namespace, siblings))
}

/** @param source a ConfigMapVolumeSource or a ConfigMapProjection: `items` selects the keys and their paths */
function filesIn(source: unknown, namespace: string, siblings: Siblings): readonly (readonly [string, string])[] {
  const data = isObject(source) ? siblings.configMap(namespace, asString(member(source, 'name')) ?? '') : undefined
  if (data === undefined) return []
  const items = member(source, 'items')
  if (!Array.isArray(items)) return [...data]
  return items.flatMap((item: unknown) => {
    const [path, text] = [asString(member(item, 'path')), data.get(asString(member(item, 'key')) ?? '')]
    return path === undefined || text === undefined ? [] : [[path, text] as const]
  })
}
