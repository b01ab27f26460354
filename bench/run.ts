/**
 * `npm run bench [-- --quick]`: compares initlint with the baseline (floor.ts) in interleaved rounds of one run, so that other load on the
 * machine affects both. Only the ratios are meaningful; absolute numbers are printed for information. Nothing is asserted.
 * `npm run bench -- --hostile [--quick]`: measures an ordinary client next to hostile ones (hostile.ts).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { makePair } from '../src/server/certificates/make.ts'
import { quantile } from '../test/support/numbers.ts'
import { reportHostile } from './hostile.ts'
import { objectCosts, patternCost } from './objects.ts'
import { rehearsalCosts } from './rehearsal.ts'
import { benchReviews } from './review.ts'
import { type BenchServer, buildInitlint, end, nodeOptions, startFloor, startInitlint, usageOf } from './servers.ts'
import { reportWorst } from './worst.ts'

interface Round {
  /** Requests per second. */
  readonly throughput: number
  /** Latency, ms. */
  readonly p50: number
  readonly p99: number
  /** CPU time of the server per request, microseconds. */
  readonly cpu: number
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, hostile: { type: 'boolean', default: false } } })
const { rounds, seconds } = values.quick ? { rounds: 3, seconds: 2 } : { rounds: 7, seconds: 5 }
const connectionCounts = [1, 16, 64]
/** Requests before the measurement: V8 compiles hot code during about the first ten thousand reviews, and a server runs for weeks. */
const warmUpRequests = 15_000
/** Number of different Pods, because the API server never sends the same one twice. */
const podCount = 200
/** The targets, printed next to the measurements. */
const targets = { throughput: 0.85, p99: 1.3, cold: 2000, cached: 20 }

const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-bench-'))
  buildInitlint()
  if (!values.hostile) {
    reportRehearsals()
    reportObjects()
    reportWorst(print)
  }
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const pair = await makePair({ dns: ['localhost'], ip: ['127.0.0.1'] }, Date.now())
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key, { mode: 0o600 })
  const servers: BenchServer[] = []
  try {
    if (values.hostile) {
      const server = await startInitlint(files)
      servers.push(server)
      await reportHostile(server, { seconds: values.quick ? 10 : 30, connections: 20 })
    } else {
      servers.push(await startFloor(files), await startInitlint(files))
      await compare(servers)
    }
  } finally {
    for (const server of servers) end(server)
    rmSync(folder, { recursive: true })
  }
}

function reportRehearsals(): void {
  const { cold, cached, long, json } = rehearsalCosts(values.quick ? 300 : 2000)
  const line = (what: string, time: number, target: string) =>
    print(`${what.padEnd(38)} ${time.toFixed(0).padStart(7)} µs ${(time / json).toFixed(1).padStart(7)} ×${target}`)
  print('Rehearsal of an init script           median time, and as a multiple of JSON.parse of the review below')
  line('typical script, not cached', cold, ` (target ${targets.cold} µs)`)
  line('typical script, cached', cached, ` (target ${targets.cached} µs)`)
  line('long script, not cached', long, '')
  line('JSON.parse', json, '')
  print('')
}

function reportObjects(): void {
  print('Reviews of objects with thousands of parts    1x       2x       4x       8x (ms)   exponent (target 1.2)')
  for (const { what, times, exponent } of objectCosts(values.quick ? 3 : 7)) {
    print(`${what.padEnd(38)} ${times.map((time) => time.toFixed(1).padStart(8)).join(' ')} ${(exponent?.toFixed(2) ?? '-').padStart(13)}`)
  }
  const [few, many] = [99, 990].map((patterns) => patternCost(patterns, 10_000, 5)) as [number, number]
  print(`10,000 images: ${few.toFixed(0)} ms with 99 patterns, ${many.toFixed(0)} ms with 990 (target 100 ms)`)
  print('')
}

async function compare(servers: readonly BenchServer[]): Promise<void> {
  const bodies = benchReviews(podCount)
  print(
    `Reviews of ${bodies[0]?.length} bytes, ${rounds} interleaved rounds of ${seconds} s each, ${availableParallelism()} CPUs, Node ${process.version} ${nodeOptions()}`,
  )
  const idle = new Map(servers.map((server) => [server.name, usageOf(server).residentMiB]))
  for (const server of servers) await load(server, bodies, 16, { amount: warmUpRequests })
  print('')
  print('connections  server     requests/s   p50 ms   p99 ms   CPU µs/request')
  for (const connections of connectionCounts) {
    const results = new Map<string, Round[]>(servers.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      // The order alternates, so that neither server benefits from warm caches.
      const order = round % 2 === 0 ? servers : servers.toReversed()
      for (const server of order) results.get(server.name)?.push(await load(server, bodies, connections, { duration: seconds }))
    }
    report(connections, results)
  }
  print('')
  for (const server of servers) {
    const before = (idle.get(server.name) ?? Number.NaN).toFixed(0)
    print(`Memory of ${server.name}: ${before} MiB resident before the load, ${usageOf(server).residentMiB.toFixed(0)} MiB after it`)
  }
}

async function load(
  server: BenchServer,
  bodies: readonly string[],
  connections: number,
  until: { readonly amount: number } | { readonly duration: number },
): Promise<Round> {
  const before = usageOf(server).cpuMs
  const { result, times } = await fire({
    url: `https://127.0.0.1:${server.port}`,
    requests: bodies.map((body) => ({
      method: 'POST',
      path: '/validate?timeout=5s',
      headers: { 'content-type': 'application/json' },
      body,
    })),
    connections,
    ...until,
    tlsOptions: { rejectUnauthorized: false },
  })
  const failed = result.errors + result.timeouts + result.non2xx
  if (failed > 0) print(`${server.name}: ${failed} of ${result.requests.sent} calls failed`)
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

function report(connections: number, results: ReadonlyMap<string, readonly Round[]>): void {
  for (const [name, rounds] of results) {
    const cells = [
      String(connections).padStart(11),
      name.padEnd(9),
      median(rounds, 'throughput').toFixed(0).padStart(11),
      median(rounds, 'p50').toFixed(1).padStart(7),
      median(rounds, 'p99').toFixed(1).padStart(7),
      median(rounds, 'cpu').toFixed(0).padStart(15),
    ]
    print(cells.join('  '))
  }
  const [floor = [], ours = []] = results.values()
  const throughput = quantile(
    ours.map((round, index) => round.throughput / (floor[index]?.throughput ?? Number.NaN)),
    0.5,
  )
  const p99 = median(ours, 'p99') / median(floor, 'p99')
  const cpu = median(ours, 'cpu') / median(floor, 'cpu')
  print(
    `             ratio: throughput ${throughput.toFixed(2)} (target ${targets.throughput}), p99 ${p99.toFixed(2)} (target ${targets.p99}), CPU per request ${cpu.toFixed(2)}`,
  )
}

function median(rounds: readonly Round[], key: keyof Round): number {
  return quantile(
    rounds.map((round) => round[key]),
    0.5,
  )
}

await main()
