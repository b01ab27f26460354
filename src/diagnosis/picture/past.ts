/**
 * What a Pod and its Events show of the past, as spans and moments on lanes. Nothing is invented: what lies between two known times is one
 * span of which only the number of attempts is known. Times after `now` (clocks differ) are counted, not drawn.
 */
import { count } from '../../inspect/words.ts'
import { safeText } from '../../lint/text.ts'
import { pullReasons } from '../../startup/status/waiting-reasons.ts'
import type { EventView } from '../view/events.ts'
import type { ContainerView, PodView, TerminatedView } from '../view/pod-view.ts'

/** A time in ms since 1970; `until` null for what still lasts now. */
export interface Span {
  readonly from: number
  readonly until: number | null
  readonly form: 'run' | 'back-off' | 'unknown'
  readonly text: string
}

export interface Moment {
  readonly at: number
  readonly mark: 'succeeded' | 'failed' | 'tried'
  readonly text: string
}

export interface PastLane {
  /** Null for the pod itself. */
  readonly name: string | null
  readonly role: ContainerView['role'] | null
  readonly image: string
  readonly spans: readonly Span[]
  readonly moments: readonly Moment[]
}

export interface Past {
  readonly lanes: readonly PastLane[]
  /** What the times do not show, a sentence each. */
  readonly notes: readonly string[]
}

/** A lane has at most this many moments; an event is two. */
const maxMoments = 12
/** At most this many containers are drawn. */
const maxLanes = 20

export function pastOf(pod: PodView, now: number): Past {
  const clock = new PastClock(now)
  const lanes = [podLane(pod, clock), ...pod.containers.slice(0, maxLanes).map((container) => containerLane(pod, container, clock))]
  const left = pod.containers.length - maxLanes
  const notes = [
    ...(clock.after > 0 ? [`Not drawn: ${count(clock.after, 'time')} after now, because the clocks differ.`] : []),
    ...(left > 0 ? [`Not drawn: ${count(left, 'more container')}.`] : []),
  ]
  return { lanes, notes }
}

/** Which times are in the past. */
class PastClock {
  readonly now: number
  readonly #later = new Set<number>()

  constructor(now: number) {
    this.now = now
  }

  /** The time, or null if it is unknown or after now. */
  past(time: number | null): number | null {
    if (time === null || time <= 0) return null
    if (time <= this.now) return time
    this.#later.add(time)
    return null
  }

  /** How many different times are after now. */
  get after(): number {
    return this.#later.size
  }
}

/** Conditions that are steps of a start. */
const steps: Readonly<Record<string, string>> = {
  PodScheduled: 'a node is chosen',
  PodReadyToStartContainers: 'the sandbox is ready',
  Initialized: 'all init containers are done',
  Ready: 'the pod is ready',
}

function podLane(pod: PodView, clock: PastClock): PastLane {
  const moments: Moment[] = []
  const created = clock.past(pod.createdAt)
  if (created !== null) moments.push({ at: created, mark: 'tried', text: 'the pod is created' })
  for (const [type, text] of Object.entries(steps)) {
    const condition = pod.conditions.get(type)
    const since = condition?.status === 'True' ? clock.past(condition.since) : null
    if (since !== null) moments.push({ at: since, mark: 'succeeded', text })
  }
  const failures = pod.events.filter(({ container, isWarning }) => container === null && isWarning)
  const seen = counted(failures, clock)
  return { name: null, role: null, image: '', spans: seen.spans, moments: [...moments, ...seen.moments].slice(0, maxMoments) }
}

function containerLane(pod: PodView, container: ContainerView, clock: PastClock): PastLane {
  const { name, role, image, state, last, events } = container
  const runs = runsOf(container)
  const spans: Span[] = []
  const moments: Moment[] = []
  const earlier = earlierAttempts(pod, container, runs, clock)
  spans.push(...earlier.spans)
  moments.push(...earlier.moments)
  for (const run of runs) drawRun(run, clock, spans, moments)
  const lastEnd = clock.past(last?.finishedAt ?? null)
  const startedAt = state.kind === 'terminated' || state.kind === 'running' ? clock.past(state.startedAt) : null
  if (lastEnd !== null && startedAt !== null && startedAt > lastEnd)
    spans.push({ from: lastEnd, until: startedAt, form: 'back-off', text: 'waits to be started again' })
  if (state.kind === 'running' && startedAt !== null)
    spans.push({ from: startedAt, until: null, form: 'run', text: `runs since then${container.isReady ? ', ready' : ', not ready'}` })
  // Restarts and their back-off are in the status already.
  const others = events.filter(
    ({ reason }) =>
      reason === 'Pulling' || reason === 'Failed' || reason === 'Unhealthy' || reason === 'InspectFailed' || reason === 'ErrImageNeverPull',
  )
  const seen = counted(
    others.filter(({ message }) => !/^Error: \w+$/.test(message)),
    clock,
  )
  const waitsFrom = last === null ? seen.last : lastEnd
  if (state.kind === 'waiting' && waitsFrom !== null && state.reason !== '')
    spans.push({ from: waitsFrom, until: null, form: 'back-off', text: `waits: ${safeText(state.reason).slice(0, 60)}` })
  if (state.kind === 'waiting' && pullReasons.has(state.reason) && seen.last === null) {
    const from = clock.past(pod.conditions.get('PodReadyToStartContainers')?.since ?? pod.createdAt)
    if (from !== null)
      spans.push({
        from,
        until: null,
        form: 'unknown',
        text: 'attempts to pull; their number and times are not known: the Events are gone',
      })
  }
  return {
    name: safeText(name),
    role,
    image: safeText(image),
    spans: [...spans, ...seen.spans],
    moments: [...moments, ...seen.moments].sort((a, b) => a.at - b.at).slice(-maxMoments),
  }
}

