import { type Container, containersIn, containersOf, type Mounters, mountersOf } from './containers.ts'
import { type ImageUse, imageUsesOf } from './image-use.ts'
import { asArray, asObject, asString, at, type JsonObject, type JsonPointer, member, pointerTo, stringMap } from './json.ts'
import { type AppliedSources, appliedSources, type FieldOwners, fieldOwners, findOrigin, type Origin, type OriginSource } from './origin.ts'
import { defaultTemplatePaths, findTemplates, type Path, podSpecPath, type TemplatePaths, type TemplatePlace } from './pod-templates.ts'
import { customResource, type KindOfWorkload, workloadKind, workloadShapes } from './workload-kinds.ts'

/** The controller that owns an object (`ownerReferences` with `controller: true`). */
export interface ControllerOwner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** A pod template of an object, with accessors. Created by `readWorkloads`; nothing in the object is copied or changed. */
export interface Workload {
  readonly object: JsonObject
  readonly apiVersion: string
  /** One of the nine kinds of Kubernetes; `CustomResource` for all others, about whose controllers nothing is known. */
  readonly kind: KindOfWorkload
  /** The kind as written: `Deployment`, `Rollout`. */
  readonly kindName: string
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
  /** The same template of the object before an UPDATE. */
  readonly old: Workload | null
  readonly podSpec: JsonObject
  readonly podSpecPointer: JsonPointer
  /** The keys and indexes of `podSpecPointer`. */
  readonly podSpecPath: Path
  /** False for a custom resource that has only containers, to which its controller adds the rest of the pod; `podSpec` is then empty. */
  readonly hasPodSpec: boolean
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
  /** Where custom resources have pod templates; the shipped list if omitted. */
  readonly templates?: TemplatePaths
}

/**
 * Reads the pod templates of a parsed object: one of an object of the nine kinds, any number of a custom resource.
 * @param oldObject the object before an UPDATE: each template gets the old one at the same place as its `old`
 */
export function readWorkloads(object: unknown, context: WorkloadContext, oldObject?: unknown): readonly Workload[] {
  const raw = asObject(object)
  const standard = readWorkload(raw, oldObject === undefined ? context : { ...context, old: readWorkload(oldObject, context) ?? null })
  if (standard !== undefined) return [standard]
  const places = findTemplates(raw, context.templates ?? defaultTemplatePaths)
  if (places.length === 0) return []
  const apiVersion = asString(member(raw, 'apiVersion')) ?? ''
  const before = oldObject === undefined ? [] : readWorkloads(oldObject, context)
  const oldAt = new Map(before.map((old) => [old.podSpecPointer, old]))
  return places.map((place) => {
    const old = oldAt.get(pointerTo(podSpecPath(place))) ?? null
    return new ReadWorkload(raw, apiVersion, customResource, { ...context, old }, place)
  })
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
  return new ReadWorkload(raw, apiVersion, kind, context, { path: workloadShapes[kind].template, shape: 'template' })
}

/**
 * Reads the common properties at once and the rest on first use, because most reviews need little of it. This is a class, because V8
 * creates a separate hidden class for each object literal with accessors, and those keep every review alive until the next full garbage
 * collection.
 */
class ReadWorkload implements Workload {
  readonly object: JsonObject
  readonly apiVersion: string
  readonly kind: KindOfWorkload
  readonly kindName: string
  readonly source: OriginSource
  readonly name: string
  readonly namespace: string
  readonly controllerOwner: ControllerOwner | null
  readonly old: Workload | null
  readonly podSpec: JsonObject
  readonly podSpecPointer: JsonPointer
  readonly podSpecPath: Path
  readonly hasPodSpec: boolean
  readonly restartPolicy: string
  readonly #place: TemplatePlace
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
  #origins: Map<ImageUse, Origin> | undefined

  constructor(raw: JsonObject, apiVersion: string, kind: KindOfWorkload, context: WorkloadContext, place: TemplatePlace) {
    const { path, shape } = place
    const value = at(raw, ...path)
    const metadata = member(raw, 'metadata')
    this.object = raw
    this.apiVersion = apiVersion
    this.kind = kind
    this.kindName = asString(member(raw, 'kind')) ?? ''
    this.source = context.source
    this.name = asString(member(metadata, 'name')) || asString(member(metadata, 'generateName')) || ''
    this.namespace = asString(member(metadata, 'namespace')) || context.namespace
    this.controllerOwner = controllerOwner(metadata)
    this.old = context.old ?? null
    this.hasPodSpec = shape === 'template' || shape === 'spec'
    this.podSpec = asObject(shape === 'template' ? member(value, 'spec') : shape === 'spec' ? value : undefined)
    this.podSpecPath = podSpecPath(place)
    this.podSpecPointer = pointerTo(this.podSpecPath)
    this.#place = place
    this.restartPolicy = asString(member(this.podSpec, 'restartPolicy')) || 'Always'
    this.#metadata = metadata
    this.#podMetadata = shape === 'template' ? member(value, 'metadata') : undefined
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
    this.#containers ??= this.hasPodSpec ? containersOf(this.podSpec, this.podSpecPointer) : containersIn(this.object, this.#place.path)
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
    const known = this.#origins?.get(use)
    if (known !== undefined) return known
    const origin = findOrigin(this, use, this.source, this.old)
    this.#origins ??= new Map()
    this.#origins.set(use, origin)
    return origin
  }

  appliedSources(): AppliedSources {
    this.#appliedSources ??= appliedSources(this.podSpecPath, this.annotations)
    return this.#appliedSources
  }

  fieldOwners(): FieldOwners {
    this.#fieldOwners ??= fieldOwners(this.object, this.podSpecPath)
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
