/** Many connections that are opened and closed, as intended or not, and what the server keeps of them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Client, ordinary } from '../faults/support/client.ts'
import { type Deployed, withDeployed } from '../faults/support/deployed.ts'
import { quantile } from '../support/numbers.ts'
import { until } from '../support/waiting.ts'

export interface ConnectionsOptions {
  readonly count: number
  /** After how many connections the memory is compared with that at the end. */
  readonly first: number
}

export interface ConnectionsResult extends ConnectionsOptions {
  /** Connections over which a complete request was sent, and those of them that got the right reply. */
  readonly complete: number
  readonly answered: number
  /** Resident memory up to the mark and before the end, MiB. */
  readonly residentFirst: number
  readonly residentLast: number
  /** Open connections by port according to the metrics, before and after. Those that read them count as well. */
  readonly openBefore: Readonly<Record<string, number>>
  readonly openAfter: Readonly<Record<string, number>>
  /** Requests in flight afterward. */
  readonly inFlight: number
  /** The status of a review afterward. */
  readonly reviewAfter: number
}

/** Connections at a time: fewer than the ops port accepts, so that none is closed for another. */
const atOnce = 48
/** The memory is the median over this part of the connections before the mark, because it rises and falls with each collection. */
const sampledPart = 0.5

const review = `POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(ordinary)}\r\n\r\n${ordinary}`
const probe = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'
/** The header of a TLS record with a ClientHello that is longer than what follows (RFC 8446, section 5.1). */
const partOfHello = Buffer.from([22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3])

interface Kind {
  readonly port: 'webhook' | 'ops'
  /** Whether the TLS handshake is completed. */
  readonly handshake: boolean
  readonly sent: string | Buffer
  /** Whether what is sent is a request with an answer to wait for. */
  readonly complete: boolean
  readonly end: 'close' | 'reset'
}

const half = (text: string): string => text.slice(0, text.length / 2)
const ends = ['close', 'reset'] as const

const kinds: readonly Kind[] = ends.flatMap((end): readonly Kind[] => [
  { port: 'webhook', handshake: false, sent: '', complete: false, end },
  { port: 'webhook', handshake: false, sent: partOfHello, complete: false, end },
  { port: 'webhook', handshake: true, sent: half(review), complete: false, end },
  { port: 'webhook', handshake: true, sent: review, complete: true, end },
  { port: 'ops', handshake: false, sent: '', complete: false, end },
  { port: 'ops', handshake: false, sent: half(probe), complete: false, end },
  { port: 'ops', handshake: false, sent: probe, complete: true, end },
])

/** Opens and closes the connections in batches and compares the state of the server before and after. */
export function connections(options: ConnectionsOptions): Promise<ConnectionsResult> {
  return withDeployed((server) => run(server, options))
}

async function run(server: Deployed, { count, first }: ConnectionsOptions): Promise<ConnectionsResult> {
  const openBefore = openConnections(await server.metrics())
  const samples: { readonly done: number; readonly resident: number }[] = []
  let [complete, answered] = [0, 0]
  for (let done = 0; done < count; ) {
    const batch = Array.from({ length: Math.min(atOnce, count - done) }, (_, index) => kindOf(done + index))
    const outcomes = await Promise.all(batch.map((kind) => useConnection(server, kind)))
    complete += batch.filter((kind) => kind.complete).length
    answered += outcomes.filter(Boolean).length
    done += batch.length
    samples.push({ done, resident: server.resident() })
  }
  const residentBefore = (mark: number): number =>
    quantile(
      samples.flatMap(({ done, resident }) => (done <= mark && done > mark - first * sampledPart ? [resident] : [])),
      0.5,
    )
  const metrics = await settled(server, openBefore)
  const client = new Client(server)
  const { code } = await client.review(ordinary).finally(() => client.close())
  return {
    count,
    first,
    complete,
    answered,
    residentFirst: residentBefore(first),
    residentLast: residentBefore(count),
    openBefore,
    openAfter: openConnections(metrics),
    inFlight: Number(/^initlint_requests_in_flight (\d+)$/m.exec(metrics)?.[1]),
    reviewAfter: code,
  }
}

function kindOf(number: number): Kind {
  const kind = kinds[number % kinds.length]
  if (kind === undefined) throw new Error('there are no kinds')
  return kind
}

/** The metrics when no more connections are open than before; the last ones if that does not happen. */
async function settled(server: Deployed, before: Readonly<Record<string, number>>): Promise<string> {
  let metrics = ''
  await until('the connections are closed', async () => {
    metrics = await server.metrics()
    return Object.entries(openConnections(metrics)).every(([port, open]) => open <= (before[port] ?? 0))
  }).catch(() => undefined)
  return metrics
}

function openConnections(metrics: string): Readonly<Record<string, number>> {
  const found = metrics.matchAll(/^initlint_connections\{port="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...found].map(([, port = '', open]) => [port, Number(open)]))
}

/** @returns whether a complete request got the status 200 */
async function useConnection(server: Deployed, { port, handshake, sent, complete, end }: Kind): Promise<boolean> {
  const raw = connect({ host: '127.0.0.1', port: port === 'ops' ? server.opsPort : server.port })
  const socket: Socket = handshake ? connectTls({ socket: raw, ca: server.ca, servername: 'localhost' }) : raw
  const closed = new Promise<void>((resolve) => raw.once('close', () => resolve()))
  // A connection that the server ends is a reply that does not come.
  for (const each of new Set([raw, socket])) each.on('error', () => raw.destroy())
  const failed = closed.then(() => undefined)
  await Promise.race([once(socket, handshake ? 'secureConnect' : 'connect').catch(() => undefined), failed])
  if (sent !== '') await Promise.race([new Promise<void>((resolve) => socket.write(sent, () => resolve())), failed])
  const reply = complete ? await Promise.race([once(socket, 'data').catch(() => undefined), failed]) : undefined
  if (end === 'reset') raw.resetAndDestroy()
  else socket.destroy()
  if (socket !== raw) raw.destroy()
  await closed
  return String(reply?.[0]).startsWith('HTTP/1.1 200 ')
}
