/** Downloads and clones whose failure does not reach the exit status of the script. */

import { nameOf } from '../machine/file-system.ts'
import type { Machine, Step } from '../machine/machine.ts'
import { onlyTells } from '../shape/commands.ts'
import { textOf } from '../value/value.ts'
import { shortName } from './names.ts'

/** `failure`: the command fails; `httpError`: the server answers with an error, which curl without `-f` stores like any answer. */
export interface HiddenFailure {
  readonly kind: 'failure' | 'httpError'
  /** Offset of the command in the script. */
  readonly offset: number
  /** The command in one or two words. */
  readonly program: string
}

const fetches: ReadonlySet<string> = new Set(['curl', 'wget', 'git clone', 'git pull', 'git fetch'])

/** Whether a command stores what it downloads. */
export function isFetch({ words, writes }: Step): boolean {
  return writes.length > 0 && fetches.has(shortName(words))
}

/** The paths of the files that a step wrote. */
export function filesOf({ writes }: Step): readonly string[] {
  return writes.flatMap((place) => (place.kind === 'file' ? [place.path] : []))
}

/** Whether a script handles the failure of a step: it runs something else then, tries again, or tests the result. */
export function isHandled(clean: Machine, failed: Machine, step: Step): boolean {
  const usual = new Map<number, number>()
  for (const { offset } of clean.trace) usual.set(offset, (usual.get(offset) ?? 0) + 1)
  for (const { offset, command } of failed.trace) {
    const left = (usual.get(offset) ?? 0) - 1
    if (left < 0 && !onlyTells.has(firstWord(command))) return true
    usual.set(offset, left)
  }
  return testsAfter(clean, step)
}

/**
 * Whether a script says that the failure of a step does not matter: `kubectl create … || true`. A download that may
 * fail is not meant to leave an incomplete file.
 */
export function isTolerated(clean: Machine, failed: Machine, step: Step): boolean {
  return filesOf(step).length === 0 && failed.trace.length > clean.trace.length
}

function firstWord(command: string): string {
  return command.split(' ', 1)[0] ?? ''
}

/** Commands with which a script looks at a result. */
const looks: ReadonlySet<string> = new Set(['[', 'test', 'find', 'ls', 'stat', 'grep'])

function testsAfter({ trace }: Machine, step: Step): boolean {
  return trace.slice(trace.indexOf(step) + 1).some(({ command }) => looks.has(firstWord(command)))
}

/** Programs that treat an error page like the file that was wanted. */
const indifferent: ReadonlySet<string> = new Set(['chmod', 'chown', 'mv', 'cp', 'ln', 'echo', 'install', 'mkdir'])

/** Whether an HTTP error stays hidden: curl stores the answer without `-f`, and nothing that could notice it reads the file. */
export function hidesHttpError(clean: Machine, step: Step): boolean {
  const texts = step.words.map(({ value }) => textOf(value) ?? '')
  if (shortName(step.words) !== 'curl' || clean.unknowns.length > 0 || testsAfter(clean, step)) return false
  // A request with data or another method is no download; --write-out may print the status code.
  const isPlain = texts.every((text) => !/^(?:--(?:fail|write-out|data|request|form|upload|head|post)|-[A-Za-z]*[fwdXFTI])/.test(text))
  if (!isPlain || !texts.some((text) => /^https?:\/\//.test(text))) return false
  const names = filesOf(step).map(nameOf)
  return clean.trace.slice(clean.trace.indexOf(step) + 1).every(({ words, targets }) => {
    const used = [...words, ...targets].some(({ value }) => names.some((name) => name !== '' && (textOf(value) ?? '').includes(name)))
    return !used || indifferent.has(shortName(words))
  })
}
