/** The past of a pod, a line for now, and behind it what the restored startup model predicts. */

import { gutter, margin, plotLeft, plotRight, width } from '../../startup/picture/layout.ts'
import type { Part } from '../../startup/picture/picture.ts'
import { arrow, cross, diamond, tick } from '../../startup/picture/segments.ts'
import { styled } from '../../startup/picture/style.ts'
import { content, fit, type Markup, textWidth, wrap } from '../../startup/picture/svg.ts'
import { type TimeAxis, timeAxis } from '../../startup/picture/time-axis.ts'
import type { PredictedAttempt, Prediction } from '../../startup/restore/predict.ts'
import { timeInWords } from '../../startup/timeline/describe.ts'
import { clockText, clockTexts } from '../view/values.ts'
import type { Moment, Past, PastLane, Span } from './past.ts'

/** What one picture shows. */
export interface HistoryPicture {
  readonly title: string
  /** The STATUS column. */
  readonly status: string
  readonly isFailing: boolean
  readonly notes: readonly string[]
  readonly past: Past
  readonly prediction: Prediction
  /** Ms since 1970. */
  readonly now: number
}

const laneHeight = 44
const half = 8
const sizes = { title: 16, text: 12, small: 10.5, row: 11 } as const
const rowHeight = 16
/** Room between two moments, in the width of which pins are not needed. */
const momentRoom = 12

/** A row of the table: when, where and what. */
interface Row {
  readonly at: number
  readonly when: string
  readonly where: string
  readonly text: string
}

/** Rows of the past at most: those at the beginning and those at the end. */
const maxRows = 14
/** What comes later depends on more and more that is only assumed. */
const maxFuture = 4

/** @param top of the picture in the document */
export function drawHistory(picture: HistoryPicture, top: number): Part {
  const { past, prediction, now } = picture
  const head = header(picture, top)
  const axis = axisOf(past, prediction, now)
  const plotTop = head.bottom + 24
  const bottom = plotTop + past.lanes.length * laneHeight
  const lanes = past.lanes.flatMap((lane, index) =>
    drawLane(lane, prediction, { axis, now, y: plotTop + index * laneHeight + laneHeight / 2 }),
  )
  const x = axis.x(now / 1000)
  const line = [
    styled('line', { class: 'now', x1: x, y1: plotTop - 10, x2: x, y2: bottom }),
    styled('text', { class: 'strong', x: x - 4, y: plotTop - 12, 'font-size': sizes.small, 'text-anchor': 'end' }, [
      content(`now, ${clockText(now)}`),
    ]),
    styled('text', { class: 'quiet', x: x + 6, y: plotTop - 12, 'font-size': sizes.small }, [content('predicted')]),
    styled('text', { class: 'quiet', x: margin, y: bottom + 14, 'font-size': sizes.small }, [content('time, not to scale')]),
  ]
  const table = drawTable(picture, bottom + 22)
  const notes = drawNotes([...picture.notes, ...past.notes], table.bottom + 6)
  const key = drawKey(picture, notes.bottom + 12)
  return { markup: [...head.markup, ...lanes, ...line, ...table.markup, ...notes.markup, ...key.markup], bottom: key.bottom }
}

function header({ title, status, isFailing }: HistoryPicture, top: number): Part {
  const shown = fit(status, 260, 13, 'sans')
  const room = width - 2 * margin - textWidth(shown, 13, 'sans') - 26
  return {
    markup: [
      styled('text', { class: 'mono strong', x: margin, y: top + 30, 'font-size': sizes.title }, [
        content(fit(title, room, sizes.title, 'mono')),
      ]),
      styled(
        'text',
        { class: `strong ${isFailing ? 'bad' : 'good'}`, x: width - margin, y: top + 30, 'font-size': 13, 'text-anchor': 'end' },
        [content(shown)],
      ),
    ],
    bottom: top + 44,
  }
}

