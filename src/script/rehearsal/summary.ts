/** What the worlds of a rehearsal showed, taken together. */

import type { Storage } from '../container/storage.ts'
import type { Machine } from '../machine/machine.ts'
import { shortName } from './fixes.ts'
import type { Hazard, Obligation, Rehearsal, RehearsedCommand, UnknownPart } from './rehearsal.ts'

/** Why a rehearsal is unknown whose first run fails in every world: nobody would keep such a script, so something was misread. */
export const neverSucceeds = 'the first run does not succeed'

/** What one world showed. */
export interface Finding {
  readonly hazards: readonly Hazard[]
  /** Offsets of the commands that the first run carried out with success. */
  readonly carriedOut: ReadonlySet<number>
  readonly unknown: readonly UnknownPart[]
  readonly commands: readonly RehearsedCommand[]
}

/** A rehearsal that could not be followed, and why. */
export function unknownFor(unknown: readonly UnknownPart[]): Rehearsal {
  return { verdict: 'unknown', atomic: null, hazards: [], unknown, commands: [], isFlavoured: false, steps: 0 }
}

/** The commands of two runs side by side, by their places in the script. */
export function commandsOf(first: Machine, again: Machine | undefined): RehearsedCommand[] {
  const commands = new Map<number, { command: string; writes: Map<string, Storage>; first: number | null; again: number | null }>()
  for (const [machine, key] of [[first, 'first'] as const, [again, 'again'] as const]) {
    for (const { offset, command, status, writes } of machine?.trace ?? []) {
      const entry = commands.get(offset) ?? { command, writes: new Map(), first: null, again: null }
      commands.set(offset, entry)
      entry[key] = entry[key] || status
      if (key === 'first') for (const path of writes) entry.writes.set(path, first.files.storageOf(path))
    }
  }
  return [...commands]
    .map(([offset, { command, writes, ...statuses }]) => ({
      offset,
      command,
      writes: [...writes].map(([path, storage]) => ({ path, storage })),
      ...statuses,
    }))
    .sort((a, b) => a.offset - b.offset)
}

/** Unsafe only where every world that carries the command out is broken by it: what merely could be wrong is unknown. */
export function summary(findings: readonly Finding[], incomplete: readonly UnknownPart[]): Rehearsal {
  const unknown = distinct([...incomplete, ...findings.flatMap((finding) => finding.unknown)])
  if (findings.length === 0) return unknownFor(unknown.length > 0 ? unknown : [{ offset: 0, why: neverSucceeds }])
  const all = findings.flatMap(({ hazards }) => hazards)
  const certain = all.filter((hazard) => {
    const concerned = findings.filter(({ carriedOut }) => carriedOut.has(hazard.offset))
    // What no first run carries out (`mkdir x || echo y`) is broken in every world or perhaps in none.
    return (concerned.length > 0 ? concerned : findings).every(({ hazards }) =>
      hazards.some((other) => other.offset === hazard.offset && isInterrupted(other) === isInterrupted(hazard)),
    )
  })
  // Where every world breaks, it is broken, though each may stumble over another command.
  const [first] = findings
  const isEverywhere = incomplete.length === 0 && findings.every((finding) => finding.hazards.some((hazard) => !isInterrupted(hazard)))
  const shown = certain.some((hazard) => !isInterrupted(hazard)) || !isEverywhere ? certain : (first?.hazards ?? [])
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
    isFlavoured: true,
    steps: 0,
  }
}

/** What breaks in some worlds and not in others. */
function undecided({ offset, command }: Hazard): UnknownPart {
  return { offset, why: `whether ${shortName(command)} does the same again: files that are not in the input decide` }
}

function isInterrupted({ obligation }: Hazard): boolean {
  return obligation === 'interrupted'
}

const obligationOrder: readonly Obligation[] = ['repeat', 'failure', 'stop', 'interrupted']

/**
 * One hazard per command and whether a half is needed for it: what most worlds show, then by the first obligation that breaks; in the
 * order of the script.
 */
function mostTelling(hazards: readonly Hazard[], findings: readonly Finding[]): Hazard[] {
  const kindOf = ({ offset, obligation, rerun, outcome }: Hazard) => [offset, obligation, rerun, outcome === 'fails'].join(' ')
  const worlds = new Map<string, number>()
  for (const finding of findings) for (const kind of new Set(finding.hazards.map(kindOf))) worlds.set(kind, (worlds.get(kind) ?? 0) + 1)
  const rank = (hazard: Hazard) => [-(worlds.get(kindOf(hazard)) ?? 0), obligationOrder.indexOf(hazard.obligation)] as const
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

function compare([worlds, order]: readonly [number, number], [otherWorlds, otherOrder]: readonly [number, number]): number {
  return worlds - otherWorlds || order - otherOrder
}

export function distinct(parts: readonly UnknownPart[]): UnknownPart[] {
  return [...new Map(parts.map((part) => [`${part.offset} ${part.why}`, part])).values()].sort((a, b) => a.offset - b.offset)
}
