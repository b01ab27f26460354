import type { Workload } from '../model/workload.ts'
import { type WorkloadKind, workloadKind } from '../model/workload-kinds.ts'
import type { AdmissionRequest } from './envelope.ts'

/**
 * The ServiceAccount of kube-system with which kube-controller-manager runs the controller of a kind
 * (kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go). It is not always the name of the controller: that of
 * DaemonSets is called daemonset-controller.
 */
const controllers: ReadonlyMap<WorkloadKind, string> = new Map([
  ['Deployment', 'deployment-controller'],
  ['ReplicaSet', 'replicaset-controller'],
  ['StatefulSet', 'statefulset-controller'],
  ['DaemonSet', 'daemon-set-controller'],
  ['Job', 'job-controller'],
  ['CronJob', 'cronjob-controller'],
  ['ReplicationController', 'replication-controller'],
])

/** The user of a controller manager that does not use one ServiceAccount per controller. */
const controllerManager = 'system:kube-controller-manager'

/** Whether the object is created by the built-in controller of its owner's kind, so that its template was checked itself. */
export function isFromBuiltInController({ user }: AdmissionRequest, { controllerOwner }: Workload): boolean {
  if (controllerOwner === null) return false
  const kind = workloadKind(controllerOwner.apiVersion, controllerOwner.kind)
  const account = kind && controllers.get(kind)
  return account !== undefined && (user === controllerManager || user === `system:serviceaccount:kube-system:${account}`)
}
