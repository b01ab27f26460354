import type { Limits } from './limits.ts'

/** One request's share of the load. */
export interface Ticket {
  /** When the request arrived, ms on the monotonic clock (`performance.now()`). */
  readonly arrived: number
  /** Bytes of its body held in memory. */
  held: number
  /** Whether the server was too busy for it: it is answered with 503. */
  shed: boolean
  /** Whether it counts as in flight. */
  counted: boolean
}

/**
 * Counts requests and bytes of bodies, and limits both. The server must apply back-pressure itself: the API server does not limit its
 * calls to webhooks, and it repeats a call that was answered with 503 and Retry-After.
 */
export class Load {
  readonly #limits: Limits
  #inFlight = 0
  #held = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Number of requests being read or processed. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Counts a new request; the ticket is shed if there are too many. */
  enter(): Ticket {
    const shed = this.#inFlight >= this.#limits.inFlight
    if (!shed) this.#inFlight++
    return { arrived: performance.now(), held: 0, shed, counted: !shed }
  }

  /** Reserves bytes for the ticket's body. @returns false if there are too many; the ticket is then shed */
  hold(ticket: Ticket, bytes: number): boolean {
    const alone = this.#held === ticket.held
    if (!alone && this.#held + bytes > this.#limits.heldBytes) {
      ticket.shed = true
      return false
    }
    this.#held += bytes
    ticket.held += bytes
    return true
  }

  /** Releases the bytes of a body that is no longer kept. */
  drop(ticket: Ticket): void {
    this.#held -= ticket.held
    ticket.held = 0
  }

  /** Releases everything that a request holds. Idempotent. */
  leave(ticket: Ticket): void {
    this.drop(ticket)
    if (ticket.counted) this.#inFlight--
    ticket.counted = false
  }
}
