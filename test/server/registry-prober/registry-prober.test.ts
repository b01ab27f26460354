/** Probes of registries: working and hostile ones, and changes of the policy. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import t, { type Test } from 'tap'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { createLogger } from '../../../src/server/observe/log.ts'
import { Metrics } from '../../../src/server/observe/metrics.ts'
import { probe } from '../../../src/server/registry-prober/probe.ts'
import { RegistryProber } from '../../../src/server/registry-prober/prober.ts'
import { until, untilUnchangedFor } from '../../support/waiting.ts'
import { podReview } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, policySource, testServer } from '../support/server.ts'

const never = new AbortController().signal

/** Listens on a free port of the loopback interface until the test ends. @returns `http://127.0.0.1:PORT` */
async function listening(t: Test, server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering = (t: Test, listener: RequestListener) => listening(t, createServer(listener))

t.test('status codes 200 and 401 are up, others are not', async (t) => {
  const base = await answering(t, (request, response) => response.writeHead(Number(request.url?.slice(1)), { location: '/200' }).end())
  for (const [status, result] of [
    [200, 'up'],
    [401, 'up'],
    [204, 'status'],
    [301, 'status'],
    [403, 'status'],
    [404, 'status'],
    [503, 'status'],
  ] as const) {
    t.equal(await probe(`${base}/${status}`, 5000, never), result, String(status))
  }
})

t.test('a redirect is not followed', async (t) => {
  let asked = 0
  const elsewhere = await answering(t, (_request, response) => {
    asked += 1
    response.end()
  })
  const base = await answering(t, (_request, response) => response.writeHead(307, { location: `${elsewhere}/v2/` }).end())
  t.equal(await probe(`${base}/v2/`, 5000, never), 'status')
  t.equal(asked, 0)
})

t.test('probes send no credentials and no cookies, and do not keep the connection', async (t) => {
  const heads: object[] = []
  const base = await answering(t, (request, response) => {
    heads.push({ method: request.method, url: request.url, ...request.headers, host: undefined })
    response.writeHead(200, { 'set-cookie': 'a=b' }).end()
  })
  await probe(`${base.replace('//', '//user:secret@')}/v2/`, 5000, never)
  await probe(`${base}/v2/`, 5000, never)
  const head = { method: 'GET', url: '/v2/', accept: '*/*', 'user-agent': 'initlint', connection: 'close', host: undefined }
  t.strictSame(heads, [head, head])
})

t.test('hostile servers: timeout, error or up, but the probe always ends', async (t) => {
  const silent = await listening(
    t,
    createTcpServer(() => undefined),
  )
  t.equal(await probe(`${silent}/v2/`, 200, never), 'timeout', 'never answers')
  const dripping = await listening(
    t,
    createTcpServer((socket) => {
      const drip = setInterval(() => socket.write('x'), 20)
      socket.write('HTTP/1.1 200 OK\r\nx: ')
      socket.on('close', () => clearInterval(drip))
    }),
  )
  t.equal(await probe(`${dripping}/v2/`, 300, never), 'timeout', 'endless headers')
  const large = await listening(
    t,
    createTcpServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)),
  )
  t.equal(await probe(`${large}/v2/`, 5000, never), 'error', 'headers of 100 KB')
  let hungUp: () => void = () => undefined
  const closed = new Promise<void>((resolve) => {
    hungUp = resolve
  })
  const endless = await answering(t, (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1024)));
    }
    response.on('drain', more).on('close', hungUp)
    more()
  })
  t.equal(await probe(`${endless}/v2/`, 5000, never), 'up', 'an endless body')
  await closed
  const chatter = await listening(
    t,
    createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  )
  t.equal(await probe(`${chatter}/v2/`, 5000, never), 'error', 'not HTTP')
  t.equal(await probe(`${chatter.replace('http:', 'https:')}/v2/`, 5000, never), 'error', 'not TLS')
  const gone = await listening(
    t,
    createTcpServer((socket) => socket.destroy()),
  )
  t.equal(await probe(`${gone}/v2/`, 5000, never), 'error', 'closes the connection')
  const upgrading = await listening(
    t,
    createTcpServer((socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')),
  )
  t.equal(await probe(`${upgrading}/v2/`, 5000, never), 'error', 'another protocol')
  t.equal(await probe('http://registry.invalid/v2/', 5000, never), 'error', 'unknown host')
})

function startProber(t: Test, probes: () => readonly string[]) {
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  const limits = { probeInterval: 30, probeTimeout: 1000, probesAtOnce: 2 }
  const prober = new RegistryProber({ probes, metrics, log: createLogger('silent'), limits, now: () => 1_000 })
  prober.start()
  t.after(() => prober.stop())
  return { prober, metrics }
}

