/** What the kubelet last said of the pod, and whether that makes it ready. */

import type { PodModel } from '../node/pod-spec.ts'
import { type ContainerStatus, isTerminal, type PodStatus, statusOf } from '../status/status.ts'
import type { Phase } from '../timeline/timeline.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** The status that the kubelet last wrote, or that of the API server where it wrote none since it started. */
export function lastStatus(machine: Machine, kubelet: Kubelet): PodStatus {
  return kubelet.status ?? machine.api.status
}

/** GeneratePodReadyCondition; a readiness gate is never passed, nobody in this world opens it. */
export function isReady(pod: PodModel, inits: readonly ContainerStatus[], apps: readonly ContainerStatus[], phase: Phase): boolean {
  if (isTerminal(phase) || pod.hasReadinessGates) return false
  const sidecars = pod.initContainers.filter(({ role }) => role === 'sidecar')
  return sidecars.every(({ name }) => statusOf(inits, name)?.ready === true) && apps.every(({ ready }) => ready)
}
