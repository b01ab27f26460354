import { Counter, Gauge, type Registry } from 'prom-client'
import type { ConnectionObserver, EvictionReason } from '../bounds/connection-limit.ts'

/** The ports of the server, as labels. */
export type PortName = 'webhook' | 'ops' | 'try'

const portNames: readonly PortName[] = ['webhook', 'ops', 'try']
const reasons: readonly (EvictionReason | 'timeout')[] = ['unused', 'idle', 'refused', 'timeout']

/** The metrics of connections, by port. */
export class ConnectionMetrics {
  readonly #open: Gauge<'port'>
  readonly #closed: Counter<'port' | 'reason'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.#open = new Gauge({ name: 'initlint_connections', help: 'Open connections, by port.', labelNames: ['port'], registers })
    this.#closed = new Counter({
      name: 'initlint_connections_closed_total',
      help: 'Connections closed to make room for others, or because the client was too slow.',
      labelNames: ['port', 'reason'],
      registers,
    })
    for (const port of portNames) {
      this.#open.set({ port }, 0)
      for (const reason of reasons) this.#closed.inc({ port, reason }, 0)
    }
  }

  /** Receives what happens to the connections of a port. */
  observerOf(port: PortName): ConnectionObserver {
    return {
      connections: (open) => this.#open.set({ port }, open),
      connectionEvicted: (reason) => this.#closed.inc({ port, reason }),
    }
  }

  /** Counts a connection whose TLS handshake or request took too long. */
  timedOut(port: PortName): void {
    this.#closed.inc({ port, reason: 'timeout' })
  }
}
