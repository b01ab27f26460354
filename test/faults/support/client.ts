/** A client like the API server: keep-alive connections, reviews of Pods, and the end of its patience. */
import { Agent, request } from 'node:https'
import { podReview } from '../../server/support/reviews.ts'
import { initSpec } from '../../support/hostile-pods.ts'
import type { Deployed } from './deployed.ts'

export interface Outcome {
  /** Of the reply; 0 if there was none. */
  readonly code: number
  readonly allowed: boolean | undefined
  readonly headers: Readonly<Record<string, unknown>>
  /** Why there was no reply: the code of the error, or `deadline`. */
  readonly problem: string | undefined
}

/** Clients are stopped after a test: open connections keep the process of the tests alive. */
export class Client {
  readonly #server: Pick<Deployed, 'port' | 'ca'>
  readonly #agent: Agent

  constructor(server: Pick<Deployed, 'port' | 'ca'>, sockets = Number.POSITIVE_INFINITY) {
    this.#server = server
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets, ca: server.ca, servername: 'localhost' })
  }

  /**
   * @param deadline seconds that the server is given for its answer; omitted for none
   * @param patience seconds after which the client gives up, by default at the deadline, as the API server does
   */
  review(body: string | Buffer, deadline?: number, patience = deadline): Promise<Outcome> {
    const path = deadline === undefined ? '/validate' : `/validate?timeout=${deadline}s`
    return new Promise((resolve) => {
      const nothing = (problem: string): void => resolve({ code: 0, allowed: undefined, headers: {}, problem })
      const signal = patience === undefined ? undefined : AbortSignal.timeout(patience * 1000)
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#server.port,
          path,
          method: 'POST',
          agent: this.#agent,
          signal,
          headers: { 'content-length': Buffer.byteLength(body) },
        },
        (incoming) => {
          let text = ''
          incoming.setEncoding('utf8').on('data', (chunk) => {
            text += chunk
          })
          incoming.once('error', (error) => nothing(problemOf(error)))
          incoming.once('end', () => {
            const code = incoming.statusCode ?? 0
            resolve({
              code,
              headers: incoming.headers,
              allowed: code === 200 ? JSON.parse(text).response.allowed : undefined,
              problem: undefined,
            })
          })
        },
      )
      outgoing.once('error', (error) => nothing(problemOf(error)))
      outgoing.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Handshakes at a time: hundreds at once take longer than the server waits for one on a busy machine. */
const handshakes = 16

/** Clients with one open connection each, so that their next reviews arrive at the same time. */
export async function connectedClients(server: Pick<Deployed, 'port' | 'ca'>, count: number): Promise<readonly Client[]> {
  const clients = Array.from({ length: count }, () => new Client(server, 1))
  for (let first = 0; first < count; first += handshakes)
    await Promise.all(clients.slice(first, first + handshakes).map((client) => client.review(ordinary)))
  return clients
}

function problemOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'deadline'
  return 'code' in error ? String(error.code) : error.message
}

/** A small review that is allowed by the preset `recommended`. */
export const ordinary = JSON.stringify(podReview({ image: 'registry.example/app:1' }))

/** A review of a Pod with init containers that run the scripts. */
export function scriptReview(scripts: readonly string[], image = 'registry.example/app:1'): string {
  const review = podReview({ image })
  const { object } = review.request
  const spec = { ...object.spec, ...initSpec(scripts, 'registry.example/tools:1') }
  return JSON.stringify({ ...review, request: { ...review.request, object: { ...object, spec } } })
}

/** How many outcomes there are of each kind: `200`, `503`, `ECONNRESET`, `deadline`, … */
export function countOutcomes(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { code, problem } of outcomes) {
    const kind = problem ?? String(code)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
