/** The closed list of causes. A new one needs a message pattern or a detection, and a case. */
import type { CauseRecord } from './cause.ts'
import { containerCauses } from './containers.ts'
import { imageCauses } from './images.ts'
import { podCauses } from './pods.ts'
import { runCauses } from './runs.ts'

/** All causes, by group in the order of docs/why.md. */
export const causeGroups = {
  'Admission, scheduling, volumes, sandboxes and nodes': podCauses,
  Images: imageCauses,
  'Creating and starting containers': containerCauses,
  'Running processes': runCauses,
} as const

export type Cause = keyof typeof podCauses | keyof typeof imageCauses | keyof typeof containerCauses | keyof typeof runCauses

const all: Readonly<Record<Cause, CauseRecord>> = { ...podCauses, ...imageCauses, ...containerCauses, ...runCauses }

export const causeNames: readonly Cause[] = Object.keys(all).sort() as Cause[]

export function causeRecord(cause: Cause): CauseRecord {
  return all[cause]
}

export type { CauseRecord, Helps, StageKind } from './cause.ts'
export { stageKinds } from './cause.ts'
