/** The informer against an API server that cuts, ends, forgets, forbids and hangs. */
import type { V1ConfigMap } from '@kubernetes/client-node'
import t, { type Test } from 'tap'
import { BackOff } from '../../src/cluster/back-off.ts'
import { connect } from '../../src/cluster/client.ts'
import { Informer } from '../../src/cluster/informer.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { Metrics } from '../../src/server/observe/metrics.ts'
import { logSink } from '../server/support/server.ts'
import { unchangedFor, until, untilUnchangedFor } from '../support/waiting.ts'
import { configMapsPath, FakeApiServer, type Misbehaviour } from './support/fake-api-server.ts'

/** Nothing that the library starts may be left to nobody: the server would take it for a fault of its own. */
const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))
t.teardown(() => {
  if (unhandled.length > 0) throw unhandled[0]
})

function follow(t: Test, server: FakeApiServer, signal = new AbortController().signal) {
  const client = connect({ kubeconfig: server.kubeconfig })
  const sink = logSink()
  const metrics = new Metrics(defaultRegistry(), () => 0)
  const informer = new Informer<V1ConfigMap>(
    client,
    {
      name: 'policy',
      path: configMapsPath,
      fieldSelector: 'metadata.name=policy',
      list: () => client.core.listNamespacedConfigMap({ namespace: 'initlint', fieldSelector: 'metadata.name=policy' }),
      trim: ({ metadata, data }) => ({
        metadata: { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', resourceVersion: metadata?.resourceVersion ?? '' },
        ...(data === undefined ? {} : { data }),
      }),
    },
    { log: sink.log, metrics, signal, now: Date.now },
  )
  t.teardown(() => informer.stop())
  return { informer, sink, metrics, text: () => informer.get('policy', 'initlint')?.data?.text }
}

const fake = (t: Test) => new FakeApiServer(t).start()

t.test('list, then every change; what was trimmed is not kept', async (t) => {
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
    throw new Error('a callback that fails stops nobody')
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
  t.same(server.asked, ['list', 'watch 2'])
})

t.test('a watch that ends goes on from where it was; one that is cut begins with a list', async (t) => {
  const server = await fake(t)
  server.put('policy', { text: '1' })
  const { informer, text } = follow(t, server)
  await informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  server.endWatches('cleanly')
  await until('one watch is open', () => server.openWatches === 1)
  t.same(server.asked, ['list', 'watch 2', 'watch 2'])
  server.put('policy', { text: '2' })
  await until('version 2 is known', () => text() === '2')
  server.endWatches('cut')
  server.put('policy', { text: '3' })
  await until('version 3 is known', () => text() === '3')
  await until('one watch is open', () => server.openWatches === 1)
  t.same(server.asked.slice(3), ['list', 'watch 4'])
})

for (const how of ['gone', 'gone in the stream', 'fails in the stream', 'ends at once', 'cuts'] satisfies Misbehaviour[]) {
  t.test(`watches: ${how}; then they are well again, and what changed meanwhile is known`, async (t) => {
    const server = await fake(t)
    server.put('policy', { text: '1' })
    const { informer, text } = follow(t, server)
    await informer.start()
    await until('one watch is open', () => server.openWatches === 1)
    server.watches = how
    server.endWatches('cleanly')
    await until('more requests', () => server.asked.length > 4)
    server.put('policy', { text: '2' })
    server.watches = undefined
    await until('version 2 is known', () => text() === '2')
    await until('one watch is open', () => server.openWatches === 1)
    server.put('policy', { text: '3' })
    await until('version 3 is known', () => text() === '3')
    t.equal(server.openWatches, 1)
  })
}

t.test('the server goes away and comes back: what is known stays known, and one line says what is wrong', async (t) => {
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
  t.ok(before <= 3, 'bounded: the kinds of trouble, not the tries')
  server.put('policy', { text: '2' })
  await server.restart()
  await until('version 2 is known', () => text() === '2')
  t.ok(sink.lines().some(({ level, informer: name }) => level === 'info' && name === 'policy'))
})

t.test('not there at the start: it waits, says for what, and begins when it can', async (t) => {
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

t.test('forbidden: verb, object and what is missing; then it waits for the Role', async (t) => {
  const server = await fake(t)
  server.lists = 'forbids'
  const { informer, sink } = follow(t, server)
  const started = informer.start()
  await until('a line in the log', () => sink.lines().length > 0)
  t.match(sink.lines()[0], { problem: /forbids: list and watch .*configmaps where metadata\.name=policy.*Role.*cannot list/ })
  t.notMatch(sink.text(), 'secret-token')
  server.lists = undefined
  await started
})

t.test('a list that never ends is given up with the signal, or when it is stopped', async (t) => {
  const server = await fake(t)
  server.lists = 'hangs'
  const giveUp = new AbortController()
  const { informer } = follow(t, server, giveUp.signal)
  const started = informer.start()
  await until('the first request', () => server.asked.length === 1)
  giveUp.abort(new Error('enough'))
  await t.rejects(started, { message: 'enough' })
  await t.rejects(follow(t, server, giveUp.signal).informer.start(), { message: 'enough' })
})

t.test('nothing goes on after it is stopped: no watch, no try', async (t) => {
  const server = await fake(t)
  const { informer } = follow(t, server)
  await informer.start()
  informer.stop()
  await until('no watch is open', () => server.openWatches === 0)
  const asked = server.asked.length
  await untilUnchangedFor('the number of requests', 400, () => server.asked.length)
  t.equal(server.openWatches, 0)
  t.ok(server.asked.length <= asked + 1, 'at most the watch that was on its way')
  const second = follow(t, server)
  await second.informer.start()
  await until('one watch is open', () => server.openWatches === 1)
  server.watches = 'ends at once'
  server.endWatches('cleanly')
  await until('more requests', () => server.asked.length > asked + 3)
  second.informer.stop()
  const then = server.asked.length
  await untilUnchangedFor('the number of requests', 1200, () => server.asked.length)
  t.ok(server.asked.length <= then + 1)
})

t.test('waits grow to a second, after a minute of trouble to five, and begin anew', (t) => {
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
  const lazy = new BackOff(
    () => 0,
    () => 0,
  )
  t.equal(lazy.next(), 50)
  t.end()
})

t.test('no cluster, or none that can be found, is a sentence', async (t) => {
  const server = await fake(t)
  t.equal(connect({ kubeconfig: server.kubeconfig }).namespace, 'initlint')
  t.throws(() => connect({ kubeconfig: '/nowhere/kubeconfig' }), { name: 'StartError', message: /\/nowhere\/kubeconfig.*--kubeconfig/ })
})
