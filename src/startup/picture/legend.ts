import type { Step } from '../timeline/timeline.ts'
import { type Form, formSample, formsOf } from './segments.ts'
import { styled } from './style.ts'
import { content, type Markup, textWidth } from './svg.ts'

const names: Readonly<Record<Form, string>> = {
  cached: 'image on the node',
  ask: 'contacts the registry',
  download: 'downloads the image',
  'back-off': 'waits to retry',
  run: 'runs',
  wait: 'waits for its turn',
  succeeded: 'succeeded',
  failed: 'failed',
  down: 'kubelet down',
  on: 'keeps running',
}

const size = 10.5
const rowHeight = 24

/** The meaning of the forms: only those that the picture shows, in as many rows as needed. */
export function legend(
  steps: readonly Step[],
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
): { readonly markup: readonly Markup[]; readonly bottom: number } {
  const shown = new Set(steps.flatMap(formsOf))
  const markup: Markup[] = []
  let x = left
  let y = top + rowHeight / 2
  for (const [form, name] of Object.entries(names) as [Form, string][]) {
    if (!shown.has(form)) continue
    const room = 34 + textWidth(name, size, 'sans') + 14
    if (x + room > right && x > left) {
      x = left
      y += rowHeight
    }
    markup.push(...formSample(form, x, y), styled('text', { class: 'quiet', x: x + 34, y: y + 3.5, 'font-size': size }, [content(name)]))
    x += room
  }
  return { markup, bottom: shown.size === 0 ? top : y + rowHeight / 2 }
}
