import type { Readable } from 'node:stream'
import type { Limits } from './limits.ts'
import type { Load, Ticket } from './load.ts'

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** Over the limit: only the beginning was kept, the rest was read and discarded. */
  | { readonly kind: 'cut'; readonly prefix: Buffer }
  /** The server was too busy (see Load); the body was discarded. */
  | { readonly kind: 'shed' }

export type BodyLimits = Pick<Limits, 'prefixBytes' | 'drainBytes'> & { readonly limit: number }

/**
 * Reads a request body into one Buffer, whatever its Content-Type.
 * A body that is over the limit or shed is read to its end (or to `drainBytes`) and discarded: a connection that is closed while the
 * sender still writes is reset, and the sender never sees the reply.
 * Beyond `drainBytes`, and if Load ends the reading, the stream stays paused, and the reply must close the connection.
 * @param declared the Content-Length, NaN if none was sent
 * @param done called once, with an error if the sender aborted
 */
export function readBody(
  stream: Readable,
  declared: number,
  limits: BodyLimits,
  load: Load,
  ticket: Ticket,
  done: (error: Error | null, body?: Body) => void,
): void {
  const collector = new Collector(declared, limits, load, ticket)
  let isDone = false
  const finish = (error: Error | null): void => {
    if (isDone) return
    isDone = true
    stream.off('data', onData)
    stream.pause()
    if (error === null) {
      load.complete(ticket)
      done(null, collector.body())
    } else done(error)
  }
  ticket.reader = { discard: () => collector.discard(), end: () => finish(null) }
  const onData = (chunk: Buffer): void => {
    collector.take(chunk)
    if (ticket.received > limits.drainBytes) finish(null)
  }
  stream.on('data', onData)
  // Not `once`: its wrappers cost more than a second call that returns at once.
  stream.on('end', () => finish(null))
  stream.on('error', finish)
  stream.on('close', () => finish(stream.readableEnded ? null : senderGone))
}

const senderGone = new Error('the sender closed the connection before the end of the body')

/** Collects a body while it arrives. */
class Collector {
  readonly #declared: number
  readonly #limits: BodyLimits
  readonly #load: Load
  readonly #ticket: Ticket
  #keep: number
  #chunks: Buffer[] = []
  #kept = 0

  constructor(declared: number, limits: BodyLimits, load: Load, ticket: Ticket) {
    this.#declared = declared
    this.#limits = limits
    this.#load = load
    this.#ticket = ticket
    // Of a body that declares itself too large, only the beginning is collected.
    this.#keep = declared > limits.limit ? limits.prefixBytes : limits.limit
  }

  take(chunk: Buffer): void {
    this.#ticket.received += chunk.length
    if (this.#ticket.shed) return
    const room = this.#keep - this.#kept
    if (room > 0) {
      const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
      if (!this.#load.hold(this.#ticket, part.length)) {
        this.discard()
        this.#load.drop(this.#ticket)
        return
      }
      this.#store(part)
    }
    if (this.#ticket.received > this.#limits.limit && this.#keep > this.#limits.prefixBytes) this.#cut()
  }

  discard(): void {
    this.#chunks = []
  }

  /** Stores a part: the first one without a copy, later ones in a Buffer of the declared size. */
  #store(part: Buffer): void {
    const [first] = this.#chunks
    const canJoin = this.#declared > 0 && this.#declared <= this.#keep
    if (canJoin && this.#kept > 0 && first !== undefined) {
      if (first.length !== this.#declared) {
        const joined = Buffer.allocUnsafeSlow(this.#declared)
        first.copy(joined)
        this.#chunks = [joined]
      }
      part.copy(this.#chunks[0] ?? part, this.#kept)
    } else this.#chunks.push(part)
    this.#kept += part.length
  }

  /** Over the limit: frees everything but the beginning and keeps no further parts. */
  #cut(): void {
    const prefix = Buffer.from(this.#bytes().subarray(0, this.#limits.prefixBytes))
    this.#load.drop(this.#ticket)
    this.#load.hold(this.#ticket, prefix.length)
    this.#chunks = [prefix]
    this.#keep = this.#limits.prefixBytes
    this.#kept = this.#keep
  }

  #bytes(): Buffer {
    const [first] = this.#chunks
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
  }

  body(): Body {
    if (this.#ticket.shed) return { kind: 'shed' }
    if (this.#ticket.received > this.#limits.limit) return { kind: 'cut', prefix: this.#bytes() }
    return { kind: 'whole', bytes: this.#bytes() }
  }
}
