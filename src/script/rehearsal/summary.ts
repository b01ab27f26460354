/** Combines the findings of all cases of a rehearsal (see world.ts). */

import type { Machine } from '../machine/machine.ts'
import { keyOfPlace } from '../machine/place.ts'
import type { LackedGuard } from './guards.ts'
import type { HiddenFailure } from './hidden.ts'
import { shortName } from './names.ts'
import type { Hazard, Obligation, Rehearsal, RehearsedCommand, UnknownPart, Write } from './rehearsal.ts'

/**
 * The reason if the first run fails in every case, although every command is known. Such a script would not be in use, so the rehearsal must
 * have misread it.
 */
export const neverSucceeds = 'the first run never succeeds'

/** The result of one case. */
export interface Finding {
  /** A key for what the first run leaves behind. */
  readonly result: string
  readonly hazards: readonly Hazard[]
  readonly hidden: readonly HiddenFailure[]
  /** Offsets of the commands that succeeded in the first run. */
  readonly succeeded: ReadonlySet<number>
  /** Whether a guard never holds in this case. */
  readonly lackedGuard: LackedGuard
  readonly unknown: readonly UnknownPart[]
  readonly commands: readonly RehearsedCommand[]
}

/** The result of a script that could not be analyzed, and why. */
export function unknownFor(unknown: readonly UnknownPart[]): Rehearsal {
  return {
    verdict: 'unknown',
    atomic: null,
    hazards: [],
    unknown,
    commands: [],
    results: new Set(),
    failure: null,
    hidden: [],
    flavor: new Map(),
    steps: 0,
  }
}

/** The commands of two runs side by side, in the order of the script. */
export function commandsOf(first: Machine, again: Machine | undefined): RehearsedCommand[] {
  const commands = new Map<number, { program: string; writes: Map<string, Write>; first: number | null; again: number | null }>()
  for (const [machine, key] of [[first, 'first'] as const, [again, 'again'] as const]) {
    for (const { offset, words, status, writes } of machine?.trace ?? []) {
      const entry = commands.get(offset) ?? { program: shortName(words), writes: new Map(), first: null, again: null }
      commands.set(offset, entry)
      entry[key] = entry[key] || status
      if (key === 'first') for (const place of writes) entry.writes.set(keyOfPlace(place), { place, storage: first.files.storageAt(place) })
    }
  }
  return [...commands]
    .map(([offset, { program, writes, ...statuses }]) => ({
      offset,
      program,
      writes: [...writes.values()],
      ...statuses,
    }))
    .sort((a, b) => a.offset - b.offset)
}

/**
 * A command makes a script unsafe only if it breaks every case in which it runs. If it breaks only some of them, the verdict is unknown.
 * @param least the number of cases in which it must run
 */
export function summary(findings: readonly Finding[], incomplete: readonly UnknownPart[], least = 1): Rehearsal {
  const unknown = distinct([...incomplete, ...findings.flatMap((finding) => finding.unknown)])
  if (findings.length === 0) return unknownFor(unknown.length > 0 ? unknown : [{ offset: 0, why: neverSucceeds }])
  const all = findings.flatMap(({ hazards }) => hazards)
  const certain = all.filter((hazard) => {
    const concerned = findings.filter(({ succeeded }) => succeeded.has(hazard.offset))
    // A command that runs in no first run (`mkdir x || echo y`) counts only if it breaks every case.
    const run = concerned.length > 0 ? concerned : findings
    const guarded = run.filter((finding) => !isBesideThePoint(finding, hazard))
    const counting = guarded.length > 0 ? guarded : run
    const breaks = ({ hazards }: Finding) =>
      hazards.some((other) => other.offset === hazard.offset && isInterrupted(other) === isInterrupted(hazard))
    return counting.length >= least && counting.every(breaks)
  })
  // If every case breaks, the script is unsafe, even if each case breaks at another command.
  const [first] = findings
  const isEverywhere = incomplete.length === 0 && findings.every((finding) => finding.hazards.some((hazard) => !isInterrupted(hazard)))
  const shown = certain.some((hazard) => !isInterrupted(hazard)) || !isEverywhere ? toThePoint(certain, findings) : (first?.hazards ?? [])
  const hazards = mostTelling(shown, findings)
  const isUnsafe = hazards.some((hazard) => !isInterrupted(hazard))
  const open = distinct([...unknown, ...all.filter((hazard) => !isInterrupted(hazard) && !certain.includes(hazard)).map(undecided)])
  const isOpen = open.length > 0
  const telling = findings.find((finding) => finding.hazards.some((hazard) => hazards.includes(hazard))) ?? findings[0]
  const commands = telling?.commands ?? []
  const atomic = hazards.some(isInterrupted) ? false : isOpen || all.some(isInterrupted) ? null : true
  return {
    verdict: isUnsafe ? 'unsafe' : isOpen ? 'unknown' : 'safe',
    atomic,
    hazards,
    unknown: open,
    commands,
    results: new Set(),
    failure: null,
    hidden: inEachOf(findings.map(({ hidden }) => hidden)),
    flavor: new Map(),
    steps: 0,
  }
}

