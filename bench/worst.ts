/**
 * How the cost of the worst inputs grows with their size: the kept shapes of test/fuzz/worst at 1x, 2x, 4x and 8x, and the exponent that
 * fits best. Linear work has the exponent 1; the target leaves room for caches that get cold.
 */
import { costs } from '../test/fuzz/costs.ts'
import { build, type Recipe, worstRecipes } from '../test/fuzz/recipe.ts'

/** Characters at 1x: from there on, the fixed cost of a call no longer hides the growth. */
const smallest = 4096
const factors = [1, 2, 4, 8]
/** Measurements of each size; the smallest counts, because other load only adds time. */
const rounds = 9
/** Calls before the first one that is measured. */
const warmUps = 3
/** A call that takes longer is not made with a larger input, ms. */
const longestCall = 2000
/** Times below this are noise, ms: a shape that is this cheap at every size has no exponent. */
const noise = 2

export interface WorstCost {
  readonly kind: string
  readonly name: string
  /** ms at each size that was measured. */
  readonly times: readonly number[]
  /** Undefined if it is too cheap to measure. */
  readonly exponent: number | undefined
}

/** Measures every kept shape. */
export function worstCosts(): readonly WorstCost[] {
  return [...costs].flatMap(([kind, run]) => [...worstRecipes(kind)].map(([name, recipe]) => ({ kind, name, ...measure(recipe, run) })))
}

function measure(recipe: Recipe, run: (text: string) => void): Pick<WorstCost, 'times' | 'exponent'> {
  const texts = factors.map((factor) => build(recipe, smallest * factor))
  // A shape without a repetition does not grow.
  const sizes = texts.filter((text, index) => index === 0 || text.length > (texts[index - 1]?.length ?? 0))
  // Compiles the code.
  for (let round = 0; round < warmUps; round++) run(texts[0] ?? '')
  const measured = sizes.map((text) => ({ text, time: Number.POSITIVE_INFINITY }))
  // The sizes take turns, so that other load and the state of the heap affect all of them.
  for (let round = 0; round < rounds; round++) {
    for (const each of measured) {
      each.time = Math.min(
        each.time,
        cpuTime(() => run(each.text)),
      )
      if (each.time > longestCall) break
    }
  }
  const points = measured.filter(({ time }) => time < Number.POSITIVE_INFINITY).map(({ text, time }) => ({ size: text.length, time }))
  return { times: points.map(({ time }) => time), exponent: exponentOf(points) }
}

/** CPU time, which other load on the machine changes least, ms. */
function cpuTime(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The slope of the line that fits best through the logarithms of sizes and times. @param least largest time that is too short, ms */
export function exponentOf(points: readonly { readonly size: number; readonly time: number }[], least = noise): number | undefined {
  if (points.length < 2 || Math.max(...points.map(({ time }) => time)) < least) return undefined
  const logs = points.map(({ size, time }) => ({ x: Math.log(size), y: Math.log(Math.max(time, 0.001)) }))
  const mean = (of: (point: { x: number; y: number }) => number) => logs.reduce((sum, point) => sum + of(point), 0) / logs.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const covariance = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0)
  return covariance / logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0)
}

/** Prints a line for each shape. @param target the exponent that none should exceed */
export function reportWorst(print: (line: string) => void, target = 1.2): void {
  const all = worstCosts()
  print(
    `Worst inputs                           ms at ${factors.map((factor) => `${(smallest * factor) / 1024}`).join(', ')} KiB, and the fitted exponent (target ${target})`,
  )
  for (const { kind, name, times, exponent } of all) {
    const mark = exponent !== undefined && exponent > target ? '  above the target' : ''
    const cells = times.map((time) => time.toFixed(1).padStart(8)).join('')
    print(`${`${kind} ${name}`.padEnd(38)}${cells.padEnd(36)} ${exponent === undefined ? '   -' : exponent.toFixed(2)}${mark}`)
  }
  const exponents = all.flatMap(({ exponent }) => exponent ?? [])
  print(`largest exponent: ${Math.max(...exponents).toFixed(2)} of ${exponents.length} shapes`)
  print('')
}

if (import.meta.main) reportWorst((line) => void process.stdout.write(`${line}\n`))
