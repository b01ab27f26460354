/** How the cost of a review grows with the lists of the policy. */
import { answerReview } from '../src/admission/index.ts'
import { quantile } from '../test/support/numbers.ts'
import { portsOf } from '../test/support/reviews.ts'
import { benchReview } from './review.ts'
import { exponentOf } from './worst.ts'

/** The cost of something at several sizes. */
export interface Growth {
  readonly what: string
  readonly sizes: readonly number[]
  /** ms. */
  readonly times: readonly number[]
  readonly exponent: number | undefined
}

const listSizes = [125, 250, 500, 1000]

const lists: Readonly<Record<string, (entries: number) => string>> = {
  registries: (count) => `registries:\n${repeat(count, (entry) => `  - {match: "registry-${entry}.example/team/**", fragile: true}`)}`,
  exemptions: (count) =>
    `exemptions:\n${repeat(count, (entry) => `  - {rules: [image-latest], match: {namespaces: ["team-${entry}-*"]}, reason: "reason ${entry}"}`)}`,
  overrides: (count) =>
    `overrides:\n${repeat(count, (entry) => `  - {match: {namespaces: ["team-${entry}-*"]}, rules: {image-latest: audit}}`)}`,
}

function repeat(count: number, entry: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => entry(number)).join('\n')
}

/** The time of a review with 125 to 1,000 entries in a list of the policy, of which none matches. */
export function policyGrowth(rounds: number): readonly Growth[] {
  const body: unknown = JSON.parse(benchReview())
  return Object.entries(lists).map(([what, list]) => {
    const ports = listSizes.map((count) => portsOf(list(count)))
    const times = listSizes.map(() => [] as number[])
    for (let round = -20; round < rounds; round++) {
      for (const [index, each] of ports.entries()) {
        const time = timed(() => answerReview('validate', body, each))
        if (round >= 0) times[index]?.push(time)
      }
    }
    return growthOf(
      `review, ${what} of the policy`,
      listSizes,
      times.map((each) => quantile(each, 0.5)),
    )
  })
}

function growthOf(what: string, sizes: readonly number[], times: readonly number[]): Growth {
  const points = sizes.map((size, index) => ({ size, time: times[index] ?? Number.NaN }))
  return { what, sizes, times, exponent: exponentOf(points, 0) }
}

function timed(run: () => void): number {
  const start = performance.now()
  run()
  return performance.now() - start
}
