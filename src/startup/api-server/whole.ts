/** Tells whole objects from patches, which name only what they change. */
import { asArray, asObject, at, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'

/**
 * Whether the object is a whole one. A patch of kustomize has the kind and the name of its target, but not the fields that the API server
 * requires, so nothing that it lacks is an error.
 */
export function isWhole({ kind, object, podSpec }: Workload): boolean {
  const containers = [...asArray(member(podSpec, 'containers')), ...asArray(member(podSpec, 'initContainers'))]
  // Not even an empty list: the containers are in the target.
  if (kind !== 'Pod' && member(podSpec, 'containers') === undefined) return false
  if ([podSpec, ...containers].some((part) => member(part, '$patch') !== undefined)) return false
  switch (kind) {
    case 'Pod':
      return !containers.some(isFilledInLater)
    case 'PodTemplate':
      return true
    case 'Job':
    case 'CronJob':
      // Required in both (pkg/apis/batch/validation, ValidateJobTemplateSpec); without it, an image in each container shows a whole object.
      return member(podSpec, 'restartPolicy') !== undefined || (containers.length > 0 && containers.every(hasImage))
    case 'ReplicationController':
      return at(object, 'spec', 'template', 'metadata', 'labels') !== undefined
    default:
      // Both are required since apps/v1 (pkg/apis/apps/validation). Patches often have one of them, or an empty selector.
      return hasKeys(at(object, 'spec', 'selector')) && hasKeys(at(object, 'spec', 'template', 'metadata', 'labels'))
  }
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
