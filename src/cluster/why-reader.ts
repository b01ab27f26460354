/** Reads what `why` needs from a cluster. Never Secrets, ConfigMaps or Nodes. */

import type { NotLookedAt as Missed } from '../diagnosis/index.ts'
import { asArray, asString, at, isObject, type JsonObject, member, stringMap } from '../model/json.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { type ClusterClient, clusterProblem } from './client.ts'
import { getPage, getText, ListRefused, listAll } from './object-lists.ts'
import { resourceOf, resourcePath, type WhyResource, whyResources } from './why-resources.ts'

/** What was read; `missed` names each right that is missing, once. */
export interface WhyFound {
  readonly objects: readonly JsonObject[]
  readonly missed: readonly Missed[]
}

export interface WhyReader {
  /** An object with its owners, claims and Events; a controller with its pods. @throws StartError if there is none, or Pods may not be read */
  around(resource: WhyResource, namespace: string, name: string): Promise<WhyFound>
  /** All Pods of a namespace, or of all, with their Events, controllers and claims. @throws StartError if Pods may not be read */
  everything(namespace: string | undefined): Promise<WhyFound>
  /** A Pod as it is now; undefined if it is gone or cannot be read. */
  pod(namespace: string, name: string): Promise<JsonObject | undefined>
  /** The version of the API server, such as `v1.36.3`; undefined if it does not say. Every authenticated user may read it. */
  version(): Promise<string | undefined>
  /** The end of the log of a container, or of the process before the one that runs; undefined if there is none, or what is missing. */
  log(namespace: string, pod: string, container: string, isPrevious: boolean): Promise<string | Missed | undefined>
}

/** Maximum number of pods of one controller that are read. */
const maxPods = 50
/** Controllers above each other. */
const maxChain = 5
/** The end of a log that is read. */
const logLines = 200
const logBytes = 64 * 1024

export function whyReader(client: ClusterClient): WhyReader {
  return new Reader(client)
}

class Reader implements WhyReader {
  readonly #client: ClusterClient
  readonly #missed = new Map<string, Missed>()

  constructor(client: ClusterClient) {
    this.#client = client
  }

