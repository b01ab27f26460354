import { Agent } from 'node:https'
import type { Test } from 'tap'
import { defaultLimits, type Limits } from '../../../src/server/bounds/limits.ts'
import { idleClients } from './idle-clients.ts'
import { metricsOf } from './metrics.ts'
import { podReview } from './reviews.ts'
import { call, testServer } from './server.ts'

/**
 * Opens many idle connections to each port while an ordinary client sends reviews, on one connection that it keeps and on new ones, and a
 * kubelet sends probes: each is answered, and the connection that is kept is never closed.
 */
export async function floodWithIdleClients(
  t: Test,
  { limits, addresses, clients }: { limits?: Partial<Limits>; addresses: number; clients: number },
): Promise<void> {
  const { ports, ca } = await testServer(t, { limits })
  const { connections, opsConnections } = { ...defaultLimits, ...limits }
  const plain = JSON.stringify(podReview())
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const review = async (on: Agent | false) => t.equal((await call(ports.webhook, '/validate', plain, { ca, agent: on })).code, 200)
  const probe = async () => t.equal((await fetch(`http://127.0.0.1:${ports.ops}/readyz`, { headers: { connection: 'close' } })).status, 200)
  await review(agent)
  const handshakes: unknown[] = []
  agent.on('keylog', (line) => handshakes.push(line))
  let opening = true
  const opened = Promise.all([
    idleClients(t, { port: ports.webhook, count: clients / 2, addresses, tls: false }),
    idleClients(t, { port: ports.webhook, count: clients / 2, addresses, tls: true }),
    idleClients(t, { port: ports.ops, count: clients, addresses, tls: false }),
  ]).finally(() => {
    opening = false
  })
  while (opening) {
    await review(agent)
    await probe()
    await review(false)
  }
  await opened
  await review(agent)
  await probe()
  t.same(handshakes, [], 'the connection that is kept was never closed')
  const metrics = await metricsOf({ ports })
  const value = (series: string): number =>
    Number(
      metrics
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')[1],
    )
  t.ok(value('initlint_connections{port="webhook"}') <= connections)
  t.ok(value('initlint_connections{port="ops"}') <= opsConnections)
  const closed = (port: string, reason: string): number => value(`initlint_connections_closed_total{port="${port}",reason="${reason}"}`)
  t.ok(closed('webhook', 'unused') >= clients - connections)
  t.ok(closed('ops', 'unused') + closed('ops', 'timeout') >= clients - opsConnections)
  for (const reason of ['idle', 'refused']) t.equal(closed('webhook', reason), 0, reason)
}
