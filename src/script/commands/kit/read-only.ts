/**
 * Files whose modes forbid writing, for users who are subject to modes: their copies are read-only too, and cannot be opened again for
 * writing.
 */

import { isRestrictedAt, mountOf } from '../../container/storage.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { isReadOnly, type Node, start } from '../../machine/file-system.ts'
import { globMatches, type Layer } from '../../machine/layers.ts'
import { NotAnalyzed } from '../../value/world.ts'

/** Whether a file to be copied, and therefore its copy, is read-only. */
export function isReadOnlySource(path: string, node: Node, machine: CommandMachine): boolean {
  if (!machine.obeysModes) return false
  const mount = mountOf(path, machine.files.mounts)
  if (mount?.readOnlyFiles === undefined) return isReadOnly(node)
  return isRestrictedAt(path, mount, mount.readOnlyFiles)
}

/** Whether a layer comes from a volume with read-only files and may contain one of them. */
export function mayHoldReadOnlyFiles({ source, path, names }: Layer, machine: CommandMachine): boolean {
  const files = source === start ? mountOf(path, machine.files.mounts)?.readOnlyFiles : undefined
  if (!machine.obeysModes || files === undefined) return false
  const isMeant = (name: string) => names === undefined || globMatches(names.pattern, name) === names.match
  return files.others || Object.keys(files.named).some((name) => files.named[name] === true && isMeant(name))
}

/**
 * Whether a layer cannot be added over copies of itself because some of its files are read-only.
 * @param copies the layers already in the same directory
 */
export function areReadOnlyCopies(layer: Layer, copies: readonly Layer[], machine: CommandMachine): boolean {
  if (!mayHoldReadOnlyFiles(layer, machine)) return false
  const [isComplete, isPartial] = [copies.some((copy) => hasAll(copy, layer)), copies.some((copy) => mayHaveSome(copy, layer))]
  if (!isComplete && isPartial) throw new NotAnalyzed('which read-only copies remain')
  return isComplete
}

/** Whether a copy contains everything that another layer would add. */
function hasAll({ names }: Layer, other: Layer): boolean {
  return names === undefined || (names.match && names.pattern === other.names?.pattern)
}

/** Whether a copy may still contain some of what another layer would add: `rm -rf DIR/*` keeps hidden names. */
function mayHaveSome({ names }: Layer, other: Layer): boolean {
  return names?.match === false && (names.pattern !== '*' || other.names === undefined)
}
