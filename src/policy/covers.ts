/** Whether one pattern, list or `match` block matches everything that another one does. The answer is yes only if that is certain. */
import { isObject, sameJson } from '../model/json.ts'
import type { LabelExpression, LabelSelector, MatchBlock } from './document.ts'
import { compileGlob, type Glob } from './glob.ts'
import { comparedPattern } from './image-name.ts'
import { isSelector } from './labels.ts'
import { readOwner } from './owners.ts'

/** Maximum number of stars in a pattern that is compared: each one doubles the work. */
const maxStars = 4

/**
 * How many more pairs of patterns may be compared: the number of pairs grows with the product of the lengths of two lists. What is known
 * about a pattern is kept, so that each one is compiled once.
 */
export interface Budget {
  left: number
  patterns?: Map<string, Pattern>
}

/** What is known about a pattern. */
interface Pattern {
  glob?: Glob
  /** The same in the form in which names of images are compared. */
  name?: string
  /** Texts that it matches: a glob that matches all of them matches everything that the pattern does. Undefined if it has too many stars. */
  samples?: readonly string[] | undefined
}

/** Counts a comparison. @returns whether it may be made */
export function spend(budget: Budget): boolean {
  budget.left -= 1
  return budget.left >= 0
}

function patternOf(text: string, budget: Budget): Pattern {
  budget.patterns ??= new Map()
  let pattern = budget.patterns.get(text)
  if (pattern === undefined) {
    pattern = {}
    budget.patterns.set(text, pattern)
  }
  return pattern
}

/** Whether `wide` matches every text that `narrow` matches; names are never empty. @param budget keeps what is known about both */
export function globCovers(wide: string, narrow: string, budget: Budget): boolean {
  if (wide === narrow || wide === '**') return true
  if (!narrow.includes('**')) {
    const [outer, inner] = [patternOf(wide, budget), patternOf(narrow, budget)]
    outer.glob ??= compileGlob(wide)
    if (!('samples' in inner)) inner.samples = samplesOf(narrow.split('*'))
    return inner.samples?.every(outer.glob.matches) === true
  }
  const head = wide.slice(0, -2)
  return wide.endsWith('**') && !head.includes('*') && narrow.startsWith(head) && narrow.length > head.length
}

/**
 * Texts that stand for everything that a pattern without `**` matches. Each star of the pattern is tried as the empty string and as a
 * literal `*`: a literal `*` is matched only by a star of a glob, which then also matches any run without a slash.
 * @param parts the text between the stars
 */
function samplesOf([first = '', ...others]: readonly string[]): readonly string[] | undefined {
  if (others.length > maxStars) return undefined
  return others.reduce((texts, part) => texts.flatMap((text) => [text + part, `${text}*${part}`]), [first])
}

/** Whether every pattern of `narrow` is covered by one of `wide`. */
function listCovers(wide: readonly string[], narrow: readonly string[], covers: Covers, budget: Budget): boolean {
  return narrow.every((pattern) => wide.some((other) => spend(budget) && covers(other, pattern, budget)))
}

type Covers = (wide: string, narrow: string, budget: Budget) => boolean

/** Like `globCovers`, for patterns of image names. */
export function nameCovers(wide: string, narrow: string, budget: Budget): boolean {
  return globCovers(comparedName(wide, budget), comparedName(narrow, budget), budget)
}

function comparedName(text: string, budget: Budget): string {
  const pattern = patternOf(text, budget)
  pattern.name ??= comparedPattern(text)
  return pattern.name
}

/** Like `globCovers`, for patterns of owners. */
function ownerCovers(wide: string, narrow: string, budget: Budget): boolean {
  const [outer, inner] = [readOwner(wide), readOwner(narrow)]
  const coversGroup =
    outer.group === undefined ? inner.group === undefined : inner.group !== undefined && globCovers(outer.group, inner.group, budget)
  return (
    coversGroup &&
    globCovers(outer.kind, inner.kind, budget) &&
    (outer.name === undefined || globCovers(outer.name, inner.name ?? '**', budget))
  )
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
  return conditionsOf(wide).every((condition) => has.some((other) => spend(budget) && sameJson(condition, other)))
}

/** A selector as a list of expressions, with one form per meaning so that they can be compared. */
export function conditionsOf(labels: Labels): readonly LabelExpression[] {
  if (labels === undefined || !isObject(labels)) return []
  const selector: LabelSelector = isSelector(labels) ? labels : { matchLabels: labels }
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In' as const, values: [value] }))
  return [...equal, ...(selector.matchExpressions ?? [])]
}
