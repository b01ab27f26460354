/** The kubelet of a restored machine: what it remembers of back-offs and probes, and when it syncs the pod next. */
import { newKubelet, watchDeadline } from '../kubelet/kubelet.ts'
import type { Kubelet, Machine, ProbeWorker } from '../kubelet/machine-state.ts'
import { requestRelist } from '../kubelet/pleg.ts'
import { queueSync } from '../kubelet/pod-worker.ts'
import { type KnownProbe, resumeProbes } from '../kubelet/probes.ts'
import { after } from '../node/clock.ts'
import { type Delay, earliestDelay, latestAfterSyncs, latestDelay, meanDelay } from '../node/delay.ts'
import { allContainers, type ContainerSpec, type PodModel } from '../node/pod-spec.ts'
import { shouldRestart } from '../node/restart-rules.ts'
import type { RuntimeContainer } from '../node/runtime.ts'
import { takeSnapshot } from '../node/snapshot.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { initialReasons } from '../status/waiting-reasons.ts'
import { createFailure, isPulling, pullFailure, waitingReason } from './assumed.ts'
import {
  lastPullSync,
  latestEnd,
  longestSyncDelay,
  pullBackOff,
  type Range,
  restartDelay,
  shortestSyncDelay,
  timeStep,
} from './back-offs.ts'
import type { LiveEvents } from './live-events.ts'
import { type Ended, type LiveContainer, type LivePod, lastEnd, liveContainers } from './live-pod.ts'

/**
 * Which end of the intervals a run assumes. `slow` is another latest end: it depends on the back-off which one is later. `busy` is another
 * earliest one, in which the kubelet syncs again and again for a moment, because it notices changes of the runtime.
 */
export type Variant = 'early' | 'busy' | 'mean' | 'late' | 'slow'

const delays: Readonly<Record<Variant, Delay>> = {
  early: earliestDelay,
  busy: earliestDelay,
  mean: meanDelay,
  late: latestDelay,
  slow: latestAfterSyncs,
}

/** Whether it is one of the earliest ends. */
export function isEarly(variant: Variant): boolean {
  return variant === 'early' || variant === 'busy'
}

/** What a machine is restored from. */
export interface Restored {
  readonly pod: LivePod
  readonly events: LiveEvents
  readonly scenario: Scenario
  /** Seconds since the pod's creation. */
  readonly now: number
}

/** The kubelet of a restored machine started long ago: nothing shows when. */
const kubeletAge = 3600

/** How long after a change the kubelet may notice it: a relist comes every second, and times are cut to the second. */
const noticeSeconds = 3

/** Starts the kubelet of a restored machine. */
export function restoreKubelet(machine: Machine, from: Restored, variant: Variant): void {
  const kubelet = newKubelet(machine, -kubeletAge, delays[variant])
  const { pod, now } = from
  machine.kubelet = kubelet
  kubelet.snapshot = takeSnapshot(machine.runtime)
  kubelet.cacheTime = now
  kubelet.worker.lastSync = now - timeStep
  kubelet.records = new Map([
    ...machine.runtime.sandboxes.map(({ id, ready }) => [id, ready ? 'running' : 'exited'] as const),
    ...machine.runtime.containers.map(({ id, state }) => [id, state] as const),
  ])
  kubelet.status = machine.api.status
  const waits = liveContainers(pod).flatMap((container) => restoreBackOff(machine, kubelet, from, container, variant) ?? [])
  // The end of a restart's back-off decides when the next sync comes, whatever else failed (MinBackoffExpiration).
  const restarts = waits.filter(({ isRestart }) => isRestart)
  const syncs = (restarts.length > 0 ? restarts : waits).map(({ at }) => at)
  if (kubelet.snapshot.sandboxes.length > 0) resumeProbes(machine, kubelet, (worker) => knownProbe(machine, from, worker, variant))
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') {
    kubelet.worker.phase = 'finished'
    return
  }
  const isRecent = ({ state, startedAt, finishedAt }: RuntimeContainer): boolean =>
    now - (state === 'running' ? startedAt : finishedAt) < noticeSeconds
  // The kubelet may not have seen the last change of the runtime yet, and syncs once more when it does.
  const hasNone = machine.runtime.containers.length === 0 && !hasSettled(from)
  if (isEarly(variant) && (hasNone || machine.runtime.containers.some(isRecent))) {
    kubelet.records = new Map()
    requestRelist(machine, kubelet)
    for (let seconds = 0; variant === 'busy' && seconds < noticeSeconds; seconds += 0.25) after(machine.clock, seconds, kubelet.wake)
  }
  queueSync(machine, kubelet, syncs.length === 0 ? now : Math.max(now, Math.min(...syncs)))
  watchDeadline(machine, kubelet)
}

