/** What a picture points at: changes of kubectl's columns (numbers) and changes from outside the pod (letters), in chronological order. */
import { describeStep } from './describe.ts'
import type { ColumnChange, Columns, Step, Timeline } from './timeline.ts'

/** One row of the table below the lanes, and its pin above the lanes. */
export interface Mark {
  /** `1`, `2`, … for columns; `a`, `b`, … for changes from outside. */
  readonly label: string
  readonly kind: 'columns' | 'outside'
  /** Seconds. */
  readonly at: number
  readonly columns: Columns
  /** What happens at that moment, as a sentence without its period. */
  readonly text: string
}

/** More rows than this are not readable, and their pins would not fit side by side. */
export const maxMarks = 24

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Steps whose cause lies outside the containers of the pod. */
const outside: ReadonlySet<Step['kind']> = new Set(['sandbox-lost', 'kubelet-down', 'world', 'deadline', 'restart-all', 'pod'])

export interface Marks {
  /** At most `maxMarks`. */
  readonly marks: readonly Mark[]
  /** What follows the last mark, for a row of its own: a repetition, or marks that are not shown. Null if nothing follows. */
  readonly rest: string | null
}

/** The marks of a timeline. */
export function marksOf(timeline: Timeline): Marks {
  const columns = columnMarks(timeline)
  const isLoop = timeline.statuses.at(-1) === '...'
  const shown = isLoop ? untilRepeated(columns, timeline.statuses.length - 1) : columns
  const last = isLoop ? (shown.at(-1)?.at ?? 0) : Number.POSITIVE_INFINITY
  const marks = [...shown, ...outsideMarks(timeline).filter(({ at }) => at <= last)].toSorted((a, b) => a.at - b.at)
  let number = 0
  let letter = 0
  const labeled = marks.slice(0, maxMarks).map((mark) => ({
    ...mark,
    label: mark.kind === 'columns' ? String(++number) : (letters[letter++ % letters.length] ?? '?'),
  }))
  const left = marks.length - labeled.length
  return {
    marks: labeled,
    rest: left > 0 && !isLoop ? `… and ${left} more, until ${timeline.rawStatuses.at(-1)}` : isLoop ? '… and so on' : null,
  }
}

/** How many status changes of a loop are shown after its first turn. */
const shownAgain = 2

/** The changes up to the first turn of the final loop, and a few more to make the repetition visible. */
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

/** The wait that a back-off status refers to: the one in progress at that moment. */
function backOffAt({ at, status }: ColumnChange, steps: readonly Step[]): Step | undefined {
  if (!status.endsWith('BackOff')) return undefined
  const isWait = ({ kind }: Step): boolean => kind === 'pull-back-off' || kind === 'back-off'
  const begun = steps.filter((step) => isWait(step) && step.at <= at)
  return begun.findLast(({ until }) => until === null || until >= at) ?? begun.at(-1)
}

/** The pull that the status of a failed pull refers to: the last one that ended. */
function failedPullAt({ at, status }: ColumnChange, steps: readonly Step[]): Step | undefined {
  if (!status.endsWith('ErrImagePull')) return undefined
  return steps.findLast(({ kind, until, detail }) => kind === 'pull' && detail.outcome === 'failed' && until !== null && until <= at)
}

/** How well a kind of step explains a change of the columns; the other kinds explain none. */
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

/** Why the columns changed: the most telling step that began or ended since the previous change. kubectl shows changes a moment later. */
function causeOf(after: number, until: number, steps: readonly Step[]): Step | undefined {
  const within = (moment: number | null): boolean => moment !== null && moment > after && moment <= until
  let cause: Step | undefined
  for (const step of steps) {
    const weight = weights[step.kind] ?? 0
    if (weight > 0 && weight >= (weights[cause?.kind ?? 'wait'] ?? 0) && (within(step.at) || within(step.until))) cause = step
  }
  return cause
}

function outsideMarks({ steps }: Timeline): readonly Omit<Mark, 'label'>[] {
  const changes = new Set(steps.filter(({ kind }) => kind === 'world').map(({ at }) => at))
  return steps
    .filter(({ kind, at }) => outside.has(kind) && !(kind === 'kubelet-down' && changes.has(at)))
    .map((step) => ({ kind: 'outside' as const, at: step.at, columns: step.columns, text: describeStep(step) }))
}
