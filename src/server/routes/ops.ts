import type { FastifyInstance } from 'fastify'
import { get } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'

/** The probes of the kubelet and the metrics of Prometheus, on a separate port without TLS. */
export function addOpsRoutes(app: FastifyInstance, ports: ServerPorts): void {
  // A server that can answer is alive, and nothing else counts: restarting a busy replica would make the others busier.
  get(app, '/livez', (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'))
  get(app, '/readyz', (_request, reply) => {
    const { state } = ports.lifecycle
    reply.type('text/plain; charset=utf-8')
    return state === 'ready' ? reply.send('ok\n') : reply.code(503).header('retry-after', '1').send(`${state}\n`)
  })
  get(app, '/metrics', async (_request, reply) => {
    const { text, contentType } = await ports.metrics.expose()
    return reply.header('content-type', contentType).send(text)
  })
}
