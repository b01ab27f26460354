/**
 * The kubelet's back-offs as far as a Pod and its Events show them. The kubelet keeps them in memory, so some are known only as an
 * interval: the two ends are what the earliest and the latest prediction start from.
 */
import { backOffSeconds } from '../node/back-off.ts'
import type { ContainerSpec } from '../node/pod-spec.ts'
import { restartsAll } from '../node/restart-rules.ts'
import type { ContainerEvents } from './live-events.ts'
import { type LiveContainer, lastEnd } from './live-pod.ts'

/** The smallest and the largest possible value. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** Times of a status are whole seconds, cut off. */
export const timeStep = 1
/** The longest that the kubelet accepts (pkg/kubelet/apis/config/validation): a longer one was not written by a kubelet. */
const longestRestartBackOff = 300
const { first: firstPullBackOff, maximum: longestPullBackOff, expiry: expirySeconds } = backOffSeconds
/** A sync after a failed one comes after 10 s (backOffPeriod, pkg/kubelet/kubelet.go), and wait.Jitter adds up to half of it. */
export const shortestSyncDelay = 10
export const longestSyncDelay = 15
/** A failed pull takes a moment, a time-out of the registry up to half a minute; events and statuses follow. */
const pullSlack = 2

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/** A duration as Go prints it (`1m20s`) in seconds; null if it is none. */
function goSeconds(text: string): number | null {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s))+$/.test(text)) return null
  let seconds = 0
  for (const [, number, unit] of text.matchAll(/([\d.]+)(h|ms|m|s)/g)) seconds += Number(number) * (units[unit ?? ''] ?? 0)
  return seconds
}

/**
 * The delay before the next start of a container that ended, or that ends now; null if there is none: the first restart is immediate.
 * @param maximum crashLoopBackOff.maxContainerRestartPeriod of the node, in seconds
 * @param podAge how long the pod has been on the node
 */
export function restartDelay(container: LiveContainer, spec: ContainerSpec, maximum: number, podAge: number): Range | null {
  const told = goSeconds(/^back-off (\S+) restarting failed container/.exec(container.message)?.[1] ?? '')
  if (told !== null && told <= longestRestartBackOff) return { min: told, max: told }
  const end = lastEnd(container)
  const hasExpired = end?.startedAt != null && end.finishedAt !== null && end.finishedAt - end.startedAt > expirySeconds
  if (container.restartCount === 0 || hasExpired) return null
  // RestartAllContainers removes the containers, so that no end is left that a back-off could count from.
  if (spec.restartRules.some(({ action }) => action === 'RestartAllContainers')) {
    return end !== null && restartsAll(spec, end.exitCode)
      ? null
      : { min: 0, max: stepAfter(Math.min(10, maximum), container.restartCount - 1, maximum) }
  }
  const initial = Math.min(10, maximum)
  const longest = stepAfter(initial, container.restartCount - 1, maximum)
  // A container that a probe stops is started in the same sync, which does not find its end yet: that restart may not have counted.
  const isProbed = spec.probes.has('livenessProbe') || spec.probes.has('startupProbe')
  const fewer = container.restartCount === 1 ? 0 : stepAfter(initial, container.restartCount - 2, maximum)
  // Only an execution of more than ten minutes resets the back-off.
  if (podAge < expirySeconds) return { min: isProbed ? fewer : longest, max: longest }
  const seen = isProbed ? null : delayAfter(container, initial, maximum)
  return seen !== null && seen <= longest ? { min: seen, max: seen } : { min: isProbed ? Math.min(fewer, initial) : initial, max: longest }
}

function stepAfter(initial: number, doublings: number, maximum: number): number {
  return Math.min(maximum, initial * 2 ** Math.min(doublings, 20))
}

/** The next delay according to the previous one: the time between the last two executions lies in the interval of one delay only. */
function delayAfter({ state, last }: LiveContainer, initial: number, maximum: number): number | null {
  if (!('startedAt' in state) || state.startedAt === null || last?.finishedAt == null) return null
  const gap = state.startedAt - last.finishedAt
  if (gap < initial - timeStep) return initial
  for (let delay = initial; ; delay = Math.min(delay * 2, maximum)) {
    if (gap < delay - timeStep) return null
    if (gap <= latestEnd(delay) + 2 * timeStep) return Math.min(delay * 2, maximum)
    if (delay >= maximum) return null
  }
}

