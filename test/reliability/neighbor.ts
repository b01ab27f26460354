/** An ordinary client next to tenants who send the worst scripts that were found. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, ordinary, scriptReview } from '../faults/support/client.ts'
import { type Deployed, startDeployed, webhookTimeout } from '../faults/support/deployed.ts'
import { build, worstRecipes } from '../fuzz/recipe.ts'

export interface NeighborResult {
  readonly seconds: number
  readonly hostileConnections: number
  readonly hostileReviews: number
  readonly ordinaryReviews: number
  /** Of the ordinary reviews, ms. */
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Ordinary reviews that were not answered before the deadline of the webhook configuration. */
  readonly missed: number
  /** CPU seconds per second of the run. */
  readonly serverCpu: number
  readonly clientCpu: number
  readonly processors: number
  /** MiB. */
  readonly residentBefore: number
  readonly residentPeak: number
  readonly residentAfter: number
}

/** One ordinary review every so many ms, whether or not those before it are answered. */
const pace = 20
/** Characters of a hostile script: a pod with four of them stays below 64 KiB. */
const scriptSize = 15 * 1024
const scriptsPerPod = 4

/** Reviews with the worst scripts, each different from all before it, so that nothing is in a cache. */
export function* hostileReviews(size = scriptSize): Generator<string> {
  const recipes = [...worstRecipes('scripts').values()]
  for (let number = 0; ; number++) {
    const scripts = Array.from({ length: scriptsPerPod }, (_, index) => {
      const recipe = recipes[(number * scriptsPerPod + index) % recipes.length]
      if (recipe === undefined) throw new Error('there are no recipes')
      return `${build(recipe, size)}\n# ${number}-${index}`
    })
    yield scriptReview(scripts)
  }
}

export async function neighbor(seconds: number, hostileConnections = 20): Promise<NeighborResult> {
  const ends: (() => unknown)[] = []
  const server = await startDeployed({ after: (end: () => unknown) => void ends.push(end) } as Parameters<typeof startDeployed>[0])
  server.child.stderr?.resume()
  const [client, hostile] = [new Client(server), new Client(server, hostileConnections)]
  try {
    return await run({ server, client, hostile, seconds, hostileConnections })
  } finally {
    client.close()
    hostile.close()
    for (const end of ends.toReversed()) await end()
  }
}

interface Run {
  readonly server: Deployed
  readonly client: Client
  readonly hostile: Client
  readonly seconds: number
  readonly hostileConnections: number
}

async function run({ server, client, hostile, seconds, hostileConnections }: Run): Promise<NeighborResult> {
  const deadline = webhookTimeout()
  for (let round = 0; round < 2000; round++) await client.review(ordinary)
  const residentBefore = server.resident()
  const [serverStart, clientStart] = [cpuSeconds(server.child.pid ?? 0), process.cpuUsage()]
  const end = Date.now() + seconds * 1000
  const source = hostileReviews()
  let hostileCount = 0
  const attackers = Array.from({ length: hostileConnections }, async () => {
    while (Date.now() < end) {
      await hostile.review(source.next().value, deadline)
      hostileCount++
    }
  })
  const times: number[] = []
  const pending: Promise<void>[] = []
  let missed = 0
  let residentPeak = residentBefore
  while (Date.now() < end) {
    const started = performance.now()
    pending.push(
      client.review(ordinary, deadline).then(({ code }) => {
        if (code === 200) times.push(performance.now() - started)
        else missed++
      }),
    )
    residentPeak = Math.max(residentPeak, server.resident())
    await sleep(pace)
  }
  await Promise.all([...pending, ...attackers])
  const own = process.cpuUsage(clientStart)
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return {
    seconds,
    hostileConnections,
    hostileReviews: hostileCount,
    ordinaryReviews: pending.length,
    p50: at(0.5),
    p99: at(0.99),
    longest: at(1),
    missed,
    serverCpu: (cpuSeconds(server.child.pid ?? 0) - serverStart) / seconds,
    clientCpu: (own.user + own.system) / 1e6 / seconds,
    processors: availableParallelism(),
    residentBefore,
    residentPeak,
    residentAfter: server.resident(),
  }
}

/** Clock ticks per second in /proc (USER_HZ, which is 100 on all common Linux systems). */
const ticksPerSecond = 100

/** User and system time of a process with all its threads (proc(5): the 12th and 13th fields after the name in parentheses). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
