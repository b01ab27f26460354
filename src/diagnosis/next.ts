/** What comes next, from the startup model continued from the Pod (`startup/restore`); words for it, and what no kubelet does. */
import type { Range } from '../startup/restore/back-offs.ts'
import { type PredictedAttempt, type PredictedStatus, type Prediction, predict } from '../startup/restore/predict.ts'
import { timeInWords } from '../startup/timeline/describe.ts'
import type { Surroundings } from './detect/context.ts'
import type { Stage } from './stage.ts'
import type { PodView } from './view/pod-view.ts'
import { statusColumn } from './view/status-column.ts'

/** The next attempt; times in ms since 1970, null if unknown. */
export interface Attempt {
  readonly status: string | null
  readonly at: number | null
  readonly by: number | null
  readonly why: string
  /** Whether the times are those of an attempt; otherwise they are those of the status. */
  readonly isTried?: boolean
}

/** Events that the model reads; the kubelet records fewer of one pod. */
const maxModelEvents = 100

/** What the model says of a pod; undefined if the input has too many of them. */
export function predictionOf(
  pod: PodView,
  { now, areMany, kubernetes }: Pick<Surroundings, 'now' | 'areMany' | 'kubernetes'>,
): Prediction | undefined {
  if (areMany) return undefined
  const events = pod.events.slice(0, maxModelEvents).map(({ raw }) => raw)
  return predict(pod.object, { events, now: new Date(now).toISOString(), kubernetes })
}

/** @param isFailing whether something is wrong @param prediction undefined if it was not made */
export function nextAttempt(pod: PodView, stage: Stage, isFailing: boolean, prediction: Prediction | undefined): Attempt {
  const fixed = withoutKubelet(stage)
  if (fixed !== undefined) return fixed
  if (prediction === undefined) return nothing('the next attempt is not predicted for so many pods at once')
  const { statuses, attempts } = prediction
  const [status] = statuses
  const name = stage.container?.name ?? null
  const attempt = attempts.find(({ container }) => container === name || container === null)
  if (pod.isBeingDeleted && status !== undefined) return asStatus(status, status.why)
  if (isRunning(stage)) {
    // A process that runs is expected to go on, unless it has failed before or a probe is about to stop it.
    if (status === undefined || !isFailing) return nothing(runningWords(stage))
    const words = `${runningWords(stage)}; if it fails as before, kubectl shows ${status.status ?? 'no pod'}`
    return asStatus(status, words)
  }
  if (attempt === undefined) {
    if (status === undefined) return nothing(stage.container === null ? 'nothing is tried: all containers run' : 'nothing more is tried')
    return asStatus(status, isFailing ? status.why : progressWords(stage))
  }
  return {
    // An attempt that fails in the same way changes no status.
    status: status === undefined ? statusColumn(pod) : status.status,
    at: Date.parse(attempt.at),
    by: timeOf(attempt.by),
    isTried: true,
    why: attempt.by === null && !isFailing ? progressWords(stage) : attemptWords(attempt),
  }
}

/** What kubectl shows next, without an attempt. */
function asStatus({ status, at, by }: PredictedStatus, why: string): Attempt {
  return { status, at: Date.parse(at), by: timeOf(by), why }
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text)
}

function nothing(why: string): Attempt {
  return { status: null, at: null, by: null, why }
}

/** What controllers and the scheduler do, which no Pod shows. */
function withoutKubelet({ kind }: Stage): Attempt | undefined {
  switch (kind) {
    case 'finished':
      return nothing('the pod has ended; nothing is tried')
    case 'admission':
      return nothing('the controller tries to create a pod again, less and less often')
    case 'scheduling':
      return {
        status: 'Pending',
        at: null,
        by: null,
        why: 'the scheduler tries again when something in the cluster changes, at the latest after 5 minutes',
      }
    default:
      return undefined
  }
}

function isRunning({ kind, container }: Stage): boolean {
  return container === null ? kind === 'app-run' : container.state.kind === 'running'
}

function runningWords({ container }: Stage): string {
  if (container === null) return 'nothing is tried: all containers run'
  if (container.role === 'init') return 'nothing is tried: the container runs, and must exit before the next one starts'
  return container.isReady ? 'nothing is tried: the container runs' : 'nothing is tried: the container runs, and its probes decide'
}

/** What a start without trouble waits for. */
function progressWords({ kind }: Stage): string {
  switch (kind) {
    case 'volumes':
      return 'the kubelet goes on when the volumes are mounted'
    case 'sandbox':
      return 'the kubelet goes on when the sandbox is ready'
    case 'image-pull':
      return 'the container starts when its image is on the node'
    default:
      return 'the kubelet goes on with the next step of the start'
  }
}

function attemptWords({ kind, backOff }: PredictedAttempt): string {
  switch (kind) {
    case 'pull':
      return `the kubelet pulls again${lengthOf(backOff, ' after a back-off of ')}; the delay doubles from 10 s to 5 min, and is checked every 10 to 15 s`
    case 'create':
      return 'the kubelet tries at every sync, every 10 to 15 s, without a back-off, and goes on as soon as the reason is gone'
    case 'mount':
      return `the kubelet tries the volumes again${lengthOf(backOff, ' after ')}; the delay of each volume doubles from 0.5 s to 2 min 2 s`
    case 'sandbox':
      return `the kubelet tries to create the sandbox again${lengthOf(backOff, ' after ')}`
    default:
      if (backOff === null) return 'the kubelet starts it again at once'
      return `the kubelet starts it again${lengthOf(backOff, ' after a back-off of ')}; the delay doubles from 10 s to 5 min`
  }
}

/** A delay as the kubelet knows it; its ends if the Pod does not show which one it is. */
function lengthOf(backOff: Range | null, before: string): string {
  if (backOff === null) return ''
  const { min, max } = backOff
  const words = (seconds: number): string => (seconds < 1 || !Number.isInteger(seconds) ? `${seconds} s` : timeInWords(seconds))
  return `${before}${min === max ? words(max) : `${words(min)} to ${words(max)}`}`
}