/**
 * The latest moment, in seconds after a sync, at which the sync comes that finds a back-off ended: the kubelet waits for what is left or for
 * 60 s (syncFrequency), and wait.Jitter adds up to half of that (pkg/kubelet/pod_workers.go, completeWork).
 * @param left what is left of the back-off at that sync
 */
export function latestEnd(left: number): number {
  return Math.max(chain(left, 1.5), chain(left, 1))
}

function chain(left: number, factor: number): number {
  let waited = 0
  while (waited < left) {
    const rest = left - waited
    waited += rest > 60 ? 60 * factor : rest * 1.5
  }
  return waited
}

/** The back-off of a pull: its length, and when it began. */
export interface PullBackOff {
  readonly seconds: number
  readonly since: number
}

/** The earliest and the latest case of a pull's back-off. Without an attempt that is known to run, the next one comes after it. */
export interface PullRange {
  readonly early: PullBackOff
  readonly late: PullBackOff
}

/**
 * The back-off of a container's image.
 * @param events the events about the container, undefined if none are known
 * @param now seconds since the pod's creation
 * @param since when the pod was accepted by the kubelet
 */
export function pullBackOff(events: ContainerEvents | undefined, areIncomplete: boolean, now: number, since: number): PullRange {
  const last = lastAttempt(events)
  if (events === undefined || last === null || events.pulls === 0 || events.firstPullAt === null) return unknownPull(now, since)
  const { min, max } = pullStep(events.pulls, last - events.firstPullAt)
  let early: PullBackOff = { seconds: min, since: last }
  let late: PullBackOff = { seconds: max, since: last + timeStep + pullSlack }
  // Events that are too old: attempts followed that were not recorded.
  for (let missed = 0; endOf(late) + longestSyncDelay < now; missed++) {
    if (missed >= maximumMissed) return unknownPull(now, since)
    early = { seconds: next(early.seconds), since: endOf(early) }
    late = { seconds: next(late.seconds), since: endOf(late) + longestSyncDelay + pullSlack }
  }
  // The attempt may have happened without an event.
  if (areIncomplete && endOf(early) < now) late = { seconds: next(late.seconds), since: now }
  return { early, late }
}

/** When the last attempt failed, or began if its failure is not recorded yet; null without events. */
function lastAttempt(events: ContainerEvents | undefined): number | null {
  const times = [events?.lastFailureAt, events?.lastPullAt].filter((time) => time != null)
  return times.length === 0 ? null : Math.max(...times)
}

/**
 * The last sync that had to do with the pull, null if it is not known: another sync must have followed since.
 * @returns its time, and whether it tried to pull
 */
export function lastPullSync(events: ContainerEvents | undefined, now: number): { readonly at: number; readonly hasTried: boolean } | null {
  const tried = lastAttempt(events)
  const waited = events?.lastPullBackOffAt ?? null
  const at = Math.max(tried ?? Number.NEGATIVE_INFINITY, waited ?? Number.NEGATIVE_INFINITY)
  if (now - at > longestSyncDelay + pullSlack) return null
  // Events of the same second: the first attempt and the first wait come in two syncs right after each other, later ones seconds apart.
  return { at, hasTried: tried !== null && (waited === null || tried > waited) }
}

const endOf = ({ seconds, since }: PullBackOff): number => since + seconds
const next = (seconds: number): number => Math.min(longestPullBackOff, seconds * 2)

/** Events are kept for an hour, so more attempts than this without an event mean that nothing is known. */
const maximumMissed = 100

/** The back-off after the last of several attempts. Their number is wrong if the kubelet restarted, or if events were not recorded. */
function pullStep(pulls: number, span: number): Range {
  const step = stepAfter(firstPullBackOff, pulls - 1, longestPullBackOff)
  let shortest = 0
  for (let attempt = 1; attempt < Math.min(pulls, 1000); attempt++) shortest += stepAfter(firstPullBackOff, attempt - 1, longestPullBackOff)
  if (span < shortest - 2 * timeStep) return { min: firstPullBackOff, max: step }
  const longest = shortest + (pulls - 1) * (longestSyncDelay + 15 * pullSlack)
  return span > longest ? { min: firstPullBackOff, max: longestPullBackOff } : { min: step, max: step }
}

/** Without events, the age of the pod limits the number of attempts. */
function unknownPull(now: number, since: number): PullRange {
  let seconds = firstPullBackOff
  for (let spent = firstPullBackOff; spent <= now - since && seconds < longestPullBackOff; spent += seconds) seconds = next(seconds)
  return { early: { seconds: firstPullBackOff, since: now - firstPullBackOff }, late: { seconds, since: now } }
}
