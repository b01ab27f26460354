/** The JSON of `why` (docs/why.md). */

import { forPeople } from '../inspect/output.ts'
import type { Prediction } from '../startup/restore/predict.ts'
import type { Cause, Helps, StageKind } from './causes/index.ts'
import type { Certainty } from './messages/index.ts'
import type { Past } from './picture/past.ts'

/** The name of an object. */
export interface NamedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Replacements in the script of a container, in UTF-16 offsets of the script; as the `edits` of `rehearse`, which were tried. */
export interface DiagnosisEdit {
  readonly file: null
  /** Where the script is in the Pod. */
  readonly pointer: string
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface DiagnosisCause {
  readonly class: Cause
  readonly certainty: Certainty
  /** What is wrong, as a sentence without a period. */
  readonly message: string
  /** Where this is known from. */
  readonly evidence: readonly string[]
}

export interface NextTry {
  /** The status that `kubectl get pod` shows next; null if nothing is tried. */
  readonly status: string | null
  /** The earliest and the latest time of the next attempt, of the status if nothing is tried; RFC 3339, equal if exact, null if unknown. */
  readonly at: string | null
  readonly by: string | null
  readonly why: string
}

export interface Diagnosis {
  readonly object: NamedObject
  /** The topmost known controller; null for a Pod of its own. */
  readonly owner: NamedObject | null
  /** The STATUS column of `kubectl get pods`. */
  readonly status: string
  readonly since: string | null
  readonly stage: { readonly kind: StageKind; readonly container: string | null }
  readonly cause: DiagnosisCause
  readonly waiting: { readonly helps: Helps; readonly until: string | null }
  readonly next: NextTry
  /** What to do now: a command with its effect as a comment, or advice. */
  readonly now: readonly string[]
  /** What prevents it the next time. */
  readonly then: readonly string[]
  readonly edits?: readonly DiagnosisEdit[]
  readonly [forPeople]: DiagnosisForPeople
}

/** What the text needs in addition to the JSON. */
export interface DiagnosisForPeople {
  /** `init container 2 of 3`; empty without a container. */
  readonly position: string
  /** `attempt 7 ended at 14:00:40 UTC with exit code 128`; empty if there was none. */
  readonly attempt: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether the cause is about the process before the one that runs. */
  readonly isPast?: boolean
  /** Whether the times of `next` are those of an attempt; otherwise they are those of its status. */
  readonly isTried?: boolean
  /** For the picture; absent if there is no pod. */
  readonly history?: () => { readonly past: Past; readonly prediction: Prediction }
}
