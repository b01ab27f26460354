/** The informer with an API server that cuts and ends connections, expires versions, forbids and hangs. */
import { mock } from 'node:test'
import type { V1ConfigMap } from '@kubernetes/client-node'
import t, { type Test } from 'tap'
import { BackOff } from '../../src/cluster/back-off.ts'
import { connect } from '../../src/cluster/client.ts'
import { Informer } from '../../src/cluster/informer.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { Metrics, watched } from '../../src/server/observe/metrics.ts'
import { logSink } from '../server/support/server.ts'
import { unchangedFor, until, untilUnchangedFor } from '../support/waiting.ts'
import { configMapsPath, FakeApiServer, type Misbehavior } from './support/fake-api-server.ts'

/** Every promise of the library must be handled: the server treats an unhandled rejection as an internal error. */
const unhandled: unknown[] = []
const keep = (reason: unknown) => unhandled.push(reason)
process.on('unhandledRejection', keep)

function follow(t: Test, server: FakeApiServer, signal = new AbortController().signal, now: () => number = Date.now) {
  const client = connect({ kubeconfig: server.kubeconfig })
  const sink = logSink()
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  let lists = 0
  const informer = new Informer<V1ConfigMap>(
    client,
    {
      name: 'policy',
      path: configMapsPath,
      fieldSelector: 'metadata.name=policy',
      list: () => {
        lists += 1
        return client.core.listNamespacedConfigMap({ namespace: 'initlint', fieldSelector: 'metadata.name=policy' })
      },
      trim: ({ metadata, data }) => ({
        metadata: { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', resourceVersion: metadata?.resourceVersion ?? '' },
        ...(data === undefined ? {} : { data }),
      }),
    },
    { log: sink.log, metrics, signal, now },
  )
  t.teardown(() => informer.stop())
  return { informer, sink, metrics, lists: () => lists, text: () => informer.get('policy', 'initlint')?.data?.text }
}

const fake = (t: Test) => new FakeApiServer(t).start()

t.test('lists, then follows every change, and keeps no trimmed fields', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const { informer, metrics, text } = follow(t, server)
  t.equal(informer.lastContact(), 0)
  await informer.start()
  t.equal(text(), '1')
  t.equal(informer.list()[0]?.metadata?.annotations, undefined)
  t.ok(informer.lastContact() > 0)
  t.match((await metrics.expose()).text, /initlint_informer_last_contact_timestamp_seconds\{what="policy"\} \d/)
  let changes = 0
  informer.onChange(() => {
    throw new Error('a failing callback does not affect the others')
  })
  informer.onChange(() => {
    changes += 1
  })
  await until('one watch is open', () => server.openWatches === 1)
  server.put('policy', { text: '2' })
  await until('version 2 is known', () => text() === '2')
  t.equal(informer.list()[0]?.metadata?.annotations, undefined)
  server.delete('policy')
  await until('the deletion is known', () => text() === undefined)
  t.equal(changes, 2)
  t.same(server.requests, ['list', 'watch 2'])
})

t.test('a watch that ends is resumed at its version; one that is cut starts with a list', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const { informer, text } = follow(t, server)
  await informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  server.endWatches('cleanly')
  await until('one watch is open', () => server.openWatches === 1)
  t.same(server.requests, ['list', 'watch 2', 'watch 2'])
  server.put('policy', { text: '2' })
  await until('version 2 is known', () => text() === '2')
  server.endWatches('cut')
  server.put('policy', { text: '3' })
  await until('version 3 is known', () => text() === '3')
  await until('one watch is open', () => server.openWatches === 1)
  t.same(server.requests.slice(3), ['list', 'watch 4'])
})

