import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

const statusOf: ReadonlyMap<string, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
])

const timeouts: ReadonlySet<string | undefined> = new Set(['ERR_HTTP_REQUEST_TIMEOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT'])

interface Options {
  /** How long a connection on which nothing was sent may stay open, ms; 0 if no longer than a request may take. */
  readonly silence: number
  /** Called for each connection that is closed because the TLS handshake, or a request, took too long. */
  timedOut(): void
}

/**
 * Handles a connection on which no request could be parsed: it receives a status and is closed.
 *
 * A connection on which nothing was sent yet is not an error. Go dials one for each request that finds no idle connection, and if
 * another becomes free first, keeps the new one for later (net/http, Transport.dialConnFor). Node's timeout for the headers starts with
 * the connection, so it could answer 408 just when the first request is on its way: a failed admission. Such a connection may wait as
 * long as one between two requests; a request that has started may not. On the ops port it may not either: probes and scrapes are
 * repeated if they fail.
 */
export function clientErrorHandler({ silence, timedOut }: Options): (error: Error & { code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0 && silence > 0) {
      // Node closes it when this timeout expires.
      socket.setTimeout(silence)
      return
    }
    if (timeouts.has(error.code)) timedOut()
    const status = statusOf.get(error.code ?? '') ?? 400
    if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    socket.destroy(error)
  }
}
