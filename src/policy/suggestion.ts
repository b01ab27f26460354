import { distance } from 'fastest-levenshtein'
import type { Registry } from '../lint/registry.ts'

/** Longest word that is compared: the comparison takes quadratic time, and no key and no rule id is longer. */
const maxLength = 60

/**
 * The known word that was probably meant, or undefined: at most one letter in four differs (two in short words), so that the id of a
 * rule that only a newer version knows is not taken for a misspelling.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > maxLength) return undefined
  const allowed = Math.min(3, Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 4)))
  let best: string | undefined
  let least = allowed + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue
    const steps = distance(word.toLowerCase(), candidate.toLowerCase())
    if (steps < least) {
      least = steps
      best = candidate
    }
  }
  return best
}

/** The end of a sentence about an unknown word: `; did you mean image-latest?`, or ''. */
export function suggestion(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** The end of a sentence about a rule id that does not exist: `; it is now init-no-retry`, `; did you mean image-latest?`, or ''. */
export function ruleSuggestion(id: string, registry: Registry): string {
  const renamed = registry.renamed(id)
  if (renamed !== undefined) return `; it is now ${renamed}`
  return suggestion(
    id,
    registry.rules.map(({ meta }) => meta.id),
  )
}
