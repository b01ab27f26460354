/** What the record of a cause contains. */

/** Whether waiting can help. */
export type Helps = 'yes' | 'no' | 'unknown'

/** The stages of a start, in their order; `admission`: there is no pod, `finished`: the pod never runs again. */
export const stageKinds = [
  'admission',
  'scheduling',
  'volumes',
  'sandbox',
  'image-pull',
  'create-config',
  'create',
  'start',
  'init-run',
  'sidecar-start',
  'app-run',
  'finished',
] as const

export type StageKind = (typeof stageKinds)[number]

/**
 * A cause of a start that does not proceed. The texts are templates (`fillTemplate` of src/lint/text.ts); `facts.ts` lists the placeholders,
 * each of which has a default.
 */
export interface CauseRecord {
  readonly waiting: Helps
  /** What is wrong, as a sentence without a period. */
  readonly means: string
  /** What to do first, in the imperative. */
  readonly now: string
  /** What prevents it the next time. */
  readonly later?: string
  /** What ends the wait if waiting helps, or what would have to happen. */
  readonly until?: string
}
