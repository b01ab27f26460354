import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { Dialect } from './dialects.ts'

/** A key that its mapping already has. */
export interface RepeatedKey {
  readonly name: string
  /** The offset of the repetition. */
  readonly offset: number
}

/** An open collection. `names` is undefined for a sequence, and `isKey` says what the next node of a mapping is. */
interface Open {
  readonly names: Set<string> | undefined
  isKey: boolean
}

/** The name of a key in the value. */
export function keyNameOf(key: ScalarEvent, source: string, dialect: Dialect): string {
  const text = getScalarValue(source, key)
  return key.style === SCALAR_STYLE.PLAIN && key.tagStart < 0 ? dialect.nameOf(text) : text
}

/**
 * The first repeated keys of a document in the order of the text. Merge keys can be repeated.
 * @param events of one document
 */
export function repeatedKeys(events: readonly Event[], source: string, dialect: Dialect, max: number): readonly RepeatedKey[] {
  const found: RepeatedKey[] = []
  const open: Open[] = []
  for (const event of events) {
    if (found.length >= max) break
    if (event.type === EVENT_ID.POP) {
      open.pop()
      continue
    }
    const parent = open.at(-1)
    if (parent?.names !== undefined) {
      if (parent.isKey && event.type === EVENT_ID.SCALAR) {
        const name = keyNameOf(event, source, dialect)
        if (parent.names.has(name)) found.push({ name, offset: startOfKey(event) })
        else if (name !== '<<') parent.names.add(name)
      }
      parent.isKey = !parent.isKey
    }
    if (event.type === EVENT_ID.MAPPING) open.push({ names: new Set(), isKey: true })
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT) open.push({ names: undefined, isKey: false })
  }
  return found
}

function startOfKey({ valueStart, style }: ScalarEvent): number {
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED
  return Math.max(isQuoted ? valueStart - 1 : valueStart, 0)
}
