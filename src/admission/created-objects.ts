/** What controllers will create from a template: the objects of the next reviews, as far as they are known in advance. */
import { asArray, asObject, asString, at, type JsonObject, member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { controllerOf } from './built-in-controllers.ts'

/** An object that will be created, and the user who will. */
export interface Created {
  readonly object: JsonObject
  /** '' if it is not known. */
  readonly user: string
}

/**
 * Parts of names and labels that the controllers generate, in their alphabet (kubernetes staging/src/k8s.io/apimachinery/pkg/util/rand).
 * Patterns of a policy do not depend on them.
 */
const hash = '7d4b9c6f58'
const suffix = 'b6x9q'
const minutes = '29012345'

/** The API server cuts the base of a generated name to this length (kubernetes staging/src/k8s.io/apiserver/pkg/storage/names). */
const maxNameBase = 58

/**
 * The objects that are created from the template, each an alternative: a custom resource's own controller may create its Pods, or make a
 * ReplicaSet that does. Empty for a Pod.
 */
export function createdFrom(workload: Workload): readonly Created[] {
  const { kind, name } = workload
  if (kind === 'Pod') return []
  const own = { apiVersion: workload.apiVersion, kind: workload.kindName, name }
  const user = controllerOf(kind)
  if (user === undefined) {
    const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}` }
    return [
      { user: controllerOf('ReplicaSet') ?? '', object: podOf(workload, replicaSet, `${name}-${hash}-${suffix}`, {}) },
      { user: '', object: podOf(workload, own, `${name}-${suffix}`, {}) },
    ]
  }
  if (kind === 'Deployment') return [{ user, object: replicaSetOf(workload, own) }]
  if (kind === 'CronJob') return [{ user, object: jobOf(workload, own) }]
  const podName = kind === 'StatefulSet' ? `${name}-0` : `${name.slice(0, maxNameBase)}-${suffix}`
  return [{ user, object: podOf(workload, own, podName, addedLabels(workload)) }]
}

interface OwnerName {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

function metadataOf({ namespace }: Workload, owner: OwnerName, name: string, labels: object, annotations: object): JsonObject {
  return { name, namespace, labels, annotations, ownerReferences: [{ ...owner, uid: '', controller: true }] }
}

function podOf(workload: Workload, owner: OwnerName, name: string, added: object): JsonObject {
  const labels = { ...Object.fromEntries(workload.podLabels), ...added }
  const metadata = metadataOf(workload, owner, name, labels, Object.fromEntries(workload.podAnnotations))
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpecOf(workload) }
}

function podSpecOf(workload: Workload): JsonObject {
  const { hasPodSpec, podSpec, object, podSpecPath, kind } = workload
  if (kind === 'StatefulSet') return { ...podSpec, volumes: volumesOf(workload) }
  if (hasPodSpec) return podSpec
  const containers = at(object, ...podSpecPath)
  return { containers: Array.isArray(containers) ? containers : [containers] }
}

/** pkg/controller/statefulset/stateful_set_utils.go, updateStorage: a claim replaces a volume with its name. */
function volumesOf({ object, podSpec, name }: Workload): readonly unknown[] {
  const claims = asArray(at(object, 'spec', 'volumeClaimTemplates')).flatMap((claim) => asString(at(claim, 'metadata', 'name')) ?? [])
  const isClaimed = new Set(claims)
  return [
    ...asArray(member(podSpec, 'volumes')).filter((volume) => !isClaimed.has(asString(member(volume, 'name')) ?? '')),
    ...claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}-0` } })),
  ]
}

/** Labels that the controller adds: pkg/controller/statefulset, pkg/controller/daemon/util; the API server adds those of a Job to its template. */
function addedLabels({ kind, name }: Workload): object {
  if (kind === 'StatefulSet') {
    return { 'statefulset.kubernetes.io/pod-name': `${name}-0`, 'apps.kubernetes.io/pod-index': '0', 'controller-revision-hash': hash }
  }
  return kind === 'DaemonSet' ? { 'controller-revision-hash': hash, 'pod-template-generation': '1' } : {}
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** pkg/controller/deployment/sync.go: the labels of the template, and the annotations of the Deployment without the last-applied manifest. */
function replicaSetOf(workload: Workload, owner: OwnerName): JsonObject {
  const template = member(member(workload.object, 'spec'), 'template')
  const labels = { ...Object.fromEntries(workload.podLabels), 'pod-template-hash': hash }
  const annotations = Object.fromEntries([...workload.annotations].filter(([key]) => key !== lastApplied))
  const metadata = metadataOf(workload, owner, `${workload.name}-${hash}`, labels, annotations)
  const podMetadata = { ...objectAt(template, 'metadata'), labels }
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { template: { metadata: podMetadata, spec: workload.podSpec } } }
}

/** pkg/controller/cronjob/utils.go, getJobFromTemplate2 */
function jobOf(workload: Workload, owner: OwnerName): JsonObject {
  const jobTemplate = at(workload.object, 'spec', 'jobTemplate')
  const { labels = {}, annotations = {} } = objectAt(jobTemplate, 'metadata')
  const metadata = metadataOf(workload, owner, `${workload.name}-${minutes}`, labels as object, annotations as object)
  const name = String(metadata.name)
  const podLabels = { 'job-name': name, 'batch.kubernetes.io/job-name': name, ...Object.fromEntries(workload.podLabels) }
  const template = { metadata: { ...objectAt(at(jobTemplate, 'spec', 'template'), 'metadata'), labels: podLabels }, spec: workload.podSpec }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...objectAt(jobTemplate, 'spec'), template } }
}

function objectAt(value: unknown, key: string): JsonObject {
  return asObject(member(value, key))
}
