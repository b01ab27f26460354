import { timeInWords } from '../timeline/describe.ts'
import type { Mark } from '../timeline/marks.ts'
import { styled } from './style.ts'
import { content, type Markup, textWidth } from './svg.ts'
import type { TimeAxis } from './time-axis.ts'

/** Room between two labels. */
const gap = 8

/**
 * Labels below the lanes with the times of the marks, from the left, skipping those that do not fit.
 * @param place the baseline of the labels, and the right edge that no label crosses
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
    labels.push(styled('text', { class: 'quiet', x, y, 'font-size': size }, [content(text)]))
    free = x + room + gap
    last = text
  }
  return labels
}
