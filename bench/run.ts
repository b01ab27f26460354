/**
 * `npm run bench [-- --quick]`: initlint against the floor (floor.ts), in interleaved rounds of one run, so that whatever else the
 * machine does hits both. Only ratios mean anything; absolute numbers are printed for curiosity. Nothing is asserted.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { makePair } from '../src/server/certificates/make.ts'
import { rehearsalCosts } from './rehearsal.ts'
import { benchReview } from './review.ts'
import { type BenchServer, end, startFloor, startInitlint, usageOf } from './servers.ts'

interface Round {
  /** Requests per second. */
  readonly throughput: number
  /** Latency, ms. */
  readonly p50: number
  readonly p99: number
  /** CPU time of the server per request, microseconds. */
  readonly cpu: number
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const { rounds, seconds } = values.quick ? { rounds: 3, seconds: 2 } : { rounds: 7, seconds: 5 }
const connectionCounts = [1, 16, 64]
/** What design asks for, printed beside what was measured. */
const aims = { throughput: 0.85, p99: 1.3, cold: 2000, cached: 20 }

const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-bench-'))
  reportRehearsals()
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const pair = await makePair({ dns: ['localhost'], ip: ['127.0.0.1'] }, Date.now())
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key, { mode: 0o600 })
  const servers: BenchServer[] = []
  try {
    servers.push(await startFloor(files), await startInitlint(files))
    await compare(servers)
  } finally {
    for (const server of servers) end(server)
    rmSync(folder, { recursive: true })
  }
}

function reportRehearsals(): void {
  const { cold, cached, long, json } = rehearsalCosts(values.quick ? 300 : 2000)
  const line = (what: string, time: number, aim: string) =>
    print(`${what.padEnd(38)} ${time.toFixed(0).padStart(7)} µs ${(time / json).toFixed(1).padStart(7)} ×${aim}`)
  print('Rehearsal of an init script           median time, and as a multiple of JSON.parse of the review below')
  line('typical script, for the first time', cold, ` (aim ${aims.cold} µs)`)
  line('typical script, seen before', cached, ` (aim ${aims.cached} µs)`)
  line('long script, for the first time', long, '')
  line('JSON.parse', json, '')
  print('')
}

async function compare(servers: readonly BenchServer[]): Promise<void> {
  const body = benchReview()
  print(
    `A review of ${body.length} bytes, ${rounds} interleaved rounds of ${seconds} s each, ${availableParallelism()} CPUs, Node ${process.version}`,
  )
  for (const server of servers) await load(server, body, 16, 2)
  print('')
  print('connections  server     requests/s   p50 ms   p99 ms   CPU µs/request')
  for (const connections of connectionCounts) {
    const results = new Map<string, Round[]>(servers.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      // Who goes first changes, so that warmth favours nobody.
      const order = round % 2 === 0 ? servers : servers.toReversed()
      for (const server of order) results.get(server.name)?.push(await load(server, body, connections, seconds))
    }
    report(connections, results)
  }
  print('')
  for (const server of servers) print(`Memory of ${server.name} after the load: ${usageOf(server).residentMiB.toFixed(0)} MiB resident`)
}

async function load(server: BenchServer, body: string, connections: number, duration: number): Promise<Round> {
  const before = usageOf(server).cpuMs
  const result = await autocannon({
    url: `https://127.0.0.1:${server.port}/validate?timeout=5s`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections,
    duration,
    tlsOptions: { rejectUnauthorized: false },
  })
  const failed = result.errors + result.timeouts + result.non2xx
  if (failed > 0) print(`${server.name}: ${failed} of ${result.requests.sent} calls failed`)
  const total = result.requests.total
  return {
    throughput: total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpu: ((usageOf(server).cpuMs - before) * 1000) / total,
  }
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
  const throughput = medianOf(ours.map((round, index) => round.throughput / (floor[index]?.throughput ?? Number.NaN)))
  const p99 = median(ours, 'p99') / median(floor, 'p99')
  const cpu = median(ours, 'cpu') / median(floor, 'cpu')
  print(
    `             ratio: throughput ${throughput.toFixed(2)} (aim ${aims.throughput}), p99 ${p99.toFixed(2)} (aim ${aims.p99}), CPU per request ${cpu.toFixed(2)}`,
  )
}

function median(rounds: readonly Round[], key: keyof Round): number {
  return medianOf(rounds.map((round) => round[key]))
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

await main()
