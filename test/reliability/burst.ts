/** More reviews at once than the server takes, among them large ones. */
import { connectedClients, countOutcomes, ordinary } from '../faults/support/client.ts'
import { type Deployed, withDeployed } from '../faults/support/deployed.ts'
import { until } from '../support/waiting.ts'

export interface BurstResult {
  readonly reviews: number
  readonly large: number
  readonly largeMiB: number
  readonly answered: number
  readonly shed: number
  /** Without a reply, or with another one. */
  readonly lost: number
  /** Liveness probes that were sent meanwhile. */
  readonly probes: number
  readonly probesFailed: number
  readonly residentPeak: number
  /** Of as many ordinary reviews after the burst. */
  readonly answeredAfter: number
}

const mebibyte = 1024 * 1024

/** A review of this size, with many small values. */
export function largeReview(bytes: number): string {
  const entry = '{"name":"SETTING","value":"some value"},'
  return ordinary.replace('"env":[]', `"env":[${entry.repeat(Math.floor(bytes / entry.length))}{}]`)
}

/** Sends all reviews at once, then one more over each connection. Waits until the server has finished all of them. */
export function burst({ reviews = 600, large = 12, largeMiB = 6 } = {}): Promise<BurstResult> {
  return withDeployed((server) => send(server, { reviews, large, largeMiB }))
}

async function send(
  server: Deployed,
  { reviews, large, largeMiB }: Pick<BurstResult, 'reviews' | 'large' | 'largeMiB'>,
): Promise<BurstResult> {
  const clients = await connectedClients(server, reviews + large)
  try {
    const body = largeReview(largeMiB * mebibyte)
    let open = true
    const all = Promise.all(clients.map((client, index) => client.review(index < large ? body : ordinary))).finally(() => {
      open = false
    })
    let [probes, probesFailed, residentPeak] = [0, 0, 0]
    while (open) {
      probes++
      if ((await server.ops('/livez')) !== 200) probesFailed++
      residentPeak = Math.max(residentPeak, server.resident())
    }
    const outcomes = await all
    const isShed = ({ code, headers }: (typeof outcomes)[number]): boolean => code === 503 && headers['retry-after'] === '1'
    const answered = countOutcomes(outcomes)['200'] ?? 0
    const shed = outcomes.filter(isShed).length
    const lost = outcomes.length - answered - shed
    let answeredAfter = 0
    for (const client of clients) if ((await client.review(ordinary)).code === 200) answeredAfter++
    await until('no request is in flight', async () => (await server.metrics()).includes('\ninitlint_requests_in_flight 0\n'))
    return { reviews, large, largeMiB, answered, shed, lost, probes, probesFailed, residentPeak, answeredAfter }
  } finally {
    for (const client of clients) client.close()
  }
}
