import { asArray, asObject, asString, at, isObject, type JsonObject, type JsonPointer, member, pointerTo } from './json.ts'

/** The role of a container. A sidecar is an init container with `restartPolicy: Always` (KEP-753). */
export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral'

/** The list of the PodSpec that a container is in, as messages name it. */
export type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers'

/** A container of a workload. */
export interface Container {
  readonly role: ContainerRole
  readonly list: ContainerList
  readonly name: string
  /** Pointer to the container within the object, such as `/spec/template/spec/initContainers/0`. */
  readonly pointer: JsonPointer
  /** The container as it is in the manifest or the stored object. */
  readonly raw: JsonObject
}

/** In the order in which the kubelet starts them: init containers and sidecars, then app containers, then ephemeral ones. */
const lists: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers']

/**
 * The containers of a PodSpec with their roles.
 * @param podSpec the raw PodSpec; items that are not objects are skipped, because the API server rejects them
 * @param podSpecPointer pointer to the PodSpec within the object
 */
export function containersOf(podSpec: JsonObject, podSpecPointer: JsonPointer): readonly Container[] {
  const containers: Container[] = []
  for (const list of lists) {
    for (const [index, item] of asArray(member(podSpec, list)).entries()) {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) continue
      const raw = asObject(item)
      containers.push({
        role: roleOf(list, raw),
        list,
        name: asString(member(raw, 'name')) ?? '',
        pointer: `${podSpecPointer}/${list}/${index}`,
        raw,
      })
    }
  }
  return containers
}

/**
 * The containers of a custom resource without a PodSpec: the items of a list, or a single container, which has the name of the mapping
 * around it if it has none of its own. Their controller decides in which order they start, so all of them count as app containers.
 */
export function containersIn(object: JsonObject, path: readonly (string | number)[]): readonly Container[] {
  const pointer = pointerTo(path)
  const value = at(object, ...path)
  if (!Array.isArray(value)) {
    const name = asString(member(value, 'name')) ?? asString(member(at(object, ...path.slice(0, -1)), 'name')) ?? String(path.at(-1) ?? '')
    return [{ role: 'app', list: 'containers', name, pointer, raw: asObject(value) }]
  }
  return value.flatMap((item: unknown, index): Container[] =>
    isObject(item)
      ? [{ role: 'app', list: 'containers', name: asString(member(item, 'name')) ?? '', pointer: `${pointer}/${index}`, raw: item }]
      : [],
  )
}

/** The containers that mount a volume, by its name, each once and in order. */
export type Mounters = ReadonlyMap<string, readonly Container[]>

/** Reads which containers mount which volumes, in one pass: hostile objects have tens of thousands of both. */
export function mountersOf(containers: readonly Container[]): Mounters {
  const mounters = new Map<string, Container[]>()
  for (const container of containers) {
    for (const mount of asArray(member(container.raw, 'volumeMounts'))) {
      const volume = asString(member(mount, 'name'))
      if (volume === undefined) continue
      const known = mounters.get(volume)
      if (known === undefined) mounters.set(volume, [container])
      else if (known.at(-1) !== container) known.push(container)
    }
  }
  return mounters
}

function roleOf(list: ContainerList, raw: JsonObject): ContainerRole {
  if (list === 'containers') return 'app'
  if (list === 'ephemeralContainers') return 'ephemeral'
  return member(raw, 'restartPolicy') === 'Always' ? 'sidecar' : 'init'
}
