/** Turns conditions into the scenarios to model for one workload. */
import { parseImageReference } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import { comparedHost, comparedName } from '../../model/registry-host.ts'
import type { Workload } from '../../model/workload.ts'
import { type Condition, conditionInWords, conditionText } from './conditions.ts'
import {
  type Action,
  type ContainerBehavior,
  endsAfter,
  happyScenario,
  type ImageFacts,
  type Run,
  runsForever,
  type Scenario,
} from './scenario.ts'

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

/** How a script ends on a rerun, with the files that an earlier run left. */
export interface RunAgain {
  readonly exit: number
  /** The failing command and its line: `git clone (line 1)`. */
  readonly at: string
}

/** What the analysis of the containers' commands found, by container. */
export interface KnownRuns {
  /** How containers run if everything works, if that differs from the default of their role. The last entry repeats. */
  readonly first: ReadonlyMap<string, readonly Run[]>
  /** How scripts end in a new sandbox of the same pod, after a success; omitted if they succeed or if the result is unknown. */
  readonly afterSuccess: ReadonlyMap<string, RunAgain>
  /** In the same sandbox, after a failure that came later than the command in `at`. */
  readonly afterFailure: ReadonlyMap<string, RunAgain>
}

/** When a node reboots if the condition has no time: after the pod has settled. */
const rebootAfter = 60
/** When the image is pushed, and when its containers restart and could pick it up; seconds. */
const repushAfter = 20
const restartAfter = 30

/**
 * The scenarios in which all conditions hold. If a registry is down there are two: a node that has none of the images, and a node that has
 * all of them; the second distinguishes Always from IfNotPresent. If an init container fails N times and its script does not survive a
 * retry, there are two as well: it failed before the command that is not repeatable, or after it.
 */
export function scenariosOf(workload: Workload, conditions: readonly Condition[], known: KnownRuns): WhatIf {
  const problem = conditions.map((condition) => problemOf(condition, workload)).find((found) => found !== undefined)
  if (problem !== undefined) return { ok: false, problem }
  const scenario = conditions.reduce((base, condition) => withCondition(base, condition, workload, known), withKnownRuns(known))
  const first: NamedScenario = {
    conditions: conditions.map(conditionText),
    words: conditions.map(conditionInWords).join('; '),
    scenario,
    fine: conditions.flatMap((condition) => (condition.kind === 'init-fails' ? [condition.container] : [])),
  }
  const down = new Set(conditions.flatMap((condition) => (condition.kind === 'registry-down' ? [comparedHost(condition.registry)] : [])))
  const failing = conditions.find((condition) => condition.kind === 'init-fails' && condition.times !== null)
  const again = failing?.kind === 'init-fails' ? known.afterFailure.get(failing.container) : undefined
  const byScript = failing?.kind === 'init-fails' && again !== undefined ? beforeAndAfter(first, failing, again, known) : [first]
  if (down.size === 0) return { ok: true, scenarios: byScript }
  const byNode = byScript.flatMap((named) => [
    { ...named, words: `${named.words}; a node without the images`, onAnyNode: `${named.words}, whether or not the node has the images` },
    { ...named, words: `${named.words}; the images are on the node`, scenario: withCachedImages(named.scenario, workload, down) },
  ])
  return { ok: true, scenarios: byNode }
}

/** The script failed before the command that is not repeatable, or after it: then every further attempt fails at that command. */
function beforeAndAfter(
  named: NamedScenario,
  { container, times }: Extract<Condition, { kind: 'init-fails' }>,
  { exit, at }: RunAgain,
  known: KnownRuns,
): readonly NamedScenario[] {
  const runs = [...failing(times, known.first.get(container)).slice(0, times ?? 1), endsAfter(1, exit)]
  return [
    { ...named, words: `${named.words}, before ${at} completes` },
    {
      ...named,
      words: `${named.words}, after ${at} completes`,
      scenario: withRuns(named.scenario, container, runs),
      fine: named.fine.filter((name) => name !== container),
    },
  ]
}

/** The scenario in which everything outside the containers works, and containers run as the analysis of their commands found. */
export function happyStart(known: KnownRuns): NamedScenario {
  return { conditions: [], words: '', scenario: withKnownRuns(known), fine: [] }
}

function withKnownRuns({ first }: KnownRuns): Scenario {
  let scenario = happyScenario
  for (const [container, runs] of first) scenario = withRuns(scenario, container, runs)
  return scenario
}

/** At most this many registries and init containers are tried: a pod with 100 init containers must not be simulated 300 times. */
const maxLikely = 3

/** Likely failures for the workload, most likely first; `explain` shows the one that ends worst. */
export function likelyConditions(workload: Workload): readonly Condition[] {
  const registries = new Set(workload.imageUses().map(registryOf))
  const inits = workload.containers().filter(({ role }) => role === 'init')
  return [
    ...[...registries]
      .filter((host) => host !== undefined)
      .slice(0, maxLikely)
      .map((registry): Condition => ({ kind: 'registry-down', registry })),
    ...(['Pod', 'StatefulSet', 'DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController'].includes(workload.kind)
      ? [{ kind: 'node-reboots', afterSeconds: null } as const]
      : []),
    ...inits.slice(0, maxLikely).map(({ name }): Condition => ({ kind: 'init-fails', container: name, times: 1 })),
  ]
}

/** The registry of an image use in the form in which hosts are compared; undefined if the reference is invalid. */
function registryOf(use: ImageUse): string | undefined {
  return use.reference.ok ? comparedHost(use.reference.value.registry) : undefined
}

