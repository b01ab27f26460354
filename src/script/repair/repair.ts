/**
 * Finds repairs: applies each candidate to the script, and rehearses the result. A repair is only used if the hazard is gone, no other one
 * came, and one run on empty volumes leaves the same as before.
 */

import { Draft, type Edit } from '../change/draft.ts'
import type { Hazard } from '../change/hazard.ts'
import { siteOf } from '../change/site.ts'
import { type Candidate, literally, Situation } from '../change/situation.ts'
import { catalogue } from '../commands/catalogue.ts'
import type { Flavor } from '../container/image-shells.ts'
import { isSamePlace } from '../machine/place.ts'
import { linesOfResult, resultOf, serviceOfLine } from '../machine/results.ts'
import type { Rehearsal, UnknownPart } from '../rehearsal/rehearsal.ts'
import type { RehearsalInput } from '../rehearsal/rehearse.ts'
import { rehearseVariants } from '../rehearsal/variants.ts'
import { parseScript } from '../syntax/parse.ts'
import type { Script } from '../syntax/syntax.ts'
import { candidatesFor, programCandidates } from './candidates.ts'
import { withBeginningOf } from './shared-beginning.ts'

/** A change of the script that was tried. */
export interface Repair {
  /** Disjoint and ascending. Repairs of one script either have the same edits or do not overlap, and can be applied together. */
  readonly edits: readonly Edit[]
  /** The change in one line. */
  readonly fix: string
}

export interface Repaired {
  readonly repairs: ReadonlyMap<Hazard, Repair>
  readonly steps: number
}

/** Maximum number of hazards that a repair may uncover and repair as well: those that the script never reached on a rerun. */
const maxUncovered = 3

/** Maximum number of hazards of one script for which repairs are looked for: a reader repairs the first ones, and then sees the next. */
const maxRepaired = 20

/** Maximum number of other commands that are repaired for one hazard. */
const maxElsewhere = 3

/** Maximum number of candidates tried for one hazard. */
const maxTries = 12

/** Longest change that is shown as a command: a warning has 200 characters. */
const maxShown = 80

/** Characters of a script that cost as much to parse as a command costs to run. */
const charactersPerStep = 400

/**
 * Limits of the steps of all tries: so many times those of the script itself, and some for a short one. The other scripts of the workload
 * need their share of its budget.
 */
const [stepsPerStep, minSteps] = [20, 500]

interface Input extends Omit<RehearsalInput, keyof Flavor> {
  /** Whether no shell reads the script: it must stay one command with its arguments. */
  readonly isArguments?: true
}

/**
 * Finds repairs for the hazards of a script, in its order; each one is tried together with those before it.
 * @param left the maximum number of steps of all tries
 */
export function repairsOf(rehearsal: Rehearsal, input: Input, flavors: readonly Flavor[], left: number): Repaired {
  const budget = Math.min(left, stepsPerStep * rehearsal.steps + minSteps)
  const repairer = new Repairer(rehearsal, input, flavors, budget)
  return { repairs: repairer.repair(), steps: repairer.steps }
}

/** A script with edits, and its rehearsal. */
interface Attempt {
  readonly draft: Draft
  readonly script: Script
  readonly rehearsal: Rehearsal
}

interface Found {
  readonly attempt: Attempt
  readonly fix: string
}

class Repairer {
  readonly #rehearsal: Rehearsal
  readonly #input: Input
  readonly #flavors: readonly Flavor[]
  readonly #budget: number
  /** What is unknown about the original script. */
  readonly #whys: ReadonlySet<string>
  steps = 0

  constructor(rehearsal: Rehearsal, input: Input, flavors: readonly Flavor[], budget: number) {
    this.#rehearsal = rehearsal
    this.#input = input
    this.#flavors = flavors
    this.#budget = budget
    this.#whys = new Set(rehearsal.unknown.map(({ why }) => why))
  }

