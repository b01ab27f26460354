/** Whether one pattern, list or `match` block matches everything that another one does. The answer is yes only if that is certain. */
import { isObject, sameJson } from '../model/json.ts'
import type { LabelExpression, LabelSelector, MatchBlock } from './document.ts'
import { compileGlob, type Glob } from './glob.ts'
import { comparedPattern } from './image-name.ts'
import { isSelector } from './labels.ts'
import { readOwner } from './owners.ts'

/** Maximum number of stars in a pattern that is compared: each one doubles the work. */
const maxStars = 4

/** Whether `wide` matches every text that `narrow` matches; names are never empty. */
export function globCovers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '**') return true
  if (!narrow.includes('**')) return coversAll(compileGlob(wide), narrow.split('*'))
  const head = wide.slice(0, -2)
  return wide.endsWith('**') && !head.includes('*') && narrow.startsWith(head) && narrow.length > head.length
}

/**
 * Whether the glob matches everything that a pattern without `**` matches. Each star of the pattern is tried as the empty string and as a
 * literal `*`: a literal `*` is matched only by a star of the glob, which then also matches any run without a slash.
 * @param parts the text between the stars
 */
function coversAll(glob: Glob, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts
  if (others.length > maxStars) return false
  return others.reduce((texts, part) => texts.flatMap((text) => [text + part, `${text}*${part}`]), [first]).every(glob.matches)
}

/** How many more pairs of patterns may be compared: the number of pairs grows with the product of the lengths of two lists. */
export interface Budget {
  left: number
}

/** Whether every pattern of `narrow` is covered by one of `wide`. */
function listCovers(wide: readonly string[], narrow: readonly string[], covers: Covers, budget: Budget): boolean {
  return narrow.every((pattern) =>
    wide.some((other) => {
      budget.left -= 1
      return budget.left >= 0 && covers(other, pattern)
    }),
  )
}

type Covers = (wide: string, narrow: string) => boolean

/** Like `globCovers`, for patterns of image names. */
export function nameCovers(wide: string, narrow: string): boolean {
  return globCovers(comparedPattern(wide), comparedPattern(narrow))
}

/** Like `globCovers`, for patterns of owners. */
function ownerCovers(wide: string, narrow: string): boolean {
  const [outer, inner] = [readOwner(wide), readOwner(narrow)]
  const coversGroup =
    outer.group === undefined ? inner.group === undefined : inner.group !== undefined && globCovers(outer.group, inner.group)
  return coversGroup && globCovers(outer.kind, inner.kind) && (outer.name === undefined || globCovers(outer.name, inner.name ?? '**'))
}

/** How the patterns of each key are compared. */
const coversOf = {
  namespaces: globCovers,
  kinds: globCovers,
  names: globCovers,
  containers: globCovers,
  images: nameCovers,
  roles: globCovers,
  owners: ownerCovers,
  users: globCovers,
} as const
const keys = Object.keys(coversOf) as readonly (keyof typeof coversOf)[]
/** The keys that some findings or requests do not have: `owners: ["**"]` does not match an object without an owner. */
const optional: ReadonlySet<string> = new Set(['containers', 'images', 'roles', 'owners', 'users'])

/**
 * Whether `wide` matches everything that `narrow` matches: each key that restricts `wide` restricts `narrow` at least as much.
 * @param budget when it is spent, the answer is no
 */
export function matchCovers(wide: MatchBlock, narrow: MatchBlock, budget: Budget): boolean {
  for (const key of keys) {
    const patterns = wide[key]
    if (patterns === undefined) continue
    const others = narrow[key] ?? (optional.has(key) ? undefined : ['**'])
    if (others === undefined || !listCovers(patterns, others, coversOf[key], budget)) return false
  }
  return labelsCover(wide.labels, narrow.labels, budget) && labelsCover(wide.namespaceSelector, narrow.namespaceSelector, budget)
}

type Labels = MatchBlock['labels']

/** Whether every condition of `wide` is also a condition of `narrow`. */
function labelsCover(wide: Labels, narrow: Labels, budget: Budget): boolean {
  const has = conditionsOf(narrow)
  return conditionsOf(wide).every((condition) =>
    has.some((other) => {
      budget.left -= 1
      return budget.left >= 0 && sameJson(condition, other)
    }),
  )
}

/** A selector as a list of expressions, with one form per meaning so that they can be compared. */
export function conditionsOf(labels: Labels): readonly LabelExpression[] {
  if (labels === undefined || !isObject(labels)) return []
  const selector: LabelSelector = isSelector(labels) ? labels : { matchLabels: labels }
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In' as const, values: [value] }))
  return [...equal, ...(selector.matchExpressions ?? [])]
}
