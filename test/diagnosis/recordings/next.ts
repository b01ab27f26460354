/** What `why` says comes next, compared with what came next in a recording. */
import { asArray, at, isObject, type JsonObject } from '../../../src/model/json.ts'
import type { PodRecording, RecordedChange } from '../../node/record/recording.ts'
import { podAt, timeAt } from './read.ts'
import { saidAt } from './said.ts'

/** A watch delivers a change, and the Events of it, a moment after it happened. */
const delivery = 0.5
/** Times of a status are cut to seconds. */
const restartTolerance = 2
/** What a window of a pull may be wide. */
const pullWindow = 15.01

/** How often something was compared, and how it came out. */
export interface Score {
  /** The recorded event is in the window (or the status is the recorded one). */
  right: number
  /** It is in the window, but the window is wider than it should be. */
  wide: number
  wrong: number
  /** Nothing was predicted. */
  open: number
}

export type Subject = 'status' | 'restart' | 'pull' | 'mount' | 'create'

export type Scores = Readonly<Record<Subject, Score>>

export interface Compared {
  readonly scores: Scores
  /** What was wrong, for people. */
  readonly misses: readonly string[]
}

const empty = (): Score => ({ right: 0, wide: 0, wrong: 0, open: 0 })

/** Compares each change of each recording that is not the work of something outside the pod. */
export function comparedNext(recordings: readonly PodRecording[]): Compared {
  const scores = { status: empty(), restart: empty(), pull: empty(), mount: empty(), create: empty() }
  const misses: string[] = []
  for (const recording of recordings) {
    for (const index of recording.changes.keys()) {
      for (const { subject, outcome, where } of outcomesAt(recording, index)) {
        scores[subject][outcome]++
        if (outcome !== 'right') misses.push(`${subject} ${outcome}: ${where}`)
      }
    }
  }
  return { scores, misses }
}

interface Outcome {
  readonly subject: Subject
  readonly outcome: keyof Score
  readonly where: string
}

function outcomesAt(recording: PodRecording, index: number): readonly Outcome[] {
  const { changes, name, kubernetes } = recording
  const change = changes[index] as RecordedChange
  const now = change.at + delivery
  const next = changes.slice(index).find(({ printed }) => printed !== change.printed)
  // At this moment, the Pod is another one already.
  if ((changes[index + 1]?.at ?? now) < now || isFromOutside(recording, index, next)) return []
  const { next: said, stage } = saidAt(recording, index, now)
  const window = { from: secondsOf(recording, said.at), until: secondsOf(recording, said.by) }
  const where = `${name} ${kubernetes}, ${change.printed} at ${now}: ${said.status} in ${window.from}..${window.until}`
  const outcomes: Outcome[] = []
  if (next !== undefined && !hasProcessEnded(recording, index, next)) {
    const isSame = said.status === null || said.status === change.printed
    const outcome = said.status === next.printed ? 'right' : isSame ? 'open' : 'wrong'
    outcomes.push({ subject: 'status', outcome, where: `${where}, came ${next.printed}` })
  }
  const tried = triedNext(recording, index, now, stage)
  if (tried !== undefined) outcomes.push({ subject: tried.subject, outcome: judged(window, tried), where: `${where}, came ${tried.at}` })
  return outcomes
}

interface Window {
  readonly from: number | null
  readonly until: number | null
}

interface Tried {
  readonly subject: Exclude<Subject, 'status'>
  readonly at: number
}

function judged({ from, until }: Window, { subject, at: time }: Tried): keyof Score {
  if (from === null || until === null) return 'open'
  const tolerance = subject === 'restart' ? restartTolerance : delivery
  if (time < from - tolerance || time > until + tolerance) return 'wrong'
  return subject === 'pull' && until - from > pullWindow ? 'wide' : 'right'
}

