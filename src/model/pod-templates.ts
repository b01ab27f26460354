/**
 * Where a custom resource has pod templates. A cluster can have any number of kinds that create pods (Argo Rollouts, Knative, OpenKruise,
 * operators), and the API server treats what is in them as plain data.
 */
import { asArray, asString, isObject, type JsonObject, type JsonPointer, member, pointerTo } from './json.ts'
import { shippedTemplates } from './shipped-templates.ts'
import { groupOf } from './workload-kinds.ts'

/** Paths to the pod templates of a custom resource, from `templates` of the policy or from the shipped list. */
export interface TemplateEntry {
  /** `argoproj.io/v1alpha1`, or `argoproj.io/*` for all versions of a group. */
  readonly apiVersion: string
  readonly kind: string
  /** `spec.template`, `spec.replicatedJobs[*].template.spec.template`: keys, and `*` for all items of a list or values of a mapping. */
  readonly paths: readonly string[]
}

/** The keys and indexes from an object to a part of it. */
export type Path = readonly (string | number)[]

/**
 * A pod template that was found in a custom resource: a `template` (metadata and spec), a `spec` (a PodSpec), or just `containers` (a list of
 * containers) or a single `container`, to which a controller adds the rest of the pod.
 */
export interface TemplatePlace {
  readonly path: Path
  readonly shape: 'template' | 'spec' | 'containers' | 'container'
}

/** Where kinds that are not Kubernetes' own have pod templates. */
export interface TemplatePaths {
  of(apiVersion: string, kind: string): readonly (readonly string[])[]
}

/** The default: most controllers copy the shape of a Deployment. */
const usualPath: readonly string[] = ['spec', 'template']

/** Splits a path: `a[*].b` and `a.*.b` are the same. */
export function templateSteps(path: string): readonly string[] {
  return path.replaceAll('[*]', '.*').split('.')
}

/** The paths of entries and of the shipped list. The entries of one kind add to each other. */
export function compileTemplatePaths(entries: readonly TemplateEntry[]): TemplatePaths {
  const byKind = new Map<string, (readonly string[])[]>()
  for (const { apiVersion, kind, paths } of [...entries, ...shippedTemplates]) {
    const key = `${apiVersion} ${kind}`
    byKind.set(key, [...(byKind.get(key) ?? []), ...paths.map(templateSteps)])
  }
  const none: readonly (readonly string[])[] = []
  return {
    of: (apiVersion, kind) => [
      ...(byKind.get(`${apiVersion} ${kind}`) ?? none),
      ...(byKind.get(`${groupOf(apiVersion)}/* ${kind}`) ?? none),
    ],
  }
}

/** The paths of the shipped list only. */
export const defaultTemplatePaths: TemplatePaths = compileTemplatePaths([])

/** The keys and indexes to the PodSpec of a template, or to its containers if it has none. */
export function podSpecPath({ path, shape }: TemplatePlace): Path {
  return shape === 'template' ? [...path, 'spec'] : path
}

/** The pod templates of a custom resource, each once, in the order of the paths. */
export function findTemplates(object: JsonObject, paths: TemplatePaths): readonly TemplatePlace[] {
  const apiVersion = asString(member(object, 'apiVersion')) ?? ''
  const kind = asString(member(object, 'kind')) ?? ''
  if (apiVersion === '' || kind === '') return []
  const found = new Map<JsonPointer, TemplatePlace>()
  for (const steps of [usualPath, ...paths.of(apiVersion, kind)]) {
    for (const { path, value } of valuesAt(object, steps)) {
      const shape = shapeOf(value)
      // An object that is not listed must look like a pod template beyond doubt.
      if (shape === undefined || (steps === usualPath && shape !== 'template')) continue
      const pointer = pointerTo(podSpecPath({ path, shape }))
      if (!found.has(pointer)) found.set(pointer, { path, shape })
    }
  }
  return [...found.values()]
}

interface Reached {
  readonly path: Path
  readonly value: unknown
}

/** The values at a path with wildcards: as many steps as the object has values on the way, at most. */
function valuesAt(object: JsonObject, steps: readonly string[]): readonly Reached[] {
  let reached: readonly Reached[] = [{ path: [], value: object }]
  for (const step of steps) reached = reached.flatMap((from) => next(from, step))
  return reached
}

function next({ path, value }: Reached, step: string): readonly Reached[] {
  if (step !== '*') {
    const inner = member(value, step)
    return inner === undefined ? [] : [{ path: [...path, step], value: inner }]
  }
  if (Array.isArray(value)) return value.map((item, index) => ({ path: [...path, index], value: item }))
  return isObject(value) ? Object.entries(value).map(([key, item]) => ({ path: [...path, key], value: item })) : []
}

function shapeOf(value: unknown): TemplatePlace['shape'] | undefined {
  if (isContainers(value)) return 'containers'
  if (isContainers(member(member(value, 'spec'), 'containers'))) return 'template'
  if (isContainers(member(value, 'containers'))) return 'spec'
  return isContainer(value) ? 'container' : undefined
}

function isContainers(value: unknown): boolean {
  return asArray(value).some((item) => isContainer(item) || asString(member(item, 'name')) !== undefined)
}

function isContainer(value: unknown): boolean {
  return asString(member(value, 'image')) !== undefined
}

/** Maximum number of values that are looked at in one object, and their maximum depth. */
const maxVisited = 20_000
const maxDepth = 60

const containerKeys: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers', 'sidecars', 'steps'])

/**
 * Whether an object holds containers anywhere: a list under a usual key with an item that has an image. Not recursive, and limited, because
 * the object can be anything; what lies beyond the limits does not count.
 */
export function holdsContainers(object: JsonObject): boolean {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: object, depth: 0 }]
  let visited = 0
  for (let entry = left.pop(); entry !== undefined && visited < maxVisited; entry = left.pop()) {
    visited++
    const { value, depth } = entry
    if (typeof value !== 'object' || value === null || depth > maxDepth) continue
    for (const [key, inner] of Object.entries(value)) {
      if (containerKeys.has(key) && asArray(inner).some(isContainer)) return true
      if (left.length < maxVisited && typeof inner === 'object' && inner !== null) left.push({ value: inner, depth: depth + 1 })
    }
  }
  return false
}
