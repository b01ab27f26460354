/** Events about findings without a warning: one per object, rule and hour, limited in number, without delaying reviews. */
import t, { type Test } from 'tap'
import type { WorkloadNote } from '../../src/admission/index.ts'
import type { ClusterEvent } from '../../src/cluster/events.ts'
import { type EventBounds, WorkloadEvents } from '../../src/cluster/workload-events.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { Metrics } from '../../src/server/observe/metrics.ts'
import { logSink } from '../server/support/server.ts'

const hour = 60 * 60 * 1000

const note = (name = 'web', rule = 'image-latest', more: object = {}): WorkloadNote => ({
  target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name, uid: 'uid-1', ...more },
  rule,
  message: 'containers "web": nginx has no tag',
})

interface Options {
  readonly write?: (event: ClusterEvent) => Promise<'written' | 'known'>
  readonly bounds?: Partial<EventBounds>
}

function sinkOf(t: Test, { write, bounds }: Options = {}) {
  const written: ClusterEvent[] = []
  const clock = { now: 100 * hour }
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  const { log, lines } = logSink()
  const events = new WorkloadEvents(
    async (event) => {
      written.push(event)
      return (await write?.(event)) ?? 'written'
    },
    { log, metrics, now: () => clock.now },
    { burst: 100, perSecond: 0, queued: 100, ...bounds },
  )
  t.after(() => events.stop())
  const count = async (result: string) => {
    const { text } = await metrics.expose()
    return Number(new RegExp(`^initlint_events_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1])
  }
  return { events, written, clock, count, lines }
}

/** Queued Events are written after the current call. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

t.test('an Event names the object, the rule and the message', async (t) => {
  const { events, written, count } = sinkOf(t)
  events.record([note()])
  await settled()
  t.match(written, [
    {
      name: /^web\.[0-9a-f]{16}$/,
      about: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web', uid: 'uid-1' },
      type: 'Warning',
      reason: 'ImageLatest',
      message: '[image-latest] containers "web": nginx has no tag',
    },
  ])
  t.equal(await count('written'), 1)
})

t.test('there is one Event per object, rule and hour, with the same name on every replica', async (t) => {
  const { events, written, clock, count } = sinkOf(t)
  const other = sinkOf(t)
  events.record([note(), note('web', 'pull-never'), note()])
  clock.now += hour / 2
  events.record([note(), note('api')])
  clock.now += hour
  events.record([note()])
  other.events.record([note()])
  await settled()
  t.equal(written.length, 4)
  t.equal(new Set(written.map(({ name }) => name)).size, 4)
  t.equal(other.written[0]?.name, written[0]?.name)
  t.equal(await count('known'), 2)
})

t.test('Events above the rate limit are dropped and counted', async (t) => {
  const { events, written, count } = sinkOf(t, { bounds: { burst: 5, queued: 100 } })
  events.record(Array.from({ length: 20 }, (_, index) => note(`web-${index}`)))
  await settled()
  t.equal(written.length, 5)
  t.equal(await count('limited'), 15)
})

t.test('with a slow API server the queue is bounded, and after a stop nothing is written', async (t) => {
  let release: () => void = () => undefined
  const slow = new Promise<'written'>((resolve) => {
    release = () => resolve('written')
  })
  const { events, written, count } = sinkOf(t, { write: () => slow, bounds: { queued: 3 } })
  events.record(Array.from({ length: 4 }, (_, index) => note(`first-${index}`)))
  events.record(Array.from({ length: 20 }, (_, index) => note(`web-${index}`)))
  t.equal(written.length, 2, 'two at a time')
  t.ok((await count('dropped')) >= 17)
  events.stop()
  release()
  await settled()
  events.record([note('late')])
  await settled()
  t.equal(written.length, 2)
})

t.test('a failure is counted, logged once a minute, and retried at the next review', async (t) => {
  const { events, written, count, lines } = sinkOf(t, { write: () => Promise.reject(new Error('refused')) })
  events.record([note('a'), note('b')])
  await settled()
  events.record([note('a')])
  await settled()
  t.equal(written.length, 3)
  t.equal(await count('failed'), 3)
  t.equal(lines().length, 1)
  t.match(lines()[0], { level: 'warn', problem: /events in namespace shop/ })
})

t.test('notes with names that Kubernetes does not allow are dropped', async (t) => {
  const { events, written, count } = sinkOf(t)
  const targets = [{ namespace: '../kube-system' }, { name: 'a/b' }, { kind: 'x y' }, { namespace: '' }, { name: '' }, { name: 'x\n' }]
  events.record(targets.map((target) => note('web', 'image-latest', target)))
  events.record([note('x'.repeat(253))])
  await settled()
  t.equal(written.length, 1)
  t.ok((written[0]?.name.length ?? 999) <= 253)
  t.equal(await count('dropped'), targets.length)
})
