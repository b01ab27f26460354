import type { Workload } from '../model/workload.ts'
import { customResource, type KindOfWorkload, type WorkloadKind, workloadKind } from '../model/workload-kinds.ts'
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

/** The kinds that they create. */
const created: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Job'])

const userOf = (account: string): string => `system:serviceaccount:kube-system:${account}`
const users: ReadonlySet<string> = new Set([controllerManager, ...[...controllers.values()].map(userOf)])

/** The user who creates objects from those of the kind; undefined if no built-in controller does. */
export function controllerOf(kind: KindOfWorkload): string | undefined {
  const account = kind === customResource ? undefined : controllers.get(kind)
  return account && userOf(account)
}

/**
 * Whether the object is made by the built-in controller of its owner's kind, so that its template was checked itself, and a denial would
 * only keep what already runs from returning.
 */
export function isFromBuiltInController({ user }: Pick<AdmissionRequest, 'user'>, { kind, controllerOwner }: Workload): boolean {
  if (controllerOwner === null || !created.has(kind)) return false
  const owner = workloadKind(controllerOwner.apiVersion, controllerOwner.kind)
  const account = owner && controllers.get(owner)
  return account !== undefined && (user === controllerManager || user === userOf(account))
}

/**
 * Whether the user is a built-in controller, for a review of which only the beginning is known: they create nothing else that the webhook
 * receives.
 */
export function isBuiltInController(user: string): boolean {
  return users.has(user)
}