/** Seconds, because the axis is the one of `explain`. */
function axisOf({ lanes }: Past, { statuses, attempts }: Prediction, now: number): TimeAxis {
  const known = lanes.flatMap(({ spans, moments }) => [
    ...spans.flatMap(({ from, until }) => [from, until ?? now]),
    ...moments.map(({ at }) => at),
  ])
  const future = [...attempts.slice(0, maxFuture), ...statuses.slice(0, maxFuture)].flatMap(({ at, by }) => [
    at,
    ...(by === null ? [] : [by]),
  ])
  const after = future.map((time) => Math.max(now, Date.parse(time)))
  return timeAxis({
    left: plotLeft,
    right: plotRight,
    moments: [...known, now, ...after].map((time) => time / 1000),
    pinsAt: () => 1,
    pinWidth: momentRoom,
  })
}

interface Place {
  readonly axis: TimeAxis
  readonly now: number
  readonly y: number
}

function drawLane(lane: PastLane, { attempts }: Prediction, place: Place): readonly Markup[] {
  const { y } = place
  const own = attempts.filter(({ container }) => container === lane.name)
  return [
    ...laneName(lane, y),
    styled('line', { class: 'rule', x1: margin, y1: y + laneHeight / 2, x2: width - margin, y2: y + laneHeight / 2 }),
    ...[...lane.spans].sort((a, b) => layer(a) - layer(b)).flatMap((span) => drawSpan(span, place)),
    ...lane.moments.map((moment) => drawMoment(moment, place)),
    ...own.map((attempt) => drawAttempt(attempt, place)),
  ]
}

const layer = ({ form }: Span): number => ['unknown', 'back-off', 'run'].indexOf(form)

function laneName({ name, role, image }: PastLane, y: number): readonly Markup[] {
  if (name === null) return [styled('text', { class: 'mono strong', x: margin, y: y + 4, 'font-size': sizes.text }, [content('(pod)')])]
  return [
    styled('text', { class: 'mono strong', x: margin, y: y - 2, 'font-size': sizes.text }, [
      styled('title', {}, [content(`${name}: ${image}`)]),
      content(fit(name, gutter - 10, sizes.text, 'mono')),
    ]),
    styled('text', { class: 'quiet', x: margin, y: y + 12, 'font-size': sizes.small }, [content(role ?? '')]),
  ]
}

function drawSpan({ from, until, form, text }: Span, { axis, now, y }: Place): readonly Markup[] {
  const x = axis.x(from / 1000)
  const end = axis.x((until ?? now) / 1000)
  const w = Math.max(2, end - x)
  const when = `${clockText(from)} to ${until === null ? 'now' : clockText(until)}`
  const label = form === 'unknown' && textWidth(text, 9, 'sans') <= w - 4 ? text : form === 'unknown' && w > 14 ? '?' : ''
  return [
    styled('g', {}, [
      styled('title', {}, [content(`${when}: ${text}`)]),
      styled('rect', { class: form, x, y: y - half, width: w, height: 2 * half, rx: w < 6 ? undefined : 2 }),
      ...(form === 'run' && until === null ? [arrow(end, y)] : []),
      ...(label === ''
        ? []
        : [styled('text', { class: 'quiet', x: x + w / 2, y: y + 3, 'font-size': 9, 'text-anchor': 'middle' }, [content(label)])]),
    ]),
  ]
}

function drawMoment({ at, mark, text }: Moment, { axis, y }: Place): Markup {
  const x = axis.x(at / 1000)
  const form = mark === 'succeeded' ? tick(x, y) : mark === 'failed' ? cross(x, y) : diamond(x, y)
  return styled('g', {}, [styled('title', {}, [content(`${clockText(at)}: ${text}`)]), form])
}

const kinds: Readonly<Record<PredictedAttempt['kind'], string>> = {
  pull: 'the next pull',
  start: 'the next start',
  create: 'the next attempt to create it',
  mount: 'the next attempt to mount the volumes',
  sandbox: 'the next attempt to create the sandbox',
}

/** A window: the attempt comes somewhere in it. */
function drawAttempt({ kind, at, by }: PredictedAttempt, { axis, now, y }: Place): Markup {
  const from = Math.max(now, Date.parse(at))
  const x = axis.x(from / 1000)
  const end = by === null ? plotRight : axis.x(Math.max(from, Date.parse(by)) / 1000)
  return styled('g', {}, [
    styled('title', {}, [content(`${windowText(at, by)}: ${kinds[kind]}`)]),
    styled('rect', { class: 'future', x, y: y - half, width: Math.max(4, end - x), height: 2 * half, rx: 2 }),
  ])
}

