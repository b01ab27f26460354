/** mv: the source no longer exists afterward. */

import { mountOf } from '../../container/storage.ts'
import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { areOneFile, givenFile, isNamedLikeFile, layersOf, type Node, nameOf } from '../../machine/file-system.ts'
import { globMatches, globOf, only, without } from '../../machine/layers.ts'
import type { Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { endsWithSlash, within, writtenPath } from '../kit/reading.ts'
import { type CopyStyle, copyNode, eitherKind, isEmpty, moveTree } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'
import { isOneForName } from './copy.ts'
import { consumes, keeping } from './repairs.ts'

const flags = ['-f', '-n', '-T', '-v', '-i', '-u', '--force', '--no-clobber', '--no-target-directory', '--verbose', '--update']
const style: CopyStyle = { existing: 'overwrite', keepsLinks: true, force: true, linksCollide: false }

const mvOptions: OptionTable = { flags, values: ['-t', '--target-directory'], attached: ['--backup'] }

function mv(call: Call, options: Options): number {
  const { machine } = call
  if (options.has('-u', '--update', '-i', '--backup')) throw new NotAnalyzed('what an unsupported option of mv does')
  const given = options.value('-t', '--target-directory')
  const target = given ?? options.operands.at(-1)
  const sources = given === undefined ? options.operands.slice(0, -1) : options.operands
  if (target === undefined || sources.length === 0) return 1
  const isPattern = sources.length > 1 || globOf(sources[0] ?? []) !== undefined
  const isSeveral = given !== undefined || (isPattern && !isOneForName(sources, writtenPath(target, machine), machine))
  const into = options.has('-T', '--no-target-directory') ? false : isFolder(target, isSeveral, machine)
  if (isSeveral && !into) return 1
  const to = into ? writtenPath(target, machine) : machine.resolve(machine.path(target))
  let status = 0
  for (const source of sources)
    if (!moveOperand(source, to, into, endsWithSlash(target), options.has('-n', '--no-clobber'), call)) status = 1
  return status
}

function isFolder(target: Value, isSeveral: boolean, machine: CommandMachine): boolean {
  const path = writtenPath(target, machine)
  const found = machine.files.look(path)
  if (found?.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
  if (found !== undefined) return found.kind === 'folder'
  if (isSeveral || endsWithSlash(target)) return machine.suppose(path, { kind: 'folder', closed: false }).kind === 'folder'
  return machine.node(path, 'absent').kind === 'folder'
}

function moveOperand(source: Value, target: string, into: boolean, isSlashed: boolean, keeps: boolean, call: Call): boolean {
  const { machine } = call
  const glob = globOf(source)
  if (glob !== undefined && into) return moveMatching(writtenPath(glob.folder, machine), glob.pattern, target, machine)
  const from = machine.resolve(machine.path(source))
  const to = into ? within(target, nameOf(from)) : target
  const isFile = isNamedLikeFile(glob === undefined ? from : `/${glob.pattern}`) || (into && machine.world.expected(to) !== 'folder')
  const given: Node = isFile ? givenFile(from) : { kind: 'folder', closed: false }
  const node = isFile || into ? (machine.files.look(from) ?? machine.suppose(from, given)) : eitherKind(from, machine)
  // BusyBox checks the target first.
  if (node.kind === 'absent' && keeps && (machine.files.look(to)?.kind ?? 'absent') !== 'absent') return isBusyBox(machine)
  if (node.kind === 'absent' || machine.files.isMountPoint(from)) return false
  if (node.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${from}`)
  if (from === to) return isBusyBox(machine)
  if (to.startsWith(`${from}/`) || !parentFolder(to, machine)) return false
  if (!into && isSlashed && node.kind !== 'folder') return false
  const existing = machine.node(to, 'absent')
  if (existing.kind !== 'absent' && keeps) return true
  if (!isReplaceable(existing, node, to, machine)) return false
  // Between two volumes, a move is a copy followed by a removal.
  if (mountOf(from, machine.files.mounts) !== mountOf(to, machine.files.mounts))
    call.partials(
      () => void copyNode(from, to, { ...style, budget: { left: 1 } }, machine),
      () => void copyNode(from, to, style, machine),
    )
  moveTree(from, to, machine)
  return true
}

/** Whether a node can take the place of another one. GNU mv refuses another name of the file, and BusyBox mv keeps both. */
function isReplaceable(existing: Node, node: Node, to: string, machine: CommandMachine): boolean {
  if (areOneFile(existing, node)) throw new NotAnalyzed('a move of a file to another of its names')
  if (existing.kind === 'absent') return true
  return existing.kind === 'folder' ? node.kind === 'folder' && isEmpty(to, machine) : node.kind !== 'folder'
}

/** Moves the matching contents of an open directory. Directories cannot replace directories of the same name. */
function moveMatching(from: string, pattern: string, to: string, machine: CommandMachine): boolean {
  const node = machine.node(from, 'folder')
  if (node.kind !== 'folder' || machine.node(to, 'folder').kind !== 'folder') return false
  const layers = layersOf(node, from)
  const moved = only(layers, pattern)
  const target = machine.files.look(to)
  const isPresent =
    target?.kind === 'folder' &&
    moved.some((layer) => layersOf(target, to).some(({ source, path }) => source === layer.source && path === layer.path))
  if (isPresent && machine.world.decide(`whether ${from} contains folders`) === 1) return false
  for (const layer of moved) machine.addLayer(to, layer)
  for (const name of machine.files.children(from).filter((found) => globMatches(pattern, found))) {
    if (machine.files.writerOf(`${from}/${name}`) !== null) moveTree(`${from}/${name}`, `${to}/${name}`, machine)
    else machine.files.remove(`${from}/${name}`, machine.step)
  }
  machine.write(from, { kind: 'folder', closed: false, layers: without(layers, pattern) })
  return true
}

export const moveCommands: readonly CommandModel[] = [
  {
    names: ['mv'],
    failsIfReadOnly: true,
    consumesInput: true,
    repairs: { failing: consumes, keeping },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'mv FILE TARGET', again: 'fails: FILE no longer exists', safeWhen: 'recreate FILE first, [ -e FILE ] &&' },
      { form: 'mv NEW-DIR FINAL', again: 'nests a second copy: FINAL/NEW-DIR', safeWhen: '[ -d FINAL ] ||, rm -rf FINAL first' },
      { form: 'mv -T NEW-DIR FINAL', again: 'fails: FINAL is not empty', safeWhen: 'rm -rf FINAL first' },
    ],
    run: reading(mvOptions, mv),
  },
]
