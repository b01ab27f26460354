/** What is legal in a policy but surely unwanted: told to the people who write it, never a reason to refuse it. */
import { shorten } from '../lint/text.ts'
import type { CompiledPolicy } from './compile.ts'
import { type Budget, globCovers, matchCovers } from './covers.ts'
import type { OverrideEntry, PolicyDocument, RegistryEntry, RuleEntry } from './document.ts'
import { endOfDay, noticeTime } from './exemptions.ts'
import { impossibleIn } from './impossible.ts'
import type { MergedPolicy } from './merge.ts'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'

/** Most comparisons of patterns: every cluster's policy needs fewer, and it bounds the time. */
const maxComparisons = 50_000

/** Most remarks of one kind: nobody reads more at once. */
const maxRemarks = 100

type Remark = (pointer: string, message: string) => void

/**
 * Exemptions that have ended or soon will, overrides and registries that an other one makes void, match blocks that match nothing.
 * @param now ms since 1970
 */
export function remarksOn({ merged }: CompiledPolicy, now: number): readonly PolicyProblem[] {
  const { document } = merged
  const remarks: PolicyProblem[] = []
  for (const check of [checkExemptions, checkOverrides, checkRegistries, checkMatches]) {
    const found: PolicyProblem[] = []
    check({ document, place: (pointer) => placeOf(merged, pointer), now }, (pointer, message) => {
      if (found.length < maxRemarks) found.push(problemAt(merged, pointer, message))
    })
    remarks.push(...found)
  }
  return remarks
}

interface Subject {
  readonly document: MergedPolicy['document']
  /** Where an entry stands, as people look it up. */
  place(pointer: string): string
  readonly now: number
}

function problemAt(merged: MergedPolicy, pointer: string, message: string): PolicyProblem {
  const { file, line, column } = merged.origin(pointer) ?? { file: '', line: 1, column: 1 }
  return problem('warning', file, { line, column }, keyPath({ ...merged.document }, pointer), message)
}

/** `overrides[2] (line 14)`, with its file where several are merged. */
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
        ? `the exemption ends soon: ${expires} (UTC) is its last day`
        : `the exemption has ended: ${expires} (UTC) was its last day; remove it, or give it a later one`
    remark(`/exemptions/${index}/expires`, message)
  }
}

/** Of several overrides the last wins per rule: an earlier one is void where a later one matches all that it matches. */
function checkOverrides({ document, place }: Subject, remark: Remark): void {
  const overrides = document.overrides ?? []
  const budget: Budget = { left: maxComparisons }
  for (const [index, override] of overrides.entries()) {
    const later = overrides.slice(index + 1)
    for (const [id, entry] of Object.entries(override.rules)) {
      const winner = later.findIndex((other) => isVoidBehind(override, other, id, budget))
      if (winner === -1 || entry === undefined) continue
      const by = place(`/overrides/${index + 1 + winner}`)
      remark(childPointer(`/overrides/${index}/rules`, id), `it has no effect: ${by} comes later and matches all that this one matches`)
    }
  }
}

function isVoidBehind(override: OverrideEntry, later: OverrideEntry, id: string, budget: Budget): boolean {
  if (!Object.hasOwn(later.rules, id)) return false
  const winning = longForm(later.rules[id])
  const losing = longForm(override.rules[id])
  const setsAll =
    (losing.action === undefined || winning.action !== undefined) &&
    (losing.ignorable === undefined || winning.ignorable !== undefined) &&
    Object.keys(losing.options ?? {}).every((option) => Object.hasOwn(winning.options ?? {}, option))
  return setsAll && matchCovers(later.match ?? {}, override.match ?? {}, budget)
}

function longForm(written: OverrideEntry['rules'][string] | undefined): RuleEntry {
  if (written === undefined) return {}
  return typeof written === 'object' ? written : { action: written }
}

const registryKeys = ['fragile', 'pull', 'allowed', 'servedBy', 'probe', 'reason'] as const satisfies readonly (keyof RegistryEntry)[]

/** For each property the first entry that matches and has it wins: a later, narrower one comes too late. */
function checkRegistries({ document, place }: Subject, remark: Remark): void {
  const registries = document.registries ?? []
  const budget: Budget = { left: maxComparisons }
  for (const [index, entry] of registries.entries()) {
    const before = registries.slice(0, index)
    const lost = registryKeys.filter((key) => entry[key] !== undefined && winnerOf(before, entry, key, budget) !== -1)
    const [first] = lost
    if (first === undefined) continue
    const by = place(`/registries/${winnerOf(before, entry, first, { left: maxComparisons })}`)
    const all = registryKeys.every((key) => entry[key] === undefined || lost.includes(key))
    const pointer = all ? `/registries/${index}` : `/registries/${index}/${first}`
    remark(
      pointer,
      `${all ? 'the entry has' : `${lost.join(', ')}: this has`} no effect: ${by} comes first and matches all of it; put this one before it`,
    )
  }
}

function winnerOf(before: readonly RegistryEntry[], entry: RegistryEntry, key: keyof RegistryEntry, budget: Budget): number {
  return before.findIndex((other) => {
    if (other[key] === undefined) return false
    budget.left -= 1
    return budget.left >= 0 && globCovers(other.match, entry.match)
  })
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