/** The executions that the status shows, the oldest first; the one that runs is not among them. */
function runsOf({ state, last }: ContainerView): readonly TerminatedView[] {
  return [...(last === null ? [] : [last]), ...(state.kind === 'terminated' ? [state] : [])]
}

function drawRun({ startedAt, finishedAt, exitCode, reason }: TerminatedView, clock: PastClock, spans: Span[], moments: Moment[]): void {
  const from = clock.past(startedAt)
  const until = clock.past(finishedAt)
  const text = `exit code ${exitCode}${reason === '' || reason === 'Error' || reason === 'Completed' ? '' : `, ${safeText(reason).slice(0, 60)}`}`
  if (from !== null && until !== null && from <= until) spans.push({ from, until, form: 'run', text: `ran: ${text}` })
  if (until !== null) moments.push({ at: until, mark: exitCode === 0 && reason !== 'OOMKilled' ? 'succeeded' : 'failed', text })
}

/** Executions before those that the status shows: their number is known, and perhaps when the first one started. */
function earlierAttempts(
  pod: PodView,
  container: ContainerView,
  runs: readonly TerminatedView[],
  clock: PastClock,
): { readonly spans: readonly Span[]; readonly moments: readonly Moment[] } {
  const { state, restarts, events } = container
  const shown = runs.length + (state.kind === 'running' ? 1 : 0)
  const earlier = shown === 0 ? 0 : restarts + 1 - shown
  if (earlier <= 0) return { spans: [], moments: [] }
  const known = runs.map(({ startedAt, finishedAt }) => clock.past(startedAt ?? finishedAt)).filter((time) => time !== null)
  const running = state.kind === 'running' ? clock.past(state.startedAt) : null
  const until = known[0] ?? running ?? clock.now
  const starts = events.filter(({ reason }) => reason === 'Started' || reason === 'Created').map(({ first }) => clock.past(first))
  const first = Math.min(...starts.filter((time) => time !== null))
  const from = Number.isFinite(first)
    ? first
    : (clock.past(pod.conditions.get('PodReadyToStartContainers')?.since ?? null) ?? clock.past(pod.createdAt))
  if (from === null || from >= until) return { spans: [], moments: [] }
  const isFirst = Number.isFinite(first)
  const what = isFirst ? (earlier === 1 ? 'end not known' : 'only the first start is known') : 'times not known'
  return {
    spans: [{ from, until, form: 'unknown', text: `${count(earlier, 'earlier attempt')}, ${what}` }],
    moments: isFirst ? [{ at: first, mark: 'tried', text: 'the first attempt starts' }] : [],
  }
}

/** Events of one reason: the first and the last time are known, those between are not. */
function counted(
  events: readonly EventView[],
  clock: PastClock,
): { readonly spans: readonly Span[]; readonly moments: readonly Moment[]; readonly last: number | null } {
  const spans: Span[] = []
  const moments: Moment[] = []
  const last: number[] = []
  for (const [reason, group] of Map.groupBy(events, ({ reason: each }) => each)) {
    const name = safeText(reason).slice(0, 60)
    const count = group.reduce((sum, each) => sum + Math.max(1, each.count), 0)
    const times = group.flatMap((each) => [each.first, each.last]).flatMap((time) => clock.past(time) ?? [])
    if (times.length === 0) continue
    const [from, until] = [Math.min(...times), Math.max(...times)]
    const mark = reason === 'Pulling' ? 'tried' : 'failed'
    last.push(until)
    moments.push({ at: from, mark, text: count > 1 ? `${name}, the first of ${count}` : name })
    if (until === from) continue
    moments.push({ at: until, mark, text: `${name}, the last of ${count}` })
    const between = count - 2
    if (between > 0) spans.push({ from, until, form: 'unknown', text: `${name}: ${between} more between, times not known` })
  }
  return { spans, moments, last: last.length === 0 ? null : Math.max(...last) }
}
