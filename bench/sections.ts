/** The parts of the bench that need no program but initlint: each measures something and describes it. */
import { type Compared, compareServers, type Measured } from './compare.ts'
import { decompositions } from './decomposition.ts'
import { policyGrowth } from './growth.ts'
import { memoryOf } from './memory.ts'
import { objectCosts, patternCost } from './objects.ts'
import { rehearsalCosts } from './rehearsal.ts'
import { figure, type Section } from './report.ts'
import { scenarios } from './review.ts'
import { corpusRows, scriptRows } from './scripts.ts'
import { type BenchServer, type Files, nodeOptions } from './servers.ts'
import { worstCosts } from './worst.ts'

/** The scenario whose ratio at one connection is measured too. */
const main = 'distinct pods'

/**
 * Reviews against the floor.
 * @param servers the floor first
 * @param onRow called with each row, because this takes minutes
 */
export async function reviewsSection(servers: readonly BenchServer[], isQuick: boolean, onRow: (row: string) => void): Promise<Section> {
  const options = isQuick ? { rounds: 3, seconds: 1 } : { rounds: 9, seconds: 2 }
  const found: Compared[] = []
  for (const [connections, measured] of [
    [1, scenarios.filter(({ name }) => name === main)],
    [16, scenarios],
  ] as const) {
    for await (const row of compareServers(servers, measured, { ...options, connections: [connections] })) {
      found.push(row)
      onRow(cellsOf(row).join('  '))
    }
  }
  const own = (scenario: string): Compared | undefined =>
    found.find((row) => row.server === 'initlint' && row.connections === 16 && row.scenario === scenario)
  const pods = own(main)
  return {
    title: 'Reviews',
    about: `HTTPS requests with all rules on, against an empty Fastify server (floor) that parses a review and allows it; ${options.rounds} rounds of ${options.seconds} s, \`NODE_OPTIONS=${nodeOptions()}\`. In parentheses: the median of the ratios to the floor before and after in the same round; for the floor, of its second run to its first. No two bodies are equal.`,
    head: ['reviews', 'bytes', 'connections', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'p99 ratios', 'CPU µs'],
    rows: found.map(cellsOf),
    aims: [
      { what: 'distinct pods, requests per second, times the floor', measured: pods?.throughput.ratio ?? Number.NaN, atLeast: 0.5 },
      { what: 'distinct pods, CPU time, times the floor', measured: pods?.cpu.ratio ?? Number.NaN, atMost: 2 },
      {
        what: 'label UPDATE, requests per second, times the floor',
        measured: own('label UPDATE')?.throughput.ratio ?? Number.NaN,
        atLeast: 0.75,
      },
    ],
  }
}

function cellsOf({ scenario, bytes, connections, server, throughput, p50, p99, cpu, spread }: Compared): readonly string[] {
  const cell = ({ value, ratio }: Measured, digits: number): string => `${value.toFixed(digits)} (${ratio.toFixed(2)})`
  const range = spread.map((ratio) => ratio.toFixed(2)).join(' to ')
  return [scenario, String(bytes), String(connections), server, cell(throughput, 0), cell(p50, 2), cell(p99, 2), range, cell(cpu, 0)]
}

/** Where the time of a review goes. */
export function decompositionSection(isQuick: boolean): Section {
  return {
    title: 'Parts of a review',
    about:
      'Median times in one process without a network, µs: the work alone. In a server, sockets, TLS and HTTP have the CPU in between, so the first of the reviews that are judged in a row takes two to three times as long; the next table shows what the server needs on average.',
    head: ['reviews', 'parse JSON', 'check and answer', 'write JSON'],
    rows: decompositions(isQuick ? 3 : 10).map(({ scenario, parse, answer, stringify }) => [
      scenario,
      ...[parse, answer, stringify].map(figure),
    ]),
    aims: [],
  }
}

