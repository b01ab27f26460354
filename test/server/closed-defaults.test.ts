/** Defaults of Fastify and Node that would let a pod bypass the checks, or fail a call, are overridden. */
import { once } from 'node:events'
import { Agent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import t from 'tap'
import { unchangedFor, until } from '../support/waiting.ts'
import { podReview, warnedRules } from './support/reviews.ts'
import { call, testApp, testPorts, testServer } from './support/server.ts'

const plain = JSON.stringify(podReview())

t.test('body limit: a review of 2 MiB, above the default of 1 MiB, is checked like any other', async (t) => {
  const app = await testApp(t, testPorts(t))
  const padded = JSON.stringify(podReview({ annotations: { padding: 'x'.repeat(2 * 1024 * 1024) } }))
  const reply = await app.inject({ method: 'POST', url: '/validate', payload: padded, headers: { 'content-type': 'application/json' } })
  t.equal(reply.statusCode, 200)
  t.same(warnedRules(reply.body), warnedRules((await app.inject({ method: 'POST', url: '/validate', payload: plain })).body))
  t.ok(warnedRules(reply.body).includes('image-latest'))
})

t.test('prototype poisoning: keys that Fastify rejects change neither the verdict nor a prototype', async (t) => {
  const app = await testApp(t, testPorts(t))
  const before = Object.getOwnPropertyNames(Object.prototype).join()
  const bodies = [
    plain.replace('"volumes":[]', '"volumes":[{"name":"v","csi":{"driver":"d","volumeAttributes":{"__proto__":{"polluted":"1"}}}}]'),
    plain.replace('"volumes":[]', '"volumes":[{"name":"v","csi":{"constructor":{"prototype":{"polluted":"1"}}}}]'),
    plain.replace('"spec":{', '"spec":{"__proto__":{"containers":[],"initContainers":[{"name":"x"}]},'),
  ]
  for (const payload of bodies) {
    t.not(payload, plain)
    const reply = await app.inject({ method: 'POST', url: '/validate', payload })
    t.equal(reply.statusCode, 200)
    t.same(warnedRules(reply.body), ['image-latest'])
  }
  t.equal(Object.getOwnPropertyNames(Object.prototype).join(), before)
  t.notOk('polluted' in {})
})

t.test('content types: with any Content-Type, or without one, the body is read as JSON', async (t) => {
  const { ports, ca } = await testServer(t)
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'nonsense',
    ';;;',
    'a/b; charset=\u00ff',
    '',
    undefined,
  ]
  for (const type of types) {
    const headers = { 'content-length': Buffer.byteLength(plain), ...(type === undefined ? {} : { 'content-type': type }) }
    const reply = await call(ports.webhook, '/validate', plain, { ca, headers })
    t.equal(reply.code, 200, String(type))
    t.same(warnedRules(reply.text), ['image-latest'], String(type))
  }
  const chunked = await call(ports.webhook, '/validate', plain, { ca, headers: { 'transfer-encoding': 'chunked' } })
  t.same(warnedRules(chunked.text), ['image-latest'], 'chunked, without a type')
})

t.test(
  'headersTimeout: a connection on which nothing was sent yet may stay idle for as long as a connection between two requests',
  async (t) => {
    const { ports } = await testServer(t, { limits: { requestTimeout: 200, checkInterval: 50, keepAliveTimeout: 5000 } })
    const socket = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false })
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    const ended = new Promise((resolve) => socket.once('close', resolve))
    await unchangedFor('what the server sent, for longer than a request may take,', 800, () => received)
    socket.write(`POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(plain)}\r\n\r\n${plain}`)
    await ended
    t.same(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200'])
    const silent = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false })
    silent.resume()
    await new Promise((resolve) => silent.once('close', resolve))
    t.pass('one that stays idle is closed eventually')
  },
)

t.test('requestTimeout: an idle connection is not closed between two requests', async (t) => {
  const { ports } = await testServer(t, { limits: { requestTimeout: 200, checkInterval: 50, keepAliveTimeout: 60_000 } })
  const socket = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false })
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  let isClosed = false
  socket.once('close', () => {
    isClosed = true
  })
  const gaps = [100, 500, 1200]
  for (const gap of [0, ...gaps]) {
    // Part of the scenario: the client leaves the connection idle.
    await sleep(gap)
    t.notOk(isClosed, `after ${gap} ms`)
    received = ''
    socket.write(`POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(plain)}\r\n\r\n${plain}`)
    await until('a reply, or the end of the connection', () => isClosed || received.endsWith('}'))
    t.match(received, /^HTTP\/1\.1 200 /)
    t.notMatch(received, /connection: close/i)
  }
  socket.destroy()
})

t.test('keep-alive is longer than the 90 s that Go keeps an idle connection', async (t) => {
  const { ports, ca } = await testServer(t)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const reply = await call(ports.webhook, '/validate', plain, { ca, agent })
  const seconds = Number(/timeout=(\d+)/.exec(String(reply.headers['keep-alive']))?.[1])
  t.ok(seconds >= 100, `${seconds} s`)
})

t.test('return503OnClosing: a request on a live connection is answered while the server closes', async (t) => {
  const app = await testApp(t, testPorts(t))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  const post = (rest: string) => `POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(plain)}\r\n\r\n${rest}`
  const arrived = once(app.server, 'request')
  socket.write(post(plain.slice(0, 10)))
  await arrived
  const closing = app.close()
  // The second request arrives after the server started to close, on the connection that the first one keeps open.
  socket.write(plain.slice(10) + post(plain))
  await Promise.all([closing, ended])
  t.same(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200'])
})

t.test('requestTimeout: connections with slow headers and slow bodies are closed', async (t) => {
  const { ports } = await testServer(t, { limits: { requestTimeout: 300, checkInterval: 50 } })
  const openings = ['P', 'POST /validate HTTP/1.1\r\nHo', 'POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{']
  await Promise.all(
    openings.map(
      (opening) =>
        new Promise<void>((resolve) => {
          const socket = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false })
          const drip = setInterval(() => socket.write('x'), 100)
          socket.write(opening)
          socket.on('error', () => {})
          socket.resume()
          socket.once('close', () => {
            clearInterval(drip)
            t.pass(`cut: ${opening.length} bytes`)
            resolve()
          })
        }),
    ),
  )
})

t.test('the Node server has the timeouts of defaultLimits', async (t) => {
  const app = await testApp(t, testPorts(t))
  const { keepAliveTimeout, requestTimeout, headersTimeout } = app.server
  t.match(
    { keepAliveTimeout, requestTimeout, headersTimeout },
    { keepAliveTimeout: 120_000, requestTimeout: 10_000, headersTimeout: 10_000 },
  )
})

t.test('HEAD gets 405, and a body with Content-Encoding gets 400 with a message', async (t) => {
  const app = await testApp(t, testPorts(t))
  const head = await app.inject({ method: 'HEAD', url: '/rules' })
  t.equal(head.statusCode, 405)
  t.equal(head.headers.allow, 'GET')
  const zipped = await app.inject({ method: 'POST', url: '/validate', payload: plain, headers: { 'content-encoding': 'gzip' } })
  t.equal(zipped.statusCode, 400)
  t.match(zipped.json(), { kind: 'Status', code: 400, message: /Content-Encoding/ })
})
