import type * as unbash from 'unbash'
import type { Feature, Span, Statement } from './syntax.ts'

/** State of one parse: what was found so far, and how to parse the substitutions within words. */
export interface Notes {
  readonly features: Set<Feature>
  fault: string | null
  faultAt?: number
  /** How many lists of statements contain the present one. */
  depth: number
  /** The text that the parser's offsets refer to: the script, or the text between backticks without its escapes. */
  source: string
  /** Maps an offset in `source` to the offset in the whole script. */
  placeOf: (offset: number) => number
  /** The statements of a substitution. */
  body(part: Pick<unbash.CommandExpansionPart, 'pos' | 'text'>, parsed: unbash.ParsedScript): readonly Statement[]
}

/** The position of a node in the whole script. */
export function spanOf(item: { readonly pos: number; readonly end: number }, { placeOf }: Notes): Span {
  return { start: placeOf(item.pos), end: placeOf(item.end) }
}
