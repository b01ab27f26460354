/** Conditions to scenarios: which worlds to look at, for one workload. */
import { parseImageReference } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { type Condition, conditionInWords, conditionText } from './conditions.ts'
import {
  type Action,
  type ContainerBehaviour,
  endsAfter,
  happyScenario,
  type ImageFacts,
  type Run,
  runsForEver,
  type Scenario,
} from './scenario.ts'

/** A world with what it is called. */
export interface NamedScenario {
  /** As behind `--if`; empty for the happy start. */
  readonly conditions: readonly string[]
  /** For people: `registry docker.io is down; the node has the images`. */
  readonly words: string
  readonly scenario: Scenario
  /** Init containers whose runs are given by the conditions and are none that the script stumbles over. */
  readonly fine: readonly string[]
}

export type WhatIf = { readonly ok: true; readonly scenarios: readonly NamedScenario[] } | { readonly ok: false; readonly problem: string }

/** How a script ends when it runs again on what an earlier run left. */
export interface RunAgain {
  readonly exit: number
  /** The command that fails, in words: `git clone (line 1)`. */
  readonly at: string
}

/** What is known of init scripts that run again, by container; left out where they succeed, or where nobody knows. */
export interface Reruns {
  /** In a new sandbox of the same pod, after a success. */
  readonly afterSuccess: ReadonlyMap<string, RunAgain>
  /** In the same sandbox, after a failure behind the command in `at`. */
  readonly afterFailure: ReadonlyMap<string, RunAgain>
}

/** When a node reboots that nobody gave a time for: the pod has settled. */
const rebootAfter = 60
/** From a new push to the restart that could take it, seconds. */
const repushAfter = 20
const restartAfter = 30

/**
 * The worlds of some conditions together. Where a registry is down there are two, which differ in what a node has: one that has never
 * seen the images, and one that has them all; the second is the one that tells Always from IfNotPresent. Where an init container fails
 * some times whose script does not bear a retry there are two as well: it failed before the command that does not, or after it.
 */
export function scenariosOf(workload: Workload, conditions: readonly Condition[], reruns: Reruns): WhatIf {
  const problem = conditions.map((condition) => problemOf(condition, workload)).find((found) => found !== undefined)
  if (problem !== undefined) return { ok: false, problem }
  const scenario = conditions.reduce((world, condition) => withCondition(world, condition, workload, reruns), happyScenario)
  const first: NamedScenario = {
    conditions: conditions.map(conditionText),
    words: conditions.map(conditionInWords).join('; '),
    scenario,
    fine: conditions.flatMap((condition) => (condition.kind === 'init-fails' ? [condition.container] : [])),
  }
  const down = new Set(conditions.flatMap((condition) => (condition.kind === 'registry-down' ? [condition.registry] : [])))
  const failing = conditions.find((condition) => condition.kind === 'init-fails' && condition.times !== null)
  const again = failing?.kind === 'init-fails' ? reruns.afterFailure.get(failing.container) : undefined
  const byScript = failing?.kind === 'init-fails' && again !== undefined ? beforeAndAfter(first, failing, again) : [first]
  if (down.size === 0) return { ok: true, scenarios: byScript }
  const byNode = byScript.flatMap((named) => [
    { ...named, words: `${named.words}; a node without the images` },
    { ...named, words: `${named.words}; the images are on the node`, scenario: withCachedImages(named.scenario, workload, down) },
  ])
  return { ok: true, scenarios: byNode }
}

/** The script failed before the command that does not bear a retry was done, or after it: then every further try fails there. */
function beforeAndAfter(
  named: NamedScenario,
  { container, times }: Extract<Condition, { kind: 'init-fails' }>,
  { exit, at }: RunAgain,
): readonly NamedScenario[] {
  const runs = [...failing(times).filter((run) => run.exit !== 0), endsAfter(1, exit)]
  return [
    { ...named, words: `${named.words}, before ${at} is done` },
    {
      ...named,
      words: `${named.words}, after ${at} is done`,
      scenario: withRuns(named.scenario, container, runs),
      fine: named.fine.filter((name) => name !== container),
    },
  ]
}

/** The kindest world. */
export const happyStart: NamedScenario = { conditions: [], words: '', scenario: happyScenario, fine: [] }

/** Most registries and init containers that are looked at for what hurts: a pod of a hundred init containers must not be played 300 times. */
const mostLikely = 3

/** What may well happen to the workload, most likely first: one of these is what hurts. */
export function likelyConditions(workload: Workload): readonly Condition[] {
  const registries = new Set(workload.imageUses().map(registryOf))
  const inits = workload.containers().filter(({ role }) => role === 'init')
  return [
    ...[...registries]
      .filter((host) => host !== undefined)
      .slice(0, mostLikely)
      .map((registry): Condition => ({ kind: 'registry-down', registry })),
    ...(['Pod', 'StatefulSet', 'DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController'].includes(workload.kind)
      ? [{ kind: 'node-reboots', afterSeconds: null } as const]
      : []),
    ...inits.slice(0, mostLikely).map(({ name }): Condition => ({ kind: 'init-fails', container: name, times: 1 })),
  ]
}

