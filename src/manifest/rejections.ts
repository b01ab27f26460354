/** YAML that js-yaml reads and kubectl rejects. */
import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { ParsedText } from './parse.ts'

export interface Rejection {
  /** The offset in the original text. */
  readonly offset: number
  readonly message: string
}

/** What kubectl rejects in the scalars of a text, at most one for each scalar. */
export function rejectedScalars({ events, text, original }: ParsedText): readonly Rejection[] {
  if (!/[?\t]/.test(text)) return []
  const found: Rejection[] = []
  const inFlow: boolean[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.POP) inFlow.pop()
    else if (event.type !== EVENT_ID.SCALAR) {
      if (event.type !== EVENT_ID.ALIAS) inFlow.push(isFlow(event))
    } else if (event.valueStart >= 0) {
      const rejected = inFlow.at(-1) === true ? questionMarkIn(event, text) : tabIn(event, text)
      if (rejected !== undefined) found.push({ ...rejected, offset: original(rejected.offset) })
    }
  }
  return found
}

function isFlow(event: Event): boolean {
  return (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) && event.style === COLLECTION_STYLE.FLOW
}

/** A question mark ends a plain scalar in a flow collection (`yaml_parser_scan_plain_scalar`), and nothing can follow it there. */
function questionMarkIn({ style, valueStart, valueEnd }: ScalarEvent, text: string): Rejection | undefined {
  if (style !== SCALAR_STYLE.PLAIN) return undefined
  const offset = text.slice(valueStart, valueEnd).indexOf('?')
  if (offset === -1) return undefined
  return { offset: valueStart + offset, message: 'kubectl rejects a question mark in a flow collection; quote the text' }
}

/** While the indentation of a block scalar is not known, no tab may follow the spaces of a line (`yaml_parser_scan_block_scalar_breaks`). */
function tabIn({ style, valueStart }: ScalarEvent, text: string): Rejection | undefined {
  if (style !== SCALAR_STYLE.LITERAL_BLOCK && style !== SCALAR_STYLE.FOLDED_BLOCK) return undefined
  const blanks = /(?: *\r?\n)* *\t/y
  blanks.lastIndex = valueStart
  if (!blanks.test(text)) return undefined
  const header = text.slice(text.lastIndexOf('\n', valueStart - 2) + 1, valueStart)
  if (/[|>][-+]?[1-9][-+]?[ \t]*(?:#.*)?\r?\n$/.test(header)) return undefined
  return { offset: blanks.lastIndex - 1, message: 'kubectl rejects a tab before the first text of a block scalar; indent it with spaces' }
}
