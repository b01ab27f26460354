import { type Container, containersOf, type Mounters, mountersOf } from './containers.ts'
import { type ImageUse, imageUsesOf } from './image-use.ts'
import { asArray, asObject, asString, at, type JsonObject, type JsonPointer, member, pointerStep, stringMap } from './json.ts'
import { type AppliedSources, appliedSources, type FieldOwners, fieldOwners, findOrigin, type Origin, type OriginSource } from './origin.ts'
import { type WorkloadKind, workloadKind, workloadShapes } from './workload-kinds.ts'

/** The controller that owns an object (`ownerReferences` with `controller: true`). */
export interface ControllerOwner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** An object that contains a PodSpec, with accessors. Created by `readWorkload`; nothing in the object is copied or changed. */
export interface Workload {
  readonly object: JsonObject
  readonly apiVersion: string
  readonly kind: WorkloadKind
  readonly source: OriginSource
  /** metadata.name, or metadata.generateName unchanged. */
  readonly name: string
  /** metadata.namespace, or the namespace that the caller passed. */
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Labels and annotations of the pods that it creates; for a Pod, its own. */
  readonly podLabels: ReadonlyMap<string, string>
  readonly podAnnotations: ReadonlyMap<string, string>
  readonly controllerOwner: ControllerOwner | null
  readonly podSpec: JsonObject
  readonly podSpecPointer: JsonPointer
  /** The pod's restartPolicy; Always, the default of Kubernetes, if it is not set. */
  readonly restartPolicy: string
  containers(): readonly Container[]
  imageUses(): readonly ImageUse[]
  /** The containers that mount each volume. */
  mounters(): Mounters
  /** Where the pull policy of an image use came from; computed on first use. */
  origin(use: ImageUse): Origin
  /** The containers and image sources of the manifest in the last-applied annotation. */
  appliedSources(): AppliedSources
  /** What metadata.managedFields says about the pull policies. */
  fieldOwners(): FieldOwners
}

export interface WorkloadContext {
  /** The namespace of objects that do not set one. */
  readonly namespace: string
  /** A raw manifest, or an object that the API server has already defaulted. */
  readonly source: OriginSource
  /** The object before an UPDATE. */
  readonly old?: Workload | null
}

/**
 * Reads a workload from a parsed object.
 * @returns the workload, or undefined if the object is none of the nine kinds
 */
export function readWorkload(object: unknown, context: WorkloadContext): Workload | undefined {
  const raw = asObject(object)
  const apiVersion = asString(member(raw, 'apiVersion')) ?? ''
  const kind = workloadKind(apiVersion, asString(member(raw, 'kind')) ?? '')
  if (kind === undefined) return undefined
  return new ReadWorkload(raw, apiVersion, kind, context)
}

/**
 * Reads the common properties at once and the rest on first use, because most reviews need little of it. This is a class, because V8
 * creates a separate hidden class for each object literal with accessors, and those keep every review alive until the next full garbage
 * collection.
 */
class ReadWorkload implements Workload {
  readonly object: JsonObject
  readonly apiVersion: string
  readonly kind: WorkloadKind
  readonly source: OriginSource
  readonly name: string
  readonly namespace: string
  readonly controllerOwner: ControllerOwner | null
  readonly podSpec: JsonObject
  readonly podSpecPointer: JsonPointer
  readonly restartPolicy: string
  readonly #context: WorkloadContext
  readonly #metadata: unknown
  readonly #podMetadata: unknown
  #labels: ReadonlyMap<string, string> | undefined
  #annotations: ReadonlyMap<string, string> | undefined
  #podLabels: ReadonlyMap<string, string> | undefined
  #podAnnotations: ReadonlyMap<string, string> | undefined
  #containers: readonly Container[] | undefined
  #imageUses: readonly ImageUse[] | undefined
  #mounters: Mounters | undefined
  #appliedSources: AppliedSources | undefined
  #fieldOwners: FieldOwners | undefined
  readonly #origins = new Map<ImageUse, Origin>()

  constructor(raw: JsonObject, apiVersion: string, kind: WorkloadKind, context: WorkloadContext) {
    const templatePath = workloadShapes[kind].template
    const template = at(raw, ...templatePath)
    const metadata = member(raw, 'metadata')
    this.object = raw
    this.apiVersion = apiVersion
    this.kind = kind
    this.source = context.source
    this.name = asString(member(metadata, 'name')) || asString(member(metadata, 'generateName')) || ''
    this.namespace = asString(member(metadata, 'namespace')) || context.namespace
    this.controllerOwner = controllerOwner(metadata)
    this.podSpec = asObject(member(template, 'spec'))
    this.podSpecPointer = `${templatePath.map(pointerStep).join('')}/spec`
    this.restartPolicy = asString(member(this.podSpec, 'restartPolicy')) || 'Always'
    this.#context = context
    this.#metadata = metadata
    this.#podMetadata = member(template, 'metadata')
  }

  get labels(): ReadonlyMap<string, string> {
    this.#labels ??= stringMap(member(this.#metadata, 'labels'))
    return this.#labels
  }

  get annotations(): ReadonlyMap<string, string> {
    this.#annotations ??= stringMap(member(this.#metadata, 'annotations'))
    return this.#annotations
  }

  get podLabels(): ReadonlyMap<string, string> {
    this.#podLabels ??= stringMap(member(this.#podMetadata, 'labels'))
    return this.#podLabels
  }

  get podAnnotations(): ReadonlyMap<string, string> {
    this.#podAnnotations ??= stringMap(member(this.#podMetadata, 'annotations'))
    return this.#podAnnotations
  }

  containers(): readonly Container[] {
    this.#containers ??= containersOf(this.podSpec, this.podSpecPointer)
    return this.#containers
  }

  imageUses(): readonly ImageUse[] {
    this.#imageUses ??= imageUsesOf(this.containers(), this.podSpec, this.podSpecPointer)
    return this.#imageUses
  }

  mounters(): Mounters {
    this.#mounters ??= mountersOf(this.containers())
    return this.#mounters
  }

  origin(use: ImageUse): Origin {
    let origin = this.#origins.get(use)
    if (origin === undefined) {
      origin = findOrigin(this, use, this.source, this.#context.old ?? null)
      this.#origins.set(use, origin)
    }
    return origin
  }

  appliedSources(): AppliedSources {
    this.#appliedSources ??= appliedSources(this.kind, this.annotations)
    return this.#appliedSources
  }

  fieldOwners(): FieldOwners {
    this.#fieldOwners ??= fieldOwners(this.object, this.kind)
    return this.#fieldOwners
  }
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