/** The first analysis of a script. @param corpus a directory of manifests */
export function scriptsSection(isQuick: boolean, corpus: string | undefined): Section {
  const { cold, cached, long, json } = rehearsalCosts(isQuick ? 200 : 1000)
  const rows = [...scriptRows(isQuick ? 3 : 9), ...(corpus === undefined ? [] : corpusRows(corpus))]
  const times = [
    ['typical (3 lines), new', cold],
    ['typical, known', cached],
    ['long (11 lines), new', long],
    ['JSON.parse of a review', json],
  ] as const
  return {
    title: 'Scripts',
    about:
      `The first analysis of an init script, in this process: median CPU time, and the exponents that fit best to the time and to the steps that the budgets count. ${corpus === undefined ? 'The scripts of a corpus were not measured: `--corpus DIR` names one.' : ''}`.trim(),
    head: ['script', 'value', 'aim'],
    rows: [
      ...times.map(([what, time]) => [what, `${figure(time / 1000)} ms`, '-']),
      ...rows.map(({ name, value, unit, aim }) => [name, `${figure(value)} ${unit}`.trim(), aim === undefined ? '-' : `at most ${aim}`]),
    ],
    aims: rows.flatMap(({ name, value, unit, aim }) =>
      aim === undefined ? [] : [{ what: name, measured: value, atMost: aim, unit: unit === '' ? '' : ` ${unit}` }],
    ),
  }
}

/** How the cost grows with the size of the input. */
export function growthSection(isQuick: boolean): Section {
  const objects = objectCosts(isQuick ? 3 : 5).map(({ what, times, exponent }) => ({ what, sizes: [1, 2, 4, 8], times, exponent }))
  const lists = policyGrowth(isQuick ? 50 : 200)
  const worst = worstCosts().flatMap(({ exponent }) => exponent ?? [])
  const largest = Math.max(...worst)
  const [few = Number.NaN, many = Number.NaN] = [99, 990].map((patterns) => patternCost(patterns, 10_000, 5))
  return {
    title: 'Cost against size',
    about: `Times at growing sizes, and the exponent that fits best: 1 is linear. Objects: the sizes are multiples of 4,000 parts. The largest exponent of the ${worst.length} kept worst inputs (4 to 32 KiB) is ${largest.toFixed(2)}. 10,000 images take ${few.toFixed(0)} ms with 99 registries in the policy, ${many.toFixed(0)} ms with 990.`,
    head: ['input', 'sizes', 'ms', 'exponent'],
    rows: [...objects, ...lists].map(({ what, sizes, times, exponent }) => [
      what,
      `${sizes[0]} to ${sizes.at(-1)}`,
      times.map(figure).join(', '),
      exponent === undefined ? '-' : exponent.toFixed(2),
    ]),
    aims: [
      {
        what: 'exponent of objects with thousands of parts',
        measured: Math.max(...objects.flatMap(({ exponent }) => exponent ?? [])),
        atMost: 1.2,
      },
      { what: 'exponent of lists of the policy', measured: Math.max(...lists.flatMap(({ exponent }) => exponent ?? [])), atMost: 1.2 },
      { what: 'exponent of the kept worst inputs', measured: largest, atMost: 1.2 },
    ],
  }
}

/** Aims in MiB. */
const memoryAims = { file: { idle: 85, after: 150, loaded: 200 }, cluster: { idle: 135, after: 180, loaded: 230 } } as const

/** The memory of the server in both modes. */
export async function memorySection(files: Files): Promise<Section> {
  const figures = [await memoryOf('file', files), await memoryOf('cluster', files)]
  const parts = [
    ['idle', 'idle'],
    ['after', 'after reviews without scripts'],
    ['loaded', 'while worker threads analyze scripts'],
  ] as const
  return {
    title: 'Memory of the server',
    about: `Resident memory, MiB, with the environment of the image and \`NODE_OPTIONS=${nodeOptions()}\`: after the start; after 20,000 reviews of different pods without scripts; at the peak of as many with scripts, which worker threads analyze. In a cluster, the policy comes from an API server, here one that only knows the policy.`,
    head: ['policy', ...parts.map(([, what]) => what)],
    rows: figures.map((each) => [each.mode, ...parts.map(([key]) => each[key].toFixed(0))]),
    aims: figures.flatMap((each) =>
      parts.map(([key, what]) => ({
        what: `memory, policy in a ${each.mode}, ${what}`,
        measured: Math.round(each[key]),
        atMost: memoryAims[each.mode][key],
        unit: ' MiB',
      })),
    ),
  }
}
