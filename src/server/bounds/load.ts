import type { Limits } from './limits.ts'
import { type Share, slowest, type UnfinishedBody } from './unfinished.ts'

/** One request's share of the load. */
export interface Ticket extends UnfinishedBody {
  /** Bytes of its body received so far. */
  received: number
  /** Bytes of its body held in memory. */
  held: number
  /** Whether the server was too busy for it: it is answered with 503. */
  shed: boolean
  /** Whether it was shed because its body arrived more slowly than others while there were too many. */
  slow: boolean
  /** Whether it counts as in flight. */
  counted: boolean
  /** Reads its body; set by the reader. */
  reader: BodyReader
}

/** What Load asks of the reader of a body that gives way to others. */
export interface BodyReader {
  /** Frees what was received; the rest is read and discarded, so that the client can read the reply. */
  discard(): void
  /** Ends the reading at once. */
  end(): void
}

const noReader: BodyReader = { discard: () => {}, end: () => {} }

type LoadLimits = Pick<Limits, 'inFlight' | 'heldBytes' | 'unfinishedBodies'>

/** One address may hold a quarter of what unfinished bodies can hold while others need room. */
const shareOf = ({ unfinishedBodies, heldBytes }: LoadLimits): Share => ({ bodies: unfinishedBodies / 4, bytes: heldBytes / 4 })

/**
 * Counts requests and bytes of bodies, and limits both. The server must apply back-pressure itself: the API server does not limit its
 * calls to webhooks, and it repeats a call that was answered with 503 and Retry-After.
 *
 * A request is in flight when its body is complete. Before that, it occupies a place of the unfinished bodies, which costs a client one
 * packet. So that no client can occupy all of them, the slowest body is ended when a new one needs its place, and discarded when another
 * one needs its memory.
 */
export class Load {
  readonly #limits: LoadLimits
  readonly #share: Share
  readonly #unfinished = new Set<Ticket>()
  #inFlight = 0
  #held = 0

  constructor(limits: LoadLimits) {
    this.#limits = limits
    this.#share = shareOf(limits)
  }

  /** Number of requests with a complete body that are being processed. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Number of requests whose body has not arrived completely. */
  get unfinished(): number {
    return this.#unfinished.size
  }

  /**
   * Registers a request whose body is to be read; ends the slowest unfinished body if there are too many.
   * @param address remote address of the client
   * @param now ms on the monotonic clock
   */
  begin(address: string, now = performance.now()): Ticket {
    const ticket: Ticket = { address, arrived: now, received: 0, held: 0, shed: false, slow: false, counted: false, reader: noReader }
    if (this.#unfinished.size >= this.#limits.unfinishedBodies) {
      const victim = slowest(this.#unfinished, this.#share, now)
      if (victim !== undefined) {
        this.#unfinished.delete(victim)
        this.#giveWay(victim)
        victim.reader.end()
      }
    }
    this.#unfinished.add(ticket)
    return ticket
  }

  /** Counts a request as in flight because its body is complete; the ticket is shed if there are too many. */
  complete(ticket: Ticket): void {
    if (!this.#unfinished.delete(ticket) || ticket.shed) return
    if (this.#inFlight >= this.#limits.inFlight) {
      ticket.shed = true
      this.drop(ticket)
      return
    }
    this.#inFlight++
    ticket.counted = true
  }

  /**
   * Reserves bytes for the ticket's body; slower bodies are discarded if there are too many. A single body is always accepted.
   * @param now ms on the monotonic clock
   * @returns false if there is no room for it; the ticket is then shed
   */
  hold(ticket: Ticket, bytes: number, now = performance.now()): boolean {
    while (this.#held > ticket.held && this.#held + bytes > this.#limits.heldBytes) {
      const holders = [...this.#unfinished].filter((other) => other.held > 0 || other === ticket)
      const victim = slowest(holders, this.#share, now)
      if (victim === undefined || victim === ticket) {
        ticket.shed = true
        return false
      }
      this.#giveWay(victim)
      victim.reader.discard()
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
    this.#unfinished.delete(ticket)
    this.drop(ticket)
    if (ticket.counted) this.#inFlight--
    ticket.counted = false
  }

  #giveWay(victim: Ticket): void {
    this.drop(victim)
    victim.shed = true
    victim.slow = true
  }
}
