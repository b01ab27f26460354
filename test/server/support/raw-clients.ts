/** Connections on which tests send what no HTTP client would. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect } from 'node:tls'

export interface RawOptions {
  readonly tls?: boolean
  /** An address of the loopback network. */
  readonly localAddress?: string
  /** What is sent at once. */
  readonly sends?: string
}

/** A connection with what it received. */
export function rawClient(port: number, { tls = false, localAddress = '127.0.0.2', sends = '' }: RawOptions = {}) {
  const tcp = connectTcp({ host: '127.0.0.1', port, localAddress })
  const socket: Socket = tls ? connect({ socket: tcp, rejectUnauthorized: false }) : tcp
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.on('error', () => {})
  if (sends !== '') socket.write(sends)
  return {
    send: (text: string) => socket.write(text),
    received: () => received,
    closed: () => socket.destroyed,
    end: () => socket.destroy(),
  }
}
