import t from 'tap'
import { asArray, asObject, at, isObject, type JsonObject } from '../../../src/model/json.ts'
import { type PredictOptions, predict } from '../../../src/startup/restore/predict.ts'
import { halfOf, type PodRecording, type RecordedChange } from '../../node/record/recording.ts'
import { hasProcessEnded } from './next.ts'
import { eventsAt, podAt, readRecordings, recordedVersions, timeAt } from './read.ts'

/** A change, and the next one that prints another status. */
interface Cut {
  readonly recording: PodRecording
  readonly index: number
  readonly change: RecordedChange
  readonly next: RecordedChange | undefined
}

/** What happens because of something outside the pod: a registry that starts, a ConfigMap that is created, a deletion. */
function isFromOutside({ recording, change, next }: Cut): boolean {
  const isCured = ['image-restored', 'configmap-created-later'].includes(recording.name) && next?.printed === 'Running'
  const hasEnded = change.status.phase === 'Failed' || change.status.phase === 'Succeeded'
  return isCured || hasEnded || change.printed === 'Terminating' || next?.printed === 'Terminating' || podOf(recording, change).deleted
}

function podOf(recording: PodRecording, change: RecordedChange): { readonly deleted: boolean } {
  const pod = podAt(recording, recording.changes.indexOf(change))
  return { deleted: at(pod, 'metadata', 'deletionTimestamp') !== undefined }
}

function cutsOf(recording: PodRecording): readonly Cut[] {
  const { changes } = recording
  return changes.map((change, index) => ({
    recording,
    index,
    change,
    next: changes.slice(index).find(({ printed }) => printed !== change.printed),
  }))
}

/** What a client knows at a time besides the Pod. */
function optionsAt(recording: PodRecording, seconds: number): PredictOptions {
  const { kubernetes } = recording
  return { now: timeAt(recording, seconds), events: eventsAt(recording, seconds), kubernetes }
}

/** Seconds since the pod's creation. */
function secondsOf({ pod }: PodRecording, time: string): number {
  return (Date.parse(time) - Date.parse(String(asObject(pod.metadata).creationTimestamp))) / 1000
}

/** A watch delivers a change a moment after it happened. */
const delivery = 0.5

