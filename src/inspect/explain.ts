import { explainStart } from '../startup/play/explain.ts'
import { type Condition, readCondition } from '../startup/scenario/conditions.ts'
import { readScenario, scenarioJson } from '../startup/scenario/scenario-json.ts'
import { happyStart, likelyConditions, type NamedScenario, scenariosOf } from '../startup/scenario/what-if.ts'
import { severityOf } from '../startup/timeline/describe.ts'
import type { Step, Timeline } from '../startup/timeline/timeline.ts'
import { notesOf, rerunsOf } from './explain-scripts.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import { forPeople, type Input, type InputError, type ObjectName } from './output.ts'

/** A timeline as the JSON has it: the fields of `expected` in the format of the recordings, and the steps. */
export interface TimelineEntry {
  readonly scenario: unknown
  readonly statuses: readonly string[]
  readonly rawStatuses: readonly string[]
  readonly verdict: Timeline['verdict']
  readonly phase: Timeline['phase']
  readonly ready: string | null
  readonly executions: Readonly<Record<string, number>>
  readonly pullPolicies: Readonly<Record<string, string>>
  readonly reasons: Readonly<Record<string, readonly string[]>>
  readonly podReason: string | null
  readonly rejection: string | null
  readonly steps: readonly Step[]
  readonly object: ObjectName
  /** As behind `--if`; empty for the happy start. */
  readonly conditions: readonly string[]
  /** What becomes of the Job around the pod, only where there is one. */
  readonly job?: Timeline['job']
  readonly [forPeople]: ExplainedForPeople
}

/** What the text and the picture say beside what stands in the JSON. */
export interface ExplainedForPeople {
  readonly file: string | null
  readonly timeline: Timeline
  /** The conditions in words. */
  readonly words: string
  /** Sentences about what scripts do when they run again. */
  readonly notes: readonly string[]
}

export interface ExplainOutput {
  readonly timelines: readonly TimelineEntry[]
  readonly errors: readonly InputError[]
}

export interface ExplainOptions {
  readonly namespace: string
  /** As written behind `--if`, all of them together. */
  readonly conditions: readonly string[]
  /** How much may be played, for callers that others wait for; left out for no bound. */
  readonly limits?: ExplainLimits
}

export interface ExplainLimits {
  readonly workloads: number
  /** In starts of an ordinary pod, each about a millisecond; one with a hundred init containers takes fifty. */
  readonly starts: number
}

const noLimits: ExplainLimits = { workloads: Number.POSITIVE_INFINITY, starts: Number.POSITIVE_INFINITY }

/**
 * Plays the start of every workload of the inputs: under the conditions, or where there are none, when all goes well and in what hurts
 * most of what may well happen. A condition that fits some of the workloads is about those. Never throws for what the inputs hold.
 */
export function explainInputs(inputs: readonly Input[], { namespace, conditions, limits = noLimits }: ExplainOptions): ExplainOutput {
  const errors: InputError[] = []
  const timelines: TimelineEntry[] = []
  const asked: Condition[] = []
  for (const text of conditions) {
    const read = readCondition(text)
    if (!read.ok) return { timelines, errors: [{ file: null, line: null, column: null, message: read.problem }] }
    asked.push(read.condition)
  }
  const unfit: InputError[] = []
  const budget = { starts: limits.starts }
  let workloads = 0
  for (const inspected of workloadsOf(inputs, namespace, errors)) {
    if (workloads >= limits.workloads || budget.starts <= 0) {
      errors.push({ file: inspected.file, line: null, column: null, message: tooMuch(workloads) })
      break
    }
    workloads++
    const found = asked.length === 0 ? happyAndWorst(inspected, budget) : underConditions(inspected, asked, budget)
    if (Array.isArray(found)) timelines.push(...found)
    else unfit.push({ file: inspected.file, line: null, column: null, message: `${titleOf(inspected)}: ${found}` })
  }
  return { timelines, errors: timelines.length === 0 ? [...errors, ...unfit.slice(0, maxUnfit)] : errors }
}

/** More sentences of that kind say nothing new. */
const maxUnfit = 10

function tooMuch(workloads: number): string {
  return `that is too much for one request: ${workloads} of the workloads were explained; send the others in requests of their own`
}

function titleOf({ workload: { kind, name } }: InspectedWorkload): string {
  return `${kind} ${name}`
}

/** What is left of the limits. */
interface Budget {
  starts: number
}

/** Init containers start one after the other, each looking at all before it: the square of their number counts. */
const costlyContainers = 5

