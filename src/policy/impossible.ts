/** `match` blocks that can match nothing: names that Kubernetes does not allow, labels that contradict each other. */

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
  /** Within the block: `/namespaces/0`. */
  readonly pointer: string
  readonly message: string
}

/** What of a block can match nothing. Image patterns are checked where all of them are (check.ts). */
export function impossibleIn(block: MatchBlock): readonly Impossible[] {
  const found: Impossible[] = []
  for (const { key, characters, longest, what } of nameKeys) {
    for (const [index, glob] of (block[key] ?? []).entries()) {
      if (characters.test(glob) && glob.replaceAll('*', '').length <= longest) continue
      const form = key === 'names' ? 'lower-case letters, digits, "-" and "."' : 'lower-case letters, digits and "-"'
      found.push({
        pointer: `/${key}/${index}`,
        message: `it matches nothing: names of ${what} have ${form} only, ${longest} characters at most`,
      })
    }
  }
  for (const key of ['labels', 'namespaceSelector'] as const) {
    const label = contradiction(conditionsOf(block[key]))
    if (label !== undefined) {
      found.push({ pointer: `/${key}`, message: `it matches nothing: what it asks of the label ${label} contradicts itself` })
    }
  }
  return found
}

/** The key of a label that can have no value, and be absent neither; undefined where there is none. */
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
  // Any value but those of NotIn, and there is always one more.
  if (first === undefined) return true
  const forbidden = new Set(conditions.filter(({ operator }) => operator === 'NotIn').flatMap(({ values }) => values ?? []))
  return first.some((value) => !forbidden.has(value) && others.every((list) => list.includes(value)))
}
