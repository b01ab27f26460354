import { timeInWords } from '../timeline/describe.ts'
import type { Mark } from '../timeline/marks.ts'
import { content, element, type Markup, textWidth } from './svg.ts'
import type { TimeAxis } from './time-axis.ts'

/** Room between two labels. */
const gap = 8

/**
 * Times below the lanes: those of the marks as far as they fit side by side, from the left.
 * @param place of the line of text, and the right edge that no label passes
 */
export function timeLabels(
  axis: TimeAxis,
  marks: readonly Mark[],
  { y, right, size }: { readonly y: number; readonly right: number; readonly size: number },
): readonly Markup[] {
  const labels: Markup[] = []
  let free = Number.NEGATIVE_INFINITY
  let last: string | undefined
  for (const seconds of new Set(marks.map(({ at }) => at))) {
    const text = timeInWords(seconds)
    const x = axis.x(seconds)
    const room = textWidth(text, size, 'sans')
    if (text === last || x < free || x + room > right + gap) continue
    labels.push(element('text', { class: 'quiet', x, y, 'font-size': size }, [content(text)]))
    free = x + room + gap
    last = text
  }
  return labels
}
