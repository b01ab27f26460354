/** The last status of the pod, and whether a status makes it ready. */

import type { PodModel } from '../node/pod-spec.ts'
import { type ContainerStatus, isTerminal, type PodStatus, statusOf } from '../status/status.ts'
import type { Phase } from '../timeline/timeline.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** The kubelet's last status, or the API server's if the kubelet has written none since it started. */
export function lastStatus(machine: Machine, kubelet: Kubelet): PodStatus {
  return kubelet.status ?? machine.api.status
}

/** GeneratePodReadyCondition; readiness gates are never passed, because scenarios have no controller that sets their conditions. */
export function isReady(pod: PodModel, inits: readonly ContainerStatus[], apps: readonly ContainerStatus[], phase: Phase): boolean {
  if (isTerminal(phase) || pod.hasReadinessGates) return false
  const sidecars = pod.initContainers.filter(({ role }) => role === 'sidecar')
  return sidecars.every(({ name }) => statusOf(inits, name)?.ready === true) && apps.every(({ ready }) => ready)
}
