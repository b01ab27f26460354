/**
 * Reviews side by side: each round sends the same bodies to the floor, to each server, and to the floor again, so that other load on the
 * machine affects all of them. Only the ratios to the floor are meaningful; that of the floor to itself shows how far they can be trusted.
 */
import autocannon from 'autocannon'
import { quantile } from '../test/support/numbers.ts'
import type { Scenario } from './review.ts'
import { type BenchServer, usageOf } from './servers.ts'

/** One round of one server. */
interface Round {
  /** Requests per second. */
  readonly throughput: number
  /** Latency, ms. */
  readonly p50: number
  readonly p99: number
  /** CPU time of the server per request, microseconds. */
  readonly cpu: number
}

/** The median of a measurement, and of its ratios to the floor in the same round. */
export interface Measured {
  readonly value: number
  readonly ratio: number
}

/** One server in one scenario. For the floor, the ratios are those of its second run in each round to its first. */
export interface Compared {
  readonly scenario: string
  /** Size of a body, bytes. */
  readonly bytes: number
  readonly connections: number
  readonly server: string
  readonly throughput: Measured
  readonly p50: Measured
  readonly p99: Measured
  readonly cpu: Measured
  /** The smallest and the largest ratio of p99. */
  readonly spread: readonly [number, number]
}

export interface CompareOptions {
  readonly rounds: number
  readonly seconds: number
  readonly connections: readonly number[]
}

/** Number of different bodies per scenario. */
const bodyCount = 500
/**
 * Requests before the measurement: V8 compiles and replaces hot code during about the first 24,000 reviews, which take up to three times the
 * CPU time of later ones, and a server runs for weeks.
 */
export const warmUpRequests = 24_000

/** Measures all servers in all scenarios. @param servers the floor first */
export async function* compareServers(
  servers: readonly BenchServer[],
  scenarios: readonly Scenario[],
  { rounds, seconds, connections }: CompareOptions,
): AsyncGenerator<Compared> {
  const [floor, ...others] = servers
  if (floor === undefined) return
  for (const scenario of scenarios) {
    const bodies = scenario.bodies(bodyCount)
    for (const server of servers) await load(server, bodies, 16, { amount: warmUpRequests })
    for (const count of connections) {
      const before: Round[] = []
      const after: Round[] = []
      const measured = new Map<string, Round[]>(others.map(({ name }) => [name, []]))
      for (let round = 0; round < rounds; round++) {
        before.push(await load(floor, bodies, count, { duration: seconds }))
        // The order alternates, so that none benefits from its neighbor.
        for (const server of round % 2 === 0 ? others : others.toReversed())
          measured.get(server.name)?.push(await load(server, bodies, count, { duration: seconds }))
        after.push(await load(floor, bodies, count, { duration: seconds }))
      }
      const facts = { scenario: scenario.name, bytes: Buffer.byteLength(bodies[0] ?? ''), connections: count }
      yield { ...facts, server: floor.name, ...comparedTo(after, before) }
      const flanks = before.map((round, index) => meanOf(round, after[index] ?? round))
      for (const [server, own] of measured) yield { ...facts, server, ...comparedTo(own, flanks) }
    }
  }
}

function comparedTo(rounds: readonly Round[], floor: readonly Round[]): Omit<Compared, 'scenario' | 'bytes' | 'connections' | 'server'> {
  const ratios = (key: keyof Round): readonly number[] => rounds.map((round, index) => round[key] / (floor[index]?.[key] ?? Number.NaN))
  const measured = (key: keyof Round): Measured => ({
    value: quantile(
      rounds.map((round) => round[key]),
      0.5,
    ),
    ratio: quantile(ratios(key), 0.5),
  })
  const tail = ratios('p99')
  return {
    throughput: measured('throughput'),
    p50: measured('p50'),
    p99: measured('p99'),
    cpu: measured('cpu'),
    spread: [Math.min(...tail), Math.max(...tail)],
  }
}

function meanOf(a: Round, b: Round): Round {
  const mean = (key: keyof Round): number => (a[key] + b[key]) / 2
  return { throughput: mean('throughput'), p50: mean('p50'), p99: mean('p99'), cpu: mean('cpu') }
}

/** Sends the bodies over several connections, each of which begins with another one. */
export async function load(
  server: BenchServer,
  bodies: readonly string[],
  connections: number,
  until: { readonly amount: number } | { readonly duration: number },
): Promise<Round> {
  const headers = { 'content-type': 'application/json' }
  const requests = bodies.map((body) => ({ method: 'POST' as const, path: '/validate?timeout=5s', headers, body }))
  let clients = 0
  const before = usageOf(server).cpuMs
  const { result, times } = await fire({
    url: `https://127.0.0.1:${server.port}`,
    requests: requests.slice(0, 1),
    setupClient: (client) => {
      const first = Math.floor((requests.length * (clients++ % connections)) / connections)
      client.setRequests([...requests.slice(first), ...requests.slice(0, first)])
    },
    connections,
    ...until,
    tlsOptions: { rejectUnauthorized: false },
  })
  const failed = result.errors + result.timeouts + result.non2xx
  if (failed > 0) throw new Error(`${server.name}: ${failed} of ${result.requests.sent} calls failed`)
  const total = result.requests.total
  return {
    throughput: total / result.duration,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpu: ((usageOf(server).cpuMs - before) * 1000) / total,
  }
}

/** Runs autocannon and records the time of every response, ms, because its own histogram has a resolution of one millisecond. */
function fire(options: autocannon.Options): Promise<{ readonly result: autocannon.Result; readonly times: readonly number[] }> {
  const times: number[] = []
  return new Promise((resolve, reject) => {
    const instance = autocannon(options, (error, result) => (error ? reject(error) : resolve({ result, times })))
    instance.on('response', (_client, _status, _bytes, time) => times.push(time))
  })
}
