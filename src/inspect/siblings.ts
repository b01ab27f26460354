/** Other objects in the input of a workload: ConfigMaps with scripts, Services that select its pods. */
import { type ManifestDocument, objectsOf } from '../manifest/index.ts'
import { asString, at, type JsonObject, member, stringMap } from '../model/json.ts'
import type { ServiceFacts, Siblings } from '../model/siblings.ts'

interface Found {
  readonly configMaps: Map<string, ReadonlyMap<string, string>>
  readonly services: Map<string, ServiceFacts[]>
}

/**
 * The ConfigMaps and Services of an input, collected on first use.
 * @param namespace the default for objects without a namespace
 */
export function siblingsOf(documents: readonly ManifestDocument[], namespace: string): Siblings {
  let found: Found | undefined
  const get = (): Found => {
    found ??= collect(documents, namespace)
    return found
  }
  return {
    configMap: (where, name) => get().configMaps.get(`${where}/${name}`),
    services: (where) => get().services.get(where) ?? [],
  }
}

function collect(documents: readonly ManifestDocument[], namespace: string): Found {
  const found: Found = { configMaps: new Map(), services: new Map() }
  for (const document of documents) for (const { object } of objectsOf(document)) note(object, namespace, found)
  return found
}

function note(object: JsonObject, defaultNamespace: string, { configMaps, services }: Found): void {
  if (member(object, 'apiVersion') !== 'v1') return
  const name = asString(at(object, 'metadata', 'name'))
  const namespace = asString(at(object, 'metadata', 'namespace')) || defaultNamespace
  if (name === undefined) return
  if (member(object, 'kind') === 'ConfigMap') configMaps.set(`${namespace}/${name}`, stringMap(member(object, 'data')))
  if (member(object, 'kind') !== 'Service') return
  const facts: ServiceFacts = {
    name,
    selector: stringMap(at(object, 'spec', 'selector')),
    publishesNotReady: at(object, 'spec', 'publishNotReadyAddresses') === true,
    isHeadless: at(object, 'spec', 'clusterIP') === 'None',
  }
  const list = services.get(namespace)
  if (list === undefined) services.set(namespace, [facts])
  else list.push(facts)
}
