/** Scenarios as data: an object as a user writes it, and the circumstances of its start. */
import { isObject, type JsonObject } from '../../../src/model/json.ts'
import { readWorkload, type Workload } from '../../../src/model/workload.ts'
import { readScenario } from '../../../src/startup/scenario/read-scenario.ts'
import type { Scenario } from '../../../src/startup/scenario/scenario.ts'
import { prepareObject } from './prepare.ts'
import type { Requests } from './registries.ts'

/** The text about a scenario in docs/evidence.md. */
export interface Claim {
  /** The chapter of the page. */
  readonly chapter: string
  /** A common claim about Kubernetes, one sentence. */
  readonly sentence: string
  /** What Kubernetes 1.36 does differently from the claim or from what most people expect. */
  readonly but?: string
}

/** One scenario. `world` has the format of test/fixtures/startup/README.md (`scenario`). */
export interface NodeScenario {
  /** The name of the scenario and of the object. */
  readonly name: string
  /** A Pod or Job without what the node requires (`prepareObject`) and without commands, which `world` determines. */
  readonly object: JsonObject
  readonly world: JsonObject
  readonly claim?: Claim
  /** Statuses so short-lived that a busy kubelet may not report them: ignored on both sides. */
  readonly fleeting?: readonly string[]
  /** The expected requests to registries that are up, by image reference. The model must predict as many pulls. */
  readonly registry?: Readonly<Record<string, Requests>>
}

/** A scenario ready to run: the object to apply, and the scenario as the model reads it. */
export interface PreparedScenario extends NodeScenario {
  readonly applied: JsonObject
  readonly workload: Workload
  readonly scenario: Scenario
}

/** An image that is always on the node. */
export const commonImage = 'registry.test/app:1'

/** A pod with the given spec. */
export function pod(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
}

/** A container with the image that is always on the node. */
export function container(name: string, more: JsonObject = {}): JsonObject {
  return { name, image: commonImage, ...more }
}

/**
 * Adds what the node requires and reads both parts.
 * @param folder the node's folder, which will contain the pod's folder
 * @param crashLoopMaxSeconds the setting of the node's kubelet
 */
export function prepareScenario(given: NodeScenario, folder: string, crashLoopMaxSeconds: number): PreparedScenario {
  const images = { [commonImage]: { cached: true }, ...(isObject(given.world.images) ? given.world.images : {}) }
  const registries = { 'registry.test': 'up', ...(isObject(given.world.registries) ? given.world.registries : {}) }
  const read = readScenario({ kubelet: { crashLoopMaxSeconds }, ...given.world, images, registries })
  if (!read.ok) throw new Error(`${given.name}: ${read.problem}`)
  if (read.notes.length > 0) throw new Error(`${given.name}: ${read.notes.join(' ')}`)
  const applied = prepareObject(given.object, read.scenario, `${folder}/pods/${given.name}`)
  const workload = readWorkload(applied, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) throw new Error(`${given.name}: the object is not a workload.`)
  return { ...given, applied, workload, scenario: read.scenario }
}
