import type * as unbash from 'unbash'
import type { Feature, Span, Statement } from './syntax.ts'

/** What parsing comes across, and how words get at the scripts within them. */
export interface Notes {
  readonly features: Set<Feature>
  fault: string | null
  /** The text that the parser's offsets count in: the script, or what stands between backticks once its escapes are taken out. */
  source: string
  /** The offset in the whole text that stands for an offset in `source`. */
  placeOf: (offset: number) => number
  /** The statements of a substitution. */
  body(part: unbash.CommandExpansionPart, parsed: unbash.ParsedScript): readonly Statement[]
}

/** Where something stands in the whole text. */
export function spanOf(item: { readonly pos: number; readonly end: number }, { placeOf }: Notes): Span {
  return { start: placeOf(item.pos), end: placeOf(item.end) }
}
