/** What `npm run test:why` plays: pods that are stuck, what `initlint why` must say of them, and the cure that its answer proposes. */
import type { JsonObject } from '../../../src/model/json.ts'
import type { RecordedImage } from '../record/scenario.ts'
import type { Lab } from './lab.ts'

/** When the question is asked. */
export interface Stuck {
  /** What kubectl shows. */
  readonly status?: string
  /** status.phase, which the kubelet may report later. */
  readonly phase?: string
  /** How often a container has restarted at least. */
  readonly restarts?: number
  /** A container that runs. */
  readonly running?: string
  /** The reason of an Event in the namespace. */
  readonly event?: string
}

/** What the answer must say. */
export interface Expected {
  readonly cause: string
  readonly stage: string
  readonly container: string | null
  readonly waiting: 'yes' | 'no' | 'unknown'
}

/** How the answer is carried out. */
export type Cure =
  /** The commands of `now`, as they are printed. */
  | { readonly by: 'now' }
  /** The edits, applied to the manifest of the pod or of its controller. */
  | { readonly by: 'edits' }
  /** What `now` advises to change in the manifest. */
  | { readonly by: 'manifest'; readonly change: (manifest: JsonObject) => JsonObject }
  /** What `now` advises to change elsewhere. Nothing touches the pod: the kubelet goes on by itself. */
  | { readonly by: 'world'; readonly change: (lab: Lab, namespace: string) => Promise<unknown> }
  /** Nothing: the next attempt is awaited, and fails again. */
  | { readonly by: 'waiting' }

/** One question, and what follows from its answer. */
export interface Act {
  readonly stuck: Stuck
  /** Something that happens after the pod is stuck and before the question. */
  readonly before?: (lab: Lab, namespace: string) => Promise<unknown>
  readonly expected: Expected
  /** What the cure uses, each of which `now`, `then` or the cause must name. */
  readonly names: readonly string[]
  /** The attempt that the answer predicts, if its time is compared. */
  readonly next?: 'pull' | 'restart'
  readonly cure: Cure
}

export interface StuckScenario {
  /** Also the name of its namespace. */
  readonly name: string
  /** Whether it is quick enough for every run; the others run with `--all`. */
  readonly isQuick?: true
  readonly namespaceLabels?: Readonly<Record<string, string>>
  /** Created in this order. The last one has the pods. Pods and templates get what the node requires (`onNode`). */
  readonly objects: readonly JsonObject[]
  /** Whether pods are refused in the namespace: then the last object is created once they are. */
  readonly refusesPods?: true
  readonly images?: Readonly<Record<string, RecordedImage>>
  /** What is asked about: the pod of the scenario's name, or KIND/NAME. */
  readonly target?: string
  readonly acts: readonly Act[]
  /** How its pods end; by default, they are ready. */
  readonly end?: 'ready' | 'complete'
}

type ManifestCure = Extract<Cure, { by: 'manifest' }>

/** Applies a change to the spec of a pod, or to that in a template. */
function inPodSpec(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const spec = object.spec as JsonObject
  const key = ['jobTemplate', 'template'].find((each) => each in spec)
  return { ...object, spec: key === undefined ? change(spec) : { ...spec, [key]: inPodSpec(spec[key] as JsonObject, change) } }
}

/** A change of the spec of a pod, or of the pods of a controller. */
export function podSpec(change: (spec: JsonObject) => JsonObject): ManifestCure {
  return { by: 'manifest', change: (manifest) => inPodSpec(manifest, change) }
}

/** A change of one container of a pod. */
export function container(name: string, changes: JsonObject): ManifestCure {
  const changed = (list: unknown): readonly JsonObject[] =>
    (list as readonly JsonObject[]).map((each) => (each.name === name ? { ...each, ...changes } : each))
  return podSpec((spec) => ({
    ...spec,
    ...(spec.initContainers !== undefined && { initContainers: changed(spec.initContainers) }),
    containers: changed(spec.containers),
  }))
}
