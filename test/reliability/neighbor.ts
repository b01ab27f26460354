/** An ordinary client next to tenants who send the worst scripts that were found. */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, ordinary, scriptReview } from '../faults/support/client.ts'
import { type Deployed, webhookTimeout, withDeployed } from '../faults/support/deployed.ts'
import { build, worstRecipes } from '../fuzz/recipe.ts'
import { quantile } from '../support/numbers.ts'
import { cpuMs } from '../support/proc.ts'

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

/** Time between two ordinary reviews, ms, whether or not those before are answered. */
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

export function neighbor(seconds: number, hostileConnections = 20): Promise<NeighborResult> {
  return withDeployed(async (server) => {
    const [client, hostile] = [new Client(server), new Client(server, hostileConnections)]
    try {
      return await run({ server, client, hostile, seconds, hostileConnections })
    } finally {
      client.close()
      hostile.close()
    }
  })
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
  const [serverStart, clientStart] = [cpuMs(server.child.pid), process.cpuUsage()]
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
  return {
    seconds,
    hostileConnections,
    hostileReviews: hostileCount,
    ordinaryReviews: pending.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    longest: quantile(times, 1),
    missed,
    serverCpu: (cpuMs(server.child.pid) - serverStart) / 1000 / seconds,
    clientCpu: (own.user + own.system) / 1e6 / seconds,
    processors: availableParallelism(),
    residentBefore,
    residentPeak,
    residentAfter: server.resident(),
  }
}