for (const how of ['gone', 'gone in the stream', 'fails in the stream', 'ends at once', 'cuts'] satisfies Misbehavior[]) {
  t.test(`recovers from watches with the failure "${how}" and learns what changed in the meantime`, async (t) => {
    const server = await fake(t)
    server.put('policy', { text: '1' })
    const { informer, text } = follow(t, server)
    await informer.start()
    await until('one watch is open', () => server.openWatches === 1)
    server.watches = how
    server.endWatches('cleanly')
    await until('more requests', () => server.requests.length > 4)
    server.put('policy', { text: '2' })
    server.watches = undefined
    await until('version 2 is known', () => text() === '2')
    await until('one watch is open', () => server.openWatches === 1)
    server.put('policy', { text: '3' })
    await until('version 3 is known', () => text() === '3')
    t.equal(server.openWatches, 1)
  })
}

t.test('during an outage, the last known objects remain and the problem is logged once', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const { informer, sink, text } = follow(t, server)
  await informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  await server.stop()
  await until('a line in the log', () => sink.lines().length > 0)
  await unchangedFor('what is known', 500, text)
  t.equal(text(), '1')
  const before = sink.lines().length
  t.ok(before <= 3, 'at most one line per problem, not one per attempt')
  server.put('policy', { text: '2' })
  await server.restart()
  await until('version 2 is known', () => text() === '2')
  t.ok(sink.lines().some(({ level, informer: name }) => level === 'info' && name === 'policy'))
})

t.test('if the server is down at the start, it logs the problem and waits until the server is up', async (t) => {
  const server = await fake(t)
  await server.stop()
  const { informer, sink, text } = follow(t, server)
  const started = informer.start()
  await until('a line in the log', () => sink.lines().length > 0)
  t.match(sink.lines()[0], { level: 'warn', problem: /cannot be reached.*configmaps/ })
  server.put('policy', { text: '1' })
  await server.restart()
  await started
  t.equal(text(), '1')
})

t.test('without a Role, it logs verb, object and the missing Role, and waits for the Role', async (t) => {
  const server = await fake(t)
  server.lists = 'forbids'
  const { informer, sink } = follow(t, server)
  const started = informer.start()
  await until('a line in the log', () => sink.lines().length > 0)
  t.match(sink.lines()[0], {
    problem: /RBAC does not allow this \(list and watch .*configmaps with metadata\.name=policy.*Role.*cannot list/,
  })
  t.notMatch(sink.text(), 'secret-token')
  server.lists = undefined
  await started
})

t.test('a start that hangs rejects with the reason of the signal', async (t) => {
  const server = await fake(t)
  server.lists = 'hangs'
  const giveUp = new AbortController()
  const { informer } = follow(t, server, giveUp.signal)
  const started = informer.start()
  await until('the first request', () => server.requests.length === 1)
  giveUp.abort(new Error('enough'))
  await t.rejects(started, { message: 'enough' })
  await t.rejects(follow(t, server, giveUp.signal).informer.start(), { message: 'enough' })
})

t.test('after a stop, there are no more watches or attempts', async (t) => {
  const server = await fake(t)
  const { informer } = follow(t, server)
  await informer.start()
  informer.stop()
  await until('no watch is open', () => server.openWatches === 0)
  const requests = server.requests.length
  await untilUnchangedFor('the number of requests', 400, () => server.requests.length)
  t.equal(server.openWatches, 0)
  t.ok(server.requests.length <= requests + 1, 'at most the watch that was being opened')
  const second = follow(t, server)
  await second.informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  server.watches = 'ends at once'
  server.endWatches('cleanly')
  await until('more requests', () => server.requests.length > requests + 3)
  second.informer.stop()
  const then = server.requests.length
  await untilUnchangedFor('the number of requests', 1200, () => server.requests.length)
  t.ok(server.requests.length <= then + 1)
})

/** A clock for the timers and the time of an informer. */
function fakeClock(t: Test): { now(): number; pass(milliseconds: number): void } {
  let now = 1_000_000
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds
      mock.timers.tick(milliseconds)
    },
  }
}

const minute = 60_000

/** Waits until the informer knows that its watch is open: only an open watch passes a bookmark on. */
async function untilWatching(server: FakeApiServer, informer: { lastContact(): number }, clock: ReturnType<typeof fakeClock>) {
  await until('one watch is open', () => server.openWatches === 1)
  clock.pass(1)
  await until('the bookmark', () => {
    server.sendBookmarks()
    return informer.lastContact() === clock.now()
  })
}