function windowText(at: string, by: string | null): string {
  const from = Date.parse(at)
  if (by === null) return `from ${clockText(from)} on`
  return at === by ? clockText(from) : clockTexts(from, Date.parse(by)).join(' to ')
}

function drawTable({ past, prediction, now }: HistoryPicture, top: number): Part {
  const markup: Markup[] = []
  let y = top
  const write = (when: string, where: string, text: string, kind: string): void => {
    y += rowHeight
    markup.push(
      styled('text', { class: 'quiet', x: margin, y, 'font-size': sizes.row }, [content(when)]),
      styled('text', { class: 'mono', x: plotLeft, y, 'font-size': sizes.row }, [content(fit(where, 150, sizes.row, 'mono'))]),
      styled('text', { class: kind, x: plotLeft + 160, y, 'font-size': sizes.row }, [
        content(fit(text, width - margin - plotLeft - 160, sizes.row, 'sans')),
      ]),
    )
  }
  const rows = rowsOf(past)
  const kept = rows.length <= maxRows ? rows : [...rows.slice(0, 4), ...rows.slice(4 - maxRows)]
  for (const [index, { when, where, text }] of kept.entries()) {
    if (index === 4 && rows.length > maxRows) write('', '', `${rows.length - maxRows} more`, 'quiet')
    write(when, where, text, '')
  }
  write(clockText(now), 'now', '', 'strong')
  for (const { at, by, container, kind } of prediction.attempts.slice(0, maxFuture))
    write(windowText(at, by), container ?? '(pod)', kinds[kind], '')
  // A status without a latest time depends on how long processes run: only its order is known.
  for (const { at, by, status } of prediction.statuses.slice(0, maxFuture))
    write(by === null ? 'then' : windowText(at, by), 'STATUS', status ?? 'the pod is gone', 'mono strong')
  if (prediction.attempts.length + prediction.statuses.length === 0)
    write('', '', 'nothing is predicted: nothing changes by itself, or it does not show', 'quiet')
  return { markup, bottom: y + 4 }
}

function rowsOf({ lanes }: Past): readonly Row[] {
  const rows = lanes.flatMap(({ name, spans, moments }) => {
    const where = name ?? '(pod)'
    return [
      ...moments.map(({ at, text }) => ({ at, when: clockText(at), where, text })),
      ...spans
        .filter(({ form, until }) => form === 'unknown' || until === null)
        .map(({ from, until, text }) => ({
          at: from,
          when: until === null ? `since ${clockText(from)}` : clockTexts(from, until).join(' to '),
          where,
          text: until === null ? text : `${text} (${timeInWords((until - from) / 1000)})`,
        })),
    ]
  })
  return rows.sort((a, b) => a.at - b.at)
}

function drawNotes(notes: readonly string[], top: number): Part {
  const lines = notes.flatMap((note) => wrap(note, width - 2 * margin, sizes.text, 'sans', 3))
  const markup = lines.map((line, index) =>
    styled('text', { x: margin, y: top + 14 + index * rowHeight, 'font-size': sizes.text }, [content(line)]),
  )
  return { markup, bottom: top + lines.length * rowHeight }
}

/** The meaning of the forms that the picture has. */
function drawKey({ past, prediction }: HistoryPicture, top: number): Part {
  const forms = new Set(past.lanes.flatMap(({ spans }) => spans.map(({ form }) => form)))
  const samples: readonly (readonly [string, string, boolean])[] = [
    ['run', 'ran or runs', forms.has('run')],
    ['back-off', 'waits to retry', forms.has('back-off')],
    ['unknown', 'not known', forms.has('unknown')],
    ['future', 'predicted: at some time in it', prediction.attempts.length > 0],
  ]
  const markup: Markup[] = []
  let x = margin
  const y = top + 12
  for (const [form, words, isShown] of samples) {
    if (!isShown) continue
    markup.push(
      styled('rect', { class: form, x, y: y - half, width: 26, height: 2 * half, rx: 2 }),
      styled('text', { class: 'quiet', x: x + 34, y: y + 3.5, 'font-size': sizes.small }, [content(words)]),
    )
    x += 34 + textWidth(words, sizes.small, 'sans') + 14
  }
  return { markup, bottom: y + 12 }
}
