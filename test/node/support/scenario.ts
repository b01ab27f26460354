/** The scenarios as data: an object as a person writes it, and the world that it meets. */
import { isObject, type JsonObject } from '../../../src/model/json.ts'
import { readWorkload, type Workload } from '../../../src/model/workload.ts'
import { readScenario } from '../../../src/startup/scenario/read-scenario.ts'
import type { Scenario } from '../../../src/startup/scenario/scenario.ts'
import { prepareObject } from './prepare.ts'
import type { Requests } from './registries.ts'

/** What docs/evidence.md says of a scenario. */
export interface Claim {
  /** The chapter of the page that it stands in. */
  readonly chapter: string
  /** What is said about Kubernetes, one sentence. */
  readonly sentence: string
  /** Where Kubernetes 1.36 does something else, or something that few expect: what. */
  readonly but?: string
}

/** One scenario. `world` has the format of test/fixtures/startup/README.md (`scenario`). */
export interface NodeScenario {
  /** Also the name of the object. */
  readonly name: string
  /** A Pod or Job without what the node needs (`prepareObject`) and without the containers' commands: they follow from the world. */
  readonly object: JsonObject
  readonly world: JsonObject
  readonly claim?: Claim
  /** Statuses that stand for so short a time that a kubelet with much to do does not report them: left out on both sides. */
  readonly fleeting?: readonly string[]
  /** What a registry that is up has to see, by image reference. The model has to ask it as often. */
  readonly registry?: Readonly<Record<string, Requests>>
}

/** A scenario, read: the object as it is applied, and the world as the model takes it. */
export interface PreparedScenario extends NodeScenario {
  readonly applied: JsonObject
  readonly workload: Workload
  readonly scenario: Scenario
}

/** An image that every node has. */
export const commonImage = 'registry.test/app:1'

/** A pod by its spec. */
export function pod(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
}

/** A container with the image that every node has. */
export function container(name: string, more: JsonObject = {}): JsonObject {
  return { name, image: commonImage, ...more }
}

/**
 * Fills in what the node needs and reads both parts.
 * @param folder of the node, for the pod's own folder on it
 * @param crashLoopMaxSeconds of the node's kubelet
 */
export function prepareScenario(given: NodeScenario, folder: string, crashLoopMaxSeconds: number): PreparedScenario {
  const images = { [commonImage]: { cached: true }, ...(isObject(given.world.images) ? given.world.images : {}) }
  const registries = { 'registry.test': 'up', ...(isObject(given.world.registries) ? given.world.registries : {}) }
  const read = readScenario({ kubelet: { crashLoopMaxSeconds }, ...given.world, images, registries })
  if (!read.ok) throw new Error(`${given.name}: ${read.problem}`)
  if (read.notes.length > 0) throw new Error(`${given.name}: ${read.notes.join(' ')}`)
  const applied = prepareObject(given.object, read.scenario, `${folder}/pods/${given.name}`)
  const workload = readWorkload(applied, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) throw new Error(`${given.name}: the object is no workload.`)
  return { ...given, applied, workload, scenario: read.scenario }
}
