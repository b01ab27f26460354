/** The search for the shape that costs most per byte: change a recipe, measure, keep what costs most. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Random } from '../oracle/random.ts'
import { costs } from './costs.ts'
import { mutate } from './mutate.ts'
import { build, type Recipe, recipeParts, worstDirectory, worstRecipes } from './recipe.ts'
import { targets } from './targets/index.ts'

/** Size of the measured texts, characters: large enough to show quadratic work. */
const size = 8192
/** A quarter of the size is measured first; what takes longer than this there is not measured at the full size, ms. */
const longestFirst = 500
/** Longest part of a recipe, so that a find stays readable. */
const maxPart = 160
/** Recipes that are changed further. */
const population = 12
/** A find must cost so many times as much as the worst recipe before it. */
const better = 1.15

interface Measured {
  readonly recipe: Recipe
  /** Milliseconds per KiB at the full size. */
  readonly cost: number
}

/** Searches for some minutes and writes a find to test/fuzz/worst. */
export function searchWorst(
  name: string,
  { seed, minutes, print }: { readonly seed: number; readonly minutes: number; print(line: string): void },
): void {
  const run = costs.get(name)
  const dictionary = targets.get(name)?.dictionary
  if (run === undefined || dictionary === undefined) throw new Error(`no target ${name}`)
  const random = new Random(seed)
  const end = Date.now() + minutes * 60_000
  const measure = (recipe: Recipe): Measured => ({ recipe, cost: costOf(recipe, run) })
  const confirm = (recipe: Recipe): Measured => Array.from({ length: 3 }, () => measure(recipe)).reduce((a, b) => (b.cost < a.cost ? b : a))
  const known = [...worstRecipes(name).values()]
  // V8 compiles the code while it is measured for the first time.
  for (let round = 0; round < 3; round++) known.forEach(measure)
  let best = known.map(confirm).sort(byCost)
  const before = best[0]?.cost ?? 0
  let tried = 0
  while (Date.now() < end) {
    const parent = random.pick(best).recipe
    const candidate = measure(changed(parent, { random, dictionary, others: best.map(({ recipe }) => recipe) }))
    tried++
    // A pause of the machine must not look like a find: the smallest of several measurements counts.
    if (candidate.cost > (best.at(-1)?.cost ?? 0)) best = [...best, confirm(candidate.recipe)].sort(byCost).slice(0, population)
  }
  const worst = best[0]
  print(`${name}: ${tried} shapes, the worst takes ${worst?.cost.toFixed(2)} ms per KiB at ${size} characters, before ${before.toFixed(2)}`)
  if (worst !== undefined && worst.cost > before * better) print(`  kept in ${relative(process.cwd(), write(name, worst.recipe))}`)
}

const byCost = (a: Measured, b: Measured): number => b.cost - a.cost

function costOf(recipe: Recipe, run: (text: string) => void): number {
  // Otherwise the fixed cost of a call would make the shortest text the worst one.
  if (build(recipe, size).length < size / 2) return 0
  const first = timed(build(recipe, size / 4), run)
  const kibibytes = (text: string): number => text.length / 1024
  if (first.time > longestFirst) return first.time / kibibytes(first.text)
  const whole = timed(build(recipe, size), run)
  return whole.time / kibibytes(whole.text)
}

/** CPU time, which other load on the machine changes least, ms. */
function timed(text: string, run: (text: string) => void): { readonly text: string; readonly time: number } {
  const start = process.cpuUsage()
  run(text)
  const { user, system } = process.cpuUsage(start)
  return { text, time: (user + system) / 1000 }
}

interface ChangeOptions {
  readonly random: Random
  readonly dictionary: readonly string[]
  readonly others: readonly Recipe[]
}

function changed(recipe: Recipe, { random, dictionary, others }: ChangeOptions): Recipe {
  const part = random.pick(recipeParts)
  const other = random.pick(others)
  if (random.chance(0.15)) return { ...recipe, [part]: other[random.pick(recipeParts)].slice(0, maxPart) }
  const isShort = recipe.open.length + other.open.length + recipe.close.length + other.close.length <= maxPart
  if (isShort && random.chance(0.1)) return { ...recipe, open: recipe.open + other.open, close: other.close + recipe.close }
  const texts = others.map((each) => Buffer.from(each[part]))
  // A part that was written by hand may be longer, such as the beginning of a review: it stays as it is.
  if (recipe[part].length > maxPart) return recipe
  const text = mutate(Buffer.from(recipe[part]), { random, dictionary: [...dictionary, '%n'], others: texts, maxLength: maxPart })
  return { ...recipe, [part]: text.toString('utf8').replaceAll('\ufffd', '').slice(0, maxPart) }
}

function write(name: string, recipe: Recipe): string {
  const text = `${JSON.stringify(recipe, null, 2)}\n`
  const directory = join(worstDirectory, name)
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `found-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`)
  writeFileSync(path, text)
  return path
}
