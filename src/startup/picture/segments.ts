/** The forms of steps in a lane. */
import { describeStep, timeInWords } from '../timeline/describe.ts'
import type { Step } from '../timeline/timeline.ts'
import { styled } from './style.ts'
import { content, type Markup } from './svg.ts'
import type { TimeAxis } from './time-axis.ts'

/** Kinds of forms, as the legend names them. */
export type Form = 'cached' | 'ask' | 'download' | 'back-off' | 'run' | 'wait' | 'succeeded' | 'failed' | 'down' | 'on'

const half = 8
const markSize = 4.5

interface Place {
  readonly axis: TimeAxis
  /** Middle of the lane. */
  readonly y: number
  /** Right edge of the plot. */
  readonly right: number
}

type Draw = (step: Step, place: Place) => readonly Markup[]

const draws: Partial<Record<Step['kind'], Draw>> = {
  wait: line,
  cached: (step, place) => [diamond(place.axis.x(step.at) + 5, place.y)],
  pull: (step, place) => [bar(pullForm(step), step, place), ...end(step, place, step.detail.outcome)],
  'pull-error': (step, place) => [bar('back-off', step, place), cross(place.axis.x(step.at) + 6, place.y)],
  'pull-back-off': (step, place) => [bar('back-off', step, place)],
  'back-off': (step, place) => [bar('back-off', step, place)],
  'create-error': (step, place) => [bar('back-off', step, place), cross(place.axis.x(step.at) + 6, place.y)],
  'start-error': (step, place) => [cross(place.axis.x(step.at) + 6, place.y)],
  run: (step, place) => [bar('run', step, place), ...runEnd(step, place)],
  unhealthy: (step, place) => [cross(place.axis.x(step.at) + 6, place.y)],
  mount: (step, place) => [bar('back-off', step, place)],
  'kubelet-down': (step, place) => [bar('down', step, place)],
}

/** Draws a step in its lane, with a title that describes it; nothing for kinds that appear only in the table. */
export function segment(step: Step, place: Place): Markup | undefined {
  const draw = draws[step.kind]
  if (draw === undefined || step.at > place.axis.end) return undefined
  const when =
    step.until === null || step.until === step.at ? timeInWords(step.at) : `${timeInWords(step.at)} to ${timeInWords(step.until)}`
  return styled('g', {}, [styled('title', {}, [content(`${when}: ${describeStep(step)}`)]), ...draw(step, place)])
}

/** A registry that is contacted but sends nothing, because it fails or because the node's copy is up to date, is not a download. */
function pullForm({ detail }: Step): 'ask' | 'download' {
  return detail.downloaded === true ? 'download' : 'ask'
}

/** The forms that a step uses, for the legend. */
export function formsOf(step: Step): readonly Form[] {
  switch (step.kind) {
    case 'wait':
    case 'cached':
      return [step.kind]
    case 'pull':
      return step.detail.outcome === 'failed' ? ['ask', 'failed'] : [pullForm(step)]
    case 'pull-back-off':
    case 'back-off':
    case 'mount':
      return ['back-off']
    case 'pull-error':
    case 'create-error':
      return ['back-off', 'failed']
    case 'start-error':
    case 'unhealthy':
      return ['failed']
    case 'kubelet-down':
      return ['down']
    case 'run':
      return [
        'run',
        ...(step.until === null ? (['on'] as const) : [step.detail.exitCode === 0 ? ('succeeded' as const) : ('failed' as const)]),
      ]
    default:
      return []
  }
}

/** A sample of a form, for the legend: 26 by 16 units, with (x, y) at the middle of the left edge. */
export function formSample(form: Form, x: number, y: number): readonly Markup[] {
  const box = (kind: string): Markup => styled('rect', { class: kind, x, y: y - half, width: 26, height: 2 * half, rx: 2 })
  switch (form) {
    case 'cached':
      return [diamond(x + 13, y)]
    case 'wait':
      return [styled('line', { class: 'wait', x1: x, y1: y, x2: x + 26, y2: y })]
    case 'succeeded':
      return [tick(x + 13, y)]
    case 'failed':
      return [cross(x + 13, y)]
    case 'on':
      return [styled('rect', { class: 'run', x, y: y - half, width: 18, height: 2 * half }), arrow(x + 18, y)]
    default:
      return [box(form)]
  }
}

function startAndEnd(step: Step, { axis, right }: Place): { x: number; width: number } {
  const x = axis.x(step.at)
  const until = step.until === null || step.until > axis.end ? right : axis.x(step.until)
  return { x, width: Math.max(2, until - x) }
}

function bar(kind: string, step: Step, place: Place): Markup {
  const { x, width } = startAndEnd(step, place)
  return styled('rect', { class: kind, x, y: place.y - half, width, height: 2 * half, rx: width < 6 ? undefined : 2 })
}

function line(step: Step, place: Place): readonly Markup[] {
  const { x, width } = startAndEnd(step, place)
  return width < 4 ? [] : [styled('line', { class: 'wait', x1: x + 2, y1: place.y, x2: x + width - 2, y2: place.y })]
}

function end(step: Step, place: Place, outcome: string | undefined): readonly Markup[] {
  if (outcome !== 'failed' || step.until === null || step.until > place.axis.end) return []
  return [cross(place.axis.x(step.until), place.y)]
}

function runEnd(step: Step, place: Place): readonly Markup[] {
  if (step.until === null || step.until > place.axis.end) return [arrow(place.right, place.y)]
  const x = place.axis.x(step.until)
  return [step.detail.exitCode === 0 ? tick(x, place.y) : cross(x, place.y)]
}

/** A patch of background color behind a mark, so that it is visible on any form. */
function halo(x: number, y: number): Markup {
  return styled('circle', { class: 'halo', cx: x, cy: y, r: markSize + 2.5 })
}

export function cross(x: number, y: number): Markup {
  const path = `M${x - markSize} ${y - markSize}L${x + markSize} ${y + markSize}M${x - markSize} ${y + markSize}L${x + markSize} ${y - markSize}`
  return styled('g', {}, [halo(x, y), styled('path', { class: 'cross', d: path })])
}

export function tick(x: number, y: number): Markup {
  return styled('g', {}, [halo(x, y), styled('path', { class: 'tick', d: `M${x - markSize} ${y}l3.5 4l5.5 -8` })])
}

export function diamond(x: number, y: number): Markup {
  return styled('path', { class: 'outline', d: `M${x - 5} ${y}l5 -6l5 6l-5 6z` })
}

export function arrow(x: number, y: number): Markup {
  return styled('path', { class: 'run', d: `M${x} ${y - half}l8 8l-8 8z` })
}
