/** Reports what is valid in a policy but probably unintended. A remark is never a reason to reject the policy. */
import { shorten } from '../lint/text.ts'
import type { CompiledPolicy } from './compile.ts'
import type { PolicyDocument } from './document.ts'
import { effectsIn, replacementsIn } from './effects.ts'
import { endOfDay, noticeTime } from './exemptions.ts'
import { impossibleIn } from './impossible.ts'
import type { MergedPolicy } from './merge.ts'
import { nameFlaw, preloadedFlaw, tagFlaw } from './name-patterns.ts'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'
import { shadowedRegistries, shadowedRules } from './shadowed.ts'
import { escapesIn, wideRegistriesIn } from './sidestep.ts'

/** Maximum number of comparisons of patterns, which bounds the time; real policies need far fewer. */
const maxComparisons = 50_000

/** Maximum number of remarks of one kind: nothing is gained by a longer list. */
const maxRemarks = 100

type Remark = (pointer: string, message: string) => void

/**
 * Reports exemptions that have expired or will soon, overrides and registries without effect, patterns that match nothing, and what authors
 * of objects can use to escape a denial; notes say what the policy does.
 * @param now ms since 1970
 */
export function remarksOn(policy: CompiledPolicy, now: number): readonly PolicyProblem[] {
  const { merged, decisions } = policy
  const { document } = merged
  const remarks: PolicyProblem[] = []
  for (const check of [checkExemptions, checkOverrides, checkRegistries, checkMatches, checkPatterns, checkEscapes]) {
    const found: PolicyProblem[] = []
    check({ document, decisions, place: (pointer) => placeOf(merged, pointer), now }, (pointer, message) => {
      if (found.length < maxRemarks) found.push(problemAt('warning', merged, pointer, message))
    })
    remarks.push(...found)
  }
  return [...remarks, ...notesOn(policy, now)]
}

function notesOn(policy: CompiledPolicy, now: number): readonly PolicyProblem[] {
  const { merged } = policy
  const notes: PolicyProblem[] = []
  replacementsIn(merged, ({ pointer, later }, message) => {
    notes.push(problem('note', later.file, later, keyPath({ ...merged.document }, pointer), shorten(message, 300)))
  })
  effectsIn(policy, now, (pointer, message) => notes.push(problemAt('note', merged, pointer, message)))
  return notes.slice(0, maxRemarks)
}

interface Subject {
  readonly document: MergedPolicy['document']
  readonly decisions: CompiledPolicy['decisions']
  /** Key and line of an entry. */
  place(pointer: string): string
  readonly now: number
}

function problemAt(level: PolicyProblem['level'], merged: MergedPolicy, pointer: string, message: string): PolicyProblem {
  const { file, line, column } = merged.origin(pointer) ?? { file: '', line: 1, column: 1 }
  return problem(level, file, { line, column }, keyPath({ ...merged.document }, pointer), message)
}

/** `overrides[2] (line 14)`; without the line if the entry is not in a file. */
function placeOf(merged: MergedPolicy, pointer: string): string {
  const key = keyPath({ ...merged.document }, pointer)
  const origin = merged.origin(pointer)
  return origin === undefined ? key : `${key} (line ${origin.line})`
}

function checkExemptions({ document, now }: Subject, remark: Remark): void {
  for (const [index, { expires }] of (document.exemptions ?? []).entries()) {
    const end = expires === undefined ? undefined : endOfDay(expires)
    if (end === undefined || now < end - noticeTime) continue
    const message =
      now < end
        ? `the exemption expires soon: its last day is ${expires} (UTC); extend it if it is still needed`
        : `the exemption has expired: its last day was ${expires} (UTC); remove it or set a later date`
    remark(`/exemptions/${index}/expires`, message)
  }
}

function checkOverrides({ document, place }: Subject, remark: Remark): void {
  for (const { index, id, by } of shadowedRules(document.overrides ?? [], { left: maxComparisons })) {
    const winner = place(`/overrides/${by}`)
    remark(childPointer(`/overrides/${index}/rules`, id), `it has no effect: ${winner} comes later and matches everything this one matches`)
  }
}

function checkRegistries({ document, place }: Subject, remark: Remark): void {
  for (const { index, keys, all, by } of shadowedRegistries(document.registries ?? [], { left: maxComparisons })) {
    const pointer = all ? `/registries/${index}` : `/registries/${index}/${keys[0]}`
    remark(
      pointer,
      `${all ? 'the entry has' : `${keys.join(', ')}: this has`} no effect: ${place(`/registries/${by}`)} comes first and matches everything this one matches; move this one before it`,
    )
  }
}

function checkMatches({ document }: Subject, remark: Remark): void {
  for (const list of ['exemptions', 'overrides'] as const satisfies readonly (keyof PolicyDocument)[]) {
    for (const [index, { match }] of (document[list] ?? []).entries()) {
      for (const { pointer, message } of match === undefined ? [] : impossibleIn(match)) {
        remark(`/${list}/${index}/match${pointer}`, shorten(message, 200))
      }
    }
  }
}

/** Patterns of images and tags that match nothing, or that are written in a form that is not compared. */
function checkPatterns({ document }: Subject, remark: Remark): void {
  const report = (pointer: string, flaw: string | undefined): void => {
    if (flaw !== undefined) remark(pointer, shorten(flaw, 200))
  }
  for (const [index, { match }] of (document.registries ?? []).entries()) report(`/registries/${index}/match`, nameFlaw(match))
  for (const [index, entry] of (document.preloaded ?? []).entries()) report(`/preloaded/${index}`, preloadedFlaw(entry))
  for (const [index, glob] of (document.mutableTags ?? []).entries()) report(`/mutableTags/${index}`, tagFlaw(glob))
  for (const list of ['exemptions', 'overrides'] as const) {
    for (const [index, { match }] of (document[list] ?? []).entries()) {
      for (const [place, glob] of (match?.images ?? []).entries()) report(`/${list}/${index}/match/images/${place}`, nameFlaw(glob))
    }
  }
}

function checkEscapes({ document, decisions }: Subject, remark: Remark): void {
  escapesIn(document, decisions, remark)
  wideRegistriesIn(document.registries ?? [], remark)
}
