/**
 * The rehearsal: a dry run of a script in an abstract interpreter. It runs the script once, then again after every way in which the first
 * run can end, and compares the results.
 *
 * The verdict depends on three obligations. The script has to run again safely (a) after it succeeded, (b) after one of its commands failed
 * (`failure`), and (c) after it was killed between two commands (`stop`). A fourth one, (d) after it was killed within a command
 * (`interrupted`), is reported separately; the partial states that such a kill leaves come from the catalogue.
 */
import type { Catalogue } from '../commands/command.ts'
import type { FlavorAnswers } from '../syntax/dialect.ts'
import { NotAnalyzed } from '../value/world.ts'
import { isEmptyClaim, withData } from './claims.ts'
import { maxTotalSteps, type RehearsalInput } from './input.ts'
import type { FirstFailure, Rehearsal } from './rehearsal.ts'
import { Exhausted, failedResult, Rehearser, tooManyCases } from './rehearser.ts'
import { unknownFor } from './summary.ts'

export { maxTotalSteps, type RehearsalInput } from './input.ts'
export type * from './rehearsal.ts'

/** Rehearses a script. Never throws. */
export function rehearse(input: RehearsalInput, catalogue: Catalogue): Rehearsal {
  if (input.script.fault !== null) return unknownFor([{ offset: 0, why: input.script.fault }])
  const { rehearsal, isPlain } = rehearsedOn(input, catalogue)
  if (input.onlyReruns === true || isPlain) return rehearsal
  // What is left of the budget: a script that fails in every case needs little of it.
  const failed = failureOnFirst({ ...input, maxSteps: (input.maxSteps ?? maxTotalSteps) - rehearsal.steps }, catalogue)
  const flavor = new Map([...rehearsal.flavor, ...failed.flavor])
  return { ...rehearsal, failure: failed.failure, flavor, steps: failed.steps + rehearsal.steps }
}

interface FirstRun {
  readonly failure: FirstFailure | null
  readonly flavor: FlavorAnswers
  readonly steps: number
}

/** How the first run fails in every case. If it fails only because claims are empty, it is run on claims with data, too. */
function failureOnFirst(input: RehearsalInput, catalogue: Catalogue): FirstRun {
  const first = firstRun(input, catalogue)
  if (first.failure === null || !input.mounts.some(isEmptyClaim)) return first
  const maxSteps = (input.maxSteps ?? maxTotalSteps) - first.steps
  const filled = firstRun({ ...input, maxSteps, mounts: input.mounts.map(withData) }, catalogue)
  // A script that reads its claim is meant for one that contains data.
  const onEmpty = first.failure.isOversight ? { ...first.failure, isOnEmptyClaim: true } : null
  return {
    failure: filled.failure ?? onEmpty,
    flavor: new Map([...first.flavor, ...filled.flavor]),
    steps: first.steps + filled.steps,
  }
}

function firstRun(input: RehearsalInput, catalogue: Catalogue): FirstRun {
  const rehearser = new Rehearser(input, catalogue, true)
  const result = (failure: FirstFailure | null) => ({ failure, flavor: rehearser.flavor, steps: rehearser.steps })
  try {
    return result(rehearser.firstFailure())
  } catch (error) {
    if (error instanceof Exhausted || error instanceof NotAnalyzed || error instanceof RangeError) return result(null)
    throw error
  }
}

function rehearsedOn(input: RehearsalInput, catalogue: Catalogue): Pick<Rehearsed, 'rehearsal' | 'isPlain'> {
  const { rehearsal, lacksData, isPlain } = rehearsed(input, catalogue)
  const alwaysFails = failsOnly(rehearsal)
  if (!(alwaysFails || lacksData) || !input.mounts.some(isEmptyClaim)) return { rehearsal, isPlain }
  // A script that fails on every empty claim, or edits a file that an empty one lacks, is meant for one that contains data.
  const maxSteps = (input.maxSteps ?? maxTotalSteps) - rehearsal.steps
  const filled = rehearsed({ ...input, maxSteps, mounts: input.mounts.map(withData) }, catalogue).rehearsal
  const flavor = new Map([...rehearsal.flavor, ...filled.flavor])
  const better = alwaysFails || !failsOnly(filled) ? filled : rehearsal
  return { rehearsal: { ...better, flavor, steps: rehearsal.steps + filled.steps }, isPlain }
}

function failsOnly({ results }: Rehearsal): boolean {
  return results.size === 1 && results.has(failedResult)
}

interface Rehearsed {
  readonly rehearsal: Rehearsal
  /** Whether a first run lacked a file that the script edits. */
  readonly lacksData: boolean
  /** Whether a first run is certain to succeed whatever the container refuses. */
  readonly isPlain: boolean
}

function rehearsed(input: RehearsalInput, catalogue: Catalogue): Rehearsed {
  const rehearser = new Rehearser(input, catalogue)
  try {
    const rehearsal = rehearser.rehearse()
    const { lacksData, isPlain } = rehearser
    return { rehearsal, lacksData, isPlain }
  } catch (error) {
    const because = (offset: number, why: string) => ({
      rehearsal: { ...unknownFor([{ offset, why }]), steps: rehearser.steps },
      lacksData: false,
      isPlain: false,
    })
    if (error instanceof Exhausted) return because(0, rehearser.isOfCases ? tooManyCases : 'the script is too long to rehearse')
    if (error instanceof NotAnalyzed) return because(error.offset ?? 0, error.why)
    if (error instanceof RangeError) return because(0, 'the script is nested too deeply')
    throw error
  }
}
