/** Copies and moves files and directories, whether their content is known or not. */

import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { areOneFile, givenFile, layersOf, type Node, start } from '../../machine/file-system.ts'
import { globMatches, type Layer, only } from '../../machine/layers.ts'
import { isUnknownStart, partOf, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'
import { areReadOnlyCopies, isReadOnlySource } from './read-only.ts'
import { writtenPath } from './reading.ts'
import { isBusyBox } from './userland.ts'
import { usuallyHoldsLinks } from './usual-links.ts'

export interface CopyStyle {
  /** What happens to existing files: overwritten, kept, or overwritten if the source is newer. */
  readonly existing: 'overwrite' | 'keep' | 'newer'
  /** Whether links are copied as links. */
  readonly keepsLinks: boolean
  /** `-f`: an existing target that cannot be opened is removed first. */
  readonly force: boolean
  /** Whether an existing target is removed first: always, or a file with several hard links by GNU cp (--preserve=links). */
  readonly removes?: 'always' | 'links'
  /** Whether a copy gets the mode of its source even if the target existed: `-p`, `-a`. */
  readonly keepsModes?: boolean
  /** Whether copying a link over an existing path fails, as with BusyBox cp. */
  readonly linksCollide: boolean
  /** For a kill partway: the number of files copied before it; the next one is truncated. */
  readonly budget?: { left: number }
}

/** How a source fills a directory. */
interface Filling {
  /** Whether existing entries are kept. */
  readonly beneath?: boolean
  /** The exit status of a failure that leaves part of it. */
  readonly failing?: number
}

/** Fills a directory with files whose names are not known. A kill leaves part of them. */
export function fillFolder(path: string, source: string, call: Call, { beneath = false, failing }: Filling = {}): void {
  const { machine } = call
  const part = () => machine.addLayer(path, { source, path: '', part: true }, beneath)
  call.partials(part)
  if (failing !== undefined) call.failures(failing, part)
  machine.addLayer(path, { source, path: '' }, beneath)
}

/** Copies a file, link or directory to a path. @returns false if all or part of it fails */
export function copyNode(from: string, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  const found = machine.files.entry(from)?.pending === undefined ? machine.files.look(from) : undefined
  const node = found ?? machine.node(from, 'file')
  if (node.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${from}`)
  if (node.kind === 'link') {
    if (style.keepsLinks) return copyLink(node, to, style, machine)
    const target = machine.resolveWhole(from)
    return machine.node(target, 'file').kind === 'link' ? false : copyNode(target, to, style, machine)
  }
  if (node.kind === 'folder') return copyFolder(from, to, style, machine)
  return node.kind === 'file' && copyFile(from, node, to, style, machine)
}

function copyFile(from: string, node: Extract<Node, { kind: 'file' }>, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  if (style.budget !== undefined && --style.budget.left < 0) return false
  const isLink = machine.files.look(to)?.kind === 'link'
  const path = isLink ? machine.resolveWhole(to) : to
  if (path === from || !parentFolder(path, machine)) return false
  if (isLink && machine.node(path, 'file').kind === 'absent' && !isBusyBox(machine)) return false
  const target = style.existing === 'overwrite' ? machine.files.look(path) : machine.node(path, 'file')
  if (target?.kind === 'folder') return false
  // GNU and BusyBox: "are the same file"; GNU cp -n does not look.
  if (areOneFile(node, target) && style.removes !== 'always') return style.existing === 'keep' && !isBusyBox(machine)
  if (target !== undefined && target.kind !== 'absent' && style.existing !== 'overwrite' && !isNewer(from, node, target, style, machine))
    return true
  // `cp -f` removes what it cannot open.
  const isReplaced = !machine.mayOpen(path)
  if (isReplaced && !style.force) return false
  const getsMode = isReplaced || style.keepsModes === true || target?.kind !== 'file'
  const readOnly = getsMode && isReadOnlySource(from, node, machine)
  const content = style.budget?.left === 0 ? partOf(node.content) : node.content
  const copy: Node = { kind: 'file', content, ...(readOnly ? { readOnly } : {}) }
  if (isReplaced || isRemoved(target, style, machine)) machine.replace(path, copy)
  else machine.write(path, copy)
  return true
}

/** Whether an existing target is removed first, so that its other names keep their content. */
function isRemoved(target: Node | undefined, { removes }: CopyStyle, machine: CommandMachine): boolean {
  if (removes !== 'links') return removes === 'always'
  return target?.kind === 'file' && target.shared !== undefined && !isBusyBox(machine)
}

/** `cp -u`: files of the image are older than every copy of them; what this run wrote is newer than what an earlier run wrote. */
function isNewer(from: string, node: Node, target: Node, style: CopyStyle, machine: CommandMachine): boolean {
  if (style.existing === 'keep') return false
  if (node.kind === 'file' && target.kind === 'file' && node.content === target.content) return false
  if (machine.files.writerOf(from) === null) return false
  if (machine.files.storageOf(from) === 'container') return true
  throw new NotAnalyzed('which of two files is newer')
}

function copyLink(node: Node, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  if (!parentFolder(to, machine)) return false
  const matters = style.existing !== 'overwrite' || (style.linksCollide && !style.force)
  const target = matters ? machine.node(to, 'absent') : machine.files.look(to)
  if (target?.kind === 'folder') return false
  if (target !== undefined && target.kind !== 'absent') {
    if (style.existing !== 'overwrite') return true
    if (style.linksCollide && !style.force && isBusyBox(machine)) return false
  }
  machine.write(to, node)
  return true
}

/** Copies a directory to a path: created if absent, merged if it is a directory. */
export function copyFolder(from: string, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  if (to === from || to.startsWith(`${from}/`)) return false
  const path = machine.files.look(to)?.kind === 'link' && isBusyBox(machine) ? machine.resolveWhole(to) : to
  const target = machine.files.look(path) ?? machine.node(path, 'folder')
  if (target.kind === 'absent') {
    if (!parentFolder(path, machine)) return false
    machine.write(path, { kind: 'folder', closed: true })
  } else if (target.kind !== 'folder') return false
  return copyContents(from, path, style, machine)
}

/**
 * Copies the contents of a directory into an existing directory.
 * @param pattern if given, only matching names are copied
 */
export function copyContents(from: string, to: string, style: CopyStyle, machine: CommandMachine, pattern?: string): boolean {
  if (from === to) return false
  const node = machine.node(from, 'folder')
  if (node.kind !== 'folder') return false
  const all = layersOf(node, from)
  const layers = pattern === undefined ? all : only(all, pattern)
  let done = true
  for (const layer of layers) if (!copyLayer(layer, to, style, machine)) done = false
  for (const name of namesIn(from, machine)) {
    if (pattern !== undefined && !globMatches(pattern, name)) continue
    const [source, target] = [`${from}/${name}`, `${to}/${name}`]
    if (all.length > 0 && !isWritten(source, machine)) continue
    if (machine.files.look(source)?.kind === 'absent') hide(target, machine)
    else if (!copyNode(source, target, style, machine)) done = false
  }
  return done
}

function copyLayer(layer: Layer, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  const node = machine.files.look(to)
  const existing =
    node === undefined ? [] : layersOf(node, to).filter((other) => other.source === layer.source && other.path === layer.path)
  const collides =
    existing.length > 0 && style.keepsLinks && style.linksCollide && !style.force && style.existing === 'overwrite' && isBusyBox(machine)
  const isRefused = style.existing === 'overwrite' && !style.force && areReadOnlyCopies(layer, existing, machine)
  if (isRefused) machine.refused.add(to)
  const holdsLinks = collides && mayHoldLinks(layer, machine)
  machine.addLayer(to, style.budget === undefined ? layer : { ...layer, part: true }, style.existing !== 'overwrite')
  return !holdsLinks && !isRefused
}

/**
 * Whether a layer contains links: certain for volumes such as that of a ConfigMap. A directory of the image is assumed to contain none,
 * except for those that usually do (usual-links.ts). Otherwise, it is assumed both ways.
 */
function mayHoldLinks({ source, path, names }: Layer, machine: CommandMachine): boolean {
  if (source === start) {
    const linked = machine.files.mounts.filter((mount) => mount.holdsLinks === true)
    if (linked.some((mount) => mount.path === path || (names === undefined && mount.path.startsWith(`${path}/`)))) return true
    if (machine.files.storageOf(path) === 'container' && !usuallyHoldsLinks(path)) return false
  }
  return machine.world.decide(`whether ${path} of ${source} holds links`) === 1
}

/** Names listed in a directory, including removed ones. */
function namesIn(folder: string, machine: CommandMachine): string[] {
  const names = machine.files.below(folder).map((path) => path.slice(folder.length + 1))
  return [...new Set(names.map((name) => name.split('/')[0] ?? name))].sort()
}

/** Whether a run wrote the path or something below it: paths that were only read come with the layers. */
function isWritten(path: string, machine: CommandMachine): boolean {
  return [path, ...machine.files.below(path)].some((key) => machine.files.writerOf(key) !== null)
}

/** What was removed from the source does not come with its layers; the target keeps what it had itself. */
function hide(path: string, machine: CommandMachine): void {
  const entry = machine.files.entry(path)
  if (entry === undefined || entry.pending !== undefined) machine.files.set(path, entry?.node ?? { kind: 'absent' }, machine.step)
}

/** Moves a path, with everything below it, to a path that is absent or a file. */
export function moveTree(from: string, to: string, machine: CommandMachine): void {
  const entries = [from, ...machine.files.below(from)].flatMap((path) => {
    const entry = machine.files.entry(path)
    return entry === undefined ? [] : [{ path, entry }]
  })
  const root = machine.files.look(from)
  machine.remove(from)
  machine.remove(to)
  for (const { path, entry } of entries) {
    const target = `${to}${path.slice(from.length)}`
    const node = entry.node.kind === 'folder' && !entry.node.closed ? { ...entry.node, layers: layersOf(entry.node, path) } : entry.node
    machine.files.set(target, node, machine.step)
    if (entry.pending !== undefined && node.kind === 'file') machine.files.set(target, root ?? node, machine.step)
  }
  machine.wrote(to)
}

/** What a directory certainly contains: something (`full`), nothing (`empty`), or unknown (`open`). */
export function fullness(path: string, machine: CommandMachine): 'empty' | 'full' | 'open' {
  const node = machine.files.look(path)
  if (node?.kind !== 'folder') return 'open'
  if (machine.files.children(path).length > 0) return 'full'
  const layers = layersOf(node, path)
  if (layers.length === 0) return 'empty'
  if (layers.every(({ names }) => names?.match === false && names.pattern === '*')) return layers.some(hidesNames) ? 'open' : 'empty'
  return layers.some((layer) => isFilled(layer, path)) ? 'full' : 'open'
}

/** Most repositories contain names that start with a dot, such as `.gitignore`; this is not assumed for archives and copies. */
function hidesNames({ source }: Layer): boolean {
  return source.startsWith('git clone')
}

/** Whether a directory is empty; assumed both ways if that is unknown. */
export function isEmpty(path: string, machine: CommandMachine): boolean {
  const holds = fullness(path, machine)
  return holds === 'open' ? machine.world.decide(`whether ${path} is empty`) === 1 : holds === 'empty'
}

/**
 * Archives and copied directories are assumed not to be empty, and a pattern of names to match one: `cp` of a pattern without a match fails.
 * Only the original content of a directory of the image is unknown.
 */
export function isFilled({ source, path, names }: Layer, folder: string): boolean {
  return names?.match !== false && !(source === start && path === folder)
}

/** The directory that mkfs.ext4 makes on a volume (e2fsck(8)): no archive and no copy brings it. */
export const ownOfVolume = 'lost+found'

/**
 * The node of a source whose existence is not recorded: it exists, and it is a file or a directory.
 * @param path resolved
 */
export function eitherKind(path: string, machine: CommandMachine): Node {
  if (machine.files.entry(path)?.pending !== undefined) return machine.node(path, 'file')
  const found = machine.files.look(path)
  if (found !== undefined) return found
  const isFolder = machine.world.decide(`whether ${path} is a folder`) === 1
  return machine.suppose(path, isFolder ? { kind: 'folder', closed: false } : givenFile(path))
}

/** An archive that is unpacked into the directory where it is does not contain a file of its own name. */
export function lacksItself(archive: Value, folder: string, source: string, machine: CommandMachine): void {
  if (textOf(archive) === '-' || isUnknownStart(archive)) return
  const path = writtenPath(archive, machine)
  if (path.startsWith(`${folder}/`)) machine.lacks({ source, path: path.slice(folder.length) })
}
