/** Where named members of an archive are unpacked: `tar -xf ARCHIVE -C / data/mysql` writes to the volume at /data. */

import { mountOf } from '../../container/storage.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { parentOf } from '../../machine/file-system.ts'
import type { Layer } from '../../machine/layers.ts'
import { canonical } from '../../value/paths.ts'
import { partOf, textOf, type Value } from '../../value/value.ts'
import { makeFolder } from '../files/files.ts'

/** The paths of members in the archive, without the components that are stripped; undefined if they are not known. */
export function memberPaths(operands: readonly Value[], stripped: number): readonly string[] | undefined {
  const paths: string[] = []
  for (const operand of operands) {
    const text = textOf(operand)
    if (text === undefined || /[*?[\\]|(^|\/)\.\.(\/|$)/.test(text)) return undefined
    const parts = canonical(`/${text}`)
      .split('/')
      .slice(1 + stripped)
    if (parts.length === 0 || parts[0] === '') return undefined
    paths.push(`/${parts.join('/')}`)
  }
  return paths
}

/**
 * Writes a member into a directory. If the script tests whether its path is a directory or a file, it is taken to be one.
 * @param part whether it is incomplete
 * @param beneath whether existing entries are kept
 */
export function addMember(path: string, folder: string, source: string, part: boolean, beneath: boolean, machine: CommandMachine): void {
  const target = `${folder}${path}`
  const layer: Layer = { source, path, ...(part ? { part } : {}) }
  const mount = mountOf(target, machine.files.mounts)
  const base = mount?.path.startsWith(`${folder}/`) === true ? mount.path : folder
  const rest = target.slice(base.length)
  if (rest === '') return void machine.addLayer(base, layer, beneath)
  if (isPlaced(target, layer, beneath, machine)) return
  const [, name = ''] = rest.split('/')
  machine.addLayer(base, { ...layer, path: path.slice(0, path.length - rest.length), names: { pattern: name, match: true } }, beneath)
}

/** Writes a member of a known kind. @returns false if its kind is not known */
function isPlaced(target: string, layer: Layer, beneath: boolean, machine: CommandMachine): boolean {
  const { world } = machine
  const kinds = [undefined, 'file', 'folder'] as const
  // What the script tests may become known only after the first run; the answer has to be the same in all runs.
  const kind = kinds[world.assume(`the kind of ${layer.path} of ${layer.source}`, kinds.indexOf(world.expected(target)))]
  if (kind === undefined) return false
  const found = machine.node(target, kind)
  if (found.kind !== 'absent' && found.kind !== kind) return false
  if (found.kind === 'absent' && !makeFolder(parentOf(target), machine, true)) return false
  if (found.kind === 'folder') machine.addLayer(target, layer, beneath)
  else if (kind === 'folder') machine.write(target, { kind, closed: false, layers: [layer] })
  else if (found.kind === 'absent' || !beneath)
    machine.replace(target, { kind, content: layer.part === true ? partOf(contentOf(layer)) : contentOf(layer) })
  return true
}

function contentOf({ source, path }: Layer): Value {
  return [{ id: `${path} of ${source}` }]
}
