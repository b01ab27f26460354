/** Assumptions about layers, whose contents cannot be listed. Each holds in every run of its case and wherever the layer is used. */

import { literal } from '../value/value.ts'
import type { World } from '../value/world.ts'
import { givenFile, type Node, parentOf, start } from './file-system.ts'
import type { Layer } from './layers.ts'

type Kind = 'absent' | 'file' | 'folder'
const kinds: readonly Kind[] = ['absent', 'file', 'folder']

/**
 * The assumption of the first case. `file only` and `folder only` are for `test -f` and `test -d`: what the image or the node has there is
 * that or nothing, since a directory named like a tested file would double the cases of each condition.
 */
export type Preference = Kind | 'file only' | 'folder only'
const preferences: readonly Preference[] = [...kinds, 'file only', 'folder only']

/**
 * The node that the layers contain at their paths, the last layer first.
 * @param preferred the assumption of the first case
 * @param beneath the node if no layer contains one
 */
export function inLayers(layers: readonly Layer[], world: World, preferred: Preference, beneath: Node): Node {
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const kind = decided(layer, world) ?? decide(layer, world, preferred)
    if (kind !== 'absent') return nodeOf(kind, layers.slice(0, index + 1), world)
  }
  return beneath
}

/**
 * Like `inLayers`, but an undecided layer is assumed to contain this kind of node.
 * @param path where the layers are
 */
export function assumeInLayers(layers: readonly Layer[], world: World, node: Node, path: string): Node {
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const kind = decided(layer, world) ?? assume(layer, world, node)
    if (kind === 'absent') continue
    const held = nodeOf(kind, layers.slice(0, index + 1), world)
    if (kind !== node.kind) return held
    if (node.kind === 'folder') return { ...held, ...node }
    // The file of an archive, a clone or a copied directory has the same content in every run.
    return layer.source === start && layer.path === path && givenText(layer, world) === undefined ? node : held
  }
  return { kind: 'absent' }
}

/** What layers are assumed to contain at their paths, the last layer first; undefined if no run asked. */
export function supposedIn(layers: readonly Layer[], world: World): 'absent' | 'file' | 'folder' | undefined {
  for (const layer of [...layers].reverse()) {
    const kind = isBeneathFile(layer, world) || isMissing(layer, world) ? 'absent' : decided(layer, world)
    if (kind !== 'absent') return kind
  }
  return 'absent'
}

/** Whether the layer is assumed to contain a file at a path above its own. */
function isBeneathFile(layer: Layer, world: World): boolean {
  for (let path = parentOf(layer.path); path !== ''; path = parentOf(path)) {
    world.spend(path.length)
    if (decided({ ...layer, path }, world) === 'file') return true
  }
  return false
}

/** Assumes that the layer contains nothing at its path, unless the opposite is assumed already. */
export function assumeLacking(layer: Layer, world: World): void {
  if (decided(layer, world) === undefined) assume(layer, world, { kind: 'absent' })
}

/** Whether the layer is known to contain nothing at its path. */
export function isLacking(layer: Layer, world: World): boolean {
  return decided(layer, world) === 'absent'
}

/** Whether the layer is known to contain nothing at its path, because that or a directory above it is missing in the source. */
export function isMissing(layer: Layer, world: World): boolean {
  for (let path = layer.path; path !== ''; path = parentOf(path)) {
    world.spend(path.length)
    if (isLacking({ ...layer, path }, world)) return true
  }
  return false
}

function question({ source, path }: Layer): string {
  return `what is at ${path} in ${source}`
}

/** The assumptions in the order in which they are tried. */
function order(preferred: Preference): readonly Kind[] {
  if (preferred === 'file only') return ['file', 'absent']
  if (preferred === 'folder only') return ['folder', 'absent']
  return kinds.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
}

/** The contents of archives and clones may be of any kind. */
function preferenceFor(preferred: Preference, { source }: Layer): Preference {
  if (source === start) return preferred
  return preferred === 'file only' ? 'file' : preferred === 'folder only' ? 'folder' : preferred
}

/** The order of the options depends on the first caller, so it is part of the key. */
function decide(layer: Layer, world: World, wanted: Preference): Kind {
  const preferred = preferenceFor(wanted, layer)
  const options = order(preferred)
  const choice = world.decide(`${question(layer)}: ${preferred} first`, options.length)
  return options[choice] ?? 'absent'
}

/** The text of a mounted file, if it is known. */
function givenText({ source, path, part }: Layer, world: World): string | undefined {
  return source === start && part !== true ? world.texts.get(path) : undefined
}

function decided(layer: Layer, world: World): Kind | undefined {
  if (givenText(layer, world) !== undefined) return 'file'
  const asked = question(layer)
  for (const preferred of preferences) {
    const choice = world.supposed(`${asked}: ${preferred} first`)
    if (choice !== undefined) return order(preferred)[choice]
  }
  return undefined
}

function assume(layer: Layer, world: World, node: Node): Kind {
  const kind = preferenceOf(node)
  world.assume(`${question(layer)}: ${kind} first`, 0)
  return kind
}

function nodeOf(kind: 'file' | 'folder', layers: readonly Layer[], world: World): Node {
  const top = layers.at(-1)
  const text = top === undefined ? undefined : givenText(top, world)
  if (kind === 'folder') return { kind, closed: false, layers }
  if (text !== undefined) return { kind, content: literal(text) }
  if (top === undefined || top.source === start) return givenFile(top?.path ?? '')
  return { kind, content: [{ id: `${top.part === true ? 'part of ' : ''}${top.path} of ${top.source}` }] }
}

/** The assumption to try first if a kind of node is expected. */
export function preferenceOf({ kind }: Node): Kind {
  return kind === 'file' || kind === 'folder' ? kind : 'absent'
}
