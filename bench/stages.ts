/**
 * Where the CPU time of a review goes in a server under load: servers that do more and more take turns, and each part is the difference
 * between two of them. In a process that only judges reviews (decomposition.ts), each part takes less, because nothing else evicts its code
 * and data from the caches of the CPU.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quantile } from '../test/support/numbers.ts'
import { load, warmUpRequests } from './compare.ts'
import type { Section } from './report.ts'
import { scenarios } from './review.ts'
import { type BenchServer, end, type Files, startFloor, startInitlint } from './servers.ts'

const bodyCount = 500
const connections = 16

/** A server, and what it does in addition to the one before it. */
interface Stage {
  readonly adds: string
  readonly start: (files: Files) => Promise<BenchServer>
}

function stagesIn(folder: string): readonly Stage[] {
  const noRules = join(folder, 'no-rules.yaml')
  writeFileSync(noRules, 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: off\n')
  const silent = ['--log-reviews', 'none']
  return [
    { adds: 'floor: TLS, HTTP, JSON of the review', start: startFloor },
    { adds: 'limits, reading of the object, metrics', start: (files) => startInitlint(files, silent, noRules) },
    { adds: 'rules, warnings, longer answer', start: (files) => startInitlint(files, silent) },
    { adds: 'log', start: (files) => startInitlint(files) },
  ]
}

/** Measures the stages of distinct pods. @param folder for a policy */
export async function stagesSection(files: Files, folder: string, isQuick: boolean): Promise<Section> {
  const rounds = isQuick ? 3 : 9
  const bodies = scenarios.find(({ name }) => name === 'distinct pods')?.bodies(bodyCount) ?? []
  const stages = stagesIn(folder)
  const servers: BenchServer[] = []
  const times = stages.map((): number[] => [])
  try {
    for (const { start } of stages) servers.push(await start(files))
    for (const server of servers) await load(server, bodies, connections, { amount: warmUpRequests })
    for (let round = 0; round < rounds; round++) {
      const order = [...servers.entries()]
      for (const [index, server] of round % 2 === 0 ? order : order.toReversed()) {
        times[index]?.push((await load(server, bodies, connections, { amount: isQuick ? 2000 : 5000 })).cpu)
      }
    }
  } finally {
    for (const server of servers) end(server)
  }
  const medians = times.map((own) => quantile(own, 0.5))
  const [floor = Number.NaN] = medians
  const row = (what: string, time: number): readonly string[] => [what, time.toFixed(0), (time / floor).toFixed(2)]
  return {
    title: 'Parts of a review under load',
    about: `CPU time of the server per review of distinct pods, ${connections} connections; ${rounds} rounds in which servers that do more and more take turns. Each part is the difference between the medians of two of them, so the parts add up to the total.`,
    head: ['part', 'CPU µs', 'times the floor'],
    rows: [
      ...stages.map(({ adds }, index) => row(adds, (medians[index] ?? Number.NaN) - (medians[index - 1] ?? 0))),
      row('total', medians.at(-1) ?? Number.NaN),
    ],
    aims: [],
  }
}
