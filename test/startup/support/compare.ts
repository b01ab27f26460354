/**
 * Compares predictions of the startup model with observations of a real kubelet, by the rules of test/fixtures/startup/README.md. Used
 * with recordings and with a live node.
 */
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'

/** An observation: the `expected` object of a recording. */
export interface Observation {
  readonly statuses: readonly string[]
  readonly verdict: string
  readonly phase: string | readonly string[] | null
  readonly ready: string | readonly string[] | null
  readonly executions: Readonly<Record<string, number | string>>
  readonly pullPolicies: Readonly<Record<string, string>>
  readonly reasons: Readonly<Record<string, readonly string[]>>
  readonly podReason?: string
  readonly rejection?: string
  readonly lastImageVersion?: Readonly<Record<string, number>>
  /** The observation ended early: the statuses are a prefix of the real ones. */
  readonly cut?: boolean
}

/** One difference between prediction and observation. */
export interface Difference {
  readonly point: string
  readonly predicted: unknown
  readonly observed: unknown
}

/** All differences; empty if they agree. */
export function differences(timeline: Timeline, observed: Observation): readonly Difference[] {
  const found: Difference[] = []
  const check = (point: string, agrees: boolean, predicted: unknown, seen: unknown): void => {
    if (!agrees) found.push({ point, predicted, observed: seen })
  }
  check('verdict', timeline.verdict === observed.verdict, timeline.verdict, observed.verdict)
  if (observed.rejection !== undefined) {
    check('rejection', timeline.rejection === observed.rejection, timeline.rejection, observed.rejection)
    return found
  }
  check('statuses', sameStatuses(timeline, observed), timeline.statuses, observed.statuses)
  check('phase', isOneOf(timeline.phase, observed.phase), timeline.phase, observed.phase)
  check('ready', isOneOf(timeline.ready, observed.ready), timeline.ready, observed.ready)
  check('podReason', (timeline.podReason ?? undefined) === observed.podReason, timeline.podReason, observed.podReason)
  for (const [name, count] of Object.entries(observed.executions)) {
    const predicted = timeline.executions.get(name)
    check(`executions of ${name}`, count === '>=3' ? (predicted ?? 0) >= 3 : predicted === count, predicted, count)
  }
  for (const [name, policy] of Object.entries(observed.pullPolicies)) {
    check(`pullPolicy of ${name}`, timeline.pullPolicies.get(name) === policy, timeline.pullPolicies.get(name), policy)
  }
  for (const name of new Set([...timeline.reasons.keys(), ...Object.keys(observed.reasons)])) {
    const predicted = timeline.reasons.get(name) ?? []
    const seen = Object.hasOwn(observed.reasons, name) ? (observed.reasons[name] ?? []) : []
    check(`reasons of ${name}`, sorted(predicted) === sorted(seen), predicted, seen)
  }
  for (const [name, version] of Object.entries(observed.lastImageVersion ?? {})) {
    check(`image version of ${name}`, timeline.lastImageVersions.get(name) === version, timeline.lastImageVersions.get(name), version)
  }
  return found
}

function sameStatuses({ statuses, rawStatuses }: Timeline, { statuses: seen, cut }: Observation): boolean {
  if (cut === true) return seen.every((status, index) => rawStatuses[index] === status)
  return statuses.join() === seen.join()
}

function isOneOf(predicted: string | null, seen: string | readonly string[] | null): boolean {
  return typeof seen === 'object' && seen !== null ? predicted !== null && seen.includes(predicted) : predicted === seen
}

function sorted(reasons: readonly string[]): string {
  return [...new Set(reasons)].sort().join()
}
