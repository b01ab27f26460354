/** Turns conditions into the scenarios to model for one workload. */
import { comparedHost } from '../../model/registry-host.ts'
import type { Workload } from '../../model/workload.ts'
import { withCachedImages, withCondition, withFixedImages } from './apply-condition.ts'
import { problemOf } from './condition-problems.ts'
import { type Condition, conditionInWords, conditionText } from './conditions.ts'
import { failing, type KnownRuns, killedAfter, withKnownRuns, withRuns } from './known-runs.ts'
import { registriesOf } from './named-images.ts'
import { endsAfter, type Scenario } from './scenario.ts'

/** A scenario and its description. */
export interface NamedScenario {
  /** As in `--if`; empty for the happy start. */
  readonly conditions: readonly string[]
  /** In plain English: `registry docker.io is down; the images are on the node`. */
  readonly words: string
  readonly scenario: Scenario
  /** Init containers whose runs come from the conditions, so that what the rehearsal found about their scripts does not apply. */
  readonly fine: readonly string[]
  /**
   * For a node without the images, if the next scenario is the same with the images on the node: the words if both lead to the same
   * timeline.
   */
  readonly onAnyNode?: string
}

export type WhatIf = { readonly ok: true; readonly scenarios: readonly NamedScenario[] } | { readonly ok: false; readonly problem: string }

/**
 * The scenarios in which all conditions hold. If a registry is down there are two: a node that has none of the images, and a node that has
 * all of them; the second distinguishes Always from IfNotPresent. If an init container fails N times and its script does not survive a
 * retry, there are two as well: it failed before the command that is not repeatable, or after it.
 */
export function scenariosOf(workload: Workload, conditions: readonly Condition[], known: KnownRuns): WhatIf {
  const problem = conditions.map((condition) => problemOf(condition, workload)).find((found) => found !== undefined)
  if (problem !== undefined) return { ok: false, problem }
  const changed = conditions.reduce((base, condition) => withCondition(base, condition, workload, known), withKnownRuns(known))
  const scenario = withFixedImages(changed, conditions, workload, known)
  const first: NamedScenario = {
    conditions: conditions.map(conditionText),
    words: conditions.map(conditionInWords).join('; '),
    scenario,
    fine: conditions.flatMap((condition) => (condition.kind === 'init-fails' ? [condition.container] : [])),
  }
  const down = new Set(conditions.flatMap((condition) => (condition.kind === 'registry-down' ? [comparedHost(condition.registry)] : [])))
  const byScript = beforeAndAfter(first, conditions, known)
  // Other conditions may say of each image whether the node has it.
  if (withCachedImages(scenario, workload, down).images.size === scenario.images.size) return { ok: true, scenarios: byScript }
  const byNode = byScript.flatMap((named) => [
    { ...named, words: `${named.words}; a node without the images`, onAnyNode: `${named.words}, whether or not the node has the images` },
    { ...named, words: `${named.words}; the images are on the node`, scenario: withCachedImages(named.scenario, workload, down) },
  ])
  return { ok: true, scenarios: byNode }
}

/** The script failed before the command that is not repeatable, or after it: then every further attempt fails at that command. */
function beforeAndAfter(named: NamedScenario, conditions: readonly Condition[], known: KnownRuns): readonly NamedScenario[] {
  for (const condition of conditions) {
    if (condition.kind !== 'init-fails' && condition.kind !== 'killed-in') continue
    const { container } = condition
    const isKilled = condition.kind === 'killed-in'
    const again = (isKilled ? known.afterKill : known.afterFailure).get(container)
    const failures = condition.kind === 'killed-in' ? [killedAfter(1)] : condition.times === null ? null : failing(condition.times, [])
    if (again === undefined || failures === null) continue
    const { exit, at } = again
    return [
      { ...named, words: `${named.words}, before ${at} ${isKilled ? 'starts' : 'completes'}`, fine: [...named.fine, container] },
      {
        ...named,
        words: `${named.words}, after ${at} ${isKilled ? 'starts' : 'completes'}`,
        scenario: withRuns(named.scenario, container, [...failures, endsAfter(1, exit)]),
        fine: named.fine.filter((name) => name !== container),
      },
    ]
  }
  return [named]
}

/** The scenario in which everything outside the containers works, and containers run as the analysis of their commands found. */
export function happyStart(known: KnownRuns): NamedScenario {
  return { conditions: [], words: '', scenario: withKnownRuns(known), fine: [] }
}

/** At most this many registries and init containers are tried: a pod with 100 init containers must not be simulated 300 times. */
const maxLikely = 3

/** Likely failures for the workload, most likely first; `explain` shows the one that ends worst. */
export function likelyConditions(workload: Workload): readonly Condition[] {
  const inits = workload.containers().filter(({ role }) => role === 'init')
  return [
    ...registriesOf(workload.imageUses())
      .slice(0, maxLikely)
      .map((registry): Condition => ({ kind: 'registry-down', registry, afterSeconds: null })),
    ...(['Pod', 'StatefulSet', 'DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController'].includes(workload.kind)
      ? [{ kind: 'node-reboots', afterSeconds: null } as const]
      : []),
    ...inits.slice(0, maxLikely).map(({ name }): Condition => ({ kind: 'init-fails', container: name, times: 1 })),
  ]
}
