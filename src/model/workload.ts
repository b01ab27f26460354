import { type Container, containersOf } from './containers.ts'
import { type ImageUse, imageUsesOf } from './image-use.ts'
import { asArray, asObject, asString, at, type JsonObject, type JsonPointer, member, pointerStep, stringMap } from './json.ts'
import { type AppliedSources, appliedSources, findOrigin, type Origin, type OriginSource } from './origin.ts'
import { type WorkloadKind, workloadKind, workloadShapes } from './workload-kinds.ts'

/** The controller that owns an object (`ownerReferences` with `controller: true`). */
export interface ControllerOwner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** An object that carries a PodSpec, and what is asked of it. Made by `readWorkload`; nothing in it is copied or changed. */
export interface Workload {
  readonly object: JsonObject
  readonly apiVersion: string
  readonly kind: WorkloadKind
  /** metadata.name, or generateName as it stands. */
  readonly name: string
  /** metadata.namespace, or what the caller said. */
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Labels and annotations of the pods that it makes; the same as its own for a Pod. */
  readonly podLabels: ReadonlyMap<string, string>
  readonly podAnnotations: ReadonlyMap<string, string>
  readonly controllerOwner: ControllerOwner | null
  readonly podSpec: JsonObject
  readonly podSpecPointer: JsonPointer
  /** The pod's restartPolicy, with Kubernetes' default Always. */
  readonly restartPolicy: string
  containers(): readonly Container[]
  imageUses(): readonly ImageUse[]
  /** Where an image use's pull policy came from; looked up only when asked. */
  origin(use: ImageUse): Origin
  /** The containers and image sources of the manifest that kubectl apply left behind. */
  appliedSources(): AppliedSources
}

export interface WorkloadContext {
  /** Namespace for objects that name none. */
  readonly namespace: string
  /** A raw manifest as a person wrote it, or an object that the API server has defaulted already. */
  readonly source: OriginSource
  /** The object before an UPDATE. */
  readonly old?: Workload | null
}

/**
 * Reads a workload from a parsed object.
 * @returns the workload, or undefined where the object is none of the nine kinds
 */
export function readWorkload(object: unknown, context: WorkloadContext): Workload | undefined {
  const raw = asObject(object)
  const apiVersion = asString(member(raw, 'apiVersion')) ?? ''
  const kind = workloadKind(apiVersion, asString(member(raw, 'kind')) ?? '')
  if (kind === undefined) return undefined
  const templatePath = workloadShapes[kind].template
  const template = at(raw, ...templatePath)
  const podSpec = asObject(member(template, 'spec'))
  const podSpecPointer = `${templatePath.map(pointerStep).join('')}/spec`
  const metadata = member(raw, 'metadata')
  const podMetadata = member(template, 'metadata')
  let containers: readonly Container[] | undefined
  let uses: readonly ImageUse[] | undefined
  let [labels, annotations, podLabels, podAnnotations]: ReadonlyMap<string, string>[] = []
  let applied: AppliedSources | undefined
  const origins = new Map<ImageUse, Origin>()
  const workload: Workload = {
    object: raw,
    apiVersion,
    kind,
    name: asString(member(metadata, 'name')) || asString(member(metadata, 'generateName')) || '',
    namespace: asString(member(metadata, 'namespace')) || context.namespace,
    // Made when asked for: most reviews need few of them.
    get labels() {
      labels ??= stringMap(member(metadata, 'labels'))
      return labels
    },
    get annotations() {
      annotations ??= stringMap(member(metadata, 'annotations'))
      return annotations
    },
    get podLabels() {
      podLabels ??= stringMap(member(podMetadata, 'labels'))
      return podLabels
    },
    get podAnnotations() {
      podAnnotations ??= stringMap(member(podMetadata, 'annotations'))
      return podAnnotations
    },
    controllerOwner: controllerOwner(metadata),
    podSpec,
    podSpecPointer,
    restartPolicy: asString(member(podSpec, 'restartPolicy')) || 'Always',
    containers: () => {
      containers ??= containersOf(podSpec, podSpecPointer)
      return containers
    },
    imageUses: () => {
      uses ??= imageUsesOf(workload.containers(), podSpec, podSpecPointer)
      return uses
    },
    origin: (use) => {
      let origin = origins.get(use)
      if (origin === undefined) {
        origin = findOrigin(workload, use, context.source, context.old ?? null)
        origins.set(use, origin)
      }
      return origin
    },
    appliedSources: () => {
      applied ??= appliedSources(kind, workload.annotations)
      return applied
    },
  }
  return workload
}

function controllerOwner(metadata: unknown): ControllerOwner | null {
  for (const owner of asArray(member(metadata, 'ownerReferences'))) {
    if (member(owner, 'controller') !== true) continue
    return {
      apiVersion: asString(member(owner, 'apiVersion')) ?? '',
      kind: asString(member(owner, 'kind')) ?? '',
      name: asString(member(owner, 'name')) ?? '',
      uid: asString(member(owner, 'uid')) ?? '',
    }
  }
  return null
}
