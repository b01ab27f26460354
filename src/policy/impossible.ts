/** Finds `match` blocks that can match nothing: names that Kubernetes does not allow, and selectors that contradict themselves. */

import { conditionsOf } from './covers.ts'
import type { LabelExpression, MatchBlock } from './document.ts'

/** Characters of DNS labels and subdomains (apimachinery pkg/util/validation), and stars. */
const labelGlob = /^[a-z0-9*-]*$/
const subdomainGlob = /^[a-z0-9.*-]*$/

const longestLabel = 63
const longestSubdomain = 253

interface NameKey {
  readonly key: 'namespaces' | 'names' | 'containers'
  readonly characters: RegExp
  readonly longest: number
  readonly what: string
}

const nameKeys: readonly NameKey[] = [
  { key: 'namespaces', characters: labelGlob, longest: longestLabel, what: 'namespaces' },
  { key: 'names', characters: subdomainGlob, longest: longestSubdomain, what: 'objects' },
  { key: 'containers', characters: labelGlob, longest: longestLabel, what: 'containers' },
]

/** A pattern or a selector that can match nothing, and why. */
export interface Impossible {
  /** Relative to the block: `/namespaces/0`. */
  readonly pointer: string
  readonly message: string
}

/** The parts of a block that can match nothing. Image globs are checked in check.ts, together with those of registries. */
export function impossibleIn(block: MatchBlock): readonly Impossible[] {
  const found: Impossible[] = []
  for (const { key, characters, longest, what } of nameKeys) {
    for (const [index, glob] of (block[key] ?? []).entries()) {
      if (characters.test(glob) && glob.replaceAll('*', '').length <= longest) continue
      const form = key === 'names' ? 'lowercase letters, digits, "-" and "."' : 'lowercase letters, digits and "-"'
      found.push({
        pointer: `/${key}/${index}`,
        message: `the glob matches nothing, because names of ${what} contain only ${form}, at most ${longest} characters`,
      })
    }
  }
  for (const key of ['labels', 'namespaceSelector'] as const) {
    const label = contradiction(conditionsOf(block[key]))
    if (label !== undefined) {
      found.push({
        pointer: `/${key}`,
        message: `the selector matches nothing, because its conditions on the label ${label} contradict each other`,
      })
    }
  }
  return found
}

/** The key of a label that can neither have a value nor be absent; undefined if there is none. */
function contradiction(conditions: readonly LabelExpression[]): string | undefined {
  const byKey = Map.groupBy(conditions, ({ key }) => key)
  for (const [key, ofKey] of byKey) if (!canBeAbsent(ofKey) && !canBePresent(ofKey)) return key
  return undefined
}

function canBeAbsent(conditions: readonly LabelExpression[]): boolean {
  return conditions.every(({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist')
}

function canBePresent(conditions: readonly LabelExpression[]): boolean {
  if (conditions.some(({ operator }) => operator === 'DoesNotExist')) return false
  const lists = conditions.filter(({ operator }) => operator === 'In').map(({ values }) => values ?? [])
  const [first, ...others] = lists
  // Any value that NotIn does not list is possible, and there is always one.
  if (first === undefined) return true
  const forbidden = new Set(conditions.filter(({ operator }) => operator === 'NotIn').flatMap(({ values }) => values ?? []))
  return first.some((value) => !forbidden.has(value) && others.every((list) => list.includes(value)))
}
