/** Whether a review needs a check, and whether its warnings have a reader. */
import { at, sameJson } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { workloadKind } from '../model/workload-kinds.ts'
import type { Policy } from '../policy/index.ts'
import type { AdmissionRequest } from './envelope.ts'

/**
 * Subresources that cannot change how a pod starts. A denylist, so that an unknown subresource is checked (CVE-2023-2727 was caused by
 * an allowlist).
 */
const harmlessSubResources: ReadonlySet<string> = new Set([
  'status',
  'scale',
  'binding',
  'eviction',
  'exec',
  'attach',
  'portforward',
  'proxy',
  'log',
])

/** Why a review is allowed without running any rule. */
export type Skip = 'operation' | 'subresource' | 'not-a-workload' | 'unchanged' | 'mirror-pod'

/** Why a review needs no check, or undefined if it does. @param workload undefined if the object is not of a supported kind */
export function skipReason(request: AdmissionRequest, workload: Workload | undefined): Skip | undefined {
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return 'operation'
  if (harmlessSubResources.has(request.subResource)) return 'subresource'
  if (workload === undefined) return 'not-a-workload'
  // Only labels, finalizers, suspend or replicas changed. Removing finalizers must never fail here, or a deletion would hang.
  const { old } = workload
  if (request.operation === 'UPDATE' && old !== null && sameJson(podOf(old), podOf(workload))) return 'unchanged'
  if (isMirrorPod(workload) && request.user.startsWith('system:node:')) return 'mirror-pod'
  return undefined
}

/** Whether an UPDATE that leaves the PodSpec as it is leads to new Pods: a restart, another number of replicas, the end of a suspension. */
export function createsPods({ kind, old, object }: Workload): boolean {
  return kind !== 'Pod' && old !== null && !sameJson(at(old.object, 'spec'), at(object, 'spec'))
}

/** The PodSpec, or the containers of a custom resource that has only these. */
function podOf({ object, podSpecPath }: Workload): unknown {
  return at(object, ...podSpecPath)
}

/** The kubelet's mirror of a static pod, which already runs (kubernetes pkg/kubelet/types/pod_update.go, ConfigMirrorAnnotationKey). */
export function isMirrorPod(workload: Workload): boolean {
  return workload.kind === 'Pod' && workload.annotations.has('kubernetes.io/config.mirror')
}

/** Users that are components of the cluster, which discard warnings. */
const programPrefixes = ['system:serviceaccount:', 'system:node:', 'system:kube-', 'system:apiserver']

/**
 * Whether anyone will see warnings about this object. Objects that a controller creates from a template that was checked itself get
 * none, but only if the requester is a controller of the cluster: anyone can write an owner reference, so it alone silences nothing.
 */
export function hasReader(request: AdmissionRequest, workload: Workload, policy: Policy): boolean {
  if (!policy.warns(request.user)) return false
  const owner = workload.controllerOwner
  if (owner === null) return true
  if (workloadKind(owner.apiVersion, owner.kind) !== undefined) return !policy.isController(request.user)
  return !programPrefixes.some((prefix) => request.user.startsWith(prefix))
}
