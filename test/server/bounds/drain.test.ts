/** Starting, draining and retiring connections. */
import { Agent } from 'node:https'
import { connect } from 'node:tls'
import t from 'tap'
import { Connections } from '../../../src/server/bounds/connections.ts'
import { defaultLimits } from '../../../src/server/bounds/limits.ts'
import { until } from '../../support/waiting.ts'
import { untilMetric } from '../support/metrics.ts'
import { rawClient } from '../support/raw-clients.ts'
import { podReview } from '../support/reviews.ts'
import { call, testServer } from '../support/server.ts'

const plain = JSON.stringify(podReview())

t.test('a drain: unready at once, replies close their connections, no call fails, then the ports are closed', async (t) => {
  const { ports, ca, stop } = await testServer(t, { limits: { drainTime: 2000 } })
  const ready = () => fetch(`http://127.0.0.1:${ports.ops}/readyz`)
  t.equal((await ready()).status, 200)
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  t.after(() => agent.destroy())
  const before = await call(ports.webhook, '/validate', plain, { ca, agent })
  t.equal(before.headers.connection, 'keep-alive')

  const stopped = stop('drain')
  const notReady = await ready()
  t.equal(notReady.status, 503)
  t.equal(notReady.headers.get('retry-after'), '1')
  t.equal((await fetch(`http://127.0.0.1:${ports.ops}/livez`)).status, 200)
  for (let round = 0; round < 5; round++) {
    const reply = await call(ports.webhook, '/validate', plain, { ca, agent })
    t.equal(reply.code, 200)
    t.equal(reply.headers.connection, 'close')
  }
  await stopped
  await t.rejects(call(ports.webhook, '/validate', plain, { ca }), { code: 'ECONNREFUSED' })
  await t.rejects(ready())
})

t.test('a drain: a slow request is answered, a request that never ends is cut off', async (t) => {
  const { ports, stop, sink } = await testServer(t, { limits: { drainTime: 100, stopTime: 4000 } })
  const head = `POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${plain.length}\r\n\r\n`
  const open = () => rawClient(ports.webhook, { tls: true, sends: head + plain.slice(0, 20) })
  const [slow, endless] = [open(), open()]
  await untilMetric({ ports }, 'initlint_unfinished_bodies 2')
  const stopped = stop('drain')
  await until('the drain has ended: no new connection is accepted', () => isRefused(ports.webhook))
  slow.send(plain.slice(20))
  await until('the slow one is closed', slow.closed)
  t.match(slow.received(), /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
  await Promise.all([stopped, until('the endless one is closed', endless.closed)])
  t.equal(endless.received(), '')
  t.ok(sink.lines().some(({ level }) => level === 'warn'))
})

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}

t.test('connections are closed after connectionRequests and connectionAge', async (t) => {
  const { ports, ca } = await testServer(t, { limits: { connectionRequests: 3 } })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const endings: unknown[] = []
  for (let round = 0; round < 6; round++) {
    const reply = await call(ports.webhook, '/validate', plain, { ca, agent })
    endings.push(reply.headers.connection)
  }
  t.same(endings, ['keep-alive', 'keep-alive', 'close', 'keep-alive', 'keep-alive', 'close'])

  const connections = new Connections(defaultLimits)
  const socket = {}
  t.equal(connections.countRequest(socket, 0), false)
  t.equal(connections.countRequest(socket, defaultLimits.connectionAge / 2), false)
  t.equal(connections.countRequest(socket, defaultLimits.connectionAge), true)
})
