import { member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { explainStart } from '../startup/play/explain.ts'
import { type Condition, readCondition } from '../startup/scenario/conditions.ts'
import { readScenario, scenarioJson } from '../startup/scenario/scenario-json.ts'
import { happyStart, likelyConditions, type NamedScenario, scenariosOf } from '../startup/scenario/what-if.ts'
import { isGood, severityOf } from '../startup/timeline/describe.ts'
import type { Step, Timeline } from '../startup/timeline/timeline.ts'
import { assumesRunningOn } from './explain-endings.ts'
import { workloadNotes } from './explain-notes.ts'
import { endingNotes, type KnownContainers, knownRunsOf, notesOf } from './explain-scripts.ts'
import { type InspectedWorkload, objectName, workloadsOf } from './inputs.ts'
import { forPeople, type Input, type InputError, type ObjectName } from './output.ts'

/** A timeline in the JSON output: the fields of `expected` in the format of the recordings, and the steps. */
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
  /** As in `--if`; empty for the happy start. */
  readonly conditions: readonly string[]
  /** The Job that owns the pod, if there is one. */
  readonly job?: NonNullable<Timeline['job']>
  readonly [forPeople]: ExplainedForPeople
}

/** What the text and the picture need in addition to the JSON. */
export interface ExplainedForPeople {
  readonly file: string | null
  readonly timeline: Timeline
  /** The conditions in plain English, as part of the title. */
  readonly title: string
  /** Sentences about how containers end and what scripts do on a rerun. */
  readonly notes: readonly string[]
}

export interface ExplainOutput {
  readonly timelines: readonly TimelineEntry[]
  readonly errors: readonly InputError[]
}

export interface ExplainOptions {
  readonly namespace: string
  /** As in `--if`; all of them hold together. */
  readonly conditions: readonly string[]
  /** Bounds the work, for callers that serve several clients; omitted for no limits. */
  readonly limits?: ExplainLimits
}

export interface ExplainLimits {
  readonly workloads: number
  /** In starts of an ordinary pod, each about a millisecond; a pod with a hundred init containers takes fifty. */
  readonly starts: number
}

const noLimits: ExplainLimits = { workloads: Number.POSITIVE_INFINITY, starts: Number.POSITIVE_INFINITY }

/**
 * Models the start of every workload in the inputs: under the conditions, or without conditions, the happy start and the likely failure
 * that ends worst. A condition applies to the workloads that it fits. Never throws, whatever the inputs contain.
 */
export function explainInputs(inputs: readonly Input[], { namespace, conditions, limits = noLimits }: ExplainOptions): ExplainOutput {
  const errors: InputError[] = []
  const timelines: TimelineEntry[] = []
  const requested: Condition[] = []
  for (const text of conditions) {
    const read = readCondition(text)
    if (!read.ok) return { timelines, errors: [{ file: null, line: null, column: null, message: read.problem }] }
    requested.push(read.condition)
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
    const known = knownRunsOf(inspected)
    const found = requested.length === 0 ? happyAndWorst(inspected, known, budget) : underConditions(inspected, requested, known, budget)
    if (Array.isArray(found)) timelines.push(...found)
    else unfit.push({ file: inspected.file, line: null, column: null, message: `${titleOf(inspected)}: ${found}` })
  }
  return { timelines, errors: timelines.length === 0 ? [...errors, ...unfit.slice(0, maxUnfit)] : errors }
}

/** At most this many errors about conditions that fit no workload. */
const maxUnfit = 10

function tooMuch(workloads: number): string {
  return `too much for one request: ${workloads} of the workloads were explained; send the others in separate requests`
}

function titleOf({ workload: { kindName, name } }: InspectedWorkload): string {
  return `${kindName} ${name}`
}

/** The remaining starts. */
interface Budget {
  starts: number
}

/** Init containers start one at a time, and each sync iterates over all of them: the cost grows with the square of their number. */
const costlyContainers = 5

function play(inspected: InspectedWorkload, known: KnownContainers, scenario: NamedScenario, budget: Budget): TimelineEntry {
  budget.starts -= 1 + (inspected.workload.containers().length / costlyContainers) ** 2
  return explain(inspected, known, scenario)
}

function happyAndWorst(inspected: InspectedWorkload, known: KnownContainers, budget: Budget): TimelineEntry[] {
  const happy = play(inspected, known, happyStart(known), budget)
  return happy.verdict === 'rejected' ? [happy] : [happy, ...worst(inspected, known, budget)]
}

/** @returns a sentence if the conditions do not fit the workload */
function underConditions(
  inspected: InspectedWorkload,
  conditions: readonly Condition[],
  known: KnownContainers,
  budget: Budget,
): TimelineEntry[] | string {
  const found = scenariosOf(inspected.workload, conditions, known)
  if (!found.ok) return found.problem
  return [...playAll(inspected, known, found.scenarios, budget)]
}

/** The result for one pod in one scenario. */
export type ScenarioAnswer = { readonly ok: true; readonly timeline: TimelineEntry } | { readonly ok: false; readonly problem: string }

/**
 * Models the start of the only workload of the inputs in a given scenario.
 * @param scenario the `scenario` object of a recording, parsed JSON or YAML
 */
