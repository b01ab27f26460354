/** Equality of states: what is equal here makes no difference to anything that a script does next. */
import type { Edit, Piece, Value } from '../value/value.ts'
import type { Entry, Node } from './file-system.ts'
import { type Layer, layersKey } from './layers.ts'
import type { Kept, Shell } from './shell-state.ts'

/** Whether two entries are equal, with their writers. */
export function sameEntry(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === b) return true
  return a !== undefined && b !== undefined && a.writer === b.writer && sameContent(a, b)
}

/** Whether two entries list the same; their writers may differ. */
export function sameContent(a: Entry, b: Entry): boolean {
  return a === b || (sameLayers(a.pending, b.pending) && sameNode(a.node, b.node))
}

function sameNode(a: Node, b: Node): boolean {
  if (a === b) return true
  if (a.kind === 'file') return b.kind === 'file' && a.shared === b.shared && a.readOnly === b.readOnly && sameValue(a.content, b.content)
  if (a.kind === 'folder') return b.kind === 'folder' && a.closed === b.closed && sameLayers(a.layers, b.layers)
  return a.kind === b.kind && (a.kind !== 'link' || b.kind !== 'link' || a.target === b.target)
}

function sameLayers(a: readonly Layer[] | undefined, b: readonly Layer[] | undefined): boolean {
  if (a === b) return true
  return a !== undefined && b !== undefined && a.length === b.length && layersKey(a) === layersKey(b)
}

/** Whether two values are equal, with everything that is known about their unknown pieces. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  return a.every((piece, index) => samePiece(piece, b[index]))
}

function samePiece(a: Piece, b: Piece | undefined): boolean {
  if (a === b) return true
  if (typeof a === 'string' || typeof b !== 'object' || a.id !== b.id) return false
  const isPlain = a.filled === b.filled && a.lines === b.lines && a.positive === b.positive && a.under === b.under && a.about === b.about
  return isPlain && sameEdits(a.edits, b.edits) && sameValue(a.packed, b.packed) && sameValue(a.whole, b.whole)
}

function sameEdits(a: readonly Edit[] | undefined, b: readonly Edit[] | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  return a.every(({ how, made }, index) => how === b[index]?.how && made === b[index]?.made)
}

/** Whether two shells are equal, apart from the status of the last command. */
export function sameShell(a: Shell, b: Shell): boolean {
  if (a === b) return true
  return (
    a.folder === b.folder &&
    sameFolders(a.folders, b.folders) &&
    a.isInImageFolder === b.isInImageFolder &&
    a.exportsAll === b.exportsAll &&
    a.dialect === b.dialect &&
    a.nullglob === b.nullglob &&
    a.dotglob === b.dotglob &&
    a.nocasematch === b.nocasematch &&
    a.background === b.background &&
    sameKept(a.exitTrap, b.exitTrap) &&
    sameKept(a.errorTrap ?? null, b.errorTrap ?? null) &&
    a.keepsErrorTrap === b.keepsErrorTrap &&
    a.options.errexit === b.options.errexit &&
    a.options.nounset === b.options.nounset &&
    a.options.pipefail === b.options.pipefail &&
    sameList(a.positional, b.positional) &&
    sameMap(a.variables, b.variables, sameValue) &&
    sameMap(a.arrays, b.arrays, sameList) &&
    a.exported.size === b.exported.size &&
    [...a.exported].every((name) => b.exported.has(name)) &&
    sameMap(a.functions, b.functions, sameKept)
  )
}

function sameFolders(a: Shell['folders'] = [], b: Shell['folders'] = []): boolean {
  return a.length === b.length && a.every((folder, index) => folder === b[index])
}

function sameKept<Body>(a: Kept<Body> | null, b: Kept<Body> | null): boolean {
  return a === b || (a !== null && b !== null && a.body === b.body && a.offset === b.offset)
}

function sameList(a: readonly Value[], b: readonly Value[]): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => sameValue(value, b[index])))
}

/** Whether two maps have equal values under the same keys in the same order. */
function sameMap<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, same: (one: T, other: T) => boolean): boolean {
  if (a.size !== b.size) return false
  const others = b.entries()
  for (const [key, value] of a) {
    const [otherKey, other] = others.next().value as [string, T]
    if (key !== otherKey || !same(value, other)) return false
  }
  return true
}
