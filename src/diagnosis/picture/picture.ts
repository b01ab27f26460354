/** Diagnoses as pictures: what the Pods and their Events show of the past, and what follows. */
import { forPeople } from '../../inspect/output.ts'
import { renderDocument } from '../../startup/picture/picture.ts'
import type { Diagnosis } from '../types.ts'
import type { WhyOutput } from '../why.ts'
import { drawHistory, type HistoryPicture } from './draw.ts'

/** At most this many pods are drawn in one picture. */
const maxPictures = 12

/** The pods of an output below each other in one SVG document; undefined if there is none. */
export function renderWhyPicture({ pods }: WhyOutput): string | undefined {
  const pictures = pods.flatMap((each) => pictureOf(each) ?? [])
  if (pictures.length === 0) return undefined
  const left = pictures.length - maxPictures
  const shown = pictures.slice(0, maxPictures)
  return renderDocument({
    title: shown.map(({ title, status }) => `${title}, ${status}`).join('; '),
    description: shown.flatMap(({ notes }) => notes).join(' '),
    draws: shown.map((picture) => (top) => drawHistory(picture, top)),
    ...(left > 0 && { left: `${left} more pods are not drawn, because a picture has at most ${maxPictures}.` }),
  })
}

function pictureOf(diagnosis: Diagnosis): HistoryPicture | undefined {
  const { object, status, cause, waiting, next, now, [forPeople]: people } = diagnosis
  const history = people.history?.()
  if (history === undefined) return undefined
  const until = waiting.until === null ? '' : `, ${waiting.helps === 'no' ? 'unless' : 'until'} ${waiting.until}`
  return {
    ...history,
    now: people.now,
    title: `${object.kind.toLowerCase()}/${object.name}`,
    status,
    isFailing: cause.class !== 'waiting-normal',
    notes: [
      `Cause (${cause.class}): ${cause.message}.`,
      `Waiting helps: ${waiting.helps}${until}.`,
      `Next: ${next.why}.`,
      `Now: ${now.join('; ')}`,
    ],
  }
}
