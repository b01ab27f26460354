/** Objects as the API server lists them, for scans. */

export interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

interface Parts {
  readonly namespace?: string
  readonly spec?: object
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner?: Owner
  readonly status?: object
}

/** The owner reference of an object that `stored` makes. */
export function ownerOf(apiVersion: string, kind: string, name: string, namespace = 'shop'): Owner {
  return { apiVersion, kind, name, uid: uidOf(kind, namespace, name) }
}

/** An object; its uid is made from its kind, namespace and name. */
export function stored(apiVersion: string, kind: string, name: string, parts: Parts = {}): object {
  const { namespace = 'shop', spec = {}, labels = {}, annotations = {}, owner, status = {} } = parts
  const ownerReferences = owner === undefined ? [] : [{ ...owner, controller: true }]
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid: uidOf(kind, namespace, name), labels, annotations, ownerReferences },
    spec,
    status,
  }
}

export function uidOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}

/** A PodSpec with one container, with the defaults of the API server. */
export function podSpec(image: string, more: object = {}): object {
  const pulls = /@|:(?!latest$)[^/]*$/.test(image) ? 'IfNotPresent' : 'Always'
  return { restartPolicy: 'Always', containers: [{ name: 'app', image, imagePullPolicy: pulls }], ...more }
}

export const template = (image: string, more: object = {}): object => ({
  template: { metadata: { labels: { app: 'web' } }, spec: podSpec(image, more) },
})

export function deployment(name: string, image: string, parts: Parts = {}): object {
  return stored('apps/v1', 'Deployment', name, { ...parts, spec: { replicas: 2, ...template(image) } })
}

/** The ReplicaSet of a Deployment, and its Pods. */
export function replicasOf(
  name: string,
  image: string,
  { pods = 2, revision = 'a', namespace = 'shop', spec = {} }: { pods?: number; revision?: string; namespace?: string; spec?: object } = {},
): readonly object[] {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: uidOf('Deployment', namespace, name) }
  const set = `${name}-${revision}`
  const setOwner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set, uid: uidOf('ReplicaSet', namespace, set) }
  return [
    stored('apps/v1', 'ReplicaSet', set, { namespace, owner, spec: { replicas: pods, ...template(image) } }),
    ...Array.from({ length: pods }, (_, index) =>
      stored('v1', 'Pod', `${set}-${index}`, { namespace, owner: setOwner, spec: podSpec(image, spec), status: { phase: 'Running' } }),
    ),
  ]
}
