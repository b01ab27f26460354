/** Minimal objects for tests of rules. */
import { asObject, isObject, type JsonPointer, member } from '../../model/json.ts'
import { type WorkloadKind, workloadShapes } from '../../model/workload-kinds.ts'

interface Extra {
  readonly metadata?: object
  /** The fields next to the pod template, such as `{ backoffLimit: 0 }`. */
  readonly spec?: object
}

/** A workload of any kind with the given PodSpec. */
export function workload(kind: WorkloadKind, podSpec: object, { metadata, spec }: Extra = {}): object {
  const { group, template } = workloadShapes[kind]
  const head = { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { name: 'example', ...metadata } }
  if (kind === 'Pod') return { ...head, spec: podSpec }
  if (kind === 'PodTemplate') return { ...head, template: { spec: podSpec } }
  const inner = { ...spec, template: { ...asObject(member(spec, 'template')), spec: podSpec } }
  return { ...head, spec: template[1] === 'jobTemplate' ? { jobTemplate: { spec: inner } } : inner }
}

/** A Pod. */
export function pod(podSpec: object, metadata: object = {}): object {
  return workload('Pod', podSpec, { metadata })
}

/** A Pod with one container named `main`. */
export function podOf(image: string, container: object = {}): object {
  return pod({ containers: [{ name: 'main', image, ...container }] })
}

/** A Deployment with one container named `main`. */
export function deploymentOf(image: string, container: object = {}, metadata: object = {}): object {
  return workload('Deployment', { containers: [{ name: 'main', image, ...container }] }, { metadata })
}

/** A well-formed digest. */
export const digest = `sha256:${'a'.repeat(64)}`

/** The value, deeply frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFreeze(item)
  }
  return value
}

/** A copy of the object with another value at the pointer. The last step of the pointer may not exist yet. */
export function withValue(object: object, pointer: JsonPointer, value: unknown): object {
  const copy = structuredClone(object)
  const steps = pointer.split('/').slice(1)
  const key = steps.pop()
  let target: unknown = copy
  for (const step of steps) target = Array.isArray(target) ? target[Number(step)] : member(target, step)
  if (key === undefined || !isObject(target)) throw new Error(`the object has nothing at ${pointer}`)
  Object.assign(target, { [key]: value })
  return copy
}
