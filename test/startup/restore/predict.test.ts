import t from 'tap'
import type { JsonObject } from '../../../src/model/json.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { refusalOf } from '../../../src/startup/api-server/validation.ts'
import { readLivePod } from '../../../src/startup/restore/live-pod.ts'
import { type PredictedStatus, predict, predictFrom } from '../../../src/startup/restore/predict.ts'
import { readScenario } from '../../../src/startup/scenario/scenario-json.ts'
import * as fc from '../../support/properties.ts'
import { optional, pods, scenarios } from '../support/generated.ts'
import { type Cut, epoch, runWithCuts, timeText } from '../support/live.ts'
import { type Recording, recordings } from '../support/recordings.ts'

const secondsOf = (time: string): number => (Date.parse(time) - epoch) / 1000

/** Where a prediction contradicts the rest of a run; undefined if it does not. */
function contradiction(predicted: readonly PredictedStatus[], rest: readonly Cut[]): string | undefined {
  let from = 0
  for (const [index, { status, at, by }] of predicted.entries()) {
    const isIn = (cut: Cut): boolean => secondsOf(at) <= cut.at + 0.01 && (by === null || cut.at <= secondsOf(by) + 0.01)
    // A run is finite; what comes after its end is not compared.
    if (rest.length <= from) return undefined
    const found = rest.findIndex((cut, place) => place >= from && cut.status === status)
    if (found === -1) return index === 0 ? `${status} does not come` : undefined
    if (index > 0 && found !== from) return undefined
    if (!isIn(rest[found] as Cut))
      return `${status} comes at ${rest[found]?.at}, not in ${secondsOf(at)}..${by === null ? '' : secondsOf(by)}`
    from = found + 1
  }
  return undefined
}

/** Recordings whose world does not change while the pod starts: no Pod shows such changes. */
function runs(): readonly {
  readonly recording: Recording
  readonly cuts: readonly Cut[]
  readonly predicted: (cut: Cut) => readonly PredictedStatus[]
}[] {
  return recordings().flatMap((recording) => {
    const workload = readWorkload(recording.pod, { namespace: 'default', source: 'manifest' })
    const read = readScenario(recording.scenario)
    if (!read.ok || read.scenario.actions.length > 0 || workload === undefined || refusalOf(workload) !== null) return []
    const { scenario } = read
    const predicted = ({ pod, at }: Cut) => predictFrom(pod, { now: timeText(at), scenario })
    return [{ recording, cuts: runWithCuts(workload, scenario), predicted }]
  })
}

/** RestartAllContainers removes containers one by one, which no status shows; an image volume shows nothing before its first failure. */
const isHidden = ({ status, pod }: Cut, name: string): boolean =>
  status.endsWith('RestartingAllContainers') ||
  readLivePod(pod, 0).conditions.has('AllContainersRestarting') ||
  (status === 'PodInitializing' && name.startsWith('h-image-volume'))

t.test('a run that is cut at any status and continued from that Pod alone has the same rest, within the stated intervals', async (t) => {
  let compared = 0
  let silent = 0
  for (const { recording, cuts, predicted } of runs()) {
    for (const [index, cut] of cuts.entries()) {
      const rest = cuts.slice(index + 1).filter((next, place) => next.status !== (place === 0 ? cut : cuts[index + place])?.status)
      // Later cuts of a loop are like earlier ones.
      if (rest.length === 0 || index > 12 || isHidden(cut, recording.name)) continue
      compared++
      const found = predicted(cut)
      if (found.length === 0) silent++
      t.equal(contradiction(found, rest), undefined, `${recording.name}, cut at ${cut.status} after ${cut.at} s`)
    }
  }
  t.ok(compared > 900)
  t.ok(silent < compared / 100, `${silent} of ${compared} cuts have no prediction`)
})

