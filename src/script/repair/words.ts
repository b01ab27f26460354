/** What must hold, in words, where no change of the script passed. None of them looks like a command to paste. */

import type { Hazard } from '../change/hazard.ts'
import { catalogue } from '../commands/catalogue.ts'
import { nameOf } from '../machine/file-system.ts'
import { programOf, shownPlace } from '../rehearsal/names.ts'
import { textOf } from '../value/value.ts'

/** Whether a command creates a directory as a lock, judged by its name. On an emptyDir, init containers have no one to lock out. */
export function isLock({ place, words, storage }: Hazard): boolean {
  return storage !== 'pod' && programOf(words) === 'mkdir' && place?.kind === 'file' && /lock/i.test(nameOf(place.path))
}

/** @param isGuarded whether a test around the command decides whether it runs */
export function wordsFor(hazard: Hazard, isMountPoint: boolean, isGuarded: boolean): string {
  if (isLock(hazard)) return 'use a lock that ends with its process, such as that of flock'
  if (hazard.obligation === 'interrupted') return afterInterruption(hazard, isMountPoint)
  const { outcome, obligation, place } = hazard
  if (outcome === 'fails') return afterFailure(hazard)
  // Only a failure that did not end the script leads to a rerun in the same pod that skips the command.
  if (obligation === 'failure' && hazard.rerun === 'rerun') return 'let the script exit with its status if it fails'
  if (obligation !== 'repeat' && hazard.storage !== 'sandbox' && hazard.storage !== 'host')
    return isGuarded ? 'let the guard check the result of the last command' : 'let a rerun start over, so that no command is skipped'
  if (catalogue.get(programOf(hazard.words))?.runsStatements === true) return 'use a unique key and ignore rows that exist already'
  if (outcome === 'duplicates' && place?.kind !== 'thing') return 'write the file anew on each run instead of appending to it'
  if (place?.kind === 'thing') return `check first whether ${shownPlace(place)} exists`
  if (outcome === 'replaces' && place !== null) return `generate it only if ${shownPlace(place)} does not exist yet`
  return 'check first whether its work is already done'
}

function afterInterruption({ place, words }: Hazard, isMountPoint: boolean): string {
  if (place?.kind !== 'file') return 'make it tolerate an incomplete result of its own'
  const isClone = words.some(({ value }) => textOf(value) === 'clone')
  if (isMountPoint) return 'write a marker file last, and start over if it is missing'
  return `${isClone ? 'clone' : 'write'} to a temporary name on the same volume, then rename it`
}

function afterFailure({ place, words }: Hazard): string {
  const program = programOf(words)
  if (program === '[' || program === 'test' || program === '[[') return 'use an if statement, because a false test sets the exit status'
  const record = catalogue.get(program)
  if (record?.runsStatements === true) return 'create each object only if it does not exist yet'
  if (words.some(({ value }) => textOf(value) === 'clone')) return 'clone only if no complete clone is there yet'
  if (record?.consumesInput === true) return 'skip it if an earlier run already consumed its input'
  return place?.kind === 'thing' ? `check first whether ${shownPlace(place)} exists` : 'check first whether its work is already done'
}
