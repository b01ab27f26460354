/** Tells whole objects from patches, which name only what they change. */
import { asArray, asObject, at, isObject, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'

/**
 * Whether the object is a whole one. A patch of kustomize has the kind and the name of its target, but not the fields that the API server
 * requires, so nothing that it lacks is an error.
 */
export function isWhole({ kind, object, podSpec }: Workload): boolean {
  const containers = [...asArray(member(podSpec, 'containers')), ...asArray(member(podSpec, 'initContainers'))]
  // Not even an empty list: the containers are in the target.
  if (kind !== 'Pod' && member(podSpec, 'containers') === undefined) return false
  if ([podSpec, ...containers, ...containers.flatMap(partsOf)].some((part) => member(part, '$patch') !== undefined)) return false
  if (kind !== 'Pod' && containers.some(isAdjustment)) return false
  switch (kind) {
    case 'Pod':
      return !containers.some(isFilledInLater)
    case 'PodTemplate':
      return true
    case 'Job':
    case 'CronJob':
      // Required in both (pkg/apis/batch/validation, ValidateJobTemplateSpec). Without it, images show a whole object, unless they come with
      // nothing but the environment or the resources, as in a patch.
      return member(podSpec, 'restartPolicy') !== undefined || (containers.every(hasImage) && !containers.every(isSetting))
    case 'ReplicationController':
      return at(object, 'spec', 'template', 'metadata', 'labels') !== undefined
    default:
      // Both are required since apps/v1 (pkg/apis/apps/validation). Patches often have one of them, or an empty selector.
      return hasKeys(at(object, 'spec', 'selector')) && hasKeys(at(object, 'spec', 'template', 'metadata', 'labels'))
  }
}

/** Probes and their handlers, lifecycle handlers, the security context: what a patch can delete or replace within a container. */
function partsOf(container: unknown): readonly unknown[] {
  const parts = Object.values(asObject(container))
  return [...parts, ...parts.flatMap((part) => (isObject(part) ? Object.values(part) : []))]
}

/** Fields of a container that are usually adjusted in a patch, and that say nothing about what runs. */
const adjustable: ReadonlySet<string> = new Set(['name', 'resources', 'env', 'imagePullPolicy'])

/** Whether a container has no key `image` and nothing else from which its author would notice that it is missing. */
function isAdjustment(container: unknown): boolean {
  const keys = Object.keys(asObject(container))
  return keys.length > 1 && keys.every((key) => adjustable.has(key))
}

/** Whether a container has an image, and adjustments next to it: it says nothing about what the image runs. */
function isSetting(container: unknown): boolean {
  const keys = Object.keys(asObject(container)).filter((key) => key !== 'image')
  return keys.length > 1 && keys.every((key) => adjustable.has(key))
}

/**
 * Containers of a Pod whose image a program fills in: Spark (BasicDriverFeatureStep and BasicExecutorFeatureStep give these names to the
 * first container of spark.kubernetes.driver.podTemplateFile and .executor.podTemplateFile), the agent of Jenkins, and the static pods
 * that patches of kubeadm change (cmd/kubeadm/app/util/patches).
 */
const filledInLater: ReadonlySet<unknown> = new Set([
  ...['spark-kubernetes-driver', 'spark-kubernetes-executor', 'jnlp'],
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
])

function isFilledInLater(container: unknown): boolean {
  return !hasImage(container) && filledInLater.has(member(container, 'name'))
}

function hasKeys(value: unknown): boolean {
  return Object.keys(asObject(value)).length > 0
}

function hasImage(container: unknown): boolean {
  return member(container, 'image') !== undefined
}
