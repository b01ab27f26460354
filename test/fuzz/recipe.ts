/** Inputs of any size with one shape: `open` and `close` are repeated around the middle until the text is long enough. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Recipe {
  readonly before: string
  /** Repeated before the middle; `%n` is the number of the repetition, so that names differ. */
  readonly open: string
  readonly middle: string
  /** Repeated after the middle, as often as `open`. */
  readonly close: string
  readonly after: string
}

export const recipeParts = ['before', 'open', 'middle', 'close', 'after'] as const

/** The kept recipes: the shapes that cost most per byte, per kind of input. */
export const worstDirectory = join(import.meta.dirname, 'worst')

/** The text of a recipe with about this size in characters, never longer unless it has no repetition. */
export function build({ before, open, middle, close, after }: Recipe, size: number): string {
  const opened: string[] = []
  const closed: string[] = []
  let length = before.length + middle.length + after.length
  for (let number = 0; ; number++) {
    const [first, second] = [numbered(open, number), numbered(close, number)]
    length += first.length + second.length
    if (first.length + second.length === 0 || length > size) break
    opened.push(first)
    closed.push(second)
  }
  return `${before}${opened.join('')}${middle}${closed.reverse().join('')}${after}`
}

function numbered(text: string, number: number): string {
  return text.includes('%n') ? text.replaceAll('%n', String(number)) : text
}

/** The kept recipes of one kind of input, by name. */
export function worstRecipes(kind: string): ReadonlyMap<string, Recipe> {
  const directory = join(worstDirectory, kind)
  return new Map(
    readdirSync(directory)
      .sort()
      .map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(join(directory, name), 'utf8'))]),
  )
}
