/** Events about findings without a warning: one per object and version of the policy, limited in number, without delaying reviews. */
import t, { type Test } from 'tap'
import type { WorkloadNote } from '../../src/admission/index.ts'
import type { ClusterEvent } from '../../src/cluster/events.ts'
import { type EventBounds, WorkloadEvents } from '../../src/cluster/workload-events.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { Metrics } from '../../src/server/observe/metrics.ts'
import { logSink } from '../server/support/server.ts'

const hour = 60 * 60 * 1000

interface Parts {
  readonly policy?: string
  readonly message?: string
  readonly [key: string]: string | undefined
}

const note = (name = 'web', { policy = 'v1', message = 'nginx has no tag', ...more }: Parts = {}): WorkloadNote => ({
  target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name, uid: 'uid-1', ...more },
  policy,
  message: `[image-latest] ${message}`,
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
  const record = (...notes: readonly WorkloadNote[]): void => {
    for (const each of notes) events.record(each)
  }
  return { events, record, written, clock, count, lines }
}

/** Queued Events are written after the current call. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

t.test('an Event names the object and has the message', async (t) => {
  const { record, written, count } = sinkOf(t)
  record(note())
  await settled()
  t.match(written, [
    {
      name: /^web\.[0-9a-f]{16}$/,
      about: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web', uid: 'uid-1' },
      type: 'Warning',
      reason: 'InitlintFindings',
      message: '[image-latest] nginx has no tag',
    },
  ])
  t.equal(await count('written'), 1)
})

t.test('there is one Event per object and version of the policy, with the same name on every replica', async (t) => {
  const { record, written, clock, count } = sinkOf(t)
  const other = sinkOf(t)
  record(note(), note('web', { policy: 'v2' }), note())
  clock.now += hour / 2
  record(note(), note('api'))
  await settled()
  t.equal(new Set(written.map(({ name }) => name)).size, 3)
  t.equal(written.length, 3)
  t.equal(await count('known'), 2)
  other.record(note())
  await settled()
  t.equal(other.written[0]?.name, written[0]?.name)
  clock.now += hour
  record(note())
  await settled()
  t.equal(written[3]?.name, written[0]?.name, 'an hour later, the API server may have deleted it')
})

t.test('an Event is written again if its text changes, and again if the text changes back', async (t) => {
  const { record, written } = sinkOf(t)
  for (const message of ['a', 'b', 'b', 'a']) {
    record(note('web', { message }))
    await settled()
  }
  t.same(
    written.map(({ message }) => message),
    ['[image-latest] a', '[image-latest] b', '[image-latest] a'],
  )
  t.equal(new Set(written.map(({ name }) => name)).size, 1)
})

t.test('of the texts of one Event that wait to be written, only the last one is', async (t) => {
  const { record, written } = sinkOf(t)
  record(note('one'), note('two'), note('web', { message: 'a' }), note('web', { message: 'b' }))
  await settled()
  t.same(
    written.map(({ message }) => message),
    ['[image-latest] nginx has no tag', '[image-latest] nginx has no tag', '[image-latest] b'],
  )
})

t.test('Events above the rate limit are dropped and counted', async (t) => {
  const { record, written, count } = sinkOf(t, { bounds: { burst: 5, queued: 100 } })
  record(...Array.from({ length: 20 }, (_, index) => note(`web-${index}`)))
  await settled()
  t.equal(written.length, 5)
  t.equal(await count('limited'), 15)
})

t.test('with a slow API server the queue is bounded, and after a stop nothing is written', async (t) => {
  let release: () => void = () => undefined
  const slow = new Promise<'written'>((resolve) => {
    release = () => resolve('written')
  })
  const { events, record, written, count } = sinkOf(t, { write: () => slow, bounds: { queued: 3 } })
  record(...Array.from({ length: 4 }, (_, index) => note(`first-${index}`)))
  record(...Array.from({ length: 20 }, (_, index) => note(`web-${index}`)))
  t.equal(written.length, 2, 'two at a time')
  t.ok((await count('dropped')) >= 17)
  events.stop()
  release()
  await settled()
  record(note('late'))
  await settled()
  t.equal(written.length, 2)
})

t.test('a failure is counted, logged once a minute, and retried at the next review', async (t) => {
  const { record, written, count, lines } = sinkOf(t, { write: () => Promise.reject(new Error('refused')) })
  record(note('a'), note('b'))
  await settled()
  record(note('a'))
  await settled()
  t.equal(written.length, 3)
  t.equal(await count('failed'), 3)
  t.equal(lines().length, 1)
  t.match(lines()[0], { level: 'warn', problem: /events in namespace shop/ })
})

t.test('notes with names that Kubernetes does not allow are dropped', async (t) => {
  const { record, written, count } = sinkOf(t)
  const targets = [{ namespace: '../kube-system' }, { name: 'a/b' }, { kind: 'x y' }, { namespace: '' }, { name: '' }, { name: 'x\n' }]
  record(...targets.map((target) => note('web', target)))
  record(note('x'.repeat(253)))
  await settled()
  t.equal(written.length, 1)
  t.ok((written[0]?.name.length ?? 999) <= 253)
  t.equal(await count('dropped'), targets.length)
})
