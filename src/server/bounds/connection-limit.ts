/** Limits the connections of a server: a client that opens many must not keep others from being served. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectionState, connectionToClose } from './eviction.ts'

/** Why a connection was closed for a new one, or the new one itself (`refused`: every other one has a request). */
export type EvictionReason = 'unused' | 'idle' | 'refused'

/** Receives what happens; for metrics. */
export interface ConnectionObserver {
  /** @param open number of open connections */
  connections(open: number): void
  connectionEvicted(reason: EvictionReason): void
}

/**
 * Closes a connection for each one above the maximum; `connectionToClose` chooses it. Connections count from the moment in which they
 * are accepted, so a TLS handshake that never ends counts as well. Node's `maxConnections` would refuse the new one instead.
 * @param server an HTTP or HTTPS server that does not listen yet
 */
export function limitConnections(server: Server, maximum: number, observer: ConnectionObserver): void {
  const limit = new ConnectionLimit(maximum, observer)
  server.on('connection', (socket) => limit.add(socket))
  // On an HTTPS server, requests arrive on a socket that wraps the one of `connection`.
  server.on('secureConnection', (socket: Socket) => limit.wrap(socket))
  server.on('request', (request, response) => limit.requestStarts(request, response))
}

class Connection implements ConnectionState {
  readonly socket: Socket
  readonly address: string
  /** Kept, because a closed socket has no endpoints. */
  readonly key: string
  since = performance.now()
  used = false
  #response: ServerResponse | undefined

  constructor(socket: Socket) {
    this.socket = socket
    this.address = socket.remoteAddress ?? ''
    this.key = endpoints(socket)
  }

  /** A client that does not read its reply keeps the connection from becoming idle, but not from being closed. */
  get busy(): boolean {
    return this.#response !== undefined && !this.#response.writableEnded
  }

  starts(response: ServerResponse): void {
    this.#response = response
    if (this.used) this.since = performance.now()
    response.once('close', () => this.#ends(response))
  }

  #ends(response: ServerResponse): void {
    if (response === this.#response) this.#response = undefined
    if (!response.writableFinished || response.statusCode >= 400) return
    this.used = true
    this.since = performance.now()
  }
}

class ConnectionLimit {
  readonly #maximum: number
  readonly #observer: ConnectionObserver
  /** By its endpoints, in the order in which they were opened. */
  readonly #open = new Map<string, Connection>()
  readonly #ofSocket = new WeakMap<Socket, Connection>()

  constructor(maximum: number, observer: ConnectionObserver) {
    this.#maximum = maximum
    this.#observer = observer
  }

  add(socket: Socket): void {
    // The client has already closed it.
    if (socket.remoteAddress === undefined) return void socket.destroy()
    if (this.#open.size >= this.#maximum && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    const connection = new Connection(socket)
    this.#open.set(connection.key, connection)
    this.#ofSocket.set(socket, connection)
    this.#observer.connections(this.#open.size)
    socket.once('close', () => this.#remove(connection))
  }

  wrap(socket: Socket): void {
    const connection = this.#open.get(endpoints(socket))
    if (connection !== undefined) this.#ofSocket.set(socket, connection)
  }

  requestStarts({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#ofSocket.get(socket)?.starts(response)
  }

  /** @returns false if every connection has a request */
  #makeRoom(): boolean {
    const victim = connectionToClose(this.#open.values(), this.#maximum, performance.now())
    this.#observer.connectionEvicted(victim === undefined ? 'refused' : victim.used ? 'idle' : 'unused')
    if (victim === undefined) return false
    this.#remove(victim)
    victim.socket.destroy()
    return true
  }

  #remove(connection: Connection): void {
    if (this.#open.get(connection.key) !== connection) return
    this.#open.delete(connection.key)
    this.#observer.connections(this.#open.size)
  }
}

/** Identifies a connection: the socket of a TLS connection and the one that it wraps have the same endpoints. */
function endpoints({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}
