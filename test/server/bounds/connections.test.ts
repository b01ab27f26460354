/** Limits of connections over the wire: which ones are closed, and that others are served meanwhile. */
import { Agent } from 'node:https'
import { connect } from 'node:tls'
import t from 'tap'
import { until } from '../../support/waiting.ts'
import { floodWithIdleClients } from '../support/flood.ts'
import { idleClients } from '../support/idle-clients.ts'
import { metricsOf, untilMetric } from '../support/metrics.ts'
import { rawClient } from '../support/raw-clients.ts'
import { podReview } from '../support/reviews.ts'
import { call, testServer } from '../support/server.ts'

const plain = JSON.stringify(podReview())
const getReady = (connection = 'keep-alive') => `GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`

t.test('too many connections: unused ones are closed before idle ones, also during the TLS handshake', async (t) => {
  const server = await testServer(t, { limits: { connections: 3 } })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  await call(server.ports.webhook, '/validate', plain, { ca: server.ca, agent })
  // One never starts the handshake.
  const unused = [rawClient(server.ports.webhook), rawClient(server.ports.webhook, { tls: true })]
  await untilMetric(server, 'initlint_connections{port="webhook"} 3')
  const late = rawClient(server.ports.webhook, { tls: true })
  t.equal((await call(server.ports.webhook, '/validate', plain, { ca: server.ca })).code, 200)
  await until('both are closed', () => unused.every(({ closed }) => closed()))
  await untilMetric(server, 'initlint_connections_closed_total{port="webhook",reason="unused"} 2')
  await untilMetric(server, 'initlint_connections_closed_total{port="webhook",reason="idle"} 0')
  let isNew = false
  agent.once('keylog', () => {
    isNew = true
  })
  t.equal((await call(server.ports.webhook, '/validate', plain, { ca: server.ca, agent })).code, 200)
  t.equal(isNew, false, 'the used connection is still open')
  late.end()
})

t.test('too many connections: among used ones, the one that has been idle for the longest time is closed', async (t) => {
  const { ports } = await testServer(t, { limits: { opsConnections: 3 } })
  const used: ReturnType<typeof rawClient>[] = []
  for (let index = 0; index < 3; index++) {
    const connection = rawClient(ports.ops, { localAddress: `127.0.0.${2 + index}`, sends: getReady() })
    await until('it is answered', () => connection.received() !== '')
    used.push(connection)
  }
  const answered = used[0]?.received().length ?? 0
  used[0]?.send(getReady())
  await until('the first one is used again', () => (used[0]?.received().length ?? 0) > answered)
  const late = rawClient(ports.ops, { sends: getReady('close') })
  await until('the new one is answered', () => late.received().startsWith('HTTP/1.1 200 '))
  await until('the second one is closed', () => used[1]?.closed() === true)
  t.same(
    used.map(({ closed }) => closed()),
    [false, true, false],
  )
  for (const { end } of used) end()
})

t.test('too many connections: if each has a request, the new one is closed', async (t) => {
  const server = await testServer(t, { limits: { connections: 2 } })
  const sends = 'POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{'
  const busy = [1, 2].map(() => rawClient(server.ports.webhook, { tls: true, sends }))
  await untilMetric(server, 'initlint_unfinished_bodies 2')
  await t.rejects(call(server.ports.webhook, '/validate', plain, { ca: server.ca }))
  await untilMetric(server, 'initlint_connections_closed_total{port="webhook",reason="refused"} 1')
  for (const { send } of busy) send('}')
  await until('both are answered', () => busy.every(({ received }) => received().startsWith('HTTP/1.1 400 ')))
  for (const { end } of busy) end()
  await untilMetric(server, 'initlint_connections{port="webhook"} 0')
})

t.test('a client that only gets errors has not used its connection', async (t) => {
  const server = await testServer(t, { limits: { connections: 2 } })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  await call(server.ports.webhook, '/validate', plain, { ca: server.ca, agent })
  const lost = rawClient(server.ports.webhook, { tls: true, sends: 'GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n' })
  await until('it gets 404', () => lost.received().startsWith('HTTP/1.1 404 '))
  // After its grace period, it gives way although the other one has been idle for a longer time.
  await until('it is closed', async () => {
    await call(server.ports.webhook, '/validate', plain, { ca: server.ca })
    return lost.closed()
  })
  t.match(await metricsOf(server), '\ninitlint_connections{port="webhook"} 1\n', 'the used connection is open')
})

t.test('a TLS handshake that does not end, a silent connection to the ops port and a slow request are closed', async (t) => {
  const server = await testServer(t, { limits: { requestTimeout: 300, checkInterval: 50 } })
  const handshake = rawClient(server.ports.webhook)
  const silent = rawClient(server.ports.ops)
  const slow = rawClient(server.ports.ops, { sends: 'GET /livez HTTP/1.1\r\nHost:' })
  // The API server opens connections for later; see clientErrorHandler.
  const early = rawClient(server.ports.webhook, { tls: true })
  await until('they are closed', () => [handshake, silent, slow].every(({ closed }) => closed()))
  t.match(silent.received(), /^HTTP\/1\.1 408 /)
  t.match(slow.received(), /^HTTP\/1\.1 408 /)
  await untilMetric(server, 'initlint_connections_closed_total{port="webhook",reason="timeout"} 1')
  await untilMetric(server, 'initlint_connections_closed_total{port="ops",reason="timeout"} 2')
  t.equal(early.closed(), false)
  early.send('GET /rules HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await until('it is answered', () => early.received().startsWith('HTTP/1.1 200 '))
  early.end()
})

t.test('a client that does not read its replies is cut off like an idle one', async (t) => {
  const server = await testServer(t, { limits: { keepAliveTimeout: 500 } })
  const socket = connect({ host: '127.0.0.1', port: server.ports.webhook, rejectUnauthorized: false })
  t.after(() => socket.destroy())
  socket.on('error', () => {})
  // More replies, of 27 kB each, than the buffers of both ends hold.
  socket.write('GET /rules HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n'.repeat(200))
  await until('replies have arrived', () => socket.readableLength > 0)
  await untilMetric(server, 'initlint_connections{port="webhook"} 0')
})

t.test('four times as many idle connections as each port allows: probes and reviews are answered', async (t) => {
  await floodWithIdleClients(t, { limits: { connections: 100, opsConnections: 50 }, addresses: 20, clients: 400 })
})

t.test('51 kB of unfinished requests: an ordinary client is answered meanwhile', async (t) => {
  const server = await testServer(t)
  const { ports, ca } = server
  const sends = 'POST /validate HTTP/1.1\r\nHost: initlint.initlint.svc\r\nContent-Length: 100000\r\n\r\n{'
  await idleClients(t, { port: ports.webhook, count: 600, addresses: 0, tls: true, sends })
  await until('all places are taken', async () => /^initlint_unfinished_bodies 256$/m.test(await metricsOf(server)))
  for (let round = 0; round < 20; round++) t.equal((await call(ports.webhook, '/validate', plain, { ca })).code, 200)
  t.match(await metricsOf(server), '\ninitlint_failures_total{cause="overload"} 0\n')
})
