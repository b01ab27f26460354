/** Runs of the startup model: how does a Pod start, restart or come back, with these images on the node and in the registries? */
import { readWorkload } from '../../model/workload.ts'
import { explainStart } from '../../startup/play/explain.ts'
import {
  type Action,
  type Change,
  endsAfter,
  happyScenario,
  type ImageFacts,
  killedExit,
  runsForever,
  type Scenario,
} from '../../startup/scenario/scenario.ts'
import type { Step, Timeline } from '../../startup/timeline/timeline.ts'
import { modelImage, modelName, modelRegistry, type PodShape } from './pod-shape.ts'

/**
 * What happens to a Pod: all its containers are killed, its node reboots and its init containers run again, or a new Pod starts.
 */
export type DrillEvent = 'restart' | 'reboot' | 'new-pod'

/** One image at the time of the event. */
export interface ImageState {
  /** `locked`: it is on the node, but another Pod pulled it with a secret that this one does not have. */
  readonly onNode: 'yes' | 'no' | 'locked'
  readonly canPull: boolean
}

/** Why a container does not start, in the words of the kubelet: `ErrImagePull`. */
export interface Culprit {
  /** Index in the uses of the shape. */
  readonly use: number
  readonly reason: string
}

export interface ModelRun {
  readonly starts: boolean
  /** Empty if it starts, or if no container is to blame. */
  readonly culprits: readonly Culprit[]
  /** How the model describes the end: `retrying`, `failed`; for `rejected`, the API server would not accept the Pod of the model. */
  readonly verdict: Timeline['verdict']
}

/** What all starts of one drill may cost, in starts of an ordinary Pod, each about a millisecond. */
const maxCost = 100_000
/** The cost of a start grows with the square of the number of containers (see inspect/explain.ts). */
const costlyContainers = 5

/** Runs the model, and remembers the result: most Pods of a cluster start alike. */
export class ModelRuns {
  readonly #known = new Map<string, ModelRun>()
  #cost = 0
  readonly #most: number

  /** @param most what all starts may cost, in starts of an ordinary Pod */
  constructor(most = maxCost) {
    this.#most = most
  }

  /** How many different starts were modeled. */
  get size(): number {
    return this.#known.size
  }

