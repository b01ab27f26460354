/**
 * Matches text against a shell pattern (`*`, `?`, `[…]`), as in `case` and globs. It uses two pointers, so the time is at most the length
 * of the pattern times that of the text. Text from a script never becomes a regular expression, which could backtrack without bound.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    const token = tokenAt(pattern, p)
    if (pattern[p] === '*') {
      star = p++
      mark = t
    } else if (token?.accepts(text[t] ?? '')) {
      p = token.end
      t++
    } else if (star !== -1) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

function tokenAt(pattern: string, index: number): { readonly end: number; accepts(character: string): boolean } | undefined {
  const character = pattern[index]
  if (character === undefined) return undefined
  if (character === '?') return { end: index + 1, accepts: () => true }
  const close = character === '[' ? pattern.indexOf(']', index + 2) : -1
  if (close !== -1) {
    const negated = pattern[index + 1] === '!' || pattern[index + 1] === '^'
    const set = pattern.slice(index + (negated ? 2 : 1), close)
    return { end: close + 1, accepts: (found) => inSet(set, found) !== negated }
  }
  return { end: index + 1, accepts: (found) => found === character }
}

function inSet(set: string, character: string): boolean {
  for (let index = 0; index < set.length; index++) {
    const [from, dash, to] = [set[index] ?? '', set[index + 1], set[index + 2]]
    if (dash === '-' && to !== undefined) {
      if (character >= from && character <= to) return true
      index += 2
    } else if (from === character) return true
  }
  return false
}
