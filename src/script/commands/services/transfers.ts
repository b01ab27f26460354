/** Copies between local files and a store: what an upload reads and what a download writes. */

import { nameOf, parentOf } from '../../machine/file-system.ts'
import { concat, identity, isUnknownStart, keyOf, literal, readableKey, textOf, type Value } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { empties, makeFolder } from '../files/files.ts'
import { type Facts, factName } from '../kit/facts.ts'
import { endsWithSlash, isDevice, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'

export interface Transfer {
  readonly from: Value
  readonly to: Value
  readonly isFromStore: boolean
  readonly isToStore: boolean
  /** Whether everything below the source is copied. */
  readonly isTree: boolean
  /** Whether what the source lacks is deleted from the target. */
  readonly deletes?: boolean
  /** Whether the source is removed afterward. */
  readonly moves?: boolean
}

/** Runs a transfer. @returns the exit status */
export function transfer(call: Call, facts: Facts, { from, to, isFromStore, isToStore, ...how }: Transfer): number {
  if (isToStore) return isFromStore ? between(facts, from, to, how) : upload(call, facts, from, to, how)
  const path = isDevice(to) || textOf(to) === '-' ? [] : [writtenPath(to, call.machine)]
  if (!isFromStore) return call.notFollowed(`what ${call.name} does with two local paths`, path)
  if (how.moves === true && how.isTree) return call.notFollowed(`which objects ${call.name} moves`, path)
  if (how.moves === true && !facts.destroy(objectOf(from))) return 1
  return how.isTree ? downloadTree(call, from, to, how.deletes === true) : download(call, from, to)
}

type How = Pick<Transfer, 'isTree' | 'deletes' | 'moves'>

/** The name of an object in a store. */
export function objectOf(place: Value): string {
  return factName('copy', keyOf(place))
}

function between(facts: Facts, from: Value, to: Value, { moves, isTree }: How): number {
  if (moves === true && !isTree && !facts.destroy(objectOf(from))) return 1
  facts.put(objectOf(to), from)
  return 0
}

/** An upload needs its source: a path that was never seen is assumed to exist. */
function upload(call: Call, facts: Facts, from: Value, to: Value, { moves, isTree }: How): number {
  const { machine } = call
  const isInput = textOf(from) === '-' || isDevice(from)
  const path = isInput || isUnknownStart(from) ? undefined : writtenPath(from, machine)
  if (path !== undefined && machine.files.look(path)?.kind === 'absent') return 1
  if (moves === true && path === undefined) return call.notFollowed(`which files ${call.name} moves`)
  facts.put(objectOf(to), from)
  if (moves !== true || path === undefined) return 0
  // The files of a tree go, its directories stay, so that the next run finds nothing to move.
  if (isTree) {
    if (machine.suppose(path, { kind: 'folder', closed: false }).kind !== 'folder') return 1
    empties(path, machine)
    return 0
  }
  machine.suppose(path, { kind: 'file', content: [{ id: identity(`file ${keyOf(from)}`) }] })
  machine.remove(path)
  return 0
}

/** A download of one object writes one file, renamed into place when it is complete; missing directories are created. */
export function download(call: Call, from: Value, to: Value): number {
  const { machine } = call
  const key = keyOf(from)
  const content: Value = [{ id: `object ${readableKey(from)}` }]
  if (textOf(to) === '-') machine.print(content)
  if (textOf(to) === '-' || isDevice(to)) return 0
  const path = writtenPath(to, machine)
  const isFolder = endsWithSlash(to) || /(^|\/)\.\.?$/.test(keyOf(to)) || machine.files.look(path)?.kind === 'folder'
  const target = isFolder ? `${path}/${nameOf(key)}` : path
  if (!makeFolder(parentOf(target), machine, true)) return 1
  machine.write(target, { kind: 'file', content })
  return 0
}

/** A download of many objects: their names are unknown, and the next run downloads the same ones. */
export function downloadTree(call: Call, from: Value, to: Value, deletes: boolean): number {
  const { machine } = call
  const path = writtenPath(to, machine)
  if (!makeFolder(path, machine, true)) return 1
  if (deletes) empties(path, machine)
  fillFolder(path, identity(`${call.name} ${readableKey(from)}`), call, { failing: 1 })
  return 0
}

/** Writes the file that a query is told to save its answer in. @returns the exit status */
export function saveAnswer(call: Call, file: Value, what: Value): number {
  return download(call, concat(literal(`${call.name} `), what), file)
}

/** Prints the answer of a query: the same as long as nothing changes. */
export function answer(call: Call, facts: Facts, query: Value): number {
  call.machine.print(concat(facts.output(query), literal('\n')))
  return 0
}