  repair(): ReadonlyMap<Hazard, Repair> {
    const { script } = this.#input
    const original = Draft.of(script.text)
    let attempt: Attempt = { draft: original, script, rehearsal: this.#rehearsal }
    const repairs = new Map<Hazard, Repair>()
    /** Hazards that a repair of another one removed. */
    const gone: Hazard[] = []
    for (const hazard of this.#rehearsal.hazards.slice(0, maxRepaired)) {
      const key = keyOf(hazard, original)
      const left = attempt.rehearsal.hazards.find((other) => keyOf(other, attempt.draft) === key)
      const before = attempt.draft.edits()
      if (left === undefined) {
        gone.push(hazard)
        continue
      }
      const found = this.#find(attempt, left, maxUncovered)
      if (found === undefined) continue
      attempt = found.attempt
      addRepair(repairs, hazard, found.fix, before, attempt.draft.edits())
    }
    const all = [...repairs]
    const { draft, rehearsal } = attempt
    for (const hazard of gone) {
      // It may have become unclear instead.
      if (rehearsal.unknown.some((part) => placeOf(part, draft) === hazard.offset)) continue
      const [, repair] = all.find(([{ offset }]) => offset === hazard.offset) ?? all[0] ?? []
      if (repair !== undefined) repairs.set(hazard, repair)
    }
    return repairs
  }

  #find(base: Attempt, hazard: Hazard, uncovered: number): Found | undefined {
    const siteAt = ({ offset }: { readonly offset: number }) => siteOf(base.script.body, offset)
    const writers = base.rehearsal.commands
      .filter(({ writes }) => writes.some(({ place }) => isSamePlace(place, hazard.place)))
      .flatMap((command) => siteAt(command) ?? [])
    const situation = new Situation(hazard, base.draft.text, { site: siteAt(hazard), writers }, this.#input.mounts, catalogue)
    const key = keyOf(hazard, base.draft)
    const expected = new Set(base.rehearsal.hazards.map((other) => keyOf(other, base.draft)))
    const elsewhere = hazard.outcome === 'fails' ? [] : this.#failedElsewhere(base, hazard)
    for (const candidate of [...elsewhere, ...candidatesFor(situation)].slice(0, maxTries)) {
      const attempt = this.#attempt(base, candidate)
      if (attempt === undefined || !this.#isAsGood(attempt, candidate, base.draft.originOf(hazard.offset))) continue
      if (attempt.rehearsal.hazards.some((other) => keyOf(other, attempt.draft) === key)) continue
      const fix = candidate.advice ?? shownChange(attempt, situation, candidate)
      const complete = this.#repaired(attempt, expected, uncovered - 1)
      if (complete !== undefined) return { attempt: complete, fix }
    }
    return undefined
  }

  /** Without `set -e`, a command may fail on the rerun, and only the result shows it: repairs for that command. */
  #failedElsewhere({ draft: { text }, script, rehearsal }: Attempt, hazard: Hazard): readonly Candidate[] {
    const failed = rehearsal.commands.filter(
      ({ first, again, offset }) => first === 0 && again !== null && again > 0 && offset !== hazard.offset,
    )
    return failed.slice(0, maxElsewhere).flatMap(({ offset, writes }) => {
      const site = siteOf(script.body, offset)
      if (site === undefined) return []
      const words = site.statement.words.map((word) => ({ value: literally(word, text), span: word.span }))
      const failure = { ...hazard, offset, words, targets: [], outcome: 'fails', place: writes[0]?.place ?? null } as const
      const candidates = programCandidates(new Situation(failure, text, { site, writers: [site] }, this.#input.mounts, catalogue))
      return candidates.map((candidate) => ({ ...candidate, site }))
    })
  }

  /** Repairs the hazards that a repair uncovered, until only expected ones are left. */
  #repaired(attempt: Attempt, expected: ReadonlySet<string>, uncovered: number): Attempt | undefined {
    let current = attempt
    for (let left = uncovered; left >= 0; left--) {
      const next = unexpected(current, expected)
      if (next === undefined) return current
      const found = this.#find(current, next, left)
      if (found === undefined) return undefined
      current = found.attempt
    }
    return unexpected(current, expected) === undefined ? current : undefined
  }

  /**
   * Whether the first run leaves the same, and nothing became unclear. What was unclear about one command may be unclear about another one,
   * which the script did not reach on a rerun, but not about the repaired one.
   * @param place the place of the command in the original script
   */
  #isAsGood({ rehearsal, draft }: Attempt, candidate: Candidate, place: number | undefined): boolean {
    const { results, unknown, atomic } = rehearsal
    const isKnown = unknown.every((part) => this.#whys.has(part.why) && (this.#isUnknown(part, draft) || placeOf(part, draft) !== place))
    return (
      isKnown &&
      sameResults(results, this.#rehearsal.results, candidate) &&
      (atomic !== null || this.#rehearsal.atomic === null || unknown.length > 0)
    )
  }

  /** Whether this was unknown about the same command before. */
  #isUnknown(part: UnknownPart, draft: Draft): boolean {
    const place = placeOf(part, draft)
    return this.#rehearsal.unknown.some(({ offset, why }) => why === part.why && offset === place)
  }

  #attempt({ draft: before, script: base }: Attempt, { edits }: Candidate): Attempt | undefined {
    const draft = edits.length === 0 ? undefined : before.edited(edits)
    if (draft === undefined || this.steps >= this.#budget) return undefined
    const parsed = parseScript(draft.text)
    const script = { ...parsed, body: withBeginningOf(base.body, parsed.body) }
    this.steps += Math.ceil(draft.text.length / charactersPerStep)
    if (script.fault !== null || (this.#input.isArguments === true && !isOneCommand(script))) return undefined
    const rehearsal = rehearseVariants({ ...this.#input, script, onlyReruns: true }, this.#flavors, this.#budget - this.steps)
    this.steps += rehearsal.steps
    return { draft, script, rehearsal }
  }
}

/** The place of a part in the original script. What is unknown about the script as a whole has the offset 0. */
function placeOf({ offset }: Pick<UnknownPart, 'offset'>, draft: Draft): number | undefined {
  return offset === 0 ? 0 : draft.originOf(offset)
}

function isOneCommand({ body }: Script): boolean {
  const [only] = body
  return body.length === 1 && only?.kind === 'simple' && only.redirections.length === 0 && only.assignments.length === 0
}

/** Whether the first runs of all cases leave the same. */
function sameResults(found: ReadonlySet<string>, wanted: ReadonlySet<string>, { service, isTolerant = false }: Candidate): boolean {
  const compared = (results: ReadonlySet<string>) =>
    new Set([...results].map((result) => (service === undefined ? result : without(service, result))))
  const [left, right] = [compared(found), compared(wanted)]
  const isNoMore = (result: string) => [...right].some(isMoreThan(result, isTolerant))
  return [...right].every((result) => left.has(result)) && [...left].every((result) => right.has(result) || isNoMore(result))
}

function without(service: string, result: string): string {
  return resultOf(linesOfResult(result).filter((line) => serviceOfLine(line) !== service))
}

/**
 * Whether a result has everything that another one has, and more: what a guard may find there already because it belongs to a service.
 * @param isTolerant whether the other one may also be that of a case in which the original command would have failed
 */
const isMoreThan = (less: string, isTolerant: boolean) => (result: string) => {
  if (less === 'failed') return isTolerant
  const kept = new Set(linesOfResult(less))
  const more = linesOfResult(result)
  const missing = more.filter((line) => !kept.has(line))
  return more.length === kept.size + missing.length && (isTolerant || missing.every((line) => serviceOfLine(line) !== undefined))
}

function unexpected({ rehearsal, draft }: Attempt, expected: ReadonlySet<string>): Hazard | undefined {
  return rehearsal.hazards.find((hazard) => !expected.has(keyOf(hazard, draft)))
}

/** Tells hazards apart across the edits of a script. */
function keyOf({ offset, obligation, outcome }: Hazard, draft: Draft): string {
  return `${draft.originOf(offset) ?? 'new'} ${obligation === 'interrupted'} ${outcome === 'fails'}`
}

/** Adds a repair. If an earlier one was changed by it, both have the same edits from now on. */
function addRepair(repairs: Map<Hazard, Repair>, hazard: Hazard, fix: string, before: readonly Edit[], after: readonly Edit[]): void {
  const isIn = (edits: readonly Edit[]) => (edit: Edit) =>
    edits.some(({ start, end, text }) => start === edit.start && end === edit.end && text === edit.text)
  if (before.every(isIn(after))) {
    repairs.set(hazard, { fix, edits: after.filter((edit) => !isIn(before)(edit)) })
    return
  }
  for (const [other, repair] of repairs) repairs.set(other, { ...repair, edits: after })
  repairs.set(hazard, { fix, edits: after })
}

/** The changed command in one line, with what is written around it. */
function shownChange({ draft }: Attempt, situation: Situation, { edits, short, site = situation.site }: Candidate): string {
  const guard = site?.guard?.span
  const isRetested = guard !== undefined && edits.some(({ start, end }) => start >= guard.start && end <= guard.end)
  const spans = [
    ...edits,
    ...(site === undefined ? [] : [site.statement.span]),
    ...(isRetested ? [guard, site?.outermost.span ?? guard] : []),
  ]
  const start = Math.min(...spans.map((span) => span.start))
  const end = Math.max(...spans.map((span) => span.end))
  const inserted = edits.reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0)
  const change = draft.text
    .slice(start, end + inserted)
    .replaceAll(/\s*\\?\n\s*/g, ' ')
    .trim()
  return change.length > maxShown && short !== undefined ? short : change
}
