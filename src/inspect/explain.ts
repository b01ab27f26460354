import { rehearsalOf } from '../script/container-rehearsal.ts'
import { readCondition } from '../startup/conditions.ts'
import { severityOf } from '../startup/describe.ts'
import { explainStart } from '../startup/explain.ts'
import type { Scenario } from '../startup/scenario.ts'
import { readScenario, scenarioJson } from '../startup/scenario-json.ts'
import type { Step, Timeline } from '../startup/timeline.ts'
import { happyStart, likelyConditions, type NamedScenario, scenariosOf } from '../startup/what-if.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import { forPeople, type Input, type InputError, type ObjectName } from './output.ts'

/** A timeline as the JSON has it: the fields of `expected` in the format of the recordings, and the steps. */
export interface TimelineEntry {
  readonly object: ObjectName
  /** As behind `--if`; empty for the happy start. */
  readonly conditions: readonly string[]
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
  readonly job: Timeline['job']
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
}

/**
 * Plays the start of every workload of the inputs: under the conditions, or where there are none, when all goes well and in what hurts
 * most of what may well happen. Never throws for what the inputs hold.
 */
export function explainInputs(inputs: readonly Input[], { namespace, conditions }: ExplainOptions): ExplainOutput {
  const errors: InputError[] = []
  const timelines: TimelineEntry[] = []
  const read = conditions.map(readCondition)
  const wrong = read.find((one) => !one.ok)
  if (wrong !== undefined && !wrong.ok) return { timelines, errors: [{ file: null, line: null, column: null, message: wrong.problem }] }
  const asked = read.flatMap((one) => (one.ok ? [one.condition] : []))
  for (const inspected of workloadsOf(inputs, namespace, errors)) {
    if (asked.length === 0) {
      timelines.push(explain(inspected, happyStart), ...worst(inspected))
      continue
    }
    const found = scenariosOf(inspected.workload, asked, exitAgain(inspected))
    if (found.ok) timelines.push(...withoutRepetition(found.scenarios.map((scenario) => explain(inspected, scenario))))
    else
      errors.push({
        file: inspected.file,
        line: null,
        column: null,
        message: `${inspected.workload.kind} ${inspected.workload.name}: ${found.problem}`,
      })
  }
  return { timelines, errors }
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
  return { ok: true, timeline: explain(inspected, { conditions: [], words: 'in the given scenario', scenario: read.scenario }, scenario) }
}

function explain(inspected: InspectedWorkload, { conditions, words, scenario }: NamedScenario, asGiven?: unknown): TimelineEntry {
  const timeline = explainStart(inspected.workload, scenario)
  return {
    object: objectName(inspected.workload),
    conditions,
    scenario: asGiven ?? scenarioJson(scenario),
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
    job: timeline.job,
    [forPeople]: { file: inspected.file, timeline, words, notes: notesOf(inspected, timeline, scenario) },
  }
}

/** Of what may well happen, the timeline that ends worst; the likelier one where two end alike. None where nothing hurts. */
function worst(inspected: InspectedWorkload): readonly TimelineEntry[] {
  let found: TimelineEntry | undefined
  const again = exitAgain(inspected)
  for (const condition of likelyConditions(inspected.workload)) {
    const scenarios = scenariosOf(inspected.workload, [condition], again)
    if (!scenarios.ok) continue
    for (const scenario of scenarios.scenarios) {
      const entry = explain(inspected, scenario)
      if (found === undefined || severityOf(entry.verdict) > severityOf(found.verdict)) found = entry
    }
  }
  return found === undefined ? [] : [found]
}

/** A node with the images and one without make no difference where both end alike. */
function withoutRepetition(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const [first, second] = entries
  if (first === undefined || second === undefined) return entries
  return first.verdict === second.verdict && first.statuses.join() === second.statuses.join() ? [first] : entries
}

/** Init containers whose script fails when it runs again after a success on the same pod's volumes, with the exit code. */
function exitAgain({ workload, siblings }: InspectedWorkload): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const container of workload.containers()) {
    if (container.role !== 'init') continue
    const { verdict, hazards } = rehearsalOf(container, workload, siblings)
    const hazard = hazards.find(({ obligation, rerun, outcome }) => obligation === 'repeat' && rerun !== 'replace' && outcome === 'fails')
    if (verdict === 'unsafe' && hazard !== undefined) found.set(container.name, hazard.status === 0 ? 1 : hazard.status)
  }
  return found
}

/** What the scripts of init containers that ran more than once would do then. */
function notesOf({ workload, siblings }: InspectedWorkload, timeline: Timeline, scenario: Scenario): readonly string[] {
  return workload.containers().flatMap((container) => {
    if (container.role !== 'init' || !runsAgain(container.name, timeline, scenario)) return []
    const { verdict, hazards } = rehearsalOf(container, workload, siblings)
    const [hazard] = hazards
    if (verdict !== 'unsafe' || hazard === undefined) return []
    return [`"${container.name}" is not safe to run again: line ${hazard.line}, ${hazard.program}; ${hazard.fix}`]
  })
}

function runsAgain(name: string, { executions }: Timeline, { containers }: Scenario): boolean {
  return (executions.get(name) ?? 0) > 1 || containers.get(name)?.runs.some(({ exit }) => exit !== 0) === true
}
