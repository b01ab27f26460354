/**
 * Loops of the STATUS column, folded: `a b a b a b` is `a b ...`. How often a loop turned while somebody watched says nothing, so
 * predictions and observations are compared folded.
 */

const more = '...'
/** Longest cycle that is looked for. */
const longestCycle = 6

/**
 * Folds a list of statuses.
 * 1. Consecutive repeats are one.
 * 2. A run of at least two of ErrImagePull and ImagePullBackOff becomes its first two and `...`.
 * 3. A cycle with CrashLoopBackOff that stands at least twice in full becomes one cycle and `...`; what follows of it is swallowed.
 * 4. Other cycles too, but only if what is swallowed reaches the end.
 */
export function foldStatuses(raw: readonly string[]): readonly string[] {
  const statuses = withoutRepeats(raw)
  const folded: string[] = []
  for (let index = 0; index < statuses.length; ) {
    const pulls = pullRun(statuses, index)
    if (pulls >= 2) {
      folded.push(...statuses.slice(index, index + 2), more)
      index += pulls
      continue
    }
    const cycle = cycleAt(statuses, index)
    if (cycle === null) {
      folded.push(statuses[index] as string)
      index++
    } else {
      folded.push(...statuses.slice(index, index + cycle.length), more)
      index = cycle.end
    }
  }
  return folded
}

/** A list without consecutive repeats, and without the mark of an earlier folding. */
export function withoutRepeats(raw: readonly string[]): readonly string[] {
  const statuses: string[] = []
  for (const status of raw) if (status !== more && status !== statuses.at(-1)) statuses.push(status)
  return statuses
}

/** How many statuses from an index on alternate between a failed pull and its back-off, with one prefix. */
function pullRun(statuses: readonly string[], start: number): number {
  const first = statuses[start] as string
  const prefix = first.startsWith('Init:') ? 'Init:' : ''
  const loop = [`${prefix}ErrImagePull`, `${prefix}ImagePullBackOff`]
  let length = 0
  while (start + length < statuses.length && loop.includes(statuses[start + length] as string)) length++
  return length
}

function cycleAt(statuses: readonly string[], start: number): { readonly length: number; readonly end: number } | null {
  for (let length = 2; length <= longestCycle; length++) {
    const cycle = statuses.slice(start, start + length)
    const next = statuses.slice(start + length, start + 2 * length)
    if (cycle.length < length || next.length < length || cycle.some((status, index) => status !== next[index])) continue
    let end = start + 2 * length
    while (end < statuses.length && cycle.includes(statuses[end] as string)) end++
    if (end === statuses.length || cycle.some((status) => status.endsWith('CrashLoopBackOff'))) return { length, end }
  }
  return null
}
