/** The bodies that have not arrived completely. They occupy a limited number of places, and the slowest one is the first to lose its place. */

/** A body that is arriving. */
export interface UnfinishedBody {
  /** Remote address of its client; with source NAT, that of the node or gateway in between. */
  readonly address: string
  /** When the request arrived, ms on the monotonic clock. */
  readonly arrived: number
  /** Bytes received so far. */
  readonly received: number
  /** Bytes held in memory. */
  readonly held: number
}

/** How much one address may hold while others need room. */
export interface Share {
  readonly bodies: number
  readonly bytes: number
}

/**
 * Bytes that each body counts as received when its request arrives. They are its grace period: the less time has passed, the faster it
 * seems, so a request that has just arrived is slower than no other one. A review of usual size arrives within a few milliseconds.
 */
const credit = 16 * 1024

/**
 * The body that gives way to others: the slowest one of those whose address holds more than its share, otherwise the slowest one of
 * all. Bodies that arrived at the same speed (usually nothing) are ended oldest first.
 * @param bodies in the order of their arrival
 * @param now ms on the monotonic clock
 * @returns undefined if there are no bodies
 */
export function slowest<B extends UnfinishedBody>(bodies: Iterable<B>, share: Share, now: number): B | undefined {
  const all = [...bodies]
  const greedy = greedyAddresses(all, share)
  const candidates = greedy.size === 0 ? all : all.filter(({ address }) => greedy.has(address))
  const speed = ({ arrived, received }: B): number => (received + credit) / (now - arrived + 1)
  let found: B | undefined
  for (const body of candidates) if (found === undefined || speed(body) < speed(found)) found = body
  return found
}

/** The addresses that hold more than their share. A single body is never more than a share: reviews may be large. */
function greedyAddresses(bodies: readonly UnfinishedBody[], share: Share): ReadonlySet<string> {
  const sums = new Map<string, { bodies: number; bytes: number }>()
  for (const { address, held } of bodies) {
    const sum = sums.get(address) ?? { bodies: 0, bytes: 0 }
    sum.bodies += 1
    sum.bytes += held
    sums.set(address, sum)
  }
  const isGreedy = (sum: Share): boolean => sum.bodies > 1 && (sum.bodies > share.bodies || sum.bytes > share.bytes)
  return new Set([...sums].filter(([, sum]) => isGreedy(sum)).map(([address]) => address))
}
