/** The picture of a timeline: a lane for each container along a time axis, and below the lanes what kubectl shows at each change. */

import { describeEnd, isGood, verdictInWords } from '../timeline/describe.ts'
import { type Mark, marksOf } from '../timeline/marks.ts'
import type { Lane, Step, Timeline } from '../timeline/timeline.ts'
import { gutter, margin, plotLeft, plotRight, width } from './layout.ts'
import { legend } from './legend.ts'
import { segment } from './segments.ts'
import { fonts, patterns, pictureStyle, rootClass, styled } from './style.ts'
import { content, element, fit, type Markup, textWidth, wrap } from './svg.ts'
import { markTable } from './table.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'
import { timeLabels } from './time-labels.ts'

export interface PictureOptions {
  /** The object that starts: `pod/kiada`. */
  readonly title: string
  /** The conditions in plain English: `docker.io is down`. Empty for the happy start. */
  readonly conditions: string
  /** Notes below the picture, one sentence each. */
  readonly notes?: readonly string[]
}

const pinRoom = 20
const laneHeight = 38
const sizes = { title: 16, text: 12, small: 10.5 } as const

/** A timeline with its title, conditions and notes. */
export interface PictureItem extends PictureOptions {
  readonly timeline: Timeline
}

/** What a document contains besides its timelines. */
export interface DocumentOptions {
  /** A sentence below the last picture, about timelines that are not drawn. */
  readonly left?: string
  /** Distinguishes the ids of several documents within one page. */
  readonly number?: number
}

/** Room between two pictures in one document. */
const between = 18

/**
 * Draws timelines below each other in one SVG document: with literal colors for print, dark on the screen of a reader who prefers that,
 * distinguishable without color, with a title and a description for screen readers. All text from the input is escaped.
 */
export function renderPictures(items: readonly PictureItem[], { left, number }: DocumentOptions = {}): string {
  return renderDocument({
    title: items.map(({ title, conditions }) => (conditions === '' ? title : `${title}, ${conditions}`)).join('; '),
    description: items.map(({ timeline }) => describeEnd(timeline)).join(' '),
    draws: items.map((item) => (top) => drawTimeline(item, top)),
    ...(left !== undefined && { left }),
    ...(number !== undefined && { number }),
  })
}

/** A document of pictures: each is drawn from its top on. */
export interface PictureDocument extends DocumentOptions {
  readonly title: string
  readonly description: string
  readonly draws: readonly ((top: number) => Part)[]
}

/** Pictures below each other in one SVG document. */
export function renderDocument({ title, description, draws, left, number }: PictureDocument): string {
  const drawn: Markup[] = []
  let bottom = 0
  for (const draw of draws) {
    if (bottom > 0) drawn.push(styled('line', { class: 'rule', x1: 0, y1: bottom + between / 2, x2: width, y2: bottom + between / 2 }))
    const part = draw(bottom === 0 ? 0 : bottom + between)
    drawn.push(...part.markup)
    bottom = part.bottom
  }
  if (left !== undefined) {
    const part = noteLines([left], bottom + between)
    drawn.push(...part.markup)
    bottom = part.bottom
  }
  const height = Math.ceil(bottom + margin)
  const id = (name: string): string => (number === undefined ? name : `${name}-${number}`)
  const document = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: rootClass,
      viewBox: `0 0 ${width} ${height}`,
      width: '100%',
      role: 'img',
      'aria-labelledby': `${id('title')} ${id('description')}`,
      'font-family': fonts.sans,
    },
    [
      element('title', { id: id('title') }, [content(title)]),
      element('desc', { id: id('description') }, [content(left === undefined ? description : `${description} ${left}`)]),
      // In a page of several pictures, the first one has the patterns of all, and the page has the style.
      ...(number === undefined ? [pictureStyle()] : []),
      ...(number === undefined || number === 1 ? [patterns()] : []),
      styled('rect', { class: 'paper', width, height }),
      ...drawn,
    ],
  )
  return `${document.svg}\n`
}

