import type { Limits } from './limits.ts'

interface Connection {
  readonly end: number
  requests: number
}

/**
 * Retires connections by age and number of requests: the API server keeps a connection as long as the server does, so otherwise a new
 * replica would get no calls and an old one would get all of them.
 */
export class Connections {
  readonly #limits: Limits
  readonly #known = new WeakMap<object, Connection>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /**
   * Counts a request on its socket.
   * @param now ms on the monotonic clock
   * @returns whether the reply should end the connection
   */
  countRequest(socket: object, now: number): boolean {
    const known = this.#known.get(socket)
    if (known === undefined) {
      // Spread over the last quarter, so that connections that were opened together are not renewed together.
      const age = this.#limits.connectionAge * (0.75 + Math.random() / 4)
      this.#known.set(socket, { end: now + age, requests: 1 })
      return this.#limits.connectionRequests <= 1
    }
    known.requests++
    return now >= known.end || known.requests >= this.#limits.connectionRequests
  }
}
