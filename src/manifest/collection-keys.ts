import { EVENT_ID, type Event } from 'js-yaml'

/**
 * The offset of the first key that is a mapping or a list, which JSON does not have, so that kubectl rejects it. `{{ .image }}` in a template
 * that is not rendered is such a key: the inner mapping is the key of the outer one.
 * @param events of one document
 */
export function collectionKeyIn(events: readonly Event[]): number | undefined {
  /** Of each open collection, whether its next node is a key; undefined in a sequence. */
  const open: (boolean | undefined)[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop()
      continue
    }
    const isKey = open.at(-1)
    const isCollection = event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE
    if (isKey === true && isCollection) return event.start
    if (isKey !== undefined) open[open.length - 1] = !isKey
    if (isCollection || event.type === EVENT_ID.DOCUMENT) open.push(event.type === EVENT_ID.MAPPING ? true : undefined)
  }
  return undefined
}
