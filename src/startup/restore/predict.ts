/** What a live Pod does next: the model, continued from the state that the Pod shows. */

import { asObject, asString, type JsonObject } from '../../model/json.ts'
import type { Machine } from '../kubelet/machine-state.ts'
import { isBusy, nextTime, step } from '../node/clock.ts'
import { allContainers } from '../node/pod-spec.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { restartingAllContainers } from '../status/phase.ts'
import { describeStep } from '../timeline/describe.ts'
import type { Step, StepKind } from '../timeline/timeline.ts'
import { assumedScenario, createFailures, waitingReason } from './assumed.ts'
import { longestSyncDelay, type Range } from './back-offs.ts'
import { readLiveEvents } from './live-events.ts'
import { type LiveContainer, type LivePod, liveContainers, readLivePod } from './live-pod.ts'
import { restoreMachine } from './restore.ts'
import type { Restored, Variant } from './restore-kubelet.ts'
import { podRetry } from './retries.ts'
import { slack, windowOf } from './windows.ts'

/** What a prediction may use besides the Pod. */
export interface PredictOptions {
  /** Events of the pod; others are ignored. */
  readonly events?: readonly JsonObject[]
  /** RFC 3339; the time at which the Pod was read. */
  readonly now: string
  /** The circumstances, if they are known. Without it, what failed fails again in the same way, and what runs keeps running. */
  readonly scenario?: Scenario
  /** The minor version of the node's kubelet, such as `1.37`, if no scenario is given. */
  readonly kubernetes?: string
}

/** A status that kubectl will print. */
export interface PredictedStatus {
  /** The STATUS column; null when the pod is gone. */
  readonly status: string | null
  /** The earliest time, RFC 3339. */
  readonly at: string
  /**
   * The latest time, as long as the processes that run keep running; null if it depends on the end of a process, on a pull or on anything
   * else that the Pod does not show.
   */
  readonly by: string | null
  /** What leads to it, as a sentence without its period. */
  readonly why: string
}

/**
 * What the kubelet tries next for a container, or for the whole pod (null). `create`: it tries to create the container, whose image may be
 * part of what is missing; mount: its volumes.
 */
export interface PredictedAttempt {
  readonly container: string | null
  readonly kind: 'pull' | 'start' | 'create' | 'mount' | 'sandbox'
  readonly at: string
  readonly by: string | null
  /** The delay before it, in seconds, as far as it shows; null if there is none. */
  readonly backOff: Range | null
}

/** The future of a pod. */
export interface Prediction {
  /** In order; empty if nothing will change by itself, or if nothing is known about what will. */
  readonly statuses: readonly PredictedStatus[]
  /** The next attempt for each container that waits for one, the earliest first. */
  readonly attempts: readonly PredictedAttempt[]
}

const variants: readonly Variant[] = ['mean', 'early', 'busy', 'late', 'slow']
/** At most this many statuses are predicted, and at most this far ahead. */
const maximumStatuses = 8
const horizonSeconds = 3600
const maximumEvents = 2000

/** The next statuses of a pod, the next one first. @param pod as the API server returns it */
export function predictFrom(pod: JsonObject, options: PredictOptions): readonly PredictedStatus[] {
  return predict(pod, options).statuses
}

/** The next statuses and attempts of a pod. Never throws, and ends after a bounded number of events for any input. */
export function predict(pod: JsonObject, options: PredictOptions): Prediction {
  const { events = [], now: nowText, scenario, kubernetes } = options
  const time = Date.parse(nowText)
  const live = readLivePod(pod, time)
  const now = (time - live.epoch) / 1000
  if (!Number.isFinite(now)) return nothing
  if (live.deletedAt !== null) return deletion(live, now)
  // How far RestartAllContainers has come does not show: containers are removed one by one.
  const restartsAll =
    live.conditions.has('AllContainersRestarting') || liveContainers(live).some((each) => waitingReason(each) === restartingAllContainers)
  if (!live.isScheduled || restartsAll || live.phase === 'Succeeded' || live.phase === 'Failed') return nothing
  const known = readLiveEvents(events, live.model.name, asString(asObject(pod.metadata).uid), live.epoch)
  const restored: Restored = { pod: live, events: known, now, scenario: scenario ?? assumedScenario(live, known, kubernetes) }
  return merge(
    restored,
    variants.map((variant) => run(restored, variant, scenario === undefined)),
  )
}

