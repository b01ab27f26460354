/** Describes what is wrong with a second run: the command that fails, or the path that differs from the result of a single run. */

import { type Rerun, survives } from '../container/storage.ts'
import { isMissing } from '../machine/assumptions.ts'
import { layersOf, type Node, nodeKey, parentOf } from '../machine/file-system.ts'
import { layersKey, sameButOrder } from '../machine/layers.ts'
import type { Machine, Step } from '../machine/machine.ts'
import { isSamePlace, keyOfPlace, type Place } from '../machine/place.ts'
import type { RunCommand } from '../machine/steps.ts'
import { keyOf, openMark, volatileMark } from '../value/value.ts'
import { programOf } from './names.ts'
import type { Hazard, Obligation, Outcome } from './rehearsal.ts'

/** What an earlier run leaves to the next one, complete or cut off. */
export type Cut = Pick<Machine, 'files' | 'trace'>

/** Whether the node depends on a command that is not analyzed. */
function isOpen(node: Node | undefined, place: Place): boolean {
  return node?.kind === 'unknown' || nodeKey(node).includes(openMark) || keyOfPlace(place).includes(openMark)
}

/**
 * Whether only a generated value, such as a key or a date, differs, or the number of blank lines. This does no harm if the earlier run did not
 * succeed: the old value is not in use yet, because the pod's containers start after the last init container.
 */
export function isMadeOnce(place: Place, clean: Machine, again: Machine, obligation: Obligation): boolean {
  const [once, now] = [clean, again].map(({ files }) =>
    nodeKey(files.lookAt(place), files.storageAt(place)).replace(volatileMark, '').replace(/\n+/g, '\n'),
  )
  return obligation !== 'repeat' && once === now
}

/**
 * Whether an attempt that failed or was killed left something under a name that no other run uses, and that a complete run removes or renames
 * (`mktemp`): it wastes space, and nothing looks for it.
 */
export function isLitter(place: Place, clean: Machine, obligation: Obligation): boolean {
  if (obligation === 'repeat' || place.kind !== 'file' || keyOfPlace(place).search(volatileMark) === -1) return false
  return (clean.files.look(place.path)?.kind ?? 'absent') === 'absent'
}

/**
 * Whether a kill left the file empty that the shell had created for the output of a command, whose text is not known: what is written to a
 * file that a guard tests is hardly ever nothing.
 */
export function isLeftEmpty(place: Place, clean: Machine, again: Machine, obligation: Obligation): boolean {
  if (obligation !== 'interrupted' || place.kind !== 'file') return false
  const [once, now] = [clean, again].map(({ files }) => files.look(place.path))
  return once?.kind === 'file' && once.content.length > 0 && now?.kind === 'file' && now.content.length === 0
}

/** Whether a place is the same although the keys differ, because layers may already contain it. An assumption decides. */
export function isSameAfterAll(place: Place, clean: Machine, again: Machine): boolean {
  const machines = [clean, again]
  // Output of a command that is not analyzed may be equal or not, so it cannot cause a certain hazard.
  if (machines.some(({ files }) => isOpen(files.lookAt(place), place))) return true
  // Only directories have layers.
  if (place.kind === 'thing') return false
  const { path } = place
  if (machines.some(({ files }) => files.entry(path)?.pending !== undefined)) {
    const [left, right] = machines.map((machine) => nodeKey(machine.node(path), clean.files.storageOf(path)))
    if (left === right) return true
  }
  if (clean.files.look(path) === undefined) {
    // Only the second run wrote there, into a directory that an archive or a clone may have filled with the same contents.
    const [once, twice] = machines.map((machine) => machine.node(path, 'folder'))
    const isInto = once?.kind === 'folder' && twice?.kind === 'folder'
    if (isInto && clean.setting.world.decide(`whether what is written into ${path} is there already`) === 0) return true
  }
  const nodes = machines.map(({ files }) => files.look(path) ?? { kind: 'absent' as const })
  const [left = [], right = []] = nodes.map((node) => layersOf(node, path))
  if (nodes.every(({ kind }) => kind === 'folder')) {
    // One run may add a layer before an assumption decides that the layer contains nothing there, and the next run after it.
    const [once, twice] = [left, right].map((layers) => layersKey(layers.filter((layer) => !isMissing(layer, clean.setting.world))))
    if (once === twice) return true
  }
  return sameButOrder(left, right) && clean.setting.world.decide(`whether ${layersKey(left)} hold different paths`) === 0
}

export function hazardOfFailure(again: Machine, clean: Machine, before: Cut, obligation: Obligation, rerun: Rerun): Hazard {
  const failing = failingStep(again, clean)
  const place = placeOf(failing, clean, before)
  return {
    ...commandOf(failing),
    obligation,
    rerun,
    storage: place === null ? 'unknown' : clean.files.storageAt(place),
    place,
    outcome: 'fails',
    status: failing?.status ?? 1,
    ...(place?.kind === 'file' && again.refused.has(place.path) ? { isRefused: true } : {}),
  }
}

