/** Colors, patterns and fonts of the pictures. Each kind of segment has its own form; color is redundant (Okabe and Ito's palette). */
import { element, type Markup, styleSheet } from './svg.ts'

export const fonts = {
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  sans: 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif',
} as const

const light = {
  paper: '#ffffff',
  ink: '#1f2328',
  quiet: '#59636e',
  line: '#d1d9e0',
  run: '#56a3d4',
  pull: '#e69f00',
  good: '#00765a',
  bad: '#b34700',
}
const dark = {
  paper: '#0d1117',
  ink: '#e6edf3',
  quiet: '#9198a1',
  line: '#3d444d',
  run: '#2f7fb5',
  pull: '#c98b00',
  good: '#3fc79a',
  bad: '#ff8a4c',
}

const variables = (colors: Readonly<Record<string, string>>): string =>
  Object.entries(colors)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')

/** Light or dark according to the preference of the reader's system; also works in an <img>. */
export function pictureStyle(): Markup {
  return styleSheet(
    [
      `svg{${variables(light)}}`,
      `@media (prefers-color-scheme:dark){svg{${variables(dark)}}}`,
      `text{font-family:${fonts.sans};fill:var(--ink)}`,
      `.mono{font-family:${fonts.mono}}`,
      '.quiet{fill:var(--quiet)}.strong{font-weight:600}.good{fill:var(--good)}.bad{fill:var(--bad)}',
      '.paper{fill:var(--paper)}.rule{stroke:var(--line);stroke-width:1}.hair{stroke:var(--line);stroke-width:1;stroke-dasharray:1 3}',
      '.outline{fill:none;stroke:var(--ink);stroke-width:1}',
      '.run{fill:var(--run);stroke:var(--ink);stroke-width:1}',
      '.pull{fill:url(#pull);stroke:var(--ink);stroke-width:1}',
      '.back-off{fill:url(#back-off);stroke:var(--quiet);stroke-width:1;stroke-dasharray:3 2}',
      '.wait{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:1 4;stroke-linecap:round}',
      '.down{fill:url(#down);stroke:var(--quiet);stroke-width:1}',
      '.cross{stroke:var(--bad);stroke-width:2.2;stroke-linecap:round;fill:none}',
      '.tick{stroke:var(--good);stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round;fill:none}',
      '.pin{fill:var(--ink)}.pin-text{fill:var(--paper);font-weight:600}.pin-outside{fill:var(--paper);stroke:var(--ink);stroke-width:1.2}',
      '.halo{fill:var(--paper)}',
      '.hatch{stroke:var(--pull);stroke-width:4}.dot{fill:var(--quiet)}.bar{stroke:var(--quiet);stroke-width:1}.ground{fill:var(--paper)}',
    ].join(''),
  )
}

/** Hatching for pulls, dots for back-off, horizontal lines for a kubelet that is down: distinguishable without color. */
export function patterns(): Markup {
  const pattern = (id: string, size: number, turn: number, children: readonly Markup[]): Markup =>
    element(
      'pattern',
      { id, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: turn === 0 ? undefined : `rotate(${turn})` },
      [element('rect', { class: 'ground', width: size, height: size }), ...children],
    )
  return element('defs', {}, [
    pattern('pull', 8, 45, [element('line', { class: 'hatch', x1: 2, y1: 0, x2: 2, y2: 8 })]),
    pattern('back-off', 6, 0, [element('circle', { class: 'dot', cx: 3, cy: 3, r: 1 })]),
    pattern('down', 6, 0, [element('line', { class: 'bar', x1: 0, y1: 3, x2: 6, y2: 3 })]),
  ])
}