function drawTimeline({ timeline, ...options }: PictureItem, top: number): Part {
  const head = header(timeline, options, top)
  const edges = { left: margin, right: width - margin }
  if (timeline.rejection !== null) {
    const notes = noteLines(options.notes ?? [], head.bottom)
    return { markup: [...head.markup, ...notes.markup], bottom: notes.bottom }
  }
  const { marks, rest } = marksOf(timeline)
  const lanes = drawLanes(timeline, marks, rest !== null, head.bottom)
  const table = markTable(marks, rest, { ...edges, top: lanes.bottom + 14 })
  const notes = noteLines(options.notes ?? [], table.bottom + 8)
  const shownUntil = rest === null ? Number.POSITIVE_INFINITY : (marks.at(-1)?.at ?? 0)
  const shown = timeline.steps.filter(({ at }) => at <= shownUntil)
  const key = legend(shown, { ...edges, top: notes.bottom + 14 })
  return { markup: [head, lanes, table, notes, key].flatMap(({ markup }) => markup), bottom: key.bottom }
}

/** Finished markup, and where it ends. */
export interface Part {
  readonly markup: readonly Markup[]
  readonly bottom: number
}

function header(timeline: Timeline, { title, conditions }: PictureOptions, top: number): Part {
  const verdict = verdictInWords(timeline.verdict)
  const verdictRoom = textWidth(verdict, 13, 'sans') + 26
  const markup = [
    styled('text', { class: 'mono strong', x: margin, y: top + 30, 'font-size': sizes.title }, [
      content(fit(title, width - 2 * margin - verdictRoom, sizes.title, 'mono')),
    ]),
    styled(
      'text',
      {
        class: `strong ${isGood(timeline.verdict) ? 'good' : 'bad'}`,
        x: width - margin,
        y: top + 30,
        'font-size': 13,
        'text-anchor': 'end',
      },
      [content(`${isGood(timeline.verdict) ? '✓' : '✕'} ${verdict}`)],
    ),
  ]
  const text = timeline.rejection === null ? conditions : `The API server: ${timeline.rejection}`
  const lines = wrap(text, width - 2 * margin, sizes.text, 'sans', timeline.rejection === null ? 2 : 6)
  for (const [index, line] of lines.entries()) {
    markup.push(styled('text', { class: 'quiet', x: margin, y: top + 50 + index * 16, 'font-size': sizes.text }, [content(line)]))
  }
  return { markup, bottom: top + 44 + lines.length * 16 }
}

/** Kinds of steps that are drawn in a lane for the pod itself. */
const podKinds: ReadonlySet<Step['kind']> = new Set(['kubelet-down', 'mount'])

function drawLanes(timeline: Timeline, marks: readonly Mark[], more: boolean, top: number): Part {
  const axis = axisOf(timeline, marks, more)
  const pinsTop = top + 18
  const first = pinsTop + 16
  const hasPodLane = timeline.steps.some(({ lane, kind }) => lane === null && podKinds.has(kind))
  const names = [...(hasPodLane ? [null] : []), ...timeline.lanes]
  const bottom = first + names.length * laneHeight
  const markup = [...pins(marks, axis, pinsTop, bottom)]
  for (const [index, lane] of names.entries()) {
    const y = first + index * laneHeight + laneHeight / 2
    markup.push(
      ...laneName(lane, y),
      styled('line', { class: 'rule', x1: margin, y1: y + laneHeight / 2, x2: width - margin, y2: y + laneHeight / 2 }),
    )
    const steps = timeline.steps.filter((step) => step.lane === (lane === null ? null : lane.name))
    for (const step of [...steps].sort((a, b) => layer(a) - layer(b))) {
      const drawn = segment(step, { axis, y, right: plotRight })
      if (drawn !== undefined) markup.push(drawn)
    }
  }
  if (more) markup.push(endOfPaper(first, bottom))
  markup.push(styled('text', { class: 'quiet', x: margin, y: bottom + 14, 'font-size': sizes.small }, [content('time, not to scale')]))
  return { markup: [...markup, ...timeLabels(axis, marks, { y: bottom + 14, right: plotRight, size: sizes.small })], bottom: bottom + 18 }
}

