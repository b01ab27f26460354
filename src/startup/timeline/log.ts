/** Records what happens while the machine runs: event reasons, steps by lane, changes of kubectl's columns. */
import type { Clock } from '../node/clock.ts'
import type { ColumnChange, Columns, Step, StepDetail, StepKind } from './timeline.ts'

/** The key of event reasons about the pod itself. */
const podKey = '(pod)'

/** A step that is still being recorded. */
export interface OpenStep {
  readonly at: number
  until: number | null
  readonly lane: string | null
  kind: StepKind
  detail: StepDetail
}

/** Records what happens, at the time of its clock. */
export interface Log {
  /** A kubelet event about a container, or about the pod (null). */
  event(container: string | null, reason: string): void
  /** Begins a step in a lane and ends the lane's current step. */
  begin(lane: string | null, kind: StepKind, detail?: StepDetail): OpenStep
  /** Records something instantaneous; the lane's current step continues. */
  moment(lane: string | null, kind: StepKind, detail?: StepDetail): void
  /** Ends a step. */
  end(step: OpenStep | undefined, detail?: StepDetail): void
  /** Ends all open steps. */
  endAll(): void
  /** The open step of a lane, undefined if there is none. */
  current(lane: string | null): OpenStep | undefined
  columns(change: ColumnChange): void
  readonly changes: readonly ColumnChange[]
  reasons(): ReadonlyMap<string, readonly string[]>
  steps(): readonly Step[]
}

/** An empty log that takes its times from a clock. */
export function newLog(clock: Clock): Log {
  const reasons = new Map<string, Set<string>>()
  const steps: OpenStep[] = []
  const open = new Map<string | null, OpenStep>()
  const changes: ColumnChange[] = []
  const log: Log = {
    event(container, reason) {
      const key = container ?? podKey
      const known = reasons.get(key)
      if (known === undefined) reasons.set(key, new Set([reason]))
      else known.add(reason)
    },
    begin(lane, kind, detail = {}) {
      log.end(open.get(lane))
      const step: OpenStep = { at: clock.now, until: null, lane, kind, detail }
      steps.push(step)
      open.set(lane, step)
      return step
    },
    moment(lane, kind, detail = {}) {
      steps.push({ at: clock.now, until: clock.now, lane, kind, detail })
    },
    end(step, detail) {
      if (step === undefined) return
      if (detail !== undefined) step.detail = { ...step.detail, ...detail }
      step.until ??= clock.now
      if (open.get(step.lane) === step) open.delete(step.lane)
    },
    endAll() {
      for (const step of [...open.values()]) log.end(step)
    },
    current: (lane) => open.get(lane),
    columns: (change) => void changes.push(change),
    changes,
    reasons: () => new Map([...reasons].map(([key, set]) => [key, [...set].sort()])),
    steps: () => withColumns(steps, changes),
  }
  return log
}

function withColumns(steps: readonly OpenStep[], changes: readonly ColumnChange[]): readonly Step[] {
  const ordered = [...steps].sort((a, b) => a.at - b.at)
  let index = 0
  return ordered.map(({ at, until, lane, kind, detail }) => {
    while (index + 1 < changes.length && (changes[index + 1] as ColumnChange).at <= at) index++
    const { status = 'Pending', ready = '', restarts = 0 }: Partial<Columns> = changes[index] ?? {}
    return { at: round(at), until: until === null ? null : round(until), lane, kind, detail, columns: { status, ready, restarts } }
  })
}

/** Rounds to milliseconds: modeled times are not more precise than that. */
export function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