t.test('the last ten results are kept, and a health value does not change later', async (t) => {
  let status = 200
  const base = await answering(t, (_request, response) => response.writeHead(status).end())
  const url = `${base}/v2/`
  const probes = [url]
  const { prober, metrics } = startProber(t, () => probes)
  await until('ten probes', () => prober.health.get(url)?.probes === 10)
  t.same(prober.health.get(url), { failures: 0, probes: 10 })
  status = 500
  const before = prober.health
  await until('three failures', () => (prober.health.get(url)?.failures ?? 0) >= 3)
  t.same(before.get(url), { failures: 0, probes: 10 }, 'what a review holds does not change')
  t.match(prober.states(), [{ registry: new URL(url).host, probe: url, up: false, probes: 10, checked: 1_000 }])
  await until('ten failures', () => prober.health.get(url)?.failures === 10)
  const { text } = await metrics.expose()
  t.match(text, `initlint_registry_up{registry="${new URL(url).host}"} 0`)
  t.match(text, /initlint_registry_probes_total\{registry="[^"]+",result="status"\} \d+/)
})

t.test('a new policy: results of URLs that remain are kept, others are forgotten', async (t) => {
  const base = await answering(t, (_request, response) => response.end())
  let probes = [`${base}/a`, `${base.replace('127.0.0.1', 'localhost')}/b`]
  const { prober, metrics } = startProber(t, () => probes)
  await until('two registries are probed', () => prober.health.size === 2)
  probes = [`${base}/a`]
  await until('one registry is forgotten', () => prober.health.size === 1)
  t.ok((prober.health.get(`${base}/a`)?.probes ?? 0) > 0)
  t.notMatch((await metrics.expose()).text, 'localhost')
  probes = []
  await until('both registries are forgotten', () => prober.health.size === 0)
  t.strictSame(prober.states(), [])
})

t.test('at most probesAtOnce probes run concurrently, and none after stop', async (t) => {
  let open = 0
  let most = 0
  let asked = 0
  const base = await answering(t, (_request, response) => {
    open += 1
    asked += 1
    most = Math.max(most, open)
    setTimeout(() => {
      open -= 1
      response.end()
    }, 10)
  })
  const probes = Array.from({ length: 8 }, (_, index) => `${base}/${index}`)
  const { prober } = startProber(t, () => probes)
  await until('eight registries are probed', () => prober.health.size === 8)
  t.equal(most, 2)
  prober.stop()
  // A request that was sent before the stop can still arrive; a prober that goes on sends several in this time.
  await untilUnchangedFor('the number of requests', 200, () => asked)
})

t.test('the server: a failing registry causes a warning but no denial, and is shown in /policy and /metrics', async (t) => {
  let status = 503
  const base = await answering(t, (_request, response) => response.writeHead(status).end())
  const policy = [
    'apiVersion: initlint.dev/v1alpha1',
    'kind: Policy',
    'rules: {pull-always-fragile-registry: deny}',
    `registries: [{match: "docker.io/**", probe: "${base}/v2/"}]`,
  ].join('\n')
  const file = `${scratch(t, { 'policy.yaml': policy })}/policy.yaml`
  const server = await testServer(t, { policy: policySource(file), limits: { probeInterval: 30, probeTimeout: 1000 } })
  const ask = async (path: string, body?: string) => (await call(server.ports.webhook, path, body, { ca: server.ca })).text
  const review = JSON.stringify(podReview({ image: 'nginx:1.27' }))
  const warnings = async (): Promise<string> => {
    const { response } = JSON.parse(await ask('/validate', review))
    if (response.allowed !== true) throw new Error('denied')
    return (response.warnings ?? []).join('\n')
  }
  await until('a warning', async () => (await warnings()).includes('was unreachable in'))
  t.match(await warnings(), /pull-always-fragile-registry\] containers "[^"]+": .*was unreachable in \d+ of the last \d+ probes/)
  t.match(await ask('/policy'), /^# registry 127\.0\.0\.1:\d+: down, unreachable in \d+ of the last \d+ probes$/m)
  t.match(JSON.parse(await ask('/policy?format=json')), { registries: [{ probe: `${base}/v2/`, up: false, checked: /^\d{4}-/ }] })
  const metrics = await (await fetch(`http://127.0.0.1:${server.ports.ops}/metrics`)).text()
  t.match(metrics, /^initlint_registry_up\{registry="127\.0\.0\.1:\d+"\} 0$/m)
  status = 401
  await until('no warning', async () => !(await warnings()).includes('unreachable'))
  t.match(await ask('/policy'), /: up, /)
})