const nothing: Prediction = { statuses: [], attempts: [] }

/** deletionTimestamp is the end of the grace period (metadata.deletionTimestamp, apimachinery meta/v1). */
function deletion({ deletedAt, hasFinalizers, epoch }: LivePod, now: number): Prediction {
  const by = hasFinalizers ? null : text(epoch, Math.max(deletedAt ?? now, now) + longestSyncDelay)
  const why = hasFinalizers ? 'the pod is removed when its finalizers are' : 'its containers end within the grace period'
  return { statuses: [{ status: null, at: text(epoch, now), by, why }], attempts: [] }
}

/** A change of the STATUS column. */
interface Change {
  readonly at: number
  readonly status: string
  /** Its place among all changes of kubectl's columns. */
  readonly index: number
  readonly why: string
}

interface FirstAttempt {
  readonly kind: 'pull' | 'start' | 'create'
  readonly at: number
}

/** One run of a variant. */
interface Course {
  readonly changes: readonly Change[]
  /** The first attempt of each container. */
  readonly attempts: ReadonlyMap<string, FirstAttempt>
  /** From this change on, the times depend on something that is only assumed. */
  readonly assumedFrom: number
}

function run(from: Restored, variant: Variant, isAssumed: boolean): Course {
  let assumedFrom = Number.POSITIVE_INFINITY
  const assume = (machine: Machine): void => {
    assumedFrom = Math.min(assumedFrom, machine.log.changes.length)
  }
  const created = new Set(liveContainers(from.pod).flatMap(({ name, exists }) => (exists ? [name] : [])))
  const machine = restoreMachine(from, variant, {
    printed: () => undefined,
    // Whether a container can be created shows when it is created for the first time.
    started: ({ name }) => {
      if (isAssumed && !created.has(name)) assume(machine)
    },
    ended: () => {
      if (isAssumed) assume(machine)
    },
  })
  if (isAssumed && isOpen(from)) assumedFrom = 0
  const { clock, log } = machine
  for (;;) {
    const next = nextTime(clock)
    const isOver = next === null || next > from.now + horizonSeconds || clock.events > maximumEvents || !isBusy(clock)
    if (isOver || distinct(machine).length > maximumStatuses) break
    step(clock)
  }
  const steps = log.steps()
  const first = new Map<string, FirstAttempt>()
  for (const { lane, kind, at } of steps) {
    if (lane === null || first.has(lane)) continue
    const attempt = attemptOf[kind]
    if (attempt !== undefined) first.set(lane, { kind: attempt, at })
  }
  // How long a pull takes is not known. After a probe has stopped a container, two paths are possible: whether the restart counted for the
  // back-off depends on what the kubelet had seen of the container before.
  const unknown = steps.find(
    ({ kind, detail, lane }) =>
      (kind === 'pull' && detail.outcome === 'ok') || (kind === 'unhealthy' && detail.reason !== 'readinessProbe' && lane !== null),
  )
  return {
    changes: distinct(machine).map((change) => ({ ...change, why: whyOf(steps, change.at) })),
    attempts: first,
    assumedFrom: Math.min(assumedFrom, unknown === undefined ? Number.POSITIVE_INFINITY : indexAt(machine, unknown.at)),
  }
}

/** The steps that are attempts. */
const attemptOf: Readonly<Partial<Record<StepKind, FirstAttempt['kind']>>> = {
  pull: 'pull',
  'pull-error': 'create',
  'create-error': 'create',
  run: 'start',
  'start-error': 'start',
}

/**
 * Whether the next change may come at any time: the kubelet has not accepted the pod yet, a process runs that is expected to end or to become
 * healthy, and has never done so before, or a hook decides it.
 */
function isOpen({ pod, events }: Restored): boolean {
  const roles = new Map(pod.model.initContainers.map(({ name, role }) => [name, role]))
  const hasStartup = new Set(allContainers(pod.model).flatMap(({ name, probes }) => (probes.has('startupProbe') ? [name] : [])))
  const waits = ({ name, state, last, started }: LiveContainer): boolean =>
    state.kind === 'running' && ((roles.get(name) === 'init' && last === null) || (hasStartup.has(name) && started !== true))
  const isNew = pod.startTime === null || liveContainers(pod).length === 0
  return isNew || liveContainers(pod).some(waits) || [...events.byContainer.values()].some(({ hookFailed }) => hookFailed)
}

