import { timeInWords } from '../timeline/describe.ts'
import type { Mark } from '../timeline/marks.ts'
import { styled } from './style.ts'
import { content, fit, type Markup, textWidth, wrap } from './svg.ts'

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
}

const size = 11
const lineHeight = 15
const gap = 12
/** Maximum number of lines in the last column of a row. */
const maxLines = 3

/**
 * The meaning of each pin: when, what kubectl shows from then on, and why.
 * @param rest what follows the last mark, null if nothing does
 */
export function markTable(
  marks: readonly Mark[],
  rest: string | null,
  { left, right, top }: Box,
): { readonly markup: readonly Markup[]; readonly bottom: number } {
  const columns = columnsOf(marks, left)
  const markup: Markup[] = []
  const write = (x: number, y: number, text: string, kind: string): void => {
    markup.push(styled('text', { class: kind, x, y, 'font-size': size }, [content(text)]))
  }
  for (const [x, heading] of [
    [columns.at, 'after'],
    [columns.status, 'STATUS'],
    [columns.ready, 'READY'],
    [columns.restarts, 'RESTARTS'],
    [columns.text, 'because'],
  ] as const)
    write(x, top + lineHeight, heading, 'quiet')
  let y = top + lineHeight
  for (const mark of marks) {
    y += lineHeight + 2
    write(left, y, mark.label, 'strong')
    write(columns.at, y, timeInWords(mark.at), 'quiet')
    if (mark.kind === 'columns') {
      write(columns.status, y, fit(mark.columns.status, columns.ready - columns.status - gap, size, 'mono'), 'mono strong')
      write(columns.ready, y, mark.columns.ready, 'mono')
      write(columns.restarts, y, String(mark.columns.restarts), 'mono')
    }
    const x = mark.kind === 'columns' ? columns.text : columns.status
    const lines = wrap(mark.text, right - x, size, 'sans', maxLines)
    for (const [index, line] of lines.entries()) write(x, y + index * lineHeight, line, mark.kind === 'columns' ? '' : 'strong')
    y += Math.max(0, lines.length - 1) * lineHeight
  }
  if (rest !== null) {
    y += lineHeight + 2
    write(columns.status, y, rest, 'quiet')
  }
  return { markup, bottom: y + 4 }
}

/** Maximum width of the STATUS column; longer statuses are truncated. */
const maxStatusWidth = 190

function columnsOf(marks: readonly Mark[], left: number) {
  const widest = (texts: readonly string[], font: 'mono' | 'sans'): number =>
    Math.max(0, ...texts.map((text) => textWidth(text, size, font)))
  const at = left + 24
  const status = at + widest(['after', ...marks.map((mark) => timeInWords(mark.at))], 'sans') + gap
  const ready = status + Math.min(maxStatusWidth, widest(['STATUS', ...marks.map(({ columns }) => columns.status)], 'mono')) + gap
  const restarts = ready + widest(['READY', ...marks.map(({ columns }) => columns.ready)], 'mono') + gap
  const text = restarts + textWidth('RESTARTS', size, 'sans') + gap
  return { at, status, ready, restarts, text }
}
