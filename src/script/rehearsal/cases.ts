/** Whether a script has more cases (value/world.ts) than are tried, found without trying them. */
import type { Entry } from '../machine/file-system.ts'
import { sameEntry } from '../machine/same.ts'
import type { RecordedRun } from '../shell/replay.ts'
import type { UnitRun } from '../shell/unit-run.ts'

/** So many assumptions that do not depend on each other have more combinations than a rehearsal tries: 2⁹ against 256. */
const tooMany = 9

/** An assumption of the first run, and the unit that made it. */
interface Assumption {
  readonly unit: number
  readonly key: string
}

/** What another outcome of an assumption changes. */
interface Effect {
  /** The units that do something else, as they ran with either outcome. */
  readonly units: ReadonlySet<number>
  readonly runs: readonly UnitRun[]
  /** The places that they leave with another content. */
  readonly places: ReadonlyMap<string, unknown>
}

/**
 * Whether a script makes so many assumptions of which each changes what only a few units of its own do: whatever the others assume, it is
 * made, too.
 * @param first the first run
 * @param runWith runs the script beside it with another outcome of one assumption; undefined if that ends differently
 */
export function hasTooManyCases(first: RecordedRun, runWith: (key: string) => RecordedRun | undefined): boolean {
  const assumptions = assumptionsOf(first)
  if (assumptions.length < tooMany) return false
  const effects: Effect[] = []
  for (const { unit, key } of assumptions.slice(0, tooMany)) {
    const other = runWith(key)
    const effect = other === undefined ? undefined : effectOf(first, other)
    // The next assumption must not depend on it.
    if (effect === undefined || assumptions.some((next) => next.unit !== unit && effect.units.has(next.unit))) return false
    effects.push(effect)
  }
  return effects.every((one) =>
    effects.every((other) => one === other || one.runs.every(({ footprint }) => !footprint.hasReadAny(other.places))),
  )
}

/** Undefined if a unit that does something else cannot be taken over, so that it is not known what it reads. */
function effectOf(first: RecordedRun, other: RecordedRun): Effect | undefined {
  const units = new Set<number>()
  const runs: UnitRun[] = []
  const places = new Map<string, unknown>()
  for (let unit = 1; unit < Math.max(first.units.length, other.units.length); unit++) {
    if (first.units[unit] === other.units[unit] && first.units[unit] !== undefined) continue
    for (const { units: all, changes } of [first, other]) {
      if (changes[unit] === undefined) continue
      const run = all[unit]
      if (run === undefined) return undefined
      units.add(unit)
      runs.push(run)
    }
    const [once, twice] = [lastChanges(first, unit), lastChanges(other, unit)]
    for (const place of [...once.keys(), ...twice.keys()]) {
      const isSame = once.has(place) && twice.has(place) && sameEntry(once.get(place), twice.get(place))
      if (!isSame) places.set(place, undefined)
    }
  }
  return { units, runs, places }
}

function lastChanges({ changes }: RecordedRun, unit: number): ReadonlyMap<string, Entry | undefined> {
  return new Map(changes[unit]?.map(([place, entry]) => [place, entry]))
}

/** One assumption of each unit that no unit before it made, if all units can be taken over. */
function assumptionsOf({ units, changes }: RecordedRun): readonly Assumption[] {
  const assumptions: Assumption[] = []
  const known = new Set<string>()
  for (const [unit, run] of units.entries()) {
    if (run === undefined) {
      if (changes[unit] !== undefined) return []
      continue
    }
    const made = run.footprint.asks.flatMap((ask) => (ask.kind === 'decide' && ask.options > 1 ? [ask.key] : []))
    // The first ones are often about directories that later units use.
    const own = made.findLast((key) => !known.has(key))
    for (const key of made) known.add(key)
    if (own !== undefined) assumptions.push({ unit, key: own })
  }
  return assumptions
}