  /** @param images by slot of the shape @returns undefined if there were too many different starts */
  run(shape: PodShape, event: DrillEvent, images: readonly ImageState[]): ModelRun | undefined {
    const reruns = event === 'reboot' ? shape.reruns : []
    const state = images.map(({ onNode, canPull }) => `${onNode[0]}${canPull ? 'u' : 'd'}`).join('')
    const key = `${event} ${state} ${JSON.stringify(reruns.map(({ use, exit }) => [use, exit]))} ${shape.model}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#cost += 1 + (shape.uses.length / costlyContainers) ** 2
    if (this.#cost > this.#most) return undefined
    const found = runModel(shape, event, images)
    this.#known.set(key, found)
    return found
  }
}

/** When the event happens: the Pod has settled. An init container takes a second, and an image volume or a pull half of one. */
const settleSeconds = 60
const secondsPerContainer = 3

function runModel(shape: PodShape, event: DrillEvent, images: readonly ImageState[]): ModelRun {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'drill', namespace: 'default' }, spec: JSON.parse(shape.model) }
  const workload = readWorkload(pod, { namespace: 'default', source: 'review' })
  if (workload === undefined) return { starts: false, culprits: [], verdict: 'rejected' }
  const timeline = explainStart(workload, event === 'new-pod' ? newPod(images) : afterwards(shape, event, images))
  const starts = timeline.verdict === 'running' || timeline.verdict === 'completed'
  return { starts, culprits: starts ? [] : culpritsOf(timeline, shape), verdict: timeline.verdict }
}

const byAnother = 'pulled by another pod with a secret'

function factsOf({ onNode, canPull }: ImageState): ImageFacts {
  return { cached: onNode !== 'no', pullable: canPull, why: null, cachedBy: onNode === 'locked' ? byAnother : 'preloaded', user: null }
}

/** A Pod that is created during the outage. */
function newPod(images: readonly ImageState[]): Scenario {
  return { ...happyScenario, images: new Map(images.map((state, slot) => [modelImage(slot), factsOf(state)])) }
}

/** A Pod that has started before; then images and registries become as they are, and the event happens. */
function afterwards(shape: PodShape, event: 'restart' | 'reboot', images: readonly ImageState[]): Scenario {
  const seconds = settleSeconds + secondsPerContainer * shape.uses.length
  const act = (change: Change): Action => ({ when: { kind: 'after', seconds }, change })
  const world = images.flatMap(({ onNode, canPull }, slot): readonly Change[] => [
    ...(canPull ? [] : [{ do: 'registry-down', registry: modelRegistry(slot) } as const]),
    ...(onNode === 'yes' ? [] : [{ do: 'image-evicted', image: modelImage(slot) } as const]),
  ])
  const killed = shape.uses.flatMap(({ role }, use): readonly Change[] =>
    role === 'app' || role === 'sidecar' ? [{ do: 'container-killed', container: modelName(use) }] : [],
  )
  const happens: readonly Change[] = event === 'restart' ? killed : [{ do: 'node-reboot' }]
  const present = { onNode: 'yes', canPull: true } as const
  const reruns = event === 'reboot' ? shape.reruns : []
  return {
    ...happyScenario,
    images: new Map(images.map((_, slot) => [modelImage(slot), factsOf(present)])),
    containers: new Map([
      ...shape.uses.flatMap(({ role }, use) => (role === 'app' ? [[modelName(use), behavior([runsForever])] as const] : [])),
      ...reruns.map(({ use, exit }) => [modelName(use), behavior([endsAfter(1, 0), endsAfter(1, exit)])] as const),
    ]),
    actions: [...world, ...happens].map(act),
  }
}

function behavior(runs: readonly (typeof runsForever)[]) {
  return { runs, runsOfVersion: new Map(), probes: new Map(), onTerm: null }
}

const killed = `exits ${killedExit}`

interface Failure {
  readonly reason: string
  readonly isAboutImage: boolean
}

/** The containers that something keeps from starting at the end of the run. */
function culpritsOf({ steps }: Timeline, shape: PodShape): readonly Culprit[] {
  const failures = new Map<string, Failure>()
  for (const step of steps) {
    const { lane, kind, until, detail } = step
    if (lane === null) continue
    const reason = reasonOf(step)
    const known = failures.get(lane)
    if (reason !== undefined) failures.set(lane, { reason, isAboutImage: kind.startsWith('pull') })
    else if (isSuccess(step) || (known?.isAboutImage === true && (kind === 'cached' || detail.outcome === 'ok'))) failures.delete(lane)
    // A container that the event killed runs again.
    else if (kind === 'run' && until === null && known?.reason === killed) failures.delete(lane)
  }
  const found = shape.uses.flatMap((_, use): (Culprit & Failure)[] => {
    const failure = failures.get(modelName(use))
    return failure === undefined ? [] : [{ use, ...failure }]
  })
  // Containers that the event killed wait for those whose images are missing, or whose scripts fail.
  const choices = [found.filter(({ isAboutImage }) => isAboutImage), found.filter(({ reason }) => reason !== killed), found]
  return (choices.find(({ length }) => length > 0) ?? []).map(({ use, reason }) => ({ use, reason }))
}

function isSuccess({ kind, detail }: Step): boolean {
  return (kind === 'run' || kind === 'done') && detail.exitCode === 0
}

function reasonOf({ kind, detail }: Step): string | undefined {
  switch (kind) {
    case 'pull-error':
      return detail.reason ?? 'ErrImagePull'
    case 'pull':
    case 'pull-back-off':
      return detail.outcome === 'ok' ? undefined : 'ErrImagePull'
    case 'back-off':
      return detail.exitCode === undefined || detail.exitCode === 0 ? undefined : `exits ${detail.exitCode}`
    case 'done':
      return detail.exitCode === undefined || detail.exitCode === 0 ? undefined : `is not restarted`
    default:
      return undefined
  }
}
