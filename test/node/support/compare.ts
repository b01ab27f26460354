/** Compares what recordings do not cover: the order of pulls and starts, the requests to registries, and Jobs. */
import { at } from '../../../src/model/json.ts'
import { foldStatuses } from '../../../src/startup/timeline/fold.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import { type Difference, differences, type Observation } from '../../startup/support/compare.ts'
import type { Requests } from './registries.ts'
import type { NodeScenario } from './scenario.ts'
import type { PodEvent } from './watch.ts'

/** The outcome of one scenario on the node. */
export interface Outcome {
  readonly observation: Observation
  /** `pull NAME` and `start NAME`, each only the first time. */
  readonly order: readonly string[]
  readonly requests: Readonly<Record<string, Requests>>
  /** Only if the object is a Job. */
  readonly job?: JobOutcome
}

/** The outcome of a Job on the node. */
export interface JobOutcome {
  readonly outcome: 'complete' | 'failed' | 'active'
  readonly reason: string | null
  /** The folded statuses of its pods, in the order of creation. */
  readonly pods: readonly (readonly string[])[]
}

/** The first pull and the first start of each container, in order. */
export function orderOf(events: readonly PodEvent[]): readonly string[] {
  const steps = events.flatMap(({ reason, container }) => {
    if (container === null) return []
    return reason === 'Pulling' ? [`pull ${container}`] : reason === 'Started' ? [`start ${container}`] : []
  })
  return [...new Set(steps)]
}

/** Folded statuses without the fleeting ones. */
export function statusesWithout(raw: readonly string[], fleeting: readonly string[] = []): readonly string[] {
  return foldStatuses(raw.filter((status) => !fleeting.includes(status)))
}

/** All differences between the model and the node. */
export function allDifferences({ registry, fleeting }: NodeScenario, timeline: Timeline, outcome: Outcome): readonly Difference[] {
  if (timeline.job !== null) return jobDifferences(timeline.job, outcome.job)
  const statuses = fleeting === undefined ? timeline.statuses : statusesWithout(timeline.rawStatuses, fleeting)
  const found = [...differences({ ...timeline, statuses }, outcome.observation)]
  const check = (point: string, predicted: unknown, observed: unknown): void => {
    if (JSON.stringify(predicted) !== JSON.stringify(observed)) found.push({ point, predicted, observed })
  }
  if (timeline.rejection === null) check('order', predictedOrder(timeline), outcome.order)
  for (const [reference, expected] of Object.entries(registry ?? {})) {
    check(`scenario (first) and model (second): requests for ${reference}`, expected, predictedRequests(timeline, reference))
    check(`scenario (first) and node (second): requests for ${reference} in the log of the registry`, expected, outcome.requests[reference])
  }
  return found
}

/** How often the model requests an image from its registry, and how often it downloads it. */
export function predictedRequests({ steps }: Timeline, reference: string): { readonly resolved: number; readonly downloaded: number } {
  const pulls = steps.filter(({ kind, detail }) => kind === 'pull' && detail.image === reference)
  return { resolved: pulls.length, downloaded: pulls.filter(({ detail }) => detail.downloaded === true).length }
}

function predictedOrder({ steps }: Timeline): readonly string[] {
  const order = steps.flatMap(({ kind, lane }) => {
    if (lane === null) return []
    return kind === 'pull' ? [`pull ${lane}`] : kind === 'run' ? [`start ${lane}`] : []
  })
  return [...new Set(order)]
}

function jobDifferences(job: NonNullable<Timeline['job']>, seen: JobOutcome | undefined): readonly Difference[] {
  const predicted: JobOutcome = { outcome: job.outcome, reason: job.reason, pods: job.pods.map(({ statuses }) => foldStatuses(statuses)) }
  return (['outcome', 'reason', 'pods'] as const).flatMap((point) =>
    JSON.stringify(predicted[point]) === JSON.stringify(seen?.[point])
      ? []
      : [{ point: `the Job's ${point}`, predicted: predicted[point], observed: seen?.[point] }],
  )
}

/** The outcome of a Job according to its conditions. */
export function jobOutcome(object: unknown, pods: readonly (readonly string[])[]): JobOutcome {
  const conditions = at(object, 'status', 'conditions')
  const isTrue = (type: string): unknown =>
    (Array.isArray(conditions) ? conditions : []).find((condition) => at(condition, 'type') === type && at(condition, 'status') === 'True')
  const failed = isTrue('Failed')
  if (failed !== undefined) return { outcome: 'failed', reason: String(at(failed, 'reason')), pods }
  return { outcome: isTrue('Complete') === undefined ? 'active' : 'complete', reason: null, pods }
}
