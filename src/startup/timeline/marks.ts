/** What a picture points at: the changes of kubectl's columns (numbers) and the changes of the world (letters), in the order of time. */
import { describeStep } from './describe.ts'
import type { ColumnChange, Columns, Step, Timeline } from './timeline.ts'

/** One row of the table below the lanes, and its pin above or within them. */
export interface Mark {
  /** `1`, `2`, … for columns, `a`, `b`, … for the world. */
  readonly label: string
  readonly kind: 'columns' | 'world'
  /** Seconds. */
  readonly at: number
  readonly columns: Columns
  /** What happens at that moment, a sentence without its period. */
  readonly text: string
}

/** A table with more rows than this is read by nobody, and its pins would not stand side by side. */
export const maxMarks = 24

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Steps that happen to the pod from outside. */
const outside: ReadonlySet<Step['kind']> = new Set(['sandbox-lost', 'kubelet-down', 'world', 'deadline', 'restart-all', 'pod'])

export interface Marks {
  /** At most `maxMarks`. */
  readonly marks: readonly Mark[]
  /** What follows the last one, for a row of its own: a repetition, or more than is shown. Null where nothing does. */
  readonly rest: string | null
}

/** The marks of a timeline. */
export function marksOf(timeline: Timeline): Marks {
  const columns = columnMarks(timeline)
  const isLoop = timeline.statuses.at(-1) === '...'
  const shown = isLoop ? untilRepeated(columns, timeline.statuses.length - 1) : columns
  const last = isLoop ? (shown.at(-1)?.at ?? 0) : Number.POSITIVE_INFINITY
  const marks = [...shown, ...worldMarks(timeline).filter(({ at }) => at <= last)].toSorted((a, b) => a.at - b.at)
  let number = 0
  let letter = 0
  const labelled = marks.slice(0, maxMarks).map((mark) => ({
    ...mark,
    label: mark.kind === 'columns' ? String(++number) : (letters[letter++ % letters.length] ?? '?'),
  }))
  const left = marks.length - labelled.length
  return {
    marks: labelled,
    rest: left > 0 && !isLoop ? `… and ${left} more, until ${timeline.rawStatuses.at(-1)}` : isLoop ? '… and so on' : null,
  }
}

/** How many changes of the status are shown of a loop beyond its first turn. */
const shownAgain = 2

/** The changes up to the first turn of the loop at the end, and a little more, so that the repetition is seen. */
function untilRepeated(columns: readonly Omit<Mark, 'label'>[], statuses: number): readonly Omit<Mark, 'label'>[] {
  let changes = 0
  let before: string | undefined
  const end = columns.findIndex((mark) => {
    if (mark.columns.status !== before) changes++
    before = mark.columns.status
    return changes > statuses + shownAgain
  })
  return end < 0 ? columns : columns.slice(0, end)
}

function columnMarks({ columns, steps }: Timeline): readonly Omit<Mark, 'label'>[] {
  const changes = columns.filter((change, index) => index === 0 || !sameColumns(change, columns[index - 1]))
  return changes.map((change, index) => {
    const cause =
      backOffAt(change, steps) ??
      failedPullAt(change, steps) ??
      causeOf(changes[index - 1]?.at ?? Number.NEGATIVE_INFINITY, change.at, steps)
    return { kind: 'columns' as const, at: change.at, columns: change, text: cause === undefined ? '' : describeStep(cause, change.at) }
  })
}

function sameColumns(a: Columns, b: Columns | undefined): boolean {
  return b !== undefined && a.status === b.status && a.ready === b.ready && a.restarts === b.restarts
}

/** The wait that a status of back-off is about: what lasts at that moment. */
function backOffAt({ at, status }: ColumnChange, steps: readonly Step[]): Step | undefined {
  if (!status.endsWith('BackOff')) return undefined
  const isWait = ({ kind }: Step): boolean => kind === 'pull-back-off' || kind === 'back-off'
  const begun = steps.filter((step) => isWait(step) && step.at <= at)
  return begun.findLast(({ until }) => until === null || until >= at) ?? begun.at(-1)
}

/** The pull that a status of a failed pull is about: the last one that ended. */
function failedPullAt({ at, status }: ColumnChange, steps: readonly Step[]): Step | undefined {
  if (!status.endsWith('ErrImagePull')) return undefined
  return steps.findLast(({ kind, until, detail }) => kind === 'pull' && detail.outcome === 'failed' && until !== null && until <= at)
}

/** How much a step says about a change of the columns; the others say nothing. */
const weights: Partial<Record<Step['kind'], number>> = {
  run: 3,
  'pull-error': 3,
  'create-error': 3,
  'start-error': 3,
  mount: 2,
  pull: 2,
  cached: 1,
  sandbox: 1,
}

/** Why the columns changed: of what began or ended since the change before, what says most. kubectl shows things a moment later. */
function causeOf(after: number, until: number, steps: readonly Step[]): Step | undefined {
  const within = (moment: number | null): boolean => moment !== null && moment > after && moment <= until
  let cause: Step | undefined
  for (const step of steps) {
    const weight = weights[step.kind] ?? 0
    if (weight > 0 && weight >= (weights[cause?.kind ?? 'wait'] ?? 0) && (within(step.at) || within(step.until))) cause = step
  }
  return cause
}

function worldMarks({ steps }: Timeline): readonly Omit<Mark, 'label'>[] {
  const changes = new Set(steps.filter(({ kind }) => kind === 'world').map(({ at }) => at))
  return steps
    .filter(({ kind, at }) => outside.has(kind) && !(kind === 'kubelet-down' && changes.has(at)))
    .map((step) => ({ kind: 'world' as const, at: step.at, columns: step.columns, text: describeStep(step) }))
}
