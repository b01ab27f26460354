/** What a review is about, and who will read the answer. */
import { sameJson } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { workloadKind } from '../model/workload-kinds.ts'
import type { Policy } from '../policy/index.ts'
import type { AdmissionRequest } from './envelope.ts'

/**
 * Subresources that cannot change how a pod starts. A list of what to leave out, so that a subresource nobody has heard of is judged
 * (CVE-2023-2727 was the other way round).
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

/** Why a review is allowed without asking any rule. */
export type Skip = 'operation' | 'subresource' | 'not-a-workload' | 'unchanged' | 'mirror-pod'

/** Whether a review needs no judgement. @param workload undefined where the object is none of the nine kinds */
export function skipReason(request: AdmissionRequest, workload: Workload | undefined, old: Workload | null): Skip | undefined {
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return 'operation'
  if (harmlessSubResources.has(request.subResource)) return 'subresource'
  if (workload === undefined) return 'not-a-workload'
  // Labels, finalizers, suspend, replicas: nothing of the start changed, and deletions must never hang on us.
  if (request.operation === 'UPDATE' && old !== null && sameJson(old.podSpec, workload.podSpec)) return 'unchanged'
  if (isMirrorPod(workload) && request.user.startsWith('system:node:')) return 'mirror-pod'
  return undefined
}

/** A kubelet's picture of a static pod, which already runs (kubernetes pkg/kubelet/types/pod_update.go, ConfigMirrorAnnotationKey). */
export function isMirrorPod(workload: Workload): boolean {
  return workload.kind === 'Pod' && workload.annotations.has('kubernetes.io/config.mirror')
}

/** Users that are programs of the cluster: nobody reads their warnings. */
const programPrefixes = ['system:serviceaccount:', 'system:node:', 'system:kube-', 'system:apiserver']

/**
 * Whether somebody will see warnings on this object. Copies that a controller makes of a template that was judged itself get none,
 * but only if a controller of the cluster asks: an owner reference can be written by anyone and silences nothing.
 */
export function hasReader(request: AdmissionRequest, workload: Workload, policy: Policy): boolean {
  if (!policy.warns(request.user)) return false
  const owner = workload.controllerOwner
  if (owner === null) return true
  if (workloadKind(owner.apiVersion, owner.kind) !== undefined) return !policy.isController(request.user)
  return !programPrefixes.some((prefix) => request.user.startsWith(prefix))
}
