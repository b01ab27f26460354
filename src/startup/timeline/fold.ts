/**
 * Folds loops of the STATUS column: `a b a b a b` becomes `a b ...`. The number of turns depends only on how long the pod was observed,
 * so predictions and observations are compared in folded form.
 */

const more = '...'
/** Length of the longest cycle that is detected. */
const longestCycle = 6

/**
 * Folds a list of statuses.
 * 1. Consecutive repeats become one entry.
 * 2. A run of at least two of ErrImagePull and ImagePullBackOff becomes its first two entries and `...`.
 * 3. A cycle with CrashLoopBackOff that appears at least twice in full becomes one cycle and `...`; further entries of it are dropped.
 * 4. The same applies to other cycles, but only if the dropped entries reach the end of the list.
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

/** Removes consecutive repeats and the `...` of an earlier folding. */
export function withoutRepeats(raw: readonly string[]): readonly string[] {
  const statuses: string[] = []
  for (const status of raw) if (status !== more && status !== statuses.at(-1)) statuses.push(status)
  return statuses
}

/** The number of statuses from an index on that are a failed pull or its back-off, all with the same prefix. */
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