/** The registry of an image use as policies name it, undefined where the reference cannot be read. */
function registryOf(use: ImageUse): string | undefined {
  return use.reference.ok ? use.reference.value.registry : undefined
}

function problemOf(condition: Condition, workload: Workload): string | undefined {
  const uses = workload.imageUses()
  switch (condition.kind) {
    case 'registry-down': {
      const known = [...new Set(uses.map(registryOf))].filter((host) => host !== undefined)
      if (known.includes(condition.registry)) return undefined
      return `no image comes from ${condition.registry}; the registries are ${known.join(', ') || 'unknown'}`
    }
    case 'image-missing':
    case 'repushed':
      if (imagesLike(condition.image, uses).length > 0) return undefined
      return `no container has the image ${condition.image}; the images are ${[...new Set(uses.map(({ image }) => image))].join(', ')}`
    case 'init-fails': {
      const inits = workload.containers().filter(({ role }) => role === 'init' || role === 'sidecar')
      if (inits.some(({ name }) => name === condition.container)) return undefined
      return inits.length === 0
        ? 'there is no init container that could fail'
        : `there is no init container ${condition.container}; there are ${inits.map(({ name }) => name).join(', ')}`
    }
    case 'node-reboots':
      return undefined
  }
}

/** The references that mean the same image as the one that was named: `nginx` is `docker.io/library/nginx`. */
function imagesLike(named: string, uses: readonly ImageUse[]): readonly string[] {
  const wanted = normal(named)
  return [...new Set(uses.map(({ image }) => image))].filter((image) => image === named || normal(image) === wanted)
}

function normal(image: string): string {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return image
  const { registry, repository, tag, digest } = parsed.value
  return `${registry}/${repository}:${tag ?? (digest === null ? 'latest' : '')}@${digest ?? ''}`
}

function withCondition(world: Scenario, condition: Condition, workload: Workload, reruns: Reruns): Scenario {
  switch (condition.kind) {
    case 'registry-down':
      return { ...world, registries: new Map([...world.registries, [condition.registry, 'down']]) }
    case 'image-missing': {
      const facts: ImageFacts = { cached: false, pullable: false, why: 'not found', cachedBy: 'preloaded', user: null }
      return withImages(world, imagesLike(condition.image, workload.imageUses()), facts)
    }
    case 'repushed':
      return repushed(world, condition.image, workload)
    case 'init-fails':
      return withRuns(world, condition.container, failing(condition.times))
    case 'node-reboots':
      return rebooting(world, condition.afterSeconds ?? rebootAfter, reruns)
  }
}

function failing(times: number | null): readonly Run[] {
  return times === null ? [endsAfter(1, 1)] : [...Array.from({ length: times }, () => endsAfter(1, 1)), endsAfter(1, 0)]
}

function rebooting(world: Scenario, seconds: number, { afterSuccess }: Reruns): Scenario {
  const action: Action = { when: { kind: 'after', seconds }, change: { do: 'node-reboot' } }
  let changed: Scenario = { ...world, actions: [...world.actions, action] }
  for (const [container, { exit }] of afterSuccess) {
    if (!world.containers.has(container)) changed = withRuns(changed, container, [endsAfter(1, 0), endsAfter(1, exit)])
  }
  return changed
}

/** The push alone shows nothing: the kubelet looks at an image only when it starts a container. So its containers end once after it. */
function repushed(world: Scenario, named: string, workload: Workload): Scenario {
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
  const bothVersions: ContainerBehaviour = {
    runs: [],
    runsOfVersion: new Map([1, 2].map((version) => [version, [runsForEver]])),
    probes: new Map(),
    onTerm: null,
  }
  const unsaid = apps.filter((name) => !world.containers.has(name))
  const containers = new Map([...world.containers, ...unsaid.map((name) => [name, bothVersions] as const)])
  return { ...world, containers, actions: [...world.actions, ...pushes, ...kills] }
}

function withRuns(world: Scenario, container: string, runs: readonly Run[]): Scenario {
  const behaviour: ContainerBehaviour = { runs, runsOfVersion: new Map(), probes: new Map(), onTerm: null }
  return { ...world, containers: new Map([...world.containers, [container, behaviour]]) }
}

function withImages(world: Scenario, images: readonly string[], facts: ImageFacts): Scenario {
  return { ...world, images: new Map([...world.images, ...images.map((image) => [image, facts] as const)]) }
}

function withCachedImages(world: Scenario, workload: Workload, registries: ReadonlySet<string>): Scenario {
  const uses = workload.imageUses().filter((use) => registries.has(registryOf(use) ?? '') && !world.images.has(use.image))
  const facts: ImageFacts = { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }
  return withImages(
    world,
    uses.map(({ image }) => image),
    facts,
  )
}