function play(inspected: InspectedWorkload, scenario: NamedScenario, budget: Budget): TimelineEntry {
  budget.starts -= 1 + (inspected.workload.containers().length / costlyContainers) ** 2
  return explain(inspected, scenario)
}

function happyAndWorst(inspected: InspectedWorkload, budget: Budget): TimelineEntry[] {
  return [play(inspected, happyStart, budget), ...worst(inspected, budget)]
}

/** @returns a sentence where the conditions do not fit the workload */
function underConditions(inspected: InspectedWorkload, conditions: readonly Condition[], budget: Budget): TimelineEntry[] | string {
  const found = scenariosOf(inspected.workload, conditions, rerunsOf(inspected))
  if (!found.ok) return found.problem
  return withoutRepetition(found.scenarios.map((scenario) => play(inspected, scenario, budget)))
}

/** The answer to one pod in one world. */
export type ScenarioAnswer = { readonly ok: true; readonly timeline: TimelineEntry } | { readonly ok: false; readonly problem: string }

/**
 * Plays the start of the first workload of the inputs in a world that was described whole.
 * @param scenario the `scenario` object of a recording, parsed JSON or YAML
 */
export function explainInScenario(inputs: readonly Input[], scenario: unknown, namespace: string): ScenarioAnswer {
  const read = readScenario(scenario)
  if (!read.ok) return { ok: false, problem: read.problem }
  const errors: InputError[] = []
  const [inspected, ...more] = workloadsOf(inputs, namespace, errors)
  if (errors[0] !== undefined) return { ok: false, problem: errors[0].message }
  if (inspected === undefined) return { ok: false, problem: 'there is no workload whose start could be explained' }
  if (more.length > 0) return { ok: false, problem: `a scenario describes the world of one workload, and there are ${more.length + 1}` }
  const given: NamedScenario = { conditions: [], words: 'the given scenario comes true', scenario: read.scenario, fine: [] }
  return { ok: true, timeline: explain(inspected, given, { asGiven: scenario, notes: read.notes }) }
}

/** A scenario that somebody wrote: as it was written, and what there is to say of it. */
interface Given {
  readonly asGiven: unknown
  readonly notes: readonly string[]
}

function explain(inspected: InspectedWorkload, { conditions, words, scenario, fine }: NamedScenario, given?: Given): TimelineEntry {
  const timeline = explainStart(inspected.workload, scenario)
  return {
    scenario: given === undefined ? scenarioJson(scenario) : given.asGiven,
    statuses: timeline.statuses,
    rawStatuses: timeline.rawStatuses,
    verdict: timeline.verdict,
    phase: timeline.phase,
    ready: timeline.ready,
    executions: Object.fromEntries(timeline.executions),
    pullPolicies: Object.fromEntries(timeline.pullPolicies),
    reasons: Object.fromEntries(timeline.reasons),
    podReason: timeline.podReason,
    rejection: timeline.rejection,
    steps: timeline.steps,
    object: objectName(inspected.workload),
    conditions,
    ...(timeline.job !== null && { job: timeline.job }),
    [forPeople]: {
      file: inspected.file,
      timeline,
      words,
      notes: [...(given?.notes ?? []), ...notesOf(inspected, timeline, scenario, fine)],
    },
  }
}

/** Of what may well happen, the timeline that ends worst; the likelier one where two end alike. None where nothing hurts. */
function worst(inspected: InspectedWorkload, budget: Budget): readonly TimelineEntry[] {
  let found: TimelineEntry | undefined
  const reruns = rerunsOf(inspected)
  for (const condition of likelyConditions(inspected.workload)) {
    const scenarios = scenariosOf(inspected.workload, [condition], reruns)
    for (const scenario of scenarios.ok ? scenarios.scenarios : []) {
      if (budget.starts <= 0) break
      const entry = play(inspected, scenario, budget)
      if (found === undefined || severityOf(entry.verdict) > severityOf(found.verdict)) found = entry
    }
  }
  return found === undefined ? [] : [found]
}

/** Worlds that differ in what decides nothing are shown once. */
function withoutRepetition(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const shown = new Set<string>()
  return entries.filter(({ verdict, statuses }) => {
    const key = `${verdict} ${statuses.join()}`
    const isNew = !shown.has(key)
    shown.add(key)
    return isNew
  })
}

/** A timeline as the answer to one pod in one scenario: without what belongs to lists of them. */
export function answerJson({
  object: _object,
  conditions: _conditions,
  ...answer
}: TimelineEntry): Omit<TimelineEntry, 'object' | 'conditions'> {
  return answer
}