function indexAt({ log }: Machine, time: number): number {
  const index = log.changes.findIndex(({ at }) => at >= time)
  return index === -1 ? log.changes.length : index
}

/** The changes of the STATUS column after the first, which is the Pod's own. */
function distinct({ log }: Machine): readonly { readonly at: number; readonly status: string; readonly index: number }[] {
  return log.changes.flatMap(({ at, status }, index) =>
    index > 0 && log.changes[index - 1]?.status !== status ? [{ at, status, index }] : [],
  )
}

function whyOf(steps: readonly Step[], time: number): string {
  const cause = steps.findLast(({ at, kind }) => at <= time && kind !== 'wait')
  return cause === undefined ? 'the kubelet continues' : describeStep(cause, time)
}

/** The last time that a Date can hold, milliseconds since 1970 (ECMA-262, Time Values). */
const lastTime = 8.64e15

function text(epoch: number, seconds: number): string {
  return new Date(Math.max(-lastTime, Math.min(lastTime, epoch + Math.round(seconds * 1000)))).toISOString()
}

/**
 * What all runs have in common: the statuses up to the first that differs; if that is the very first, those that all runs reach in the same
 * order. @returns for each status, the change of each run
 */
function common(courses: readonly Course[]): readonly (readonly Change[])[] {
  const [first, ...others] = courses as readonly [Course, ...Course[]]
  const same: Change[][] = []
  for (const [index, change] of first.changes.slice(0, maximumStatuses).entries()) {
    const all = courses.flatMap(({ changes }) => changes[index] ?? [])
    if (all.length < courses.length || all.some(({ status }) => status !== change.status)) break
    same.push(all)
  }
  if (same.length > 0) return same
  const from = others.map(() => 0)
  for (const change of first.changes) {
    const found = others.map(({ changes }, other) =>
      changes.findIndex(({ status }, index) => index >= (from[other] ?? 0) && status === change.status),
    )
    if (found.includes(-1)) continue
    same.push([change, ...others.map(({ changes }, other) => changes[found[other] ?? 0] as Change)])
    for (const [other, index] of found.entries()) from[other] = index + 1
  }
  return same
}

function merge(from: Restored, courses: readonly Course[]): Prediction {
  const { now } = from
  const { epoch } = from.pod
  const earliest = (times: readonly number[]): string => text(epoch, Math.max(now, Math.min(...times) - slack.early))
  const latest = (times: readonly number[]): string => text(epoch, Math.max(...times) + slack.late)
  const statuses = common(courses).map((all): PredictedStatus => {
    const times = all.map(({ at }) => at)
    const isKnown = all.every(({ index }, course) => index < (courses[course]?.assumedFrom ?? 0))
    const { status, why } = all[0] as Change
    const isAnyTime = courses.every(({ assumedFrom }) => assumedFrom === 0)
    return { status, at: isAnyTime ? text(epoch, now) : earliest(times), by: isKnown ? latest(times) : null, why }
  })
  const retry = podRetry(from.pod, from.events, now)
  const attempts: PredictedAttempt[] =
    retry === undefined
      ? attemptsOf(from, courses)
      : [{ container: null, kind: retry.kind, at: text(epoch, retry.from), by: text(epoch, retry.until), backOff: retry.backOff }]
  return { statuses, attempts: attempts.sort((left, right) => (left.at < right.at ? -1 : 1)) }
}

function attemptsOf(from: Restored, courses: readonly Course[]): PredictedAttempt[] {
  const { epoch } = from.pod
  const [mean] = courses as readonly [Course, ...Course[]]
  const attempts: PredictedAttempt[] = []
  const failing = createFailures(from.pod, from.events)
  for (const [container, first] of mean.attempts) {
    const all = courses.flatMap(({ attempts: own }) => own.get(container) ?? [])
    // A deadline may come first.
    const isSure = all.length === courses.length || from.pod.model.activeDeadlineSeconds !== null
    if (!isSure || all.some(({ kind }) => kind !== first.kind)) continue
    // A registry may be asked first, but that is not what fails.
    const kind = first.kind === 'pull' && failing.has(container) ? 'create' : first.kind
    const { window, backOff } = windowOf(
      from,
      container,
      kind,
      all.map(({ at }) => at),
    )
    const [earliest, last] = window
    const by = last === null ? null : text(epoch, Math.max(from.now, last))
    attempts.push({ container, kind, at: text(epoch, Math.max(from.now, earliest)), by, backOff })
  }
  return attempts
}
