/** Reads what a scan needs from a cluster. Lists only; Secrets are never read. */
import { asString, at, type JsonObject, member, stringMap } from '../model/json.ts'
import { groupOf, type WorkloadKind, workloadShapes } from '../model/workload-kinds.ts'
import type { PolicyText } from '../server/keepers/contracts.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { readable } from './api-calls.ts'
import type { ClusterClient } from './client.ts'
import { listCustomResources, type Missed, type WantedKind } from './custom-resources.ts'
import { getPage, type ListedResource, ListRefused, type ListSelection, listAll } from './object-lists.ts'
import { contentOf } from './policy/content.ts'

export interface ScanReader {
  /** Labels of all namespaces by name; undefined if they may not be listed. */
  namespaces(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>> | undefined>
  /**
   * Hands every object of a kind to `take`. Nothing is kept.
   * @param restart called if the list begins again; what was taken of this kind does not count
   * @returns why the kind cannot be listed; undefined if it was
   */
  list(kind: WorkloadKind, take: (object: JsonObject) => void, restart: () => void): Promise<Missed | undefined>
  /** Hands every custom resource of some kinds to `take`; some may come twice. @returns what cannot be listed */
  customResources(kinds: readonly WantedKind[], take: (object: JsonObject) => void): Promise<readonly Missed[]>
  /** Hands every node to `take`, as `list` does. Only a drill needs them. */
  nodes(take: (object: JsonObject) => void, restart: () => void): Promise<Missed | undefined>
  /** The policy of the cluster; undefined if there is none. @throws StartError if it may not be read */
  policy(): Promise<{ readonly texts: readonly PolicyText[]; readonly name: string } | undefined>
}

interface ConfigMapName {
  readonly namespace: string
  readonly name: string
}

/** That of the manifests of initlint. */
const policyConfigMap: ConfigMapName = { namespace: 'initlint', name: 'initlint-policy' }

/**
 * A reader with the permissions of the kubeconfig. Every method throws a StartError if the API server cannot be reached.
 * @param named the ConfigMap with the policy, which must then exist; by default, that of the manifests, which need not
 */
export function scanReader(client: ClusterClient, selection: ListSelection, named?: ConfigMapName): ScanReader {
  const { config } = client
  return {
    namespaces: async () => {
      const found = new Map<string, ReadonlyMap<string, string>>()
      const take = (object: JsonObject): void => {
        found.set(asString(at(object, 'metadata', 'name')) ?? '', stringMap(at(object, 'metadata', 'labels')))
      }
      const { namespace } = selection
      if (namespace !== undefined) {
        const one = await readable(
          () => getPage(config, `/api/v1/namespaces/${encodeURIComponent(namespace)}`),
          `get namespaces ${namespace}`,
        )
        if (one instanceof ListRefused) {
          if (one.status === 404) throw new StartError(`There is no namespace ${namespace} in the cluster.`)
          return undefined
        }
        return new Map([[namespace, stringMap(at(one, 'metadata', 'labels'))]])
      }
      const all: ListedResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces' }
      const refused = await readable(() => listAll(config, all, {}, take, () => found.clear()), 'list namespaces')
      return refused instanceof ListRefused ? undefined : found
    },
    list: async (kind, take, restart) => {
      const { group, resource } = workloadShapes[kind]
      const apiVersion = group === '' ? 'v1' : `${group}/v1`
      const what = groupOf(apiVersion) === '' ? resource : `${resource}.${group}`
      const refused = await readable(() => listAll(config, { apiVersion, kind, resource }, selection, take, restart), `list ${what}`)
      return refused instanceof ListRefused
        ? { what: selection.namespace === undefined ? what : `${what} in ${selection.namespace}`, why: refused.message }
        : undefined
    },
    customResources: (kinds, take) => listCustomResources(config, selection, kinds, take),
    nodes: async (take, restart) => {
      const all: ListedResource = { apiVersion: 'v1', kind: 'Node', resource: 'nodes' }
      const refused = await readable(() => listAll(config, all, {}, take, restart), 'list nodes')
      return refused instanceof ListRefused ? { what: 'nodes', why: refused.message } : undefined
    },
    policy: async () => {
      const { namespace, name } = named ?? policyConfigMap
      const action = `get configmaps ${namespace}/${name}`
      const found = await readable(() => getPage(config, `/api/v1/namespaces/${namespace}/configmaps/${name}`), action)
      if (found instanceof ListRefused) {
        if (found.status === 404 && named === undefined) return undefined
        throw new StartError(`${action} failed: ${found.message}. Pass the policy with --policy FILE, or ask for this permission.`)
      }
      const { id, texts } = contentOf({ metadata: { uid: '', resourceVersion: '' }, data: member(found, 'data') as Record<string, string> })
      return { texts, name: `ConfigMap ${namespace}/${name} ${id}` }
    },
  }
}
