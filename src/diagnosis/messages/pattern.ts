import type { Cause, Helps } from '../causes/index.ts'

/** How sure the named cause is. */
export type Certainty = 'certain' | 'likely' | 'possible'

/**
 * How a failed start is worded. Patterns contain no nested repetition, and texts are cut to `maxText` before they are matched, so that a
 * match costs at most a few thousand steps, whatever a registry or a log contains.
 */
export interface MessagePattern {
  readonly id: string
  /** The lowest matching rank wins; wrappers have 0 and 1. */
  readonly rank: number
  readonly pattern: RegExp
  /** `inner`: the last group that matched is classified instead; `none`: this is no failure. */
  readonly cause: Cause | 'inner' | 'none'
  /** `inner`: the default of the cause. */
  readonly waiting: Helps | 'inner'
  readonly certainty: Certainty
  /** The container runtimes that print it. */
  readonly runtime: string
  /** The file that prints it, or the issue in which it was seen. */
  readonly source: string
  /** A text that it matches; tested. */
  readonly example: string
}