/** Drawing order: long forms first, so that the marks at their ends are on top of what follows. */
function layer(step: Step): number {
  return step.kind === 'wait' ? 0 : step.kind === 'run' || step.kind === 'pull' ? 2 : 1
}

function axisOf(timeline: Timeline, marks: readonly Mark[], more: boolean): TimeAxis {
  const last = more ? (marks.at(-1)?.at ?? 0) : Number.POSITIVE_INFINITY
  const moments = [0, ...timeline.steps.flatMap(({ at, until }) => [at, until ?? at]), ...marks.map(({ at }) => at)]
  const pinsAt = (seconds: number): number => marks.filter(({ at }) => at === seconds).length
  return timeAxis({ left: plotLeft, right: plotRight, moments: moments.filter((moment) => moment <= last), pinsAt, pinWidth: pinRoom })
}

/** Numbers for what kubectl shows, letters for what happens from outside; pins at the same moment are drawn side by side. */
function pins(marks: readonly Mark[], axis: TimeAxis, y: number, bottom: number): readonly Markup[] {
  const placed = new Map<number, number>()
  return marks.flatMap(({ label, kind, at }) => {
    const before = placed.get(at) ?? 0
    placed.set(at, before + 1)
    const x = axis.x(at) + 8 + before * pinRoom
    return [
      ...(before === 0 ? [styled('line', { class: 'hair', x1: axis.x(at), y1: y - 8, x2: axis.x(at), y2: bottom })] : []),
      styled('circle', { class: kind === 'columns' ? 'pin' : 'pin-outside', cx: x, cy: y, r: 8 }),
      styled('text', { class: kind === 'columns' ? 'pin-text' : 'strong', x, y: y + 3.5, 'font-size': 10, 'text-anchor': 'middle' }, [
        content(label),
      ]),
    ]
  })
}

const roles: Readonly<Record<Lane['role'], string>> = { init: 'init', sidecar: 'sidecar', app: 'app', 'image-volume': 'image volume' }

function laneName(lane: Lane | null, y: number): readonly Markup[] {
  const room = gutter - 10
  if (lane === null) return [styled('text', { class: 'mono strong', x: margin, y: y + 4, 'font-size': sizes.text }, [content('(node)')])]
  const about = `${roles[lane.role]}${lane.pullPolicy === null ? '' : `, ${lane.pullPolicy}`}`
  return [
    styled('text', { class: 'mono strong', x: margin, y: y - 2, 'font-size': sizes.text }, [
      styled('title', {}, [content(`${lane.name}: ${lane.image}`)]),
      content(fit(lane.name, room, sizes.text, 'mono')),
    ]),
    styled('text', { class: 'quiet', x: margin, y: y + 12, 'font-size': sizes.small }, [content(fit(about, room, sizes.small, 'sans'))]),
  ]
}

/** A torn edge: it continues like this. */
function endOfPaper(top: number, bottom: number): Markup {
  const x = plotRight + 12
  const teeth = Math.max(2, Math.round((bottom - top) / 8))
  const step = (bottom - top) / teeth
  const points = Array.from(
    { length: teeth + 1 },
    (_, index) => `${x + (index % 2 === 0 ? 0 : 5)} ${Math.round((top + index * step) * 10) / 10}`,
  )
  return styled('path', { class: 'outline', d: `M${points.join('L')}` })
}

function noteLines(notes: readonly string[], top: number): Part {
  const lines = notes.flatMap((note) => wrap(note, width - 2 * margin, sizes.text, 'sans', 3))
  const markup = lines.map((line, index) =>
    styled('text', { x: margin, y: top + 14 + index * 16, 'font-size': sizes.text }, [content(line)]),
  )
  return { markup, bottom: top + lines.length * 16 }
}
