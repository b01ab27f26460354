/**
 * Finds the globs of a long list that match a text without comparing each of them: by the literal text before the first star, then by the
 * literal text after the last one. A policy may have a thousand patterns, and a hostile object ten thousand images.
 */
import { oncePer } from '../model/once-per.ts'
import { type Glob, maxTextLength } from './glob.ts'

/** An index over a list of globs. */
export interface GlobIndex {
  /** The positions of all globs that match the text, ascending: exactly those that a scan of the list would find. */
  matching(text: string): readonly number[]
}

/** Up to this number of globs, comparing each costs less than looking them up. */
const maxScanned = 8

const indexOf = oncePer(indexGlobs)

/** Whether any of the globs matches the text. A long list is indexed on first use. */
export function matchesAny(globs: readonly Glob[], text: string): boolean {
  if (globs.length <= maxScanned) return globs.some(({ matches }) => matches(text))
  return indexOf(globs).matching(text).length > 0
}

/** A glob and its position in the list. */
interface Placed {
  readonly glob: Glob
  readonly position: number
}

const nothing: readonly number[] = Object.freeze([])

/** Builds an index; takes time linear in the length of the patterns, except for sorting them. */
export function indexGlobs(globs: readonly Glob[]): GlobIndex {
  const placed = globs.map((glob, position) => ({ glob, position }))
  const groups = Map.groupBy(placed, ({ glob }) => headOf(glob.pattern))
  const heads = new PrefixIndex([...groups].map(([prefix, group]) => ({ prefix, value: byTail(group) })))
  return Object.freeze({
    matching: (text: string) => {
      if (text.length > maxTextLength) return nothing
      const found: number[] = []
      let reversed: string | undefined
      const fromEnd = (): string => {
        reversed ??= reverse(text)
        return reversed
      }
      for (const candidates of heads.prefixesOf(text)) {
        for (const { glob, position } of candidates(fromEnd)) if (glob.matches(text)) found.push(position)
      }
      return found.length > 1 ? found.sort((a, b) => a - b) : found
    },
  })
}

/** The globs of one group that can match a text, which is passed in reverse: those whose tail the text ends with. */
type Candidates = (reversed: () => string) => Iterable<Placed>

function byTail(group: readonly Placed[]): Candidates {
  if (group.length <= maxScanned) return () => group
  const groups = Map.groupBy(group, ({ glob }) => reverse(tailOf(glob.pattern)))
  const tails = new PrefixIndex([...groups].map(([prefix, value]) => ({ prefix, value })))
  return (reversed) => tails.prefixesOf(reversed()).flat()
}

/** The literal text that every match starts with. */
function headOf(pattern: string): string {
  const star = pattern.indexOf('*')
  return star === -1 ? pattern : pattern.slice(0, star)
}

/** The literal text that every match ends with. */
function tailOf(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('*') + 1)
}

/** The text with its UTF-16 units in reverse order; it is only compared with others like it. */
function reverse(text: string): string {
  let reversed = ''
  for (let index = text.length - 1; index >= 0; index--) reversed += text.charAt(index)
  return reversed
}

interface Entry<T> {
  readonly prefix: string
  readonly value: T
}

/**
 * Different prefixes in the order of their UTF-16 units. A prefix of a text is at most as large as the text, and everything between the two
 * starts with it: so all prefixes of a text are among the last entry that is not larger and its own prefixes.
 */
class PrefixIndex<T> {
  readonly #entries: readonly Entry<T>[]
  /** By entry: the position of its longest proper prefix; -1 if none of the entries is one. */
  readonly #parents: readonly number[]

  constructor(entries: readonly Entry<T>[]) {
    this.#entries = entries.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1))
    const parents: number[] = []
    for (const [position, { prefix }] of this.#entries.entries()) {
      parents.push(this.#upwards(position - 1, prefix, parents))
    }
    this.#parents = parents
  }

  /** The values of all prefixes of the text. */
  prefixesOf(text: string): readonly T[] {
    const values: T[] = []
    let position = this.#upwards(this.#lastAtMost(text), text, this.#parents)
    for (; position !== -1; position = this.#parents[position] ?? -1) {
      const entry = this.#entries[position]
      if (entry !== undefined) values.push(entry.value)
    }
    return values
  }

  /** The first of an entry, its longest prefix, the longest prefix of that one, … that the text starts with; -1 if there is none. */
  #upwards(from: number, text: string, parents: readonly number[]): number {
    let position = from
    while (position !== -1 && !text.startsWith(this.#entries[position]?.prefix ?? '')) position = parents[position] ?? -1
    return position
  }

  #lastAtMost(text: string): number {
    let low = -1
    let high = this.#entries.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#entries[middle]?.prefix ?? '') <= text) low = middle
      else high = middle - 1
    }
    return low
  }
}
