/** Starting, draining and retiring connections. */
import { Agent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import t from 'tap'
import { Connections } from '../../../src/server/bounds/connections.ts'
import { defaultLimits } from '../../../src/server/bounds/limits.ts'
import { podReview } from '../support/reviews.ts'
import { call, testServer } from '../support/server.ts'

const plain = JSON.stringify(podReview())

t.test('a drain: not ready at once, every reply ends its connection, no call fails, then closed', async (t) => {
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

t.test('a request that began before the drain ended is answered; one that never ends is cut', async (t) => {
  const { ports, stop, sink } = await testServer(t, { limits: { drainTime: 100, stopTime: 1500 } })
  const open = (rest: string) => {
    const socket = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false })
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.write(`POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${plain.length}\r\n\r\n${rest}`)
    return { socket, received: () => received, closed: new Promise((resolve) => socket.once('close', resolve)) }
  }
  const slow = open(plain.slice(0, 20))
  const endless = open(plain.slice(0, 20))
  await sleep(100)
  const stopped = stop('drain')
  await sleep(400)
  slow.socket.write(plain.slice(20))
  await slow.closed
  t.match(slow.received(), /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
  await Promise.all([stopped, endless.closed])
  t.equal(endless.received(), '')
  t.ok(sink.lines().some(({ level }) => level === 'warn'))
})

t.test('connections are retired by requests and by age', async (t) => {
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