/** What hides the future: probes, whose failures a Pod does not count, restarts of all containers, and image volumes. */
const hiding: ReadonlySet<string> = new Set([
  'startupProbe',
  'livenessProbe',
  'readinessProbe',
  'restartPolicyRules',
  'volumeMounts',
  'activeDeadlineSeconds',
])

/** The spec without it. */
const plain = (spec: object): JsonObject => JSON.parse(JSON.stringify(spec, (key, value) => (hiding.has(key) ? undefined : value)))

/** The scenario without processes that end within a second: whether the kubelet sees them run depends on the phase of its relists. */
const unhurried = (scenario: object): JsonObject =>
  JSON.parse(JSON.stringify(scenario, (key, value) => (key === 'seconds' && typeof value === 'number' ? value + 3 : value)))

t.test('a run of a generated pod that is cut at any status never throws, and has the same rest', async (t) => {
  let compared = 0
  fc.assert(
    fc.property(pods, scenarios, fc.boolean(), (generatedSpec, generated, isPlain) => {
      const spec: JsonObject = isPlain ? plain(generatedSpec) : generatedSpec
      const workload = readWorkload({ apiVersion: 'v1', kind: 'Pod', spec }, { namespace: 'default', source: 'manifest' })
      const read = readScenario({ ...unhurried(generated), actions: [] })
      if (workload === undefined || !read.ok) throw new Error('the generator is wrong')
      const { scenario } = read
      const cuts = runWithCuts(workload, scenario).slice(0, 12)
      for (const [index, cut] of cuts.entries()) {
        const rest = cuts.slice(index + 1).filter((next, place) => next.status !== (place === 0 ? cut : cuts[index + place])?.status)
        const found = predictFrom(cut.pod, { now: timeText(cut.at), scenario })
        predictFrom(cut.pod, { now: timeText(cut.at) })
        if (!isPlain) continue
        compared++
        const problem = contradiction(found, rest)
        if (problem !== undefined) throw new Error(`cut at ${cut.status} after ${cut.at} s: ${problem}`)
      }
    }),
    { numRuns: 150 },
  )
  t.ok(compared > 100)
})

t.test('no Pod and no Event makes predict throw, and no prediction ends before it begins', async () => {
  const any = fc.anything({ maxDepth: 3 })
  const times = fc.constantFrom('2026-01-01T00:00:00Z', '2025-12-31T23:59:00Z', '9999-12-31T23:59:59Z', '1970-01-01T00:00:00Z', 'x', null)
  const ends = fc.record(
    {
      exitCode: fc.oneof(fc.integer(), any),
      reason: fc.constantFrom('Error', 'OOMKilled', 'StartError'),
      startedAt: times,
      finishedAt: times,
    },
    optional,
  )
  const reasons = fc.constantFrom(
    'CrashLoopBackOff',
    'ErrImagePull',
    'ImagePullBackOff',
    'CreateContainerError',
    'RunContainerError',
    'x',
    '',
  )
  const messages = fc.constantFrom(
    'back-off 1m20s restarting failed container=a',
    'back-off 999999999h999999999h999999999h restarting failed container=a',
    'back-off x',
    '',
  )
  const state = fc.oneof(
    fc.record({ waiting: fc.record({ reason: reasons, message: messages }, optional) }),
    fc.record({ running: fc.record({ startedAt: times }, optional) }),
    fc.record({ terminated: ends }),
    any,
  )
  const status = fc.record(
    {
      name: fc.constantFrom('a', 'b', 'm-a', 'm-b'),
      state,
      lastState: fc.oneof(fc.record({ terminated: ends }), any),
      restartCount: fc.oneof(fc.constantFrom(0, 1, 7, 1e9, -1, Number.NaN), any),
      started: fc.oneof(fc.boolean(), any),
      ready: fc.oneof(fc.boolean(), any),
      containerID: fc.constantFrom('containerd://1', '', undefined),
    },
    optional,
  )
  const lists = fc.oneof({ weight: 8, arbitrary: fc.array(status, { maxLength: 4 }) }, { weight: 1, arbitrary: any })
  const live = fc.record(
    {
      phase: fc.constantFrom('Pending', 'Running', 'Failed', 'x'),
      startTime: times,
      initContainerStatuses: lists,
      containerStatuses: lists,
      conditions: fc.oneof(fc.constant([{ type: 'PodReadyToStartContainers', status: 'True' }]), any),
    },
    optional,
  )
  const event = fc.record(
    {
      reason: fc.constantFrom('Pulling', 'Failed', 'BackOff', 'Unhealthy', 'FailedMount'),
      message: fc.constantFrom('Failed to pull image', 'Back-off pulling image', 'Liveness probe failed', ''),
      count: fc.oneof(fc.constantFrom(1, 30, 1e12), any),
      firstTimestamp: times,
      lastTimestamp: times,
      involvedObject: fc.record({
        kind: fc.constant('Pod'),
        name: fc.constant('p'),
        fieldPath: fc.constantFrom('spec.containers{m-a}', 'spec.initContainers{a}', '{'),
      }),
    },
    optional,
  )
  fc.assert(
    fc.property(pods, live, fc.array(event, { maxLength: 4 }), times, (spec, liveStatus, events, created) => {
      const pod = { metadata: { name: 'p', creationTimestamp: created }, spec: { nodeName: 'n', ...spec }, status: liveStatus }
      const { statuses, attempts } = predict(pod, { now: '2026-01-01T00:10:00Z', events })
      return [...statuses, ...attempts].every(({ at, by }) => by === null || Date.parse(at) <= Date.parse(by))
    }),
    { numRuns: 500 },
  )
})