t.test('a quiet watch is reopened so rarely that a replica with all its watches opens at most one a minute', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const clock = fakeClock(t)
  const { informer, sink, text, lists } = follow(t, server, undefined, clock.now)
  await informer.start()
  const settle = async (): Promise<void> => {
    await until('a watch after each list', () => server.requests.length === 2 * lists())
    await untilWatching(server, informer, clock)
  }
  await settle()
  const minutes = 60
  for (let passed = 0; passed < minutes; passed += 1) {
    clock.pass(minute)
    await settle()
  }
  const count = (what: string) => server.requests.filter((request) => request.startsWith(what)).length
  t.ok(count('watch') > 1, 'the list is repeated')
  t.equal(count('list'), count('watch'))
  const resources = watched.length
  t.ok(count('watch') * resources <= minutes, `${count('watch')} watches of each of ${resources} resources`)
  t.match(server.watchParameters, { allowWatchBookmarks: 'true', timeoutSeconds: '900' })
  t.same(sink.lines(), [])
  t.equal(text(), '1')
})

t.test('a watch whose bookmarks stop is resumed at its version after four minutes', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const clock = fakeClock(t)
  const { informer } = follow(t, server, undefined, clock.now)
  await informer.start()
  await untilWatching(server, informer, clock)
  clock.pass(3 * minute)
  t.same(server.requests, ['list', 'watch 2'])
  clock.pass(minute)
  await until('the next watch', () => server.requests.length > 2)
  t.same(server.requests, ['list', 'watch 2', 'watch 2'])
})

t.test('after a bookmark, an interrupted watch is resumed at its version', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const { informer } = follow(t, server)
  await informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  server.put('another', { text: 'a change that the watch does not see' })
  const before = informer.lastContact()
  await until('the bookmark', () => {
    server.sendBookmarks()
    return informer.lastContact() > before
  })
  server.endWatches('cleanly')
  await until('the next watch', () => server.requests.length > 2)
  t.same(server.requests, ['list', 'watch 2', 'watch 3'])
})

t.test('a watch that the server does not answer is given up and tried again', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const clock = fakeClock(t)
  server.watches = 'hangs'
  const { informer, sink, text } = follow(t, server, undefined, clock.now)
  await informer.start()
  await until('the first watch', () => server.requests.length === 2)
  clock.pass(minute)
  t.match(sink.lines(), [{ level: 'warn', problem: /no answer within 30 s/ }])
  server.watches = undefined
  server.put('policy', { text: '2' })
  clock.pass(minute)
  await until('version 2 is known', () => text() === '2')
  await until('one watch is open', () => server.openWatches === 1)
})

t.test('waits grow to one second, after a minute of failures to five seconds, and start over after a reset', (t) => {
  let now = 0
  const backOff = new BackOff(
    () => now,
    () => 1,
  )
  t.same(
    Array.from({ length: 6 }, () => backOff.next()),
    [100, 200, 400, 800, 1000, 1000],
  )
  now = 60_000
  t.equal(backOff.next(), 5000)
  backOff.reset()
  t.equal(backOff.next(), 100)
  const withoutJitter = new BackOff(
    () => 0,
    () => 0,
  )
  t.equal(withoutJitter.next(), 50)
  t.end()
})

t.test('a kubeconfig that does not exist is a StartError with its path and the flag to set', async (t) => {
  const server = await fake(t)
  t.equal(connect({ kubeconfig: server.kubeconfig }).namespace, 'initlint')
  t.throws(() => connect({ kubeconfig: '/nowhere/kubeconfig' }), { name: 'StartError', message: /\/nowhere\/kubeconfig.*--kubeconfig/ })
})

t.test('no rejection of the client library was left unhandled', async (t) => {
  process.off('unhandledRejection', keep)
  t.same(unhandled, [])
})