/** The next sync that a container waits for. */
interface Wait {
  readonly at: number
  readonly isRestart: boolean
}

/** @returns null if the container waits for no sync */
function restoreBackOff(machine: Machine, kubelet: Kubelet, from: Restored, live: LiveContainer, variant: Variant): Wait | null {
  const spec = specOf(machine.pod, live.name)
  if (spec === undefined) return null
  const reason = waitingReason(live)
  if (!initialReasons.has(reason)) kubelet.reasons.set(live.name, reason)
  if (isPulling(live, from.events)) return { at: restorePull(kubelet, from, live, spec, variant), isRestart: false }
  const range = restartDelay(live, spec, from.scenario.kubelet.crashLoopMaxSeconds, from.now - (from.pod.startTime ?? 0))
  if (range !== null) setRestartDelay(kubelet, live, spec, variant === 'early' ? range.min : range.max)
  const end = lastEnd(live)
  if (end !== null) {
    return isDone(spec, machine.pod, end) ? null : { at: restartAt(kubelet, from, live, range, variant), isRestart: true }
  }
  return createFailure(live, from.events) === null ? null : { at: createAt(from, live, variant), isRestart: false }
}

/** Whether a container could not be created in a sync after which the kubelet has seen the sandbox, too. */
function hasSettled({ events, now }: Restored): boolean {
  return [...events.byContainer.values()].some(({ lastCreateFailureAt: last }) => last !== null && now - last > noticeSeconds)
}

/** When the next sync comes for a container that cannot be created: 10 to 15 s after the last one, if an event shows when that was. */
function createAt(from: Restored, { name }: LiveContainer, variant: Variant): number {
  const { events, now } = from
  const { createFailures = 0, lastCreateFailureAt = null } = events.byContainer.get(name) ?? {}
  const last = lastCreateFailureAt === null || now - lastCreateFailureAt > longestSyncDelay + timeStep ? null : lastCreateFailureAt
  // The second sync follows the first at once, when the kubelet sees the sandbox.
  if (isEarly(variant)) return last === null || (createFailures < 2 && !hasSettled(from)) ? now : Math.max(now, last + shortestSyncDelay)
  if (variant === 'mean') return last === null ? now + longestSyncDelay / 2 : Math.max(now, last + shortestSyncDelay * 1.25)
  return last === null ? now + longestSyncDelay : Math.max(now, last + timeStep + longestSyncDelay)
}

/** Whether the kubelet has nothing to do for a container that ended. */
function isDone(spec: ContainerSpec, pod: PodModel, { exitCode, reason }: Ended): boolean {
  return exitCode === 0 && (spec.role === 'init' ? reason !== 'OOMKilled' : !shouldRestart(spec, pod, exitCode))
}

function setRestartDelay(kubelet: Kubelet, live: LiveContainer, { name, image }: ContainerSpec, seconds: number): void {
  const { state } = live
  const last = state.kind === 'running' ? state : lastEnd(live)
  const lastUpdate = last?.startedAt ?? (last?.kind === 'terminated' ? last.finishedAt : null)
  if (lastUpdate !== null && seconds > 0) kubelet.crashLoop.entries.set(JSON.stringify([name, image]), { seconds, lastUpdate })
}

/** When the sync comes that starts a container again. @param range its back-off, null if it is started at once */
function restartAt(kubelet: Kubelet, from: Restored, live: LiveContainer, range: Range | null, variant: Variant): number {
  const { now } = from
  const finishedAt = lastEnd(live)?.finishedAt ?? null
  if (range === null || finishedAt === null) return now
  // The sync that wrote the end has found the back-off, but it shows only with the next one.
  const { activeDeadlineSeconds } = from.pod.model
  const isOver = activeDeadlineSeconds !== null && now >= (from.pod.startTime ?? 0) + activeDeadlineSeconds
  if (!isOver) kubelet.reasons.set(live.name, 'CrashLoopBackOff')
  if (isEarly(variant)) return now
  const until = finishedAt + timeStep + range.max
  const seen = from.events.byContainer.get(live.name)?.lastBackOffAt ?? null
  const lastSync = seen !== null && seen >= finishedAt && seen <= now ? seen : finishedAt
  const latest = lastSync + latestEnd(until - lastSync)
  return variant === 'mean' ? Math.max(now, (until + latest) / 2) : Math.max(now, latest)
}

