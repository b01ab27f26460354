/** Whether one pattern, list or `match` block matches everything that another one does. Says yes only where that is certain. */
import { isObject, sameJson } from '../model/json.ts'
import type { LabelExpression, LabelSelector, MatchBlock } from './document.ts'
import { compileGlob, type Glob } from './glob.ts'
import { isSelector } from './labels.ts'

/** Most stars of a pattern that is compared: each doubles the work. */
const maxStars = 4

/** Whether `wide` matches every text that `narrow` matches; names are never empty. */
export function globCovers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '**') return true
  if (!narrow.includes('**')) return coversAll(compileGlob(wide), narrow.split('*'))
  const head = wide.slice(0, -2)
  return wide.endsWith('**') && !head.includes('*') && narrow.startsWith(head) && narrow.length > head.length
}

/**
 * Whether the glob matches all that a pattern without `**` stands for. A star of it stands for nothing, or else for itself: only a star
 * of the glob matches it, and then also any run without a slash.
 * @param parts what stands between the stars
 */
function coversAll(glob: Glob, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts
  if (others.length > maxStars) return false
  return others.reduce((texts, part) => texts.flatMap((text) => [text + part, `${text}*${part}`]), [first]).every(glob.matches)
}

/** How many patterns may still be compared: long lists times long lists would take for ever. */
export interface Budget {
  left: number
}

/** Whether every pattern of `narrow` is covered by one of `wide`. */
function globsCover(wide: readonly string[], narrow: readonly string[], budget: Budget): boolean {
  return narrow.every((pattern) =>
    wide.some((other) => {
      budget.left -= 1
      return budget.left >= 0 && globCovers(other, pattern)
    }),
  )
}

const globLists = ['namespaces', 'kinds', 'names', 'containers', 'images', 'owners', 'users'] as const

/**
 * Whether `wide` matches everything that `narrow` matches: each key that narrows it narrows the other at least as much.
 * @param budget once it is spent, the answer is no
 */
export function matchCovers(wide: MatchBlock, narrow: MatchBlock, budget: Budget): boolean {
  for (const key of globLists) {
    const patterns = wide[key]
    if (patterns !== undefined && !globsCover(patterns, narrow[key] ?? ['**'], budget)) return false
  }
  return labelsCover(wide.labels, narrow.labels, budget) && labelsCover(wide.namespaceSelector, narrow.namespaceSelector, budget)
}

type Labels = MatchBlock['labels']

/** Every condition of `wide` is one of `narrow`. */
function labelsCover(wide: Labels, narrow: Labels, budget: Budget): boolean {
  const has = conditionsOf(narrow)
  return conditionsOf(wide).every((condition) =>
    has.some((other) => {
      budget.left -= 1
      return budget.left >= 0 && sameJson(condition, other)
    }),
  )
}

/** A selector as a list of expressions, one form for each meaning. */
export function conditionsOf(labels: Labels): readonly LabelExpression[] {
  if (labels === undefined || !isObject(labels)) return []
  const selector: LabelSelector = isSelector(labels) ? labels : { matchLabels: labels }
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In' as const, values: [value] }))
  return [...equal, ...(selector.matchExpressions ?? [])]
}
