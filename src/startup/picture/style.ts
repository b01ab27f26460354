/**
 * Colors, patterns and fonts of the pictures. Each kind of segment has its own form; color is redundant (Okabe and Ito's palette).
 *
 * Every color is a presentation attribute, because librsvg, CairoSVG, resvg and most PDF tool chains know neither custom properties nor
 * media queries: without a literal color, they paint everything black. CSS only overrides the attributes, on a screen in dark mode.
 */
import { element, type Markup, styleSheet } from './svg.ts'

/** Names without quotation marks: resvg takes a list with two quoted names for none. */
export const fonts = {
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace',
  sans: 'system-ui, -apple-system, Segoe UI, DejaVu Sans, Helvetica, Arial, sans-serif',
} as const

/** The class of the svg element: style sheets of pictures within a page affect nothing else. */
export const rootClass = 'initlint-start'

export const light = {
  paper: '#ffffff',
  ink: '#1f2328',
  quiet: '#59636e',
  line: '#d1d9e0',
  run: '#56a3d4',
  pull: '#e69f00',
  good: '#00765a',
  bad: '#b34700',
} as const
type ColorName = keyof typeof light
const dark: Readonly<Record<ColorName, string>> = {
  paper: '#0d1117',
  ink: '#e6edf3',
  quiet: '#9198a1',
  line: '#3d444d',
  run: '#2f7fb5',
  pull: '#c98b00',
  good: '#3fc79a',
  bad: '#ff8a4c',
}

/** What a class looks like: colors by name, and presentation attributes of SVG 1.1. */
interface Look {
  readonly fill?: ColorName | 'none' | `url(#${string})`
  readonly stroke?: ColorName
  readonly other?: Readonly<Record<string, string | number>>
}

const round = { 'stroke-linecap': 'round', 'stroke-linejoin': 'round' } as const

const looks: Readonly<Record<string, Look>> = {
  mono: { other: { 'font-family': fonts.mono } },
  strong: { other: { 'font-weight': 600 } },
  quiet: { fill: 'quiet' },
  good: { fill: 'good' },
  bad: { fill: 'bad' },
  paper: { fill: 'paper' },
  rule: { stroke: 'line', other: { 'stroke-width': 1 } },
  hair: { stroke: 'line', other: { 'stroke-width': 1, 'stroke-dasharray': '1 3' } },
  outline: { fill: 'none', stroke: 'ink', other: { 'stroke-width': 1 } },
  run: { fill: 'run', stroke: 'ink', other: { 'stroke-width': 1 } },
  ask: { fill: 'url(#ask)', stroke: 'ink', other: { 'stroke-width': 1 } },
  download: { fill: 'url(#download)', stroke: 'ink', other: { 'stroke-width': 1 } },
  'back-off': { fill: 'url(#back-off)', stroke: 'quiet', other: { 'stroke-width': 1, 'stroke-dasharray': '3 2' } },
  unknown: { fill: 'paper', stroke: 'quiet', other: { 'stroke-width': 1, 'stroke-dasharray': '1 2' } },
  now: { stroke: 'bad', other: { 'stroke-width': 2 } },
  future: { fill: 'none', stroke: 'ink', other: { 'stroke-width': 1.5, 'stroke-dasharray': '5 3' } },
  wait: { stroke: 'quiet', other: { 'stroke-width': 1.5, 'stroke-dasharray': '1 4', 'stroke-linecap': 'round' } },
  down: { fill: 'url(#down)', stroke: 'quiet', other: { 'stroke-width': 1 } },
  cross: { fill: 'none', stroke: 'bad', other: { 'stroke-width': 2.2, ...round } },
  tick: { fill: 'none', stroke: 'good', other: { 'stroke-width': 2.2, ...round } },
  pin: { fill: 'ink' },
  'pin-text': { fill: 'paper', other: { 'font-weight': 600 } },
  'pin-outside': { fill: 'paper', stroke: 'ink', other: { 'stroke-width': 1.2 } },
  halo: { fill: 'paper' },
  hatch: { stroke: 'pull', other: { 'stroke-width': 4 } },
  grain: { fill: 'pull' },
  dot: { fill: 'quiet' },
  bar: { stroke: 'quiet', other: { 'stroke-width': 1 } },
  ground: { fill: 'paper' },
}

/** The color of text without a class that sets one. */
const textColor: ColorName = 'ink'

/** An element whose classes are written as literal attributes, too. @throws Error for an unknown class */
export function styled(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly Markup[] = [],
): Markup {
  const classes = typeof attributes.class === 'string' ? attributes.class.split(' ').filter((one) => one !== '') : []
  const literal: Record<string, string | number> = name === 'text' ? { fill: light[textColor] } : {}
  for (const one of classes) {
    const look = looks[one]
    if (look === undefined) throw new Error(`pictures have no class ${one}`)
    if (look.fill !== undefined) literal.fill = colorIn(light, look.fill)
    if (look.stroke !== undefined) literal.stroke = light[look.stroke]
    Object.assign(literal, look.other)
  }
  const { class: _, ...others } = attributes
  return element(name, { class: classes.length === 0 ? undefined : classes.join(' '), ...others, ...literal }, children)
}

function colorIn(colors: Readonly<Record<ColorName, string>>, fill: NonNullable<Look['fill']>): string {
  return Object.hasOwn(colors, fill) ? colors[fill as ColorName] : fill
}

/**
 * The colors of dark mode, for screens whose reader prefers it; print stays light. Also works in an `<img>`.
 * It is one constant text, so a page that contains pictures can allow it by its hash (`inspect/explain-html.ts`).
 */
export function pictureStyle(): Markup {
  return styleSheet(darkCss)
}

const darkRules = Object.entries(looks).flatMap(([name, { fill, stroke }]) => {
  const colors = [
    ...(fill !== undefined && Object.hasOwn(dark, fill) ? [`fill:${dark[fill as ColorName]}`] : []),
    ...(stroke === undefined ? [] : [`stroke:${dark[stroke]}`]),
  ]
  return colors.length === 0 ? [] : [`.${rootClass} .${name}{${colors.join(';')}}`]
})

/** The style sheet of `pictureStyle`. */
export const darkCss = `@media screen and (prefers-color-scheme:dark){.${rootClass} text{fill:${dark[textColor]}}${darkRules.join('')}}`

/**
 * Grains for a question to the registry, dense hatching for a download, dots for back-off, horizontal lines for a kubelet that is down:
 * distinguishable without color.
 */
export function patterns(): Markup {
  const pattern = (id: string, size: number, turn: number, children: readonly Markup[]): Markup =>
    element(
      'pattern',
      { id, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: turn === 0 ? undefined : `rotate(${turn})` },
      [styled('rect', { class: 'ground', width: size, height: size }), ...children],
    )
  return element('defs', {}, [
    pattern('ask', 6, 0, [
      styled('rect', { class: 'grain', x: 0, y: 0, width: 3, height: 3 }),
      styled('rect', { class: 'grain', x: 3, y: 3, width: 3, height: 3 }),
    ]),
    pattern('download', 8, 45, [styled('line', { class: 'hatch', x1: 2, y1: 0, x2: 2, y2: 8 })]),
    pattern('back-off', 6, 0, [styled('circle', { class: 'dot', cx: 3, cy: 3, r: 1 })]),
    pattern('down', 6, 0, [styled('line', { class: 'bar', x1: 0, y1: 3, x2: 6, y2: 3 })]),
  ])
}
