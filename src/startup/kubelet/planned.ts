/** The planned actions of a sync: podActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.36. */
import type { ContainerSpec } from '../node/pod-spec.ts'
import type { RuntimeContainer } from '../node/runtime.ts'

/** A container to stop; `graceSeconds` null for the grace period of the pod. */
export interface ContainerKill {
  readonly id: number
  readonly name: string
  readonly graceSeconds: number | null
}

/** What one sync does, in this order: kills, sandbox, init containers, app containers. */
export interface PodActions {
  killPod: boolean
  createSandbox: boolean
  readonly attempt: number
  readonly sandbox: number | null
  initContainersToStart: ContainerSpec[]
  containersToStart: ContainerSpec[]
  readonly containersToKill: ContainerKill[]
  /** RestartAllContainers: containers to kill if they run, and to remove. */
  containersToReset: readonly Readonly<RuntimeContainer>[]
}

/** setTerminationGracePeriod: a probe may have a grace period of its own. */
export function probeGrace(container: ContainerSpec, probe: 'livenessProbe' | 'startupProbe'): number | null {
  return container.probes.get(probe)?.terminationGracePeriodSeconds ?? null
}
