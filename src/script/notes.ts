import type * as unbash from 'unbash'
import type { Feature, Statement } from './syntax.ts'

/** What parsing comes across, and how words get at the scripts within them. */
export interface Notes {
  readonly features: Set<Feature>
  fault: string | null
  /** The statements of a substitution. */
  body(parsed: unbash.ParsedScript): readonly Statement[]
}