export function explainInScenario(inputs: readonly Input[], scenario: unknown, namespace: string): ScenarioAnswer {
  const read = readScenario(scenario)
  if (!read.ok) return { ok: false, problem: read.problem }
  const errors: InputError[] = []
  const [inspected, ...more] = workloadsOf(inputs, namespace, errors)
  if (errors[0] !== undefined) return { ok: false, problem: errors[0].message }
  if (inspected === undefined) return { ok: false, problem: 'there is no workload to explain' }
  if (more.length > 0) return { ok: false, problem: `a scenario applies to one workload, but there are ${more.length + 1}` }
  const given: NamedScenario = { conditions: [], words: 'the given scenario happens', scenario: read.scenario, fine: [] }
  return { ok: true, timeline: explain(inspected, knownRunsOf(inspected), given, { asGiven: scenario, notes: read.notes }) }
}

/** A user's scenario: as given, and the notes about it. */
interface Given {
  readonly asGiven: unknown
  readonly notes: readonly string[]
}

function explain(inspected: InspectedWorkload, known: KnownContainers, named: NamedScenario, given?: Given): TimelineEntry {
  const { conditions, words, scenario, fine } = named
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
      title: titleIn(inspected, timeline, words),
      notes: [
        ...(given?.notes ?? []),
        ...endingNotes(known, timeline),
        ...notesOf(inspected, timeline, scenario, fine),
        ...workloadNotes(inspected.workload, timeline, named),
      ],
    },
  }
}

/** The conditions as part of a title that agrees with the timeline. @param words the conditions in plain English, empty for the happy start */
function titleIn(inspected: InspectedWorkload, { verdict, podReason }: Timeline, words: string): string {
  if (verdict === 'rejected') return 'in every case'
  if (words !== '') return `what if ${words}`
  const assumes = assumesRunningOn(inspected)
  if (!isGood(verdict))
    return assumes && podReason === 'DeadlineExceeded' ? 'if its containers keep running' : 'even if everything else works'
  return `if everything works${verdict === 'running' && assumes ? ' and its containers keep running' : ''}`
}

/**
 * The likely failure that ends worst; the likelier one of two with the same verdict. Empty if there are no likely failures. If it is a
 * registry that is down, and the pod fails even on a node with the images, that is the one to show: it tells Always from IfNotPresent.
 */
function worst(inspected: InspectedWorkload, known: KnownContainers, budget: Budget): readonly TimelineEntry[] {
  const { workload } = inspected
  const most = severityOf(canFail(workload) ? 'failed' : 'retrying')
  let found: TimelineEntry | undefined
  for (const condition of likelyConditions(workload)) {
    const scenarios = scenariosOf(workload, [condition], known)
    const asked = scenarios.ok ? scenarios.scenarios.filter((scenario) => mayEndBadly(scenario, condition, workload)) : []
    if (budget.starts <= 0 || (found !== undefined && severityOf(found.verdict) >= most)) break
    const entries = playAll(inspected, known, asked, budget)
    const last = entries.at(-1)
    const shown = condition.kind === 'registry-down' && last !== undefined && !isGood(last.verdict) ? [last] : entries
    for (const entry of shown) {
      if (found === undefined || severityOf(entry.verdict) > severityOf(found.verdict)) found = entry
    }
  }
  return found === undefined ? [] : [found]
}

/** Whether a container that fails can end the pod or its Job; otherwise, the worst that can happen is that the kubelet keeps retrying. */
function canFail(workload: Workload): boolean {
  return workload.restartPolicy !== 'Always' || workload.containers().some(({ raw }) => member(raw, 'restartPolicy') !== undefined)
}

/** A registry that is down matters on a node that has its images only if one of them is pulled at every start. */
function mayEndBadly({ onAnyNode }: NamedScenario, condition: Condition, workload: Workload): boolean {
  return (
    condition.kind !== 'registry-down' || onAnyNode !== undefined || workload.imageUses().some(({ pullPolicy }) => pullPolicy === 'Always')
  )
}

/** Plays scenarios, without timelines that show the same as an earlier one. */
function playAll(
  inspected: InspectedWorkload,
  known: KnownContainers,
  scenarios: readonly NamedScenario[],
  budget: Budget,
): readonly TimelineEntry[] {
  const shown = new Set<string>()
  const entries = scenarios.map((scenario) => play(inspected, known, scenario, budget))
  return entries.flatMap((entry, index) => {
    const key = outcomeOf(entry)
    if (shown.has(key)) return []
    shown.add(key)
    const { onAnyNode } = scenarios[index] as NamedScenario
    const next = entries[index + 1]
    if (onAnyNode === undefined || next === undefined || outcomeOf(next) !== key) return [entry]
    return [{ ...entry, [forPeople]: { ...entry[forPeople], title: titleIn(inspected, entry[forPeople].timeline, onAnyNode) } }]
  })
}

/** What distinguishes timelines: what kubectl shows, what starts how often, and which containers fail at what. */
function outcomeOf({ verdict, statuses, ready, executions, steps }: TimelineEntry): string {
  const failures = new Set(steps.filter(isFailure).map(({ lane, kind }) => `${lane} ${kind}`))
  return JSON.stringify([verdict, statuses, ready, executions, [...failures].sort()])
}

const failureKinds: ReadonlySet<Step['kind']> = new Set(['mount', 'pull-error', 'create-error', 'start-error'])

function isFailure({ kind, detail }: Step): boolean {
  return failureKinds.has(kind) || ((kind === 'pull' || kind === 'run' || kind === 'sandbox') && detail.outcome === 'failed')
}

/** The JSON of a single timeline in a given scenario: without the fields that distinguish the entries of a list. */
export function answerJson({
  object: _object,
  conditions: _conditions,
  ...answer
}: TimelineEntry): Omit<TimelineEntry, 'object' | 'conditions'> {
  return answer
}
