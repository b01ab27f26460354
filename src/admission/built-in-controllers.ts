import type { Workload } from '../model/workload.ts'
import type { AdmissionRequest } from './envelope.ts'

/**
 * The ServiceAccount of kube-system with which kube-controller-manager runs the controller of a kind
 * (kubernetes cmd/kube-controller-manager/names and plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go).
 */
const controllers: ReadonlyMap<string, string> = new Map([
  ['apps/Deployment', 'deployment-controller'],
  ['apps/ReplicaSet', 'replicaset-controller'],
  ['apps/StatefulSet', 'statefulset-controller'],
  ['apps/DaemonSet', 'daemonset-controller'],
  ['batch/Job', 'job-controller'],
  ['batch/CronJob', 'cronjob-controller'],
  ['/ReplicationController', 'replication-controller'],
])

/** The user of a controller manager that does not use one ServiceAccount per controller. */
const controllerManager = 'system:kube-controller-manager'

/** Whether the object is created by the built-in controller of its owner's kind, so that its template was checked itself. */
export function isFromBuiltInController({ user }: AdmissionRequest, { controllerOwner }: Workload): boolean {
  if (controllerOwner === null) return false
  const { apiVersion, kind } = controllerOwner
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const account = controllers.get(`${group}/${kind}`)
  return account !== undefined && (user === controllerManager || user === `system:serviceaccount:kube-system:${account}`)
}
