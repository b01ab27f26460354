/**
 * What units (units.ts) did in earlier runs, whatever the case, the rerun and the shell of the container: a unit that finds what it found in
 * one of them does the same.
 */
import type { Entry, FileSystem } from '../machine/file-system.ts'
import { type Footprint, onSameVolume } from '../machine/footprint.ts'
import type { Machine, Shell } from '../machine/machine.ts'
import { sameEntry, sameShell } from '../machine/same.ts'
import { flavorAnswer } from '../syntax/dialect.ts'
import type { Statement } from '../syntax/syntax.ts'
import { lengthOf } from '../value/value.ts'
import { canAddTo, contentOf, type UnitRun } from './unit-run.ts'

/** Maximum number of runs that are known of one unit: what it finds differs in few ways. */
const maxRuns = 16

/** Maximum number of places that are kept for all units together, as much memory as that of the files of some runs. */
const maxPlaces = 100_000

/** Maximum number of characters that those runs printed and wrote: about 8 MiB, a fifth of what all rehearsals of one script may create. */
const maxCharacters = 8_000_000

/** The cost of the comparison of a place, in units of `World.spend`. Only places beyond the usual number count. */
const [costOfPlace, usualPlaces] = [30, 30]

/** What makes a difference although no unit reads it: how the unit is disturbed. */
export type RunKind = string

/** The runs of one unit, the latest first. */
interface Runs {
  readonly runs: UnitRun[]
  /** Searches that found a run, and that found none. */
  found: number
  missed: number
}

/** A unit that finds something else each time is not searched for after so many searches without success, and so many for each success. */
const [patience, patiencePerFind] = [16, 4]

export class KnownUnits {
  readonly #runs = new Map<RunKind, Map<Statement, Runs>>()
  #places = 0
  #characters = 0

  /** The latest run of a unit that fulfills a condition. */
  find(unit: Statement, kind: RunKind, condition: (run: UnitRun) => boolean): UnitRun | undefined {
    const known = this.#runs.get(kind)?.get(unit)
    if (known === undefined || known.missed > patience + patiencePerFind * known.found) return undefined
    const { runs } = known
    const index = runs.findIndex(condition)
    const [run] = index === -1 ? [] : runs.splice(index, 1)
    if (run === undefined) {
      known.missed++
      return undefined
    }
    known.found++
    runs.unshift(run)
    return run
  }

  /** Notes what a unit did in a run that ended it just now. @param files those of the run */
  add(unit: Statement, kind: RunKind, run: UnitRun, files: FileSystem): void {
    const { footprint } = run
    if (footprint.readsAll || this.#places > maxPlaces || this.#characters > maxCharacters) return
    footprint.noteListed((prefix) => files.listedBelow(prefix))
    this.#places += sizeOf(footprint)
    this.#characters += lengthOf(run.output) + footprint.changes.reduce((sum, [, entry]) => sum + lengthOf(contentOf(entry)), 0)
    let units = this.#runs.get(kind)
    if (units === undefined) {
      units = new Map()
      this.#runs.set(kind, units)
    }
    const known = units.get(unit)
    if (known === undefined) {
      units.set(unit, { runs: [run], found: 0, missed: 0 })
      return
    }
    known.runs.unshift(run)
    if (known.runs.length > maxRuns) known.runs.pop()
  }

  /** A run of a unit that left the same state of the shell. */
  leaving(unit: Statement, kind: RunKind, shell: Shell): UnitRun | undefined {
    return this.#runs
      .get(kind)
      ?.get(unit)
      ?.runs.find((run) => sameShell(shell, run.shell))
  }
}

function sizeOf({ reads, changes, listed }: Footprint): number {
  let size = reads.size + changes.length + 1
  for (const entries of listed?.values() ?? []) size += entries.size
  return size
}

/**
 * Whether a unit that read and wrote this would find the same on a machine: the same files and things, tests and tools.
 * @param listedAs what is listed there under a key
 */
export function findsTheSame(
  { footprint }: UnitRun,
  { files, tested, setting, world }: Machine,
  listedAs: (key: string) => Entry | undefined,
): boolean {
  const { flavor, testedBefore, appended, reads } = footprint
  if (flavor !== undefined) for (const [question, answer] of flavor) if (flavorAnswer(question, setting.flavor) !== answer) return false
  world.spend(Math.max(0, sizeOf(footprint) - usualPlaces) * costOfPlace)
  if (testedBefore !== undefined) for (const [path, was] of testedBefore) if (tested.has(path) !== was) return false
  for (const [key, entry] of reads) if (!sameEntry(listedAs(key), entry)) return false
  if (appended !== undefined) for (const key of appended) if (!canAddTo(key, files)) return false
  return listsTheSame(footprint, files)
}

function listsTheSame({ listed }: Footprint, files: FileSystem): boolean {
  if (listed === undefined) return true
  for (const [beneath, entries] of listed) {
    const own = onSameVolume(files.listedBelow(beneath.prefix), beneath)
    if (own.size !== entries.size) return false
    for (const [key, entry] of entries) if (!own.has(key) || !sameEntry(own.get(key), entry)) return false
  }
  return true
}
