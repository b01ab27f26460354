/** Changes a scenario so that a condition holds. */
import type { JsonObject } from '../../model/json.ts'
import { comparedHost } from '../../model/registry-host.ts'
import type { Workload } from '../../model/workload.ts'
import type { Condition } from './conditions.ts'
import { correctionOf } from './corrections.ts'
import { failing, type KnownRuns, killedAfter, withRuns } from './known-runs.ts'
import { imagesFrom, imagesLike } from './named-images.ts'
import { type Action, type ContainerBehavior, endsAfter, type ImageFacts, runsForever, type Scenario } from './scenario.ts'

/** When a node reboots if the condition has no time: after the pod has settled. */
const rebootAfter = 60
/** When a container dies: after the pod has settled. */
const deathAfter = 60
/** When the image is pushed, and when its containers restart and could pick it up; seconds. */
const repushAfter = 20
const restartAfter = 30

/** The scenario in which the condition holds as well. */
export function withCondition(base: Scenario, condition: Condition, workload: Workload, known: KnownRuns): Scenario {
  switch (condition.kind) {
    case 'registry-down':
      return withRegistryDown(base, comparedHost(condition.registry), condition.afterSeconds)
    case 'unauthorized': {
      const images = imagesFrom(new Set([comparedHost(condition.registry)]), workload.imageUses())
      return withImages(base, images, { pullable: 'unauthorized', why: 'unauthorized' })
    }
    case 'image-missing':
      return withImages(base, imagesLike(condition.image, workload.imageUses()), { pullable: false, why: 'not found' })
    case 'image-cached':
      return withImages(base, imagesLike(condition.image, workload.imageUses()), { cached: true })
    case 'killed-in':
      return withRuns(base, condition.container, [killedAfter(1), ...(known.first.get(condition.container) ?? [endsAfter(1, 0)])])
    case 'container-dies':
      return dying(base, condition.container, known)
    case 'fixed':
      return fixing(base, condition.image, workload)
    case 'repushed':
      return repushed(base, condition.image, workload, known)
    case 'init-fails':
      return withRuns(base, condition.container, failing(condition.times, known.first.get(condition.container)))
    case 'node-reboots':
      return rebooting(base, condition.afterSeconds ?? rebootAfter, workload, known)
  }
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
function repushed(base: Scenario, named: string, workload: Workload, { first }: KnownRuns): Scenario {
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
  const bothVersions = (name: string): ContainerBehavior => ({
    runs: [],
    runsOfVersion: new Map([1, 2].map((version) => [version, [runsForever, ...(first.get(name) ?? [])]])),
    probes: new Map(),
    onTerm: null,
  })
  // What another condition sets stays; the main containers of a Job are still running when they are killed.
  const unspecified = apps.filter((name) => base.containers.get(name)?.runs === first.get(name))
  const containers = new Map([...base.containers, ...unspecified.map((name) => [name, bothVersions(name)] as const)])
  return { ...base, containers, actions: [...base.actions, ...pushes, ...kills] }
}

/**
 * The scenario in which an image that is pushed again repairs the init containers that use it and fail every time: the attempts with the
 * former image fail. How the new image runs is as little known as for any other image, so it does what its script shows.
 */
export function withFixedImages(base: Scenario, conditions: readonly Condition[], workload: Workload, { first }: KnownRuns): Scenario {
  const pushed = new Set(conditions.flatMap((one) => (one.kind === 'repushed' ? imagesLike(one.image, workload.imageUses()) : [])))
  const containers = new Map(base.containers)
  for (const condition of conditions) {
    if (condition.kind !== 'init-fails' || condition.times !== null) continue
    const name = condition.container
    const use = workload.imageUses().find(({ container, image }) => container === name && pushed.has(image))
    if (use === undefined) continue
    const runsOfVersion = new Map([
      [1, failing(null)],
      [2, first.get(name) ?? [use.role === 'sidecar' ? runsForever : endsAfter(1, 0)]],
    ])
    containers.set(name, { runs: [], runsOfVersion, probes: new Map(), onTerm: null })
  }
  return { ...base, containers }
}

/** When the manifest is corrected: after the pod has settled. */
const correctAfter = 60
/** An image that can be pulled. */
const correctedImage = 'registry.example/corrected:1'

/**
 * The image cannot be pulled, and then the manifest is corrected. A pod that a new one replaces is corrected from its beginning: the
 * timeline is that of the new pod. A workload that does not apply the correction keeps its pod.
 */
function fixing(base: Scenario, named: string, workload: Workload): Scenario {
  const images = imagesLike(named, workload.imageUses())
  const broken = withImages(base, images, { pullable: false, why: 'not found' })
  const effect = correctionOf(workload)
  if (effect === 'none') return broken
  const users = workload.imageUses().filter(({ image, container }) => container !== null && images.includes(image))
  const patched = (isInit: boolean): readonly JsonObject[] =>
    users
      .filter(({ role }) => (role === 'init' || role === 'sidecar') === isInit)
      .map(({ container }) => ({ name: container, image: correctedImage }))
  const patch = { spec: { initContainers: patched(true), containers: patched(false) } }
  const seconds = effect === 'new-pod' ? 0 : correctAfter
  return { ...broken, actions: [...broken.actions, { when: { kind: 'after', seconds }, change: { do: 'pod-patched', patch } }] }
}

/** An image that is not on the node, and that its registry has. */
const ordinaryImage: ImageFacts = { cached: false, pullable: true, why: null, cachedBy: 'preloaded', user: null }

/** Changes what is known of images; the rest stays as another condition set it. */
function withImages(base: Scenario, images: readonly string[], facts: Partial<ImageFacts>): Scenario {
  const changed = images.map((image) => [image, { ...(base.images.get(image) ?? ordinaryImage), ...facts }] as const)
  return { ...base, images: new Map([...base.images, ...changed]) }
}

function withRegistryDown(base: Scenario, registry: string, afterSeconds: number | null): Scenario {
  if (afterSeconds === null) return { ...base, registries: new Map([...base.registries, [registry, 'down']]) }
  const action: Action = { when: { kind: 'after', seconds: afterSeconds }, change: { do: 'registry-down', registry } }
  return { ...base, actions: [...base.actions, action] }
}

/** A main container of a Job is killed before it completes; one that runs on is killed after the pod has settled. */
function dying(base: Scenario, container: string, { first }: KnownRuns): Scenario {
  const then = first.get(container) ?? [runsForever]
  const runs = then[0]?.seconds === null ? [killedAfter(deathAfter), ...then] : [killedAfter(1), ...then]
  return withRuns(base, container, runs)
}

/** The scenario in which the node has the images of some registries, except those that a condition is about. */
export function withCachedImages(base: Scenario, workload: Workload, registries: ReadonlySet<string>): Scenario {
  const images = imagesFrom(registries, workload.imageUses()).filter((image) => !base.images.has(image))
  return withImages(base, images, { cached: true })
}
