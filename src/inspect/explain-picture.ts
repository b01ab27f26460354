import { type PictureItem, renderPictures } from '../startup/picture/picture.ts'
import type { ExplainOutput, TimelineEntry } from './explain.ts'
import { titleOf } from './explain-text.ts'
import { forPeople } from './output.ts'

/** At most this many timelines are drawn in one picture: a picture of a thousand workloads is not readable. */
const maxPictures = 12

/** At most this many of the timelines that are not drawn are listed by name. */
const maxNames = 5

/** The timelines below each other in one SVG document; a sentence below them counts those that are not drawn. */
export function renderExplainPicture({ timelines }: ExplainOutput): string {
  const left = timelines.slice(maxPictures)
  return renderPictures(timelines.slice(0, maxPictures).map(pictureOf), left.length === 0 ? {} : { left: notDrawn(left) })
}

/** A timeline as the picture's input. */
export function pictureOf(entry: TimelineEntry): PictureItem {
  const { timeline, title, notes } = entry[forPeople]
  return { timeline, title: titleOf(entry), conditions: title, notes }
}

function notDrawn(left: readonly TimelineEntry[]): string {
  const names = [...new Set(left.map(titleOf))]
  const more = names.length > maxNames ? ', …' : ''
  const count = left.length === 1 ? '1 more timeline is' : `${left.length} more timelines are`
  return `${count} not drawn, because a picture has at most ${maxPictures}: ${names.slice(0, maxNames).join(', ')}${more}. The formats text and json show all of them.`
}