for (const kubernetes of recordedVersions) {
  const recordings = readRecordings(kubernetes)
  const cuts = recordings.flatMap(cutsOf).filter((cut) => !isFromOutside(cut))

  t.test(`${kubernetes}: each recording is in the half that its name says, and both halves have some`, async (t) => {
    for (const { name, half } of recordings) t.equal(half, halfOf(name.replace(/-2$/, '')), name)
    for (const half of ['development', 'measurement']) t.ok(recordings.filter((each) => each.half === half).length >= 30, half)
  })

  for (const half of ['development', 'measurement']) {
    t.test(`${kubernetes}, ${half}: a predicted status with a latest time comes within its interval`, async (t) => {
      let compared = 0
      for (const { recording, index, change, next } of cuts) {
        if (recording.half !== half) continue
        const options = optionsAt(recording, change.at)
        const [first] = predict(podAt(recording, index), options).statuses
        if (first === undefined || first.by === null || hasProcessEnded(recording, index, next)) continue
        const [from, until] = [secondsOf(recording, first.at), secondsOf(recording, first.by)]
        const where = `${recording.name}, ${change.printed} after ${change.at} s: ${first.status} in ${from}..${until}`
        if (next === undefined) {
          t.ok(until > recording.seconds - delivery, `${where}, but nothing came`)
          continue
        }
        compared++
        t.equal(next.printed, first.status, where)
        t.ok(next.at >= from - delivery && next.at <= until + delivery, `${where}, came after ${next.at} s`)
      }
      t.ok(compared > 100, `${compared} statuses`)
    })
  }

  t.test(`${kubernetes}: only the end of a process, a first attempt and a probe have no latest time`, async (t) => {
    const known = /CrashLoopBackOff|ImagePullBackOff|ErrImagePull|RunContainerError/
    for (const { recording, index, change, next } of cuts) {
      if (next === undefined || !known.test(change.printed) || hasHookOrSidecar(recording)) continue
      const options = optionsAt(recording, change.at)
      const [first] = predict(podAt(recording, index), options).statuses
      t.ok(first !== undefined && first.by !== null, `${recording.name}, ${change.printed} after ${change.at} s`)
    }
  })

  t.test(`${kubernetes}: each restart comes within two seconds of its interval, whose beginning is the end of the back-off`, async (t) => {
    const steps = new Map<number, number>()
    for (const { recording, index, change } of cuts) {
      const pod = podAt(recording, index)
      const options = optionsAt(recording, change.at)
      for (const { container, kind, at: from, by } of predict(pod, options).attempts) {
        if (container === null) continue
        const status = statusOf(pod, container)
        const seconds = backOffOf(status)
        if (kind !== 'start' || by === null || seconds === undefined) continue
        const restart = recording.changes.find(
          (_, later) => later > index && restartsOf(recording, later, container) > Number(status?.restartCount),
        )
        if (restart === undefined) continue
        steps.set(seconds, (steps.get(seconds) ?? 0) + 1)
        const interval = [secondsOf(recording, from), secondsOf(recording, by)] as const
        const where = `${recording.name}, ${container} after ${seconds} s: ${interval.join('..')}, came after ${restart.at} s`
        t.ok(restart.at >= interval[0] - 2 && restart.at <= interval[1] + 2, where)
        const ended = secondsOf(recording, String(at(status, 'lastState', 'terminated', 'finishedAt')))
        t.ok(Math.abs(interval[0] - Math.max(change.at, ended + seconds)) <= 3, `${where}; its back-off ends at ${ended + seconds}`)
      }
    }
    t.ok((steps.get(40) ?? 0) >= 5 && (steps.get(80) ?? 0) >= 3, JSON.stringify([...steps]))
  })

  t.test(`${kubernetes}: each pull comes in a window of at most 15 s`, async (t) => {
    const misses: string[] = []
    let compared = 0
    for (const { recording, index, change } of cuts) {
      const pod = podAt(recording, index)
      // Events arrive a moment after the status.
      const now = change.at + delivery
      const attempts = predict(pod, optionsAt(recording, now)).attempts
      for (const { container, kind, at: from, by } of attempts) {
        if (container === null) continue
        const reason = at(statusOf(pod, container), 'state', 'waiting', 'reason')
        const pull = pullsOf(recording, container).find((time) => time > now)
        if (kind !== 'pull' || (reason !== 'ErrImagePull' && reason !== 'ImagePullBackOff') || pull === undefined) continue
        if ((recording.changes[index + 1]?.at ?? now) < now) continue
        compared++
        const window = [secondsOf(recording, from), by === null ? Number.POSITIVE_INFINITY : secondsOf(recording, by)] as const
        const isIn = pull >= window[0] - delivery && pull <= window[1] + delivery
        if (!isIn || window[1] - window[0] > 15.01)
          misses.push(`${recording.name}, ${container} at ${now}: ${window.join('..')}, came at ${pull}`)
      }
    }
    t.ok(compared > 100, `${compared} pulls`)
    // The sum of the longest jitter, tick and relist is longer than 15 s, which hardly ever happens.
    t.ok(misses.length <= compared / 100, misses.join('\n'))
  })
}

/** A hook decides whether the container runs; the status of a sidecar hides what happens to the containers after it. */
function hasHookOrSidecar({ pod }: PodRecording): boolean {
  return /"postStart"|Probe"|"restartPolicy":"Always"/.test(
    JSON.stringify([at(pod, 'spec', 'initContainers'), at(pod, 'spec', 'containers')]),
  )
}

function statusOf(pod: JsonObject, container: string): JsonObject | undefined {
  const lists = [at(pod, 'status', 'initContainerStatuses'), at(pod, 'status', 'containerStatuses')]
  return lists
    .flatMap(asArray)
    .filter(isObject)
    .find(({ name }) => name === container)
}

function restartsOf(recording: PodRecording, index: number, container: string): number {
  return Number(statusOf(podAt(recording, index), container)?.restartCount ?? 0)
}

/** The back-off that the kubelet names. */
function backOffOf(status: JsonObject | undefined): number | undefined {
  const [, minutes = '0', seconds] = /^back-off (?:(\d+)m)?(\d+)s/.exec(String(at(status, 'state', 'waiting', 'message'))) ?? []
  return seconds === undefined ? undefined : Number(minutes) * 60 + Number(seconds)
}

/** When the image of a container was pulled. */
function pullsOf({ events }: PodRecording, container: string): readonly number[] {
  const names = new Set(
    events.flatMap(({ name, event }) => {
      const isOwn = String(at(event, 'involvedObject', 'fieldPath')).includes(`{${container}}`)
      return event.reason === 'Pulling' && isOwn ? [name] : []
    }),
  )
  return events.flatMap(({ at: time, name }) => (names.has(name) ? [time] : []))
}
