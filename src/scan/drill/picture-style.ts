/**
 * Colors and marks of the picture of a drill. Each outcome has a mark and a pattern of its own; color is redundant. Colors are attributes, so
 * that every program draws and prints them; the style sheet only replaces them on a dark screen.
 */
import { content, element, type Markup, styleSheet } from '../../startup/picture/svg.ts'

export const fonts = {
  sans: 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif',
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
} as const

/** Okabe and Ito's palette, darkened for text on white. */
export const colors = {
  paper: '#ffffff',
  ink: '#1f2328',
  quiet: '#59636e',
  line: '#d1d9e0',
  good: '#00765a',
  bad: '#b34700',
  open: '#b8860b',
} as const

/** On a dark screen. Paper printed from one stays white. */
const dark: Readonly<Record<keyof typeof colors, string>> = {
  paper: '#0d1117',
  ink: '#e6edf3',
  quiet: '#9198a1',
  line: '#3d444d',
  good: '#3fc79a',
  bad: '#ff8a4c',
  open: '#e3b341',
}

type ColorName = keyof typeof colors

/** Attributes that fill with a color. */
export function filled(name: ColorName): { readonly class: string; readonly fill: string } {
  return { class: `f-${name}`, fill: colors[name] }
}

/** Attributes that draw a line in a color. */
export function drawn(name: ColorName, width: number): Readonly<Record<string, string | number>> {
  return { class: `s-${name}`, stroke: colors[name], 'stroke-width': width, fill: 'none' }
}

export function pictureStyle(): Markup {
  const rules = Object.entries(dark).map(([name, color]) => `.f-${name}{fill:${color}}.s-${name}{stroke:${color}}`)
  return styleSheet(`@media screen and (prefers-color-scheme:dark){${rules.join('')}}`)
}

/** What a mark stands for: the outcome of a workload, or the result of a cell; `aside`: it fails, and not because of the outage. */
export type MarkName = 'survives' | 'fails' | 'unknown' | 'aside'

/** The size of a mark. */
export const markSize = 14

/** The marks, to be used many times: a tick on paper, a cross on solid ground, a question mark on hatched ground, a dash. */
export function marks(): Markup {
  const box = (attributes: Readonly<Record<string, string | number>>): Markup =>
    element('rect', { x: 0.5, y: 0.5, width: markSize - 1, height: markSize - 1, rx: 2, ...attributes })
  const stripe = element('line', { ...drawn('open', 1.4), x1: 0, y1: 0, x2: 0, y2: 4 })
  const hatch = element(
    'pattern',
    { id: 'drill-hatch', width: 4, height: 4, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    [stripe],
  )
  const question = element(
    'text',
    { ...filled('ink'), x: markSize / 2, y: 11, 'font-family': fonts.sans, 'font-size': 11, 'font-weight': 700, 'text-anchor': 'middle' },
    [content('?')],
  )
  return element('defs', {}, [
    hatch,
    element('g', { id: 'drill-survives' }, [
      box({ ...filled('paper') }),
      box(drawn('good', 1)),
      element('path', { ...drawn('good', 1.8), d: 'M3.5 7.5 L6 10 L10.5 4.5' }),
    ]),
    element('g', { id: 'drill-fails' }, [box(filled('bad')), element('path', { ...drawn('paper', 2), d: 'M4 4 L10 10 M10 4 L4 10' })]),
    element('g', { id: 'drill-aside' }, [
      box(filled('paper')),
      box(drawn('line', 1)),
      element('path', { ...drawn('quiet', 1.8), d: 'M4 7 L10 7' }),
    ]),
    element('g', { id: 'drill-unknown' }, [
      box(filled('paper')),
      box({ fill: 'url(#drill-hatch)' }),
      box(drawn('open', 1)),
      element('circle', { ...filled('paper'), cx: markSize / 2, cy: markSize / 2, r: 4.6 }),
      question,
    ]),
  ])
}

/** One mark. @param title shown by browsers under the pointer, and read by screen readers */
export function mark(name: MarkName, x: number, y: number, title?: string): Markup {
  const use = element('use', { href: `#drill-${name}`, x, y })
  return title === undefined ? use : element('g', {}, [element('title', {}, [content(title)]), use])
}

/** A line of text. */
export function text(
  words: string,
  x: number,
  y: number,
  options: {
    readonly size?: number
    readonly color?: ColorName
    readonly bold?: boolean
    readonly mono?: boolean
    readonly end?: boolean
  } = {},
): Markup {
  const { size = 12, color = 'ink', bold = false, mono = false, end = false } = options
  return element(
    'text',
    {
      ...filled(color),
      x,
      y,
      'font-family': mono ? fonts.mono : fonts.sans,
      'font-size': size,
      'font-weight': bold ? 600 : undefined,
      'text-anchor': end ? 'end' : undefined,
    },
    [content(words)],
  )
}
