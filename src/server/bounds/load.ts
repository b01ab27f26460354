import type { Limits } from './limits.ts'

/** One request's share of the load. */
export interface Ticket {
  /** When the request arrived, ms on the monotonic clock (`performance.now()`). */
  readonly arrived: number
  /** Bytes of its body held in memory. */
  held: number
  /** Whether the server was too busy to take it: it is answered with 503. */
  shed: boolean
  /** Whether it counts as in flight. */
  counted: boolean
}

/**
 * Counts requests and bytes of bodies, and says when there are too many. Back-pressure is ours to make: the API server has no limit for
 * calls to webhooks, and it repeats a call that was answered with 503 and Retry-After.
 */
export class Load {
  readonly #limits: Limits
  #inFlight = 0
  #held = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Requests being read or judged. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Takes a request in; the ticket says whether there was room. */
  enter(): Ticket {
    const shed = this.#inFlight >= this.#limits.inFlight
    if (!shed) this.#inFlight++
    return { arrived: performance.now(), held: 0, shed, counted: !shed }
  }

  /** Whether there is room for more bytes of the ticket's body; if so, they are counted. */
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

  /** Gives back the bytes of a body that is no longer kept. */
  drop(ticket: Ticket): void {
    this.#held -= ticket.held
    ticket.held = 0
  }

  /** Gives back all that a request took. Harmless when asked twice. */
  leave(ticket: Ticket): void {
    this.drop(ticket)
    if (ticket.counted) this.#inFlight--
    ticket.counted = false
  }
}
