/** Entries of a policy that have no effect, because another entry that counts more matches everything that they match. */
import { type Budget, matchCovers, nameCovers, spend } from './covers.ts'
import type { OverrideEntry, RegistryEntry, RuleEntry } from './document.ts'

/** A rule in an override that has no effect: the override `by` comes later. */
export interface ShadowedRule {
  readonly index: number
  readonly id: string
  readonly by: number
}

/** Properties of a registry that have no effect: the entry `by` comes earlier. */
export interface ShadowedRegistry {
  readonly index: number
  readonly keys: readonly (keyof RegistryEntry)[]
  /** Whether nothing of the entry has an effect. */
  readonly all: boolean
  /** The entry that wins for the first of the keys. */
  readonly by: number
}

/**
 * The last matching override wins for each rule, so an earlier one has no effect if a later one matches everything it matches.
 * @param budget when it is spent, nothing more is found
 */
export function shadowedRules(overrides: readonly OverrideEntry[], budget: Budget): readonly ShadowedRule[] {
  const places = overrides.flatMap(({ rules }, index) =>
    Object.entries(rules).map(([id, entry]) => ({ id, entry: longForm(entry), index })),
  )
  const byRule = Map.groupBy(places, ({ id }) => id)
  /** How many of the overrides of each rule were looked at. */
  const passed = new Map<string, number>()
  return places.flatMap(({ id, entry, index }): readonly ShadowedRule[] => {
    const others = byRule.get(id) ?? []
    const next = (passed.get(id) ?? 0) + 1
    passed.set(id, next)
    for (let place = next; place < others.length && spend(budget); place++) {
      const other = others[place]
      if (other === undefined || !setsAll(other.entry, entry)) continue
      if (matchCovers(overrides[other.index]?.match ?? {}, overrides[index]?.match ?? {}, budget)) return [{ id, index, by: other.index }]
    }
    return []
  })
}

function setsAll(winning: RuleEntry, losing: RuleEntry): boolean {
  return (
    (losing.action === undefined || winning.action !== undefined) &&
    (losing.ignorable === undefined || winning.ignorable !== undefined) &&
    Object.keys(losing.options ?? {}).every((option) => Object.hasOwn(winning.options ?? {}, option))
  )
}

function longForm(written: OverrideEntry['rules'][string] | undefined): RuleEntry {
  if (written === undefined) return {}
  return typeof written === 'object' ? written : { action: written }
}

const registryKeys = ['fragile', 'pull', 'allowed', 'servedBy', 'probe', 'reason'] as const satisfies readonly (keyof RegistryEntry)[]

/**
 * The first matching entry that sets a property wins, so a later, narrower entry has no effect.
 * @param budget when it is spent, nothing more is found
 */
export function shadowedRegistries(registries: readonly RegistryEntry[], budget: Budget): readonly ShadowedRegistry[] {
  /** The entries before the current one, by the properties that they set. */
  const before = new Map(registryKeys.map((key) => [key, [] as number[]]))
  return registries.flatMap((entry, index): readonly ShadowedRegistry[] => {
    const own = registryKeys.filter((key) => entry[key] !== undefined)
    const lost = own.flatMap((key) => {
      const by = winnerAmong(before.get(key) ?? [], registries, entry.match, budget)
      return by === undefined ? [] : [{ key, by }]
    })
    for (const key of own) before.get(key)?.push(index)
    const [first] = lost
    if (first === undefined) return []
    return [{ index, keys: lost.map(({ key }) => key), all: lost.length === own.length, by: first.by }]
  })
}

function winnerAmong(earlier: readonly number[], registries: readonly RegistryEntry[], match: string, budget: Budget): number | undefined {
  for (const index of earlier) {
    if (!spend(budget)) return undefined
    if (nameCovers(registries[index]?.match ?? '', match, budget)) return index
  }
  return undefined
}
