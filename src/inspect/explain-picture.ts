import { renderPictures } from '../startup/picture/picture.ts'
import type { ExplainOutput } from './explain.ts'
import { titleOf } from './explain-text.ts'
import { forPeople } from './output.ts'

/** Most timelines in one picture: a folder of a thousand workloads is no picture. */
const maxPictures = 12

/** The timelines as one SVG document, one below the other. */
export function renderExplainPicture({ timelines }: ExplainOutput): string {
  return renderPictures(
    timelines.slice(0, maxPictures).map((entry) => {
      const { timeline, words, notes } = entry[forPeople]
      return { timeline, title: titleOf(entry), conditions: words === '' ? 'when all goes well' : `what if ${words}`, notes }
    }),
  )
}
