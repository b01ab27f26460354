/** When the kubelet tries again what does not show in the model's runs: volumes and sandboxes, whose failures change no status. */
import { volumeRetrySeconds } from '../kubelet/volumes.ts'
import { podFailures } from './assumed.ts'
import { longestSyncDelay, type Range, shortestSyncDelay, timeStep } from './back-offs.ts'
import type { LiveEvents, RepeatedEvent } from './live-events.ts'
import { type LivePod, liveContainers } from './live-pod.ts'

/** The next attempt, in seconds since the pod's creation. */
export interface Retry {
  readonly kind: 'mount' | 'sandbox'
  readonly from: number
  readonly until: number
  /** The time between two attempts. */
  readonly backOff: Range
}

/** The reconciler looks every 100 ms, and a mount that fails takes a moment (pkg/kubelet/volumemanager/reconciler). */
const mountSlack = 3
/** backOffOnTransientErrorPeriod, pkg/kubelet/pod_workers.go, with its jitter: the network is not ready yet. */
const transientDelay = { min: 1, max: 1.5 }
const syncDelay = { min: shortestSyncDelay, max: longestSyncDelay }
/** The queue is looked at once a second, and events arrive a moment later. */
const syncSlack = 2

/** What the kubelet tries again for the whole pod; undefined if that is nothing, or if it does not show. */
export function podRetry(pod: LivePod, events: LiveEvents, now: number): Retry | undefined {
  const { mounts, sandbox } = podFailures(pod, events)
  const isNetwork = events.pod.has('NetworkNotReady') && liveContainers(pod).every(({ exists }) => !exists)
  const lastMount = Math.max(...events.mounts.map(({ last }) => last))
  const lastVolumeSync = events.lastVolumeSyncAt ?? Number.NEGATIVE_INFINITY
  const lastSandbox = Math.max(
    ...['FailedCreatePodSandBox', 'NetworkNotReady'].map((reason) => events.pod.get(reason) ?? Number.NEGATIVE_INFINITY),
  )
  if (mounts && lastVolumeSync > Math.max(lastMount, lastSandbox)) return nextSync('mount', lastVolumeSync, now, syncDelay)
  if (mounts && events.mounts.length > 0 && lastMount >= lastSandbox) return nextMount(events.mounts, now)
  if (isNetwork && (events.pod.get('NetworkNotReady') ?? 0) >= lastSandbox) return nextSync('sandbox', lastSandbox, now, transientDelay)
  return sandbox ? nextSync('sandbox', lastSandbox, now, syncDelay) : undefined
}

/** Each volume has a delay of its own: the first of them. */
function nextMount(mounts: readonly RepeatedEvent[], now: number): Retry {
  const all = mounts.map((event) => mountAfter(event, now))
  return all.reduce((first, each) => (each.from < first.from ? each : first))
}

function mountAfter({ count, first, last }: RepeatedEvent, now: number): Retry {
  const backOff = mountDelay(count, last - first)
  const until = last + timeStep + backOff.max + mountSlack
  const { first: min, maximum: max } = volumeRetrySeconds
  // Attempts have followed that were not recorded: their message may be another one.
  if (until < now) return { kind: 'mount', from: now, until: now + max + mountSlack, backOff: { min, max } }
  return { kind: 'mount', from: Math.max(now, last + backOff.min), until, backOff }
}

/** The delay after the last of several attempts; all that are possible if their times do not agree with their number. */
function mountDelay(count: number, span: number): Range {
  const { first, maximum } = volumeRetrySeconds
  const delayAfter = (attempts: number): number => Math.min(maximum, first * 2 ** Math.min(attempts - 1, 20))
  let shortest = 0
  for (let attempt = 1; attempt < Math.min(count, 1000); attempt++) shortest += delayAfter(attempt)
  const agrees = span >= shortest - 2 * timeStep && span <= shortest + 2 * timeStep + (count - 1) * mountSlack
  return agrees ? { min: delayAfter(count), max: delayAfter(count) } : { min: first, max: maximum }
}

function nextSync(kind: Retry['kind'], last: number, now: number, backOff: Range): Retry {
  const until = last + timeStep + backOff.max + syncSlack
  if (until < now) return { kind, from: now, until: now + backOff.max + syncSlack, backOff }
  return { kind, from: Math.max(now, last + backOff.min), until, backOff }
}
