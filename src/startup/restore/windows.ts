/** From the times that the runs of the variants have for an attempt to the window in which it comes. */
import { allContainers } from '../node/pod-spec.ts'
import { initialReasons } from '../status/waiting-reasons.ts'
import { isPulling, waitingReason } from './assumed.ts'
import { longestSyncDelay, pullBackOff, type Range, restartDelay, timeStep } from './back-offs.ts'
import { lastEnd, liveContainers } from './live-pod.ts'
import type { Restored } from './restore-kubelet.ts'

/** The earliest and the latest time, seconds since the pod's creation; the latest is null if it depends on what the Pod does not show. */
type Window = readonly [number, number | null]

/** The kubelet looks at its queue and at the runtime once a second each, at times of its own; times of a status are cut to seconds. */
export const slack = { early: 2, late: 3 }
/** A window of one sync is at most this wide because of the queue's tick, the relist that a sync waits for, and times that are cut. */
const widestSync = longestSyncDelay + 6
/** From the beginning of a sync to a pull: the model's own durations of sandboxes and mounts. */
const syncSeconds = 0.5

/** @param times of the attempt, one of each run */
export function windowOf(
  from: Restored,
  name: string,
  kind: 'pull' | 'start' | 'create',
  times: readonly number[],
): { readonly window: Window; readonly backOff: Range | null } {
  const { now, pod, events, scenario } = from
  const live = liveContainers(pod).find((each) => each.name === name)
  const spec = allContainers(pod.model).find((each) => each.name === name)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  if (live === undefined || spec === undefined) return { window: [first - slack.early, last + slack.late], backOff: null }
  // A first attempt depends on what is before it: processes, pulls, mounts.
  if (kind !== 'create' && !live.exists && !isPulling(live, events) && initialReasons.has(waitingReason(live)))
    return { window: [first - slack.early, null], backOff: null }
  if (kind === 'pull') {
    const { early, late } = pullBackOff(events.byContainer.get(name), events.areIncomplete, now, pod.startTime ?? 0)
    return { window: pullWindow(first, last, early.since + early.seconds), backOff: { min: early.seconds, max: late.seconds } }
  }
  if (kind === 'create') return { window: [first, last + slack.late], backOff: null }
  const widest: Window = [first - slack.early, last + slack.late]
  const end = lastEnd(live)
  const range = restartDelay(live, spec, scenario.kubelet.crashLoopMaxSeconds, now - (pod.startTime ?? 0))
  if (range === null || end?.finishedAt == null) return { window: widest, backOff: range }
  return { window: restartWindow(end.finishedAt, range, widest, now), backOff: range }
}

/**
 * When the next pull comes. If its back-off is known, it is the first sync after the end, within the 15 s between two syncs; the delays that
 * `widestSync` adds would all have to be at their longest for a later one.
 * @param end of the back-off, at the earliest: no pull comes before
 */
function pullWindow(first: number, last: number, end: number): Window {
  const from = Math.max(first - syncSeconds, Math.min(end, last))
  return last - first <= widestSync ? [from, from + longestSyncDelay] : [from, last + slack.late]
}

/** A sync comes once in this time (syncFrequency, KubeletConfiguration). */
const syncFrequency = 60
/**
 * A back-off that is longer than one wait of the queue ends in the last of several, which have a jitter each (`latestEnd`). Of 160 s and of
 * 300 s, the restart follows within 15 s in more than 95 of 100 cases; all jitters would have to be extreme for the rest.
 */
const usualLateness = 15

/** No restart comes before the end of its back-off, which counts from the end of the process. */
function restartWindow(finishedAt: number, { min, max }: Range, [first, last]: Window, now: number): Window {
  const until = last ?? Number.POSITIVE_INFINITY
  const usual = max > syncFrequency ? finishedAt + max + usualLateness : until
  const from = Math.max(first, finishedAt + min)
  return [from, usual < Math.max(now, from) + timeStep ? until : Math.min(until, usual)]
}