/** What the kubelet tried next for the container of a stage, or for the pod. */
function triedNext(
  recording: PodRecording,
  index: number,
  now: number,
  { kind, container }: { readonly kind: string; readonly container: string | null },
): Tried | undefined {
  const pod = podAt(recording, index)
  if (kind === 'volumes') return seen('mount', newEvents(recording, now, null, /^(?:FailedMount|FailedAttachVolume)$/))
  const status = container === null ? undefined : statusOf(pod, container)
  if (container === null || status === undefined || isObject(at(status, 'state', 'running'))) return undefined
  const reason = at(status, 'state', 'waiting', 'reason')
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return seen('pull', newEvents(recording, now, container, /^Pulling$/))
  if (kind === 'create-config' || kind === 'create' || reason === 'ErrImageNeverPull' || reason === 'InvalidImageName') {
    return isObject(at(status, 'lastState', 'terminated'))
      ? undefined
      : seen('create', newEvents(recording, now, container, /^(?:Failed|InspectFailed|ErrImageNeverPull)$/))
  }
  const ended = at(status, 'state', 'terminated') ?? at(status, 'lastState', 'terminated')
  if (!isObject(ended)) return undefined
  const restarts = Number(status.restartCount ?? 0)
  const restart = recording.changes.find(
    (_, later) => later > index && Number(statusOf(podAt(recording, later), container)?.restartCount ?? 0) > restarts,
  )
  return restart === undefined ? undefined : { subject: 'restart', at: restart.at }
}

function seen(subject: Tried['subject'], times: readonly number[]): Tried | undefined {
  const [first] = times
  return first === undefined ? undefined : { subject, at: first }
}

/** When Events about a container, or about the pod, appeared or were counted again after a time. */
function newEvents({ events }: PodRecording, now: number, container: string | null, reasons: RegExp): readonly number[] {
  const names = new Set(
    events.flatMap(({ name, event }) => {
      const field = String(at(event, 'involvedObject', 'fieldPath') ?? '')
      const isOwn = container === null ? !field.includes('{') : field.includes(`{${container}}`)
      return isOwn && reasons.test(String(event.reason)) ? [name] : []
    }),
  )
  return events.flatMap(({ at: time, name }) => (names.has(name) && time > now ? [time] : []))
}

function secondsOf(recording: PodRecording, time: string | null): number | null {
  return time === null ? null : (Date.parse(time) - Date.parse(timeAt(recording, 0))) / 1000
}

function statusOf(pod: JsonObject, container: string): JsonObject | undefined {
  return [at(pod, 'status', 'initContainerStatuses'), at(pod, 'status', 'containerStatuses')]
    .flatMap(asArray)
    .filter(isObject)
    .find(({ name }) => name === container)
}

/** What happens because of something outside the pod: a registry that starts, a ConfigMap that is created, a deletion. */
export function isFromOutside(recording: PodRecording, index: number, next: RecordedChange | undefined): boolean {
  const { changes, name } = recording
  const isCured = ['image-restored', 'configmap-created-later'].includes(name) && next?.printed === 'Running'
  const pod = podAt(recording, index)
  const hasEnded = ['Failed', 'Succeeded'].includes(String(at(pod, 'status', 'phase')))
  const isDeleted = at(pod, 'metadata', 'deletionTimestamp') !== undefined
  return isCured || hasEnded || isDeleted || changes[index]?.printed === 'Terminating' || next?.printed === 'Terminating'
}

/** Whether a process that ran at a change has ended by the next status: predictions assume that it keeps running. */
export function hasProcessEnded(recording: PodRecording, index: number, next: RecordedChange | undefined): boolean {
  if (next === undefined) return false
  const later = podAt(recording, recording.changes.indexOf(next))
  const pod = podAt(recording, index)
  const containers = [at(pod, 'status', 'initContainerStatuses'), at(pod, 'status', 'containerStatuses')].flatMap(asArray)
  return containers.some((status) => {
    const running = at(status, 'state', 'running')
    return isObject(running) && !isObject(at(statusOf(later, String(at(status, 'name'))), 'state', 'running'))
  })
}
