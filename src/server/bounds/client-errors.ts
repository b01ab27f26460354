import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from './limits.ts'

const statusOf: ReadonlyMap<string, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
])

/**
 * Handles a connection on which no request could be parsed: it receives a status and is closed.
 *
 * A connection on which nothing was sent yet is not an error. Go dials one for each request that finds no idle connection, and if
 * another becomes free first, keeps the new one for later (net/http, Transport.dialConnFor). Node's timeout for the headers starts with
 * the connection, so it could answer 408 just when the first request is on its way: a failed admission. Such a connection may wait as
 * long as one between two requests; a request that has started may not.
 */
export function clientErrorHandler({ keepAliveTimeout }: Limits): (error: Error & { code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
      // Node closes it when this timeout expires.
      socket.setTimeout(keepAliveTimeout)
      return
    }
    const status = statusOf.get(error.code ?? '') ?? 400
    if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    socket.destroy(error)
  }
}
