/** Texts of ConfigMaps that stand in the same input, by the path at which a container sees them. */
import type { Container } from '../model/containers.ts'
import { asArray, asString, at, isObject, member } from '../model/json.ts'
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'

/** The text of a mounted file, undefined where it is not shown. @param path absolute, as the command names it */
export function mountedText(path: string, container: Container, workload: Workload, siblings: Siblings): string | undefined {
  if (!path.startsWith('/')) return undefined
  const mount = mountAt(path, container)
  if (mount === undefined) return undefined
  const rest = path === mount.path ? '' : path.slice(mount.path.length + 1)
  const file = [mount.subPath, rest].filter((part) => part !== '').join('/')
  const volume = asArray(member(workload.podSpec, 'volumes')).find((candidate) => member(candidate, 'name') === mount.volume)
  for (const source of [
    member(volume, 'configMap'),
    ...asArray(at(volume, 'projected', 'sources')).map((item) => member(item, 'configMap')),
  ]) {
    const text = textIn(source, file, workload.namespace, siblings)
    if (text !== undefined) return text
  }
  return undefined
}

interface FileMount {
  readonly path: string
  readonly volume: string
  readonly subPath: string
}

function mountAt(path: string, container: Container): FileMount | undefined {
  let best: FileMount | undefined
  for (const raw of asArray(member(container.raw, 'volumeMounts'))) {
    const mountPath = asString(member(raw, 'mountPath'))?.replace(/(?<!\/)\/+$/, '')
    if (mountPath === undefined || (path !== mountPath && !path.startsWith(`${mountPath}/`))) continue
    if (best !== undefined && best.path.length >= mountPath.length) continue
    best = { path: mountPath, volume: asString(member(raw, 'name')) ?? '', subPath: asString(member(raw, 'subPath')) ?? '' }
  }
  return best
}

/** @param source a ConfigMapVolumeSource or a ConfigMapProjection: `items` decide which keys are there, and under which paths */
function textIn(source: unknown, file: string, namespace: string, siblings: Siblings): string | undefined {
  if (!isObject(source)) return undefined
  const data = siblings.configMap(namespace, asString(member(source, 'name')) ?? '')
  const items = member(source, 'items')
  if (!Array.isArray(items)) return data?.get(file)
  const item = items.find((candidate) => member(candidate, 'path') === file)
  return data?.get(asString(member(item, 'key')) ?? '')
}
