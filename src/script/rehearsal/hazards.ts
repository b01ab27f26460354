/** What is wrong with a second run: the command that fails, or the path that is not as a single run leaves it. */

import type { Rerun, Storage } from '../container/storage.ts'
import { layersOf, type Node, nodeKey } from '../machine/file-system.ts'
import { layersKey, sameButOrder } from '../machine/layers.ts'
import type { Machine, Step } from '../machine/machine.ts'
import { keyOf, openMark, volatileMark } from '../value/value.ts'
import type { Hazard, Obligation, Outcome } from './rehearsal.ts'

/** A run that was cut off, as far as the next one can see it. */
export type Cut = Pick<Machine, 'files' | 'trace'>

/** Whether the node is, or is made of, what nobody follows. */
function isOpen(node: Node | undefined, path: string): boolean {
  return node?.kind === 'unknown' || nodeKey(node).includes(openMark) || path.includes(openMark)
}

/**
 * Whether nothing but a key or a date differs that was made in another run. After a run that did not come to its end nobody uses the old
 * one yet: the pod's containers start when the last init container is done.
 */
export function isMadeOnce(path: string, clean: Machine, again: Machine, obligation: Obligation): boolean {
  const [once, now] = [clean, again].map(({ files }) => nodeKey(files.look(path), files.storageOf(path)).replace(volatileMark, ''))
  return obligation !== 'repeat' && once === now
}

/** What one run laid over a path and the other did not may be the same all the same: supposed, once per world. */
export function isSameAfterAll(path: string, clean: Machine, again: Machine): boolean {
  const machines = [clean, again]
  // What was made of text that nobody follows may be equal or not: no hazard can rest on it.
  if (machines.some(({ files }) => isOpen(files.look(path), path))) return true
  if (machines.some(({ files }) => files.entry(path)?.pending !== undefined)) {
    const [left, right] = machines.map((machine) => nodeKey(machine.node(path), clean.files.storageOf(path)))
    if (left === right) return true
  }
  if (clean.files.look(path) === undefined) {
    // Only the second run laid something into what an archive or a clone may have brought: perhaps the very same.
    const [once, twice] = machines.map((machine) => machine.node(path, 'folder'))
    const isInto = once?.kind === 'folder' && twice?.kind === 'folder'
    if (isInto && clean.setting.world.decide(`whether what is laid into ${path} is there already`) === 0) return true
  }
  const [left = [], right = []] = machines.map(({ files }) => layersOf(files.look(path) ?? { kind: 'absent' }, path))
  return sameButOrder(left, right) && clean.setting.world.decide(`whether ${layersKey(left)} hold different paths`) === 0
}

export function hazardOfFailure(again: Machine, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun): Hazard {
  const failing = failingStep(again, clean)
  const path = pathOf(failing, clean, before)
  return {
    offset: failing?.offset ?? 0,
    command: failing?.command ?? '',
    obligation,
    rerun,
    storage: storageOf(path, clean),
    path,
    outcome: 'fails',
    status: failing?.status ?? 1,
    ...(again.refused.has(path) ? { isRefused: true } : {}),
  }
}

/**
 * The command that ended a run: the last one that failed. What fails as often when all is well (`read` at the end of its input) is
 * another matter; a test and an `exit` only pass on what something before them did.
 */
function failingStep(again: Machine, clean: Machine): Step | undefined {
  const failed = again.trace.filter(({ status }) => status !== 0)
  const usual = failuresByPlace(clean)
  const now = failuresByPlace(again)
  const more = failed.filter(({ offset }) => (now.get(offset) ?? 0) > (usual.get(offset) ?? 0))
  return more.findLast(({ command }) => !/^(\[|test|exit)( |$)/.test(command)) ?? more.at(-1) ?? failed.at(-1) ?? again.trace.at(-1)
}

function failuresByPlace({ trace }: Machine): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  for (const { offset, status } of trace) if (status !== 0) times.set(offset, (times.get(offset) ?? 0) + 1)
  return times
}

/** The path on surviving storage that the command wrote when all was well: what stands in its way now. */
function pathOf(step: Step | undefined, clean: Machine, before: Cut): string {
  const writes = [before, clean].flatMap((machine) =>
    machine.trace.filter(({ offset }) => offset === step?.offset).flatMap((found) => found.writes),
  )
  return writes.find((path) => storageOf(path, clean) !== 'container') ?? writes[0] ?? ''
}

function storageOf(path: string, machine: Machine): Storage {
  return path === '' ? 'unknown' : machine.files.storageOf(path)
}

export function hazardOfDifference(
  path: string,
  again: Machine,
  clean: Machine,
  before: Cut,
  obligation: Obligation,
  rerun: Rerun,
): Hazard {
  // What the second run left as it was, the run before it wrote.
  const isKept = again.files.entry(path) === before.files.entry(path)
  const writer = [...(isKept ? [] : [again]), before, clean]
    .map((machine) => machine.trace[(machine.files.writerOf(path) ?? 0) - 1])
    .find((step) => step !== undefined)
  return {
    offset: writer?.offset ?? 0,
    command: writer?.command ?? '',
    obligation,
    rerun,
    storage: storageOf(path, clean),
    path,
    outcome: differenceBetween(clean.files.look(path), again.files.look(path)),
    status: 0,
  }
}

/**
 * `cp -r source new` lays a second copy into the first when it runs again. On an emptyDir, where the first copy stays whole and nobody
 * looks for the second, that is no more than wasted room: charts do it by the dozen. On what outlives the pod it is said.
 */
export function isHarmlessNesting(hazard: Hazard, clean: Machine, again: Machine, isSame: (path: string) => boolean): boolean {
  const { storage, command, path, obligation } = hazard
  if (storage !== 'pod' || obligation === 'interrupted' || !/^cp\s/.test(command)) return false
  const isNew = (clean.files.look(path)?.kind ?? 'absent') === 'absent' && again.files.look(path)?.kind === 'folder'
  const isBeneath = (candidate: string) => candidate === path || candidate.startsWith(`${path}/`)
  return isNew && clean.files.difference(again.files, (candidate) => isBeneath(candidate) || isSame(candidate)) === undefined
}

/** How a second result differs from the first. */
function differenceBetween(once: Node | undefined, twice: Node | undefined): Outcome {
  if (once?.kind !== 'file' || twice?.kind !== 'file') return 'differs'
  const [first, second] = [keyOf(once.content), keyOf(twice.content)]
  if (first.replace(volatileMark, '') === second.replace(volatileMark, '')) return 'replaces'
  return first !== '' && second.length > first.length && second.startsWith(first) ? 'duplicates' : 'differs'
}