t.test('the comparison finds a wrong status and a wrong time', async (t) => {
  const cut = (at: number, status: string): Cut => ({ at, status, pod: {} })
  const next = (status: string, at: number, by: number): PredictedStatus => ({ status, at: timeText(at), by: timeText(by), why: '' })
  t.match(contradiction([next('Running', 1, 2)], [cut(1, 'Error')]), 'does not come')
  t.match(contradiction([next('Error', 2, 3)], [cut(1, 'Error')]), 'not in')
  t.match(contradiction([next('Error', 0, 1)], [cut(4, 'Error')]), 'not in')
  t.equal(contradiction([next('Error', 0, 1)], [cut(1, 'Error')]), undefined)
})

/** A crash loop after its fourth restart, with the times of a real status. */
function crashLoop(more: JsonObject = {}, message = 'back-off 1m20s restarting failed container=app pod=p_default(1)'): JsonObject {
  return {
    metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { nodeName: 'n', containers: [{ name: 'app', image: 'r.test/app:1' }] },
    status: {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      conditions: [{ type: 'PodReadyToStartContainers', status: 'True' }],
      containerStatuses: [
        {
          name: 'app',
          restartCount: 4,
          containerID: 'containerd://a',
          state: { waiting: { reason: 'CrashLoopBackOff', message } },
          lastState: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: '2026-01-01T00:01:30Z', finishedAt: '2026-01-01T00:01:32Z' },
          },
        },
      ],
    },
    ...more,
  }
}

t.test('a crash loop continues when its back-off ends, and its next end has no latest time', async (t) => {
  const [running, error] = predictFrom(crashLoop(), { now: '2026-01-01T00:02:00Z' })
  t.equal(running?.status, 'Running')
  // Finished at 1:32, 80 s of back-off; the kubelet's jitter adds at most 10 s to it.
  t.ok(Math.abs(secondsOf(running?.at ?? '') - 172) <= 2)
  t.ok(secondsOf(running?.by ?? '') - 182 <= 5)
  t.match(error, { status: 'Error', by: null })
  t.match(predict(crashLoop(), { now: '2026-01-01T00:02:00Z' }).attempts, [{ container: 'app', kind: 'start' }])
})

