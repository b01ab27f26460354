/** Finds the known word that was probably meant. */
import { distance } from 'fastest-levenshtein'

/** Longest word that is compared: comparison takes quadratic time, and no key or rule id is longer. */
const maxLength = 60

/**
 * The known word that was probably meant, or undefined. At most one letter in four may differ (two in short words), so that the id of a
 * rule from a newer version is not mistaken for a typo.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > maxLength) return undefined
  const allowed = Math.min(3, Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 4)))
  let best: string | undefined
  let leastDistance = allowed + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= leastDistance) continue
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < leastDistance) {
      leastDistance = edits
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
