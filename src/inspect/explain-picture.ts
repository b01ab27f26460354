import { renderPictures } from '../startup/picture/picture.ts'
import type { ExplainOutput } from './explain.ts'
import { titleOf } from './explain-text.ts'
import { forPeople } from './output.ts'

/** At most this many timelines are drawn: a picture of a thousand workloads is not readable. */
const maxPictures = 12

/** The timelines below each other in one SVG document. */
export function renderExplainPicture({ timelines }: ExplainOutput): string {
  return renderPictures(
    timelines.slice(0, maxPictures).map((entry) => {
      const { timeline, title, notes } = entry[forPeople]
      return { timeline, title: titleOf(entry), conditions: title, notes }
    }),
  )
}