  async around(resource: WhyResource, namespace: string, name: string): Promise<WhyFound> {
    this.#missed.clear()
    const object = await this.#get(resource, namespace, name, true)
    if (object === undefined) throw new StartError(`There is no ${resource.kind} ${name} in namespace ${namespace}.`)
    const found: JsonObject[] = [object]
    if (resource.kind === 'Pod') await this.#aboutPod(object, namespace, found)
    else {
      const pods = await this.#podsOf(object, resource, namespace, found)
      for (const pod of pods) await this.#aboutPod(pod, namespace, found)
      if (pods.length === 0) for (const each of [...found]) await this.#events(each, namespace, found)
      else await this.#events(object, namespace, found)
    }
    return { objects: found, missed: [...this.#missed.values()] }
  }

  async everything(namespace: string | undefined): Promise<WhyFound> {
    this.#missed.clear()
    const found: JsonObject[] = []
    const scope = namespace === undefined ? '' : ` in ${namespace}`
    for (const { kind, group, resource } of whyResources) {
      // A ReplicaSet adds nothing: its Deployment is found by its name, and a cluster keeps ten old ones of each.
      if (kind === 'ReplicaSet') continue
      await this.#list({ kind, group, resource }, namespace, scope, found, kind === 'Pod')
    }
    await this.#list({ kind: 'PersistentVolumeClaim', group: '', resource: 'persistentvolumeclaims' }, namespace, scope, found)
    await this.#list({ kind: 'Event', group: '', resource: 'events' }, namespace, scope, found)
    return { objects: found, missed: [...this.#missed.values()] }
  }

  async pod(namespace: string, name: string): Promise<JsonObject | undefined> {
    try {
      const pod = await getPage(this.#client.config, resourcePath(mustKnow('Pod'), namespace, name))
      return isObject(pod) ? pod : undefined
    } catch {
      // It was read before, so that its answer is known.
      return undefined
    }
  }

  async version(): Promise<string | undefined> {
    try {
      return asString(member(await getPage(this.#client.config, '/version'), 'gitVersion'))
    } catch {
      // It is asked after the Pod, so that the connection is good.
      return undefined
    }
  }

  async log(namespace: string, pod: string, container: string, isPrevious: boolean): Promise<string | Missed | undefined> {
    const limits = { tailLines: String(logLines), limitBytes: String(logBytes) }
    const query = new URLSearchParams({ container, ...limits, ...(isPrevious ? { previous: 'true' } : {}) })
    const path = `${resourcePath({ group: '', resource: 'pods' }, namespace, pod)}/log?${query}`
    try {
      return await getText(this.#client.config, path, 2 * logBytes)
    } catch (error) {
      if (error instanceof ListRefused && error.status === 403) return { what: `logs of pods in ${namespace}`, why: error.message }
      // The container has no log yet, its node does not answer, or the log is no text.
      return undefined
    }
  }

  /** The owners and claims of a Pod, and the Events of all of them. */
  async #aboutPod(pod: JsonObject, namespace: string, found: JsonObject[]): Promise<void> {
    await this.#events(pod, namespace, found)
    let current = pod
    for (let depth = 0; depth < maxChain; depth++) {
      const reference = asArray(at(current, 'metadata', 'ownerReferences')).find((each) => member(each, 'controller') === true)
      const resource = resourceOf(asString(member(reference, 'kind')) ?? '')
      const name = asString(member(reference, 'name'))
      if (resource === undefined || name === undefined) break
      const known = found.find((each) => member(each, 'kind') === resource.kind && at(each, 'metadata', 'name') === name)
      const owner = known ?? (await this.#get(resource, namespace, name))
      if (owner === undefined) break
      if (known === undefined) found.push(owner)
      current = owner
    }
    for (const volume of asArray(at(pod, 'spec', 'volumes'))) {
      const claim = asString(at(volume, 'persistentVolumeClaim', 'claimName'))
      if (
        claim === undefined ||
        found.some((each) => member(each, 'kind') === 'PersistentVolumeClaim' && at(each, 'metadata', 'name') === claim)
      )
        continue
      const object = await this.#get(
        { kind: 'PersistentVolumeClaim', group: '', resource: 'persistentvolumeclaims', names: [] },
        namespace,
        claim,
      )
      if (object === undefined) continue
      found.push(object)
      if (at(object, 'status', 'phase') !== 'Bound') await this.#events(object, namespace, found)
    }
  }

  /** The pods of a controller; the ReplicaSets and Jobs between them are added to `found`. */
  async #podsOf(owner: JsonObject, resource: WhyResource, namespace: string, found: JsonObject[]): Promise<readonly JsonObject[]> {
    const scope = ` in ${namespace}`
    const between: JsonObject[] = []
    if (resource.kind === 'Deployment') await this.#list(mustKnow('ReplicaSet'), namespace, scope, between, false, selectorOf(owner))
    if (resource.kind === 'CronJob') await this.#list(mustKnow('Job'), namespace, scope, between)
    const uids = new Set([at(owner, 'metadata', 'uid')])
    for (const each of between) {
      if (!isOwnedBy(each, uids)) continue
      found.push(each)
      uids.add(at(each, 'metadata', 'uid'))
    }
    const pods: JsonObject[] = []
    await this.#list(mustKnow('Pod'), namespace, scope, pods, true, resource.kind === 'CronJob' ? undefined : selectorOf(owner))
    const own = pods.filter((pod) => isOwnedBy(pod, uids)).slice(0, maxPods)
    found.push(...own)
    return own
  }

  async #events(about: JsonObject, namespace: string, found: JsonObject[]): Promise<void> {
    const name = asString(at(about, 'metadata', 'name')) ?? ''
    const fields = `involvedObject.kind=${asString(member(about, 'kind')) ?? ''},involvedObject.name=${name}`
    const path = `${resourcePath({ group: '', resource: 'events' }, namespace)}?${new URLSearchParams({ fieldSelector: fields, limit: '500' })}`
    const list = await this.#read(() => getPage(this.#client.config, path), `events in ${namespace}`, `list events in ${namespace}`)
    for (const item of asArray(member(list, 'items'))) if (isObject(item)) found.push({ ...item, apiVersion: 'v1', kind: 'Event' })
  }

  async #get(resource: WhyResource, namespace: string, name: string, isNeeded = false): Promise<JsonObject | undefined> {
    const what = `${resource.resource} in ${namespace}`
    const object = await this.#read(
      () => getPage(this.#client.config, resourcePath(resource, namespace, name)),
      what,
      `get ${resource.resource} ${namespace}/${name}`,
      isNeeded,
    )
    const { kind, group } = resource
    return isObject(object) ? { ...object, kind, apiVersion: group === '' ? 'v1' : `${group}/v1` } : undefined
  }

  async #list(
    { kind, group, resource }: Pick<WhyResource, 'kind' | 'group' | 'resource'>,
    namespace: string | undefined,
    scope: string,
    found: JsonObject[],
    isNeeded = false,
    labelSelector?: string,
  ): Promise<void> {
    const from = found.length
    const what = { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, resource }
    const restart = (): void => void found.splice(from)
    const list = () => listAll(this.#client.config, what, { namespace, labelSelector }, (object) => found.push(object), restart)
    await this.#read(list, `${resource}${scope}`, `list ${resource}${scope}`, isNeeded)
  }

  /** Runs a call; what is forbidden is noted, what does not exist is undefined. @throws StartError if it is needed and forbidden, or nothing answers */
  async #read<T>(call: () => Promise<T>, what: string, action: string, isNeeded = false): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof ListRefused)) throw new StartError(clusterProblem(error, action))
      if (error.status === 401) throw new StartError(`${action}: the API server does not accept the credentials of the kubeconfig.`)
      if (error.status === 404) return undefined
      if (isNeeded) throw new StartError(`${action}: ${error.message}. initlint why --print-rbac prints the role that it needs.`)
      this.#missed.set(what, { what, why: error.message })
      return undefined
    }
  }
}

function mustKnow(kind: string): WhyResource {
  const found = resourceOf(kind)
  if (found === undefined) throw new Error(`unknown kind ${kind}`)
  return found
}

function isOwnedBy(object: unknown, uids: ReadonlySet<unknown>): boolean {
  return asArray(at(object, 'metadata', 'ownerReferences')).some(
    (each) => member(each, 'controller') === true && uids.has(member(each, 'uid')),
  )
}

/** The selector of a controller as the API server reads it; undefined for all pods, which are then told apart by their owners. */
function selectorOf(owner: JsonObject): string | undefined {
  const selector = at(owner, 'spec', 'selector')
  const labels = stringMap(member(owner, 'kind') === 'ReplicationController' ? selector : member(selector, 'matchLabels'))
  return labels.size === 0 ? undefined : [...labels].map(([key, value]) => `${key}=${value}`).join(',')
}
