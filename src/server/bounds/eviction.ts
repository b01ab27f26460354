/** Which connection is closed when a new one arrives and there are too many. */

/** What the choice depends on. */
export interface ConnectionState {
  /** Remote address of the client; with source NAT, that of the node or gateway in between. */
  readonly address: string
  /** When it was opened or, if it was used, when its last request arrived or was answered; ms on the monotonic clock. */
  readonly since: number
  /** Whether a request was answered on it with a status below 400. */
  readonly used: boolean
  /** Whether a request on it is being read or processed. */
  readonly busy: boolean
}

/**
 * How long a connection may take to its first request before it is closed for a new one, ms. Dial and TLS handshake take milliseconds.
 * Without this grace period, clients that open connections at once could close each other's.
 */
const grace = 1000

/**
 * The connection to close: one that was never used (the oldest), otherwise the one that has been idle for the longest time; never one
 * with a request. An unused connection within its grace period is closed last, unless they are more than a quarter of all. Within each
 * of these groups, connections of an address that has more than a quarter of all are closed first. The API server keeps at most 25 idle
 * connections per webhook path (client-go transport/cache.go, idleConnsPerHost), so only a flood has that many.
 * @param connections in the order in which they were opened
 * @param now ms on the monotonic clock
 * @returns undefined if every connection has a request
 */
export function connectionToClose<C extends ConnectionState>(connections: Iterable<C>, maximum: number, now: number): C | undefined {
  const share = maximum / 4
  const counts = new Map<string, number>()
  const candidates: C[] = []
  let unused = 0
  for (const connection of connections) {
    counts.set(connection.address, (counts.get(connection.address) ?? 0) + 1)
    if (connection.busy) continue
    candidates.push(connection)
    if (!connection.used) unused++
  }
  const group = ({ address, used, since }: C): number => {
    const isGreedy = (counts.get(address) ?? 0) > share
    const isNew = !used && unused <= share && now - since < grace
    return (isNew ? 4 : used ? 2 : 0) + (isGreedy ? 0 : 1)
  }
  let found: C | undefined
  let foundGroup = Number.POSITIVE_INFINITY
  for (const connection of candidates) {
    const candidate = group(connection)
    if (found !== undefined && (candidate > foundGroup || (candidate === foundGroup && connection.since >= found.since))) continue
    found = connection
    foundGroup = candidate
  }
  return found
}
