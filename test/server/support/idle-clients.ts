/**
 * Connections that send nothing, or only the beginning of a request, from many addresses of the loopback network. They live in a process
 * of their own, because one process cannot hold both ends of thousands of connections with the usual limit of open files.
 */
import { spawn } from 'node:child_process'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

export interface IdleClients {
  readonly port: number
  readonly count: number
  /** Number of addresses, 127.0.0.2 and up; 0 for 127.0.0.1. */
  readonly addresses: number
  readonly tls: boolean
  /** What each connection sends. */
  readonly sends?: string
}

const self = fileURLToPath(import.meta.url)

/** Opens the connections; resolves when all of them were accepted, whether or not the server has closed some since. */
export async function idleClients(t: Test, clients: IdleClients): Promise<void> {
  const child = spawn(process.execPath, [self, JSON.stringify(clients)], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('close', () => reject(new Error('the idle clients ended')))
  })
}

/** Opens the connections in batches: the backlog of a server holds 511 that it has not accepted. */
async function open({ port, count, addresses, tls, sends = '' }: IdleClients): Promise<void> {
  const batch = 100
  for (let done = 0; done < count; done += batch) {
    const opened = Array.from({ length: Math.min(batch, count - done) }, (_, index) => {
      const localAddress = addresses === 0 ? '127.0.0.1' : `127.0.0.${2 + ((done + index) % addresses)}`
      const socket = connectTcp({ host: '127.0.0.1', port, localAddress })
      const secure = tls ? connectTls({ socket, rejectUnauthorized: false }) : socket
      secure.on('error', () => {})
      socket.on('error', () => {})
      // A connection that the server closes counts as well.
      return new Promise<void>((resolve) => {
        secure.once(tls ? 'secureConnect' : 'connect', () => {
          if (sends !== '') secure.write(sends)
          resolve()
        })
        secure.once('close', () => resolve())
      })
    })
    await Promise.all(opened)
  }
  process.stdout.write('open\n')
}

if (process.argv[1] === self) await open(JSON.parse(process.argv[2] ?? ''))