t.test('the delay of the message is used, whatever the number of restarts', async (t) => {
  const pod = crashLoop({}, 'back-off 20s restarting failed container=app pod=p_default(1)')
  const [running] = predictFrom(pod, { now: '2026-01-01T00:01:40Z' })
  t.ok(Math.abs(secondsOf(running?.at ?? '') - 112) <= 2)
})

t.test('nothing is predicted for a pod that is not scheduled or has ended, and the removal for one that is being deleted', async (t) => {
  const now = '2026-01-01T00:02:00Z'
  t.same(predictFrom({ metadata: { name: 'p' }, spec: {}, status: { phase: 'Pending' } }, { now }), [])
  t.same(predictFrom(crashLoop({ status: { phase: 'Failed' } }), { now }), [])
  t.same(predictFrom(crashLoop(), { now: 'yesterday' }), [])
  const metadata = { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', deletionTimestamp: '2026-01-01T00:02:30Z' }
  t.match(predictFrom(crashLoop({ metadata }), { now }), [{ status: null, at: '2026-01-01T00:02:00.000Z', by: '2026-01-01T00:02:45.000Z' }])
  t.match(predictFrom(crashLoop({ metadata: { ...metadata, finalizers: ['a'] } }), { now }), [{ status: null, by: null }])
})

/** A pod whose image cannot be pulled. */
function pulling(reason: string, message = 'Back-off pulling image "r.test/app:1"'): JsonObject {
  const [status] = [{ name: 'app', restartCount: 0, state: { waiting: { reason, message } } }]
  return crashLoop({ status: { phase: 'Pending', startTime: '2026-01-01T00:00:00Z', containerStatuses: [status] } })
}

function event(reason: string, message: string, count: number, first: string, last: string): JsonObject {
  return {
    reason,
    message,
    count,
    firstTimestamp: `2026-01-01T00:0${first}Z`,
    lastTimestamp: `2026-01-01T00:0${last}Z`,
    involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{app}' },
  }
}

t.test('with its events, the next pull is a window of at most 15 s after its back-off', async (t) => {
  const events = [
    event('Pulling', 'Pulling image "r.test/app:1"', 3, '0:01', '0:38'),
    event('Failed', 'Failed to pull image "r.test/app:1": not found', 3, '0:01', '0:38'),
  ]
  const { attempts, statuses } = predict(pulling('ImagePullBackOff'), { now: '2026-01-01T00:01:00Z', events })
  const [attempt] = attempts
  t.match(attempt, { container: 'app', kind: 'pull' })
  // The third failure was at 0:38, and 40 s of back-off follow.
  t.ok(Math.abs(secondsOf(attempt?.at ?? '') - 78) <= 2)
  t.ok(secondsOf(attempt?.by ?? '') - secondsOf(attempt?.at ?? '') <= 22)
  t.match(statuses, [{ status: 'ErrImagePull' }, { status: 'ImagePullBackOff' }])
})

t.test('another reason of a failed pull is predicted again, also during the back-off, whose message repeats it', async (t) => {
  const now = '2026-01-01T00:01:00Z'
  t.match(predictFrom(pulling('SignatureValidationFailed'), { now }), [
    { status: 'ImagePullBackOff' },
    { status: 'SignatureValidationFailed' },
  ])
  const waiting = pulling('ImagePullBackOff', 'Back-off pulling image "r.test/app:1": RegistryUnavailable: no route')
  t.match(predictFrom(waiting, { now }), [{ status: 'RegistryUnavailable' }, { status: 'ImagePullBackOff' }])
})

t.test('without its events, the age of a back-off is an interval that the age of the pod limits', async (t) => {
  const [attempt] = predict(pulling('ImagePullBackOff'), { now: '2026-01-01T00:01:00Z' }).attempts
  t.equal(attempt?.at, '2026-01-01T00:01:00.000Z')
  t.ok(secondsOf(attempt?.by ?? '') > 90 && secondsOf(attempt?.by ?? '') < 160)
})