function problemOf(condition: Condition, workload: Workload): string | undefined {
  const uses = workload.imageUses()
  switch (condition.kind) {
    case 'registry-down': {
      const known = [...new Set(uses.map(registryOf))].filter((host) => host !== undefined)
      if (known.includes(comparedHost(condition.registry))) return undefined
      return `no image comes from ${condition.registry}; the registries are ${known.join(', ') || 'unknown'}`
    }
    case 'image-missing':
    case 'repushed':
      if (imagesLike(condition.image, uses).length > 0) return undefined
      return `no container uses the image ${condition.image}; the images are ${[...new Set(uses.map(({ image }) => image))].join(', ')}`
    case 'init-fails': {
      const inits = workload.containers().filter(({ role }) => role === 'init' || role === 'sidecar')
      if (inits.some(({ name }) => name === condition.container)) return undefined
      return inits.length === 0
        ? 'the pod has no init container'
        : `there is no init container ${condition.container}; the init containers are ${inits.map(({ name }) => name).join(', ')}`
    }
    case 'node-reboots':
      return undefined
  }
}

/** The references that mean the same image as the given one: `nginx` is `docker.io/library/nginx`. */
function imagesLike(named: string, uses: readonly ImageUse[]): readonly string[] {
  const wanted = normal(named)
  return [...new Set(uses.map(({ image }) => image))].filter((image) => image === named || normal(image) === wanted)
}

function normal(image: string): string {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return image
  const { tag, digest } = parsed.value
  return `${comparedName(parsed.value)}:${tag ?? (digest === null ? 'latest' : '')}@${digest ?? ''}`
}

function withCondition(base: Scenario, condition: Condition, workload: Workload, known: KnownRuns): Scenario {
  switch (condition.kind) {
    case 'registry-down':
      return { ...base, registries: new Map([...base.registries, [comparedHost(condition.registry), 'down']]) }
    case 'image-missing': {
      const facts: ImageFacts = { cached: false, pullable: false, why: 'not found', cachedBy: 'preloaded', user: null }
      return withImages(base, imagesLike(condition.image, workload.imageUses()), facts)
    }
    case 'repushed':
      return repushed(base, condition.image, workload)
    case 'init-fails':
      return withRuns(base, condition.container, failing(condition.times, known.first.get(condition.container)))
    case 'node-reboots':
      return rebooting(base, condition.afterSeconds ?? rebootAfter, workload, known)
  }
}

/** @param then the runs after the failures */
function failing(times: number | null, then: readonly Run[] = [endsAfter(1, 0)]): readonly Run[] {
  return times === null ? [endsAfter(1, 1)] : [...Array.from({ length: times }, () => endsAfter(1, 1)), ...then]
}

function rebooting(base: Scenario, seconds: number, workload: Workload, { first, afterSuccess }: KnownRuns): Scenario {
  const action: Action = { when: { kind: 'after', seconds }, change: { do: 'node-reboot' } }
  let changed: Scenario = { ...base, actions: [...base.actions, action] }
  for (const [container, { exit }] of afterSuccess) {
    if (!base.containers.has(container)) changed = withRuns(changed, container, [endsAfter(1, 0), endsAfter(1, exit)])
  }
  // The main containers of a Job are still running when the node reboots.
  for (const { name, role } of workload.containers()) {
    const runs = first.get(name)
    if (role === 'app' && runs !== undefined) changed = withRuns(changed, name, [runsForever, ...runs])
  }
  return changed
}

/** A push alone has no effect, because the kubelet looks at an image only at a container start. So the containers are killed once. */
function repushed(base: Scenario, named: string, workload: Workload): Scenario {
  const images = imagesLike(named, workload.imageUses())
  const pushes = images.map(
    (image): Action => ({ when: { kind: 'after', seconds: repushAfter }, change: { do: 'image-pushed', image, version: 2 } }),
  )
  const apps = workload
    .imageUses()
    .flatMap(({ role, image, container }) => (role === 'app' && container !== null && images.includes(image) ? [container] : []))
  const kills = apps.map(
    (container): Action => ({
      when: { kind: 'after', seconds: restartAfter },
      change: { do: 'container-killed', container },
    }),
  )
  const bothVersions: ContainerBehavior = {
    runs: [],
    runsOfVersion: new Map([1, 2].map((version) => [version, [runsForever]])),
    probes: new Map(),
    onTerm: null,
  }
  const unspecified = apps.filter((name) => !base.containers.has(name))
  const containers = new Map([...base.containers, ...unspecified.map((name) => [name, bothVersions] as const)])
  return { ...base, containers, actions: [...base.actions, ...pushes, ...kills] }
}

function withRuns(base: Scenario, container: string, runs: readonly Run[]): Scenario {
  const behavior: ContainerBehavior = { runs, runsOfVersion: new Map(), probes: new Map(), onTerm: null }
  return { ...base, containers: new Map([...base.containers, [container, behavior]]) }
}

function withImages(base: Scenario, images: readonly string[], facts: ImageFacts): Scenario {
  return { ...base, images: new Map([...base.images, ...images.map((image) => [image, facts] as const)]) }
}

function withCachedImages(base: Scenario, workload: Workload, registries: ReadonlySet<string>): Scenario {
  const uses = workload.imageUses().filter((use) => registries.has(registryOf(use) ?? '') && !base.images.has(use.image))
  const facts: ImageFacts = { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }
  return withImages(
    base,
    uses.map(({ image }) => image),
    facts,
  )
}
