/** What the repairs of all programs use. */
import { textOf } from '../value/value.ts'
import type { Edit } from './draft.ts'
import { type Candidate, replaced, type Situation } from './situation.ts'

/** The candidates for a command, best first. */
export type Repairs = (situation: Situation) => readonly Candidate[]

export const one = (edits: readonly Edit[]): readonly Candidate[] => (edits.length === 0 ? [] : [{ edits }])

export const option = (edits: readonly Edit[], short: string): readonly Candidate[] =>
  edits.length === 0 ? [] : [{ edits, isTolerant: true, short }]

/** Adds options in front of the others. */
export const options =
  (text: string): Repairs =>
  (situation) =>
    option(situation.withOptions(text), `add ${text}`)

/** A guard for a message: a long one does not fit. */
export const guardInWords = (guard: string): string =>
  guard.length > 60 ? 'check first whether its result exists' : `put ${guard} || in front of it`

export const guarded = (situation: Situation, guard: string | undefined): readonly Candidate[] =>
  guard === undefined ? [] : one(situation.before(`${guard} || `)).map((candidate) => ({ ...candidate, short: guardInWords(guard) }))

/** Adds a letter to the first cluster of short options (`-s` becomes `-sf`), or an option if there is none. */
export function withLetters(situation: Situation, letters: string): readonly Candidate[] {
  const cluster = situation.writtenRest.find((word) => {
    const text = textOf(word.value) ?? ''
    return /^-[A-Za-z]+$/.test(text) && situation.raw(word) === text
  })
  if (cluster === undefined) return option(situation.withOptions(`-${letters}`), `add -${letters}`)
  return option([{ start: cluster.span.end, end: cluster.span.end, text: letters }], `add -${letters}`)
}

/** Replaces the word of a subcommand or option. */
export function renamed(situation: Situation, from: string, to: string): readonly Candidate[] {
  const word = situation.writtenRest.find((candidate) => textOf(candidate.value) === from)
  return word === undefined ? [] : one([replaced(word, to)])
}

/** Removes the first result, in front of the command. Only what the command itself makes may be removed. */
export function cleaned(situation: Situation, command = 'rm -f'): readonly Candidate[] {
  const path = situation.written()
  if (path === undefined || situation.isMountPoint) return []
  return [{ edits: situation.before(`${command} ${path} && `), advice: `run ${command} ${path} first` }]
}

/** Several repairs, in this order. */
export const first =
  (...repairs: readonly Repairs[]): Repairs =>
  (situation) =>
    repairs.flatMap((repair) => repair(situation))

/** Guards the command with a test of its result. */
export const guardedBy =
  (test: string, suffix = ''): Repairs =>
  (situation) => {
    const path = situation.written()
    return path === undefined ? [] : guarded(situation, `[ ${test} ${path}${suffix} ]`)
  }
