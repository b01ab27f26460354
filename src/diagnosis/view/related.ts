/** Objects around a Pod: its owner chain, claims and other pods. */
import { asArray, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { PodView } from './pod-view.ts'

/** The name of an object in the cluster, as kubectl takes it. */
export interface OwnerName {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export interface Owner extends OwnerName {
  /** Undefined if it was not given. */
  readonly object: JsonObject | undefined
}

const maxChain = 5

/** Finds objects by kind and name. Objects may omit apiVersion and namespace, so that hand-made lists work. */
export class Related {
  readonly #objects = new Map<string, JsonObject>()
  readonly #byKind = new Map<string, JsonObject[]>()

  constructor(objects: readonly JsonObject[], defaultNamespace: string) {
    for (const object of objects) {
      const kind = asString(member(object, 'kind')) ?? ''
      const name = asString(at(object, 'metadata', 'name')) ?? ''
      const namespace = asString(at(object, 'metadata', 'namespace'))
      for (const key of namespace === undefined ? [keyOf(kind, '', name)] : [keyOf(kind, namespace, name)]) this.#objects.set(key, object)
      if (namespace === undefined && !this.#objects.has(keyOf(kind, defaultNamespace, name))) {
        this.#objects.set(keyOf(kind, defaultNamespace, name), object)
      }
      const list = this.#byKind.get(kind)
      if (list === undefined) this.#byKind.set(kind, [object])
      else list.push(object)
    }
  }

  find(kind: string, namespace: string, name: string): JsonObject | undefined {
    return this.#objects.get(keyOf(kind, namespace, name)) ?? this.#objects.get(keyOf(kind, '', name))
  }

  list(kind: string): readonly JsonObject[] {
    return this.#byKind.get(kind) ?? []
  }

  /** The controllers above an object, the nearest first. A Deployment is found by the name of its ReplicaSet if that is missing. */
  chainOf(object: unknown, namespace: string): readonly Owner[] {
    const chain: Owner[] = []
    let current: unknown = object
    while (chain.length < maxChain) {
      const reference = asArray(at(current, 'metadata', 'ownerReferences')).find(
        (each, _index, all) => member(each, 'controller') === true || (all.length === 1 && isObject(each)),
      )
      const last = chain.at(-1)
      const next =
        reference === undefined
          ? last !== undefined && last.kind === 'ReplicaSet'
            ? this.#deploymentOf(last)
            : undefined
          : this.#owner(reference, namespace)
      if (next === undefined || chain.some(({ kind, name }) => kind === next.kind && name === next.name)) break
      chain.push(next)
      current = next.object
    }
    return chain
  }

  #owner(reference: unknown, namespace: string): Owner | undefined {
    const kind = asString(member(reference, 'kind'))
    const name = asString(member(reference, 'name'))
    if (kind === undefined || name === undefined) return undefined
    return { apiVersion: asString(member(reference, 'apiVersion')) ?? '', kind, namespace, name, object: this.find(kind, namespace, name) }
  }

  /** A ReplicaSet is named DEPLOYMENT-HASH (kubernetes pkg/controller/deployment/sync.go, getNewReplicaSet). */
  #deploymentOf({ name, namespace, object }: Owner): Owner | undefined {
    if (object !== undefined) return undefined
    const base = name.slice(0, name.lastIndexOf('-'))
    for (const each of base === '' ? [name] : [base, name]) {
      const found = this.find('Deployment', namespace, each)
      if (found !== undefined) return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: each, object: found }
    }
    return undefined
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return JSON.stringify([kind, namespace, name])
}

/** `deployment/shop`, as kubectl takes it. */
export function ownerText({ kind, name }: Pick<OwnerName, 'kind' | 'name'>): string {
  return `${kind.toLowerCase()}/${name}`
}

/** The claims that a pod mounts, by volume. */
export function claimsOf({ workload, name }: PodView): readonly { readonly volume: string; readonly claim: string }[] {
  return asArray(member(workload.podSpec, 'volumes')).flatMap((volume) => {
    const own = asString(member(volume, 'name')) ?? ''
    const claim = asString(at(volume, 'persistentVolumeClaim', 'claimName'))
    if (claim !== undefined) return [{ volume: own, claim }]
    // The claim of a generic ephemeral volume is named POD-VOLUME (KEP-1698).
    return isObject(member(volume, 'ephemeral')) ? [{ volume: own, claim: `${name}-${own}` }] : []
  })
}