/** Whether a case says nothing about what an incomplete attempt leaves, because the guard over it never holds there. */
function isBesideThePoint({ lackedGuard }: Finding, { obligation }: Hazard): boolean {
  return lackedGuard === 'unpacked' ? obligation !== 'repeat' : lackedGuard === 'copied' && obligation === 'interrupted'
}

/** The hazards without those of cases that are beside the point, if another case has one of the same command: it tells where the result is. */
function toThePoint(hazards: readonly Hazard[], findings: readonly Finding[]): readonly Hazard[] {
  const kindOf = (hazard: Hazard) => `${hazard.offset} ${isInterrupted(hazard)}`
  const beside = new Set(findings.flatMap((finding) => finding.hazards.filter((hazard) => isBesideThePoint(finding, hazard))))
  const told = new Set(hazards.filter((hazard) => !beside.has(hazard)).map(kindOf))
  return hazards.filter((hazard) => !beside.has(hazard) || !told.has(kindOf(hazard)))
}

/** A command that breaks some cases and not others. */
function undecided({ offset, words }: Hazard): UnknownPart {
  return { offset, why: `whether ${shortName(words)} is safe to run again, which depends on files that are not in the input` }
}

function isInterrupted({ obligation }: Hazard): boolean {
  return obligation === 'interrupted'
}

const obligationOrder: readonly Obligation[] = ['repeat', 'failure', 'stop', 'interrupted']

/**
 * The hazards to report: per command, at most one that needs a kill within a command and at most one that does not. The one that most cases
 * share is preferred, then the one with the first obligation. They are in the order of the script.
 */
function mostTelling(hazards: readonly Hazard[], findings: readonly Finding[]): Hazard[] {
  const kindOf = ({ offset, obligation, rerun, outcome }: Hazard) => [offset, obligation, rerun, outcome === 'fails'].join(' ')
  const cases = new Map<string, number>()
  for (const finding of findings) for (const kind of new Set(finding.hazards.map(kindOf))) cases.set(kind, (cases.get(kind) ?? 0) + 1)
  const rank = (hazard: Hazard) => [-(cases.get(kindOf(hazard)) ?? 0), obligationOrder.indexOf(hazard.obligation)] as const
  const best = new Map<string, Hazard>()
  for (const hazard of hazards) {
    const key = `${hazard.offset} ${isInterrupted(hazard)}`
    const other = best.get(key)
    if (other === undefined || compare(rank(hazard), rank(other)) < 0) best.set(key, hazard)
  }
  return [...best.values()].sort(
    (a, b) => a.offset - b.offset || obligationOrder.indexOf(a.obligation) - obligationOrder.indexOf(b.obligation),
  )
}

function compare([cases, order]: readonly [number, number], [otherCases, otherOrder]: readonly [number, number]): number {
  return cases - otherCases || order - otherOrder
}

/** The parts without duplicates, in the order of the script. */
export function distinct(parts: readonly UnknownPart[]): UnknownPart[] {
  return [...new Map(parts.map((part) => [`${part.offset} ${part.why}`, part])).values()].sort((a, b) => a.offset - b.offset)
}

/** The failures that are hidden in each list: what a single case or shell shows is not certain. */
export function inEachOf([first = [], ...others]: readonly (readonly HiddenFailure[])[]): readonly HiddenFailure[] {
  return first.filter(({ offset }) => others.every((other) => other.some((twin) => twin.offset === offset)))
}
