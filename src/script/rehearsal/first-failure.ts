/** The command with which a first run ended. */

import type { Machine, Step } from '../machine/machine.ts'
import { textOf } from '../value/value.ts'
import { shortName } from './names.ts'
import type { FirstFailure } from './rehearsal.ts'

/** The failure of a run that exited with the status. */
export function failureOf({ trace }: Machine, status: number): FirstFailure {
  const step = endingStep(trace)
  const { offset = 0, words = [], refusal } = step ?? {}
  return {
    offset,
    program: shortName(words),
    status,
    refusal: refusal?.kind ?? null,
    path: refusal?.path ?? '',
    isOnEmptyClaim: refusal?.ifEmpty === true,
    isOversight: isTest(step) || words.some(({ value }) => /[*?]/.test(textOf(value) ?? '')),
  }
}

function isTest(step: Step | undefined): boolean {
  return /^(\[|test)( |$)/.test(step?.command ?? '')
}

/** The last command that failed. `exit` and tests only pass on an earlier failure, so they come last. */
function endingStep(trace: readonly Step[]): Step | undefined {
  const failed = trace.filter(({ status }) => status !== 0)
  return failed.findLast(({ command }) => !/^(\[|test|exit)( |$)/.test(command)) ?? failed.at(-1) ?? trace.at(-1)
}