/**
 * A later command fails on a rerun over what a command left that failed or was killed partway. The hazard is that command's: if it is skipped
 * on the rerun, or if nothing else than the kill made its result incomplete.
 * @param hazard that of the later command, which is returned if it is in its own way: it succeeded before
 */
export function hazardOfCause(hazard: Hazard, cause: Step, again: Machine, clean: Machine, before: Cut): Hazard {
  const place = cause.writes.find((candidate) => survives(clean.files.storageAt(candidate), hazard.rerun))
  const isSkipped = !again.trace.some(({ offset }) => offset === cause.offset)
  if (place === undefined || !(isSkipped || hazard.obligation === 'interrupted')) return hazard
  const orderOf = (offset: number) => clean.trace.findIndex((step) => step.offset === offset)
  const isLater = orderOf(hazard.offset) > orderOf(cause.offset)
  if (!isLater || before.trace.some(({ offset, status }) => offset === hazard.offset && status === 0)) return hazard
  const { obligation, rerun, outcome, status } = hazard
  const where = { obligation, rerun, storage: clean.files.storageAt(place), place }
  return { ...commandOf(cause), ...where, ...(isSkipped ? { outcome: 'differs', status: 0 } : { outcome, status }) }
}

function commandOf(step: Step | undefined): Pick<Hazard, 'offset' | 'command' | keyof RunCommand> {
  const { offset = 0, command = '', words = [], targets = [], folder } = step ?? {}
  return { offset, command, words, targets, folder }
}

/**
 * The command that ended a run: the last one that failed. Commands that fail as often in an undisturbed run do not count (`read` at the end
 * of its input), and tests and `exit` come last, because they only pass on an earlier failure.
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

/** The place on surviving storage that the command wrote before, and that is now in its way. */
function placeOf(step: Step | undefined, clean: Machine, before: Cut): Place | null {
  const writes = [before, clean].flatMap((machine) =>
    machine.trace.filter(({ offset }) => offset === step?.offset).flatMap((found) => found.writes),
  )
  return writes.find((place) => clean.files.storageAt(place) !== 'container') ?? writes[0] ?? null
}

export function hazardOfDifference(
  place: Place,
  again: Machine,
  clean: Machine,
  before: Cut,
  obligation: Obligation,
  rerun: Rerun,
): Hazard {
  // If the second run kept it, the run before it is the writer.
  const isKept = again.files.entryAt(place) === before.files.entryAt(place)
  const writer = [...(isKept ? [] : [again]), before, clean]
    .map(({ trace, files }) => stepNumbered(files.writerAt(place), trace))
    .find((step) => step !== undefined)
  // A directory differs by a name in it that is new on each run: the path is the one that was written, not the directory.
  const isWritten = writer?.writes.some((found) => isSamePlace(found, place)) !== false
  const written = isWritten ? undefined : writer.writes.find((found) => isNameIn(found, place))
  return {
    ...commandOf(writer),
    obligation,
    rerun,
    storage: clean.files.storageAt(place),
    place: written ?? place,
    outcome: differenceBetween(clean.files.lookAt(place), again.files.lookAt(place)),
    status: 0,
  }
}

function stepNumbered(number: number | null, trace: readonly Step[]): Step | undefined {
  return number === null ? undefined : trace.find((step) => step.number === number)
}

/**
 * `cp -r source new` creates a second copy within the first when it runs again. On an emptyDir, the first copy stays intact and the second
 * one only wastes space, and many charts do this. On storage that outlives the pod, it is reported. If a kill cut off the first copy, that
 * copy differs itself.
 */
export function isHarmlessNesting({ storage, words, place }: Hazard, clean: Machine, again: Machine): boolean {
  if (place?.kind !== 'file' || storage !== 'pod' || programOf(words) !== 'cp') return false
  const { path } = place
  return (clean.files.look(path)?.kind ?? 'absent') === 'absent' && again.files.look(path)?.kind === 'folder'
}

/** Whether a place is one of the paths or beneath one of them. */
export function isBeneath(place: Place, paths: readonly string[]): boolean {
  return place.kind === 'file' && paths.some((path) => place.path === path || place.path.startsWith(`${path}/`))
}

/** How a second result differs from the first. */
function differenceBetween(once: Node | undefined, twice: Node | undefined): Outcome {
  if (once?.kind !== 'file' || twice?.kind !== 'file') return 'differs'
  const [first, second] = [keyOf(once.content), keyOf(twice.content)]
  if (first.replace(volatileMark, '') === second.replace(volatileMark, '')) return 'replaces'
  return first !== '' && second.length > first.length && second.startsWith(first) ? 'duplicates' : 'differs'
}

/** Whether a place is a name directly in a directory. */
function isNameIn(place: Place, folder: Place): boolean {
  return place.kind === 'file' && folder.kind === 'file' && parentOf(place.path) === folder.path
}