function restorePull(kubelet: Kubelet, from: Restored, live: LiveContainer, spec: ContainerSpec, variant: Variant): number {
  const { events, now, pod } = from
  const own = events.byContainer.get(live.name)
  const range = pullBackOff(own, events.areIncomplete, now, pod.startTime ?? 0)
  const { seconds, since } = isEarly(variant) ? range.early : range.late
  for (const image of imagesOf(pod.model, spec)) kubelet.pulls.entries.set(image, { seconds, lastUpdate: since })
  const end = since + seconds
  const sync = lastPullSync(own, now)
  // Another sync may have followed, of which the events have not arrived yet.
  const isStale = sync !== null && now > sync.at + shortestSyncDelay - timeStep && !isEarly(variant)
  if (sync === null || isStale) return unseenPull(kubelet, live, end - now, now, variant)
  const { at, hasTried } = sync
  // What a sync finds shows only with the next one.
  kubelet.reasons.set(live.name, hasTried ? pullFailure(live) : 'ImagePullBackOff')
  const syncedAt = isEarly(variant) ? at : at + timeStep
  const left = end - syncedAt
  return Math.max(now, syncedAt + kubelet.delay.after(shortestSyncDelay, left > 0 ? left : null))
}

/** When the kubelet syncs next, if its last sync is not known. */
function unseenPull(kubelet: Kubelet, live: LiveContainer, left: number, now: number, variant: Variant): number {
  const isWaiting = waitingReason(live) === 'ImagePullBackOff'
  if (isEarly(variant)) {
    kubelet.reasons.set(live.name, left <= 0 && isWaiting ? pullFailure(live) : 'ImagePullBackOff')
    // Any of the next syncs may come at the moment at which the back-off ends.
    return left > 0 && isWaiting ? now + (left % shortestSyncDelay) : now
  }
  // The sync that wrote the error may have tried again, so that the next one writes it again.
  if (variant === 'slow') return now + longestSyncDelay
  // The last of several syncs comes just before the back-off ends.
  return now + (left > 0 ? Math.max(0, left - 1.2) % longestSyncDelay : longestSyncDelay)
}

/** The image of a container and those that it mounts: its status does not show which one is missing. */
function imagesOf({ imageVolumes }: PodModel, { image, mounts }: ContainerSpec): readonly string[] {
  return [image, ...imageVolumes.flatMap((volume) => (mounts.includes(volume.name) ? volume.image : []))]
}

function specOf(pod: PodModel, name: string): ContainerSpec | undefined {
  return allContainers(pod).find((spec) => spec.name === name)
}

/** A probe that the status shows to have succeeded, or not. */
function knownProbe(
  machine: Machine,
  { pod, now }: Restored,
  { container, probe, spec }: ProbeWorker,
  variant: Variant,
): KnownProbe | undefined {
  const live = liveContainers(pod).find(({ name }) => name === container.name)
  const known = machine.runtime.containers.find(({ name, state }) => name === container.name && state === 'running')
  if (live === undefined || known === undefined) return undefined
  const next = isEarly(variant) ? 0 : spec.periodSeconds
  const id = { containerId: known.id, next }
  if (probe === 'startupProbe' && live.started === true) return { ...id, result: 'success', run: spec.successThreshold }
  if (probe === 'readinessProbe')
    return { ...id, result: live.ready ? 'success' : 'failure', run: live.ready ? spec.successThreshold : spec.failureThreshold }
  if (probe === 'livenessProbe' && !failsNow(machine, container.name, probe, known))
    return { ...id, result: 'success', run: spec.successThreshold }
  const probes = Math.max(0, Math.floor((now - known.startedAt - spec.initialDelaySeconds) / spec.periodSeconds))
  const failures = Math.min(spec.failureThreshold - 1, isEarly(variant) ? probes + 1 : Math.max(0, probes - 1))
  return { ...id, result: 'failure', run: Math.max(0, failures) }
}

function failsNow({ runtime }: Machine, name: string, probe: 'livenessProbe', { execution, startedAt }: RuntimeContainer): boolean {
  const list = runtime.behaviors.get(name)?.probes.get(probe) ?? []
  const seconds = list[Math.min(execution, list.length) - 1]?.succeedsAfterSeconds
  return seconds !== undefined && (seconds === null || runtime.clock.now - startedAt < seconds)
}
