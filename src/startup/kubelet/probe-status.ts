/** Which containers have started and are ready: UpdatePodStatus of pkg/kubelet/prober/prober_manager.go, 1.36. */

import type { ContainerSpec } from '../node/pod-spec.ts'
import type { ContainerStatus } from '../status/status.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import { hasProbeWorker, kubeletRestartGraceSeconds, probeResult, triggerReadiness } from './probes.ts'

/** Fills in `started` and `ready` of one list of statuses. */
export function withProbes(
  machine: Machine,
  kubelet: Kubelet,
  containers: readonly ContainerSpec[],
  statuses: readonly ContainerStatus[],
): readonly ContainerStatus[] {
  return statuses.map((status, index) => {
    const container = containers[index] as ContainerSpec
    const started = isStarted(kubelet, status)
    if (container.role === 'init') {
      return { ...status, started, ready: status.state.kind === 'terminated' && status.state.exitCode === 0 }
    }
    return { ...status, started, ready: started && isContainerReady(machine, kubelet, container, status) }
  })
}

/** isContainerStarted: running, and its startup probe, if it has one, has succeeded. */
function isStarted(kubelet: Kubelet, status: ContainerStatus): boolean {
  if (status.state.kind !== 'running') return false
  const result = probeResult(kubelet, 'startupProbe', status.containerId)
  if (result !== undefined) return result === 'success'
  return status.started === true || !hasProbeWorker(kubelet, 'startupProbe', status.name)
}

function isContainerReady(machine: Machine, kubelet: Kubelet, container: ContainerSpec, status: ContainerStatus): boolean {
  if (status.state.kind !== 'running') return false
  const result = probeResult(kubelet, 'readinessProbe', status.containerId)
  if (result === 'success') return true
  let ready = !hasProbeWorker(kubelet, 'readinessProbe', status.name)
  if (!ready) triggerReadiness(machine, kubelet, status.name)
  // setReadyStateOnKubeletRestart: a container that ran before the kubelet restarted stays ready until its probe has run.
  if (status.state.startedAt < kubelet.startedAt - kubeletRestartGraceSeconds) {
    if (result === undefined) ready = true
    if (container.probes.has('readinessProbe') && !machine.api.status.ready) ready = false
  }
  return ready
}
