/** Clients that send hostile pods as fast as they are answered. */
import { Agent, type AgentOptions, request } from 'node:https'
import { hostilePod, reviewOfPod } from './hostile-pods.ts'

/** A load that runs until it is stopped. */
export interface HostileLoad {
  /** Number of replies so far. */
  answered(): number
  /** Stops the clients. @returns when they have ended: how often each status code was replied; 0 is a connection without a reply */
  stop(): Promise<ReadonlyMap<number, number>>
}

/** Where the clients send their requests. */
export interface HostileTarget {
  readonly url: string
  /** How to connect: certificates and addresses. */
  readonly connection: AgentOptions
  /** The body of a request. */
  body(number: number): string
}

/** Reviews at the port of the webhook, which no API server limits. */
export function webhookTarget(url: string, connection: AgentOptions, namespace: string): HostileTarget {
  return { url, connection, body: (number) => reviewOfPod(hostilePod(number), `hostile-${number}`, namespace) }
}

/**
 * Starts clients, each of which sends the next request when the previous one is answered.
 * @param first the number of the first pod: loads on the same server must not share pods
 */
export function startHostileClients({ url, connection, body }: HostileTarget, connections: number, first = 0): HostileLoad {
  const agent = new Agent({ ...connection, keepAlive: true, maxSockets: connections })
  const statuses = new Map<number, number>()
  let answered = 0
  let next = first
  let isStopped = false
  const client = async (): Promise<void> => {
    while (!isStopped) {
      const status = await post(url, agent, body(next++))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      answered++
    }
  }
  const clients = Array.from({ length: connections }, client)
  return {
    answered: () => answered,
    stop: async () => {
      isStopped = true
      await Promise.all(clients)
      agent.destroy()
      return statuses
    },
  }
}

/** Sends one review. @returns the status code; 0 without a reply */
export function post(url: string, agent: Agent, body: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume()
      answer.once('close', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', () => resolve(0))
    sent.end(body)
  })
}
