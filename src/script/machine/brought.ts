/** What commands of a script have brought to a path, as far as that is not listed. */
import { layersOf, parentOf } from './file-system.ts'
import { type Layer, sublayer } from './layers.ts'
import type { Machine } from './machine.ts'

/** What was unpacked or copied into the nearest directory above a path, even if the script then made the directories between them. */
export function broughtTo(path: string, { files, world }: Pick<Machine, 'files' | 'world'>): readonly Layer[] {
  const pending = files.entry(path)?.pending
  const kind = files.look(path)?.kind
  if (pending !== undefined || (kind !== undefined && kind !== 'absent')) return pending ?? []
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    world.spend(above.length)
    const node = files.look(above)
    const layers = node?.kind === 'folder' && files.entry(above) !== undefined ? layersOf(node, above) : []
    if (layers.length > 0) return layers.flatMap((layer) => sublayer(layer, path.slice(above.length)) ?? [])
  }
  return []
}
