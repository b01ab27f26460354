/** The command `serve`: what it prints, how it ends, and what stops it from starting. */
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Io } from '../../src/cli/io.ts'
import { serve } from '../../src/cli/serve.ts'
import type { ServeFlags } from '../../src/cli/serve-options.ts'
import { until } from '../support/waiting.ts'
import { scratch } from './support/scratch.ts'
import { call, logSink } from './support/server.ts'

const options: ServeFlags = {
  host: 'localhost',
  port: 0,
  opsPort: 0,
  try: 'all',
  tryPort: 0,
  docsBase: 'https://docs.example',
  logLevel: 'info',
  limits: { drainTime: 0 },
}

function testIo(cwd: string) {
  let printed = ''
  const events = new EventEmitter()
  const io: Io = {
    stdout: (text) => {
      printed += text
    },
    stdoutBytes: () => {},
    stderr: () => {},
    readStdin: async () => '',
    isTerminal: { stdin: false, stdout: false },
    env: {},
    cwd,
    now: Date.now,
    events,
  }
  return { io, events, printed: () => printed }
}

t.test('prints where the playground is, if it is built and served', async (t) => {
  const cwd = scratch(t)
  const built = scratch(t, { 'index.html': '<!doctype html>' })
  for (const [place, pageDirectory, line] of [
    ['all', built, /^ {2}playground +https:\/\/localhost:\d+\/ in a browser$/m],
    ['loopback', built, /^ {2}playground +http:\/\/localhost:\d+\/ in a browser$/m],
    ['off', built, undefined],
    ['all', join(built, 'missing'), undefined],
  ] as const) {
    const { io, events, printed } = testIo(cwd)
    const ended = serve({ ...options, try: place, pageDirectory, log: logSink().log }, io)
    await until('serve prints where it listens', () => printed() !== '')
    if (line !== undefined) t.match(printed(), line)
    else t.notMatch(printed(), /^ *playground /m)
    events.emit('SIGINT')
    t.equal(await ended, 0)
  }
})

t.test('without flags: creates a certificate, prints two valid commands, ends on SIGTERM and SIGINT', async (t) => {
  const cwd = scratch(t)
  for (const [place, lint] of [
    ['all', /curl --cacert certs\/ca\.pem --data-binary @\S+kiada\.yaml https:\/\/localhost:\d+\/lint/],
    ['loopback', /curl --data-binary @\S+kiada\.yaml http:\/\/localhost:\d+\/lint/],
  ] as const) {
    const { io, events, printed } = testIo(cwd)
    const ended = serve({ ...options, try: place, log: logSink().log }, io)
    await until('serve prints where it listens', () => printed() !== '')
    t.match(printed(), lint)
    const validate = /curl --cacert certs\/ca\.pem --data-binary @(\S+review\.json) https:\/\/localhost:(\d+)\/validate/.exec(printed())
    t.ok(existsSync(validate?.[1] ?? ''))
    t.equal(printed().match(/^ {2}curl /gm)?.length, 2)
    t.equal((await call(Number(validate?.[2]), '/validate', 'x', { rejectUnauthorized: false })).code, 400)
    events.emit(place === 'all' ? 'SIGTERM' : 'SIGINT')
    t.equal(await ended, 0)
  }
})

t.test('an unhandled rejection is logged, and the exit code is 1', async (t) => {
  const { io, events, printed } = testIo(scratch(t))
  const sink = logSink()
  const ended = serve({ ...options, log: sink.log }, io)
  await until('serve prints where it listens', () => printed() !== '')
  events.emit('unhandledRejection', new Error('broken on purpose'))
  t.equal(await ended, 1)
  t.ok(sink.lines().some(({ level, err }) => level === 'fatal' && JSON.stringify(err).includes('broken on purpose')))
})

t.test('used ports, unknown hosts, invalid policies and incomplete flags: a UsageError with the cause', async (t) => {
  const cwd = scratch(t, { 'policy.yaml': 'kind: Policy\nrulez: {}\n' })
  const { io } = testIo(cwd)
  const start = (more: Partial<ServeFlags>) => serve({ ...options, log: logSink().log, ...more }, io)
  const blocker = createServer().listen(0, '127.0.0.1')
  t.after(() => blocker.close())
  await until('the port is in use', () => blocker.listening)
  const { port } = blocker.address() as { port: number }
  await t.rejects(start({ port }), { name: 'UsageError', message: new RegExp(`Port ${port} on localhost is in use.*--port`) })
  await t.rejects(start({ opsPort: port }), { name: 'UsageError', message: /--ops-port/ })
  await t.rejects(start({ host: '203.0.113.1' }), { name: 'UsageError', message: /--host/ })
  await t.rejects(start({ policy: 'policy.yaml' }), { name: 'UsageError', message: /policy\.yaml:\d+:\d+: / })
  await t.rejects(start({ tlsCert: 'x.pem' }), { name: 'UsageError', message: /--tls-key/ })
  await t.rejects(start({ tlsCert: 'x.pem', tlsKey: 'y.pem' }), { name: 'UsageError', message: /x\.pem/ })
  await t.rejects(start({ clientCa: join(cwd, 'none.pem') }), { name: 'UsageError', message: /none\.pem/ })
  await t.rejects(start({ clientName: ['kube-apiserver'] }), { name: 'UsageError', message: /--client-ca/ })
})
