/** Kubelet.SyncPod, SyncTerminatingPod and SyncTerminatedPod: pkg/kubelet/kubelet.go, 1.36. */
import type { Process } from '../node/clock.ts'
import { takeSnapshot } from '../node/snapshot.ts'
import { isMissing } from '../node/world.ts'
import { isTerminal } from '../status/status.ts'
import { killPod } from './kill-pod.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import { generateStatus } from './pod-status.ts'
import { startProbes, stopProbes } from './probes.ts'
import { setStatus } from './status-manager.ts'
import { syncRuntime } from './sync-runtime.ts'
import { mountVolumes } from './volumes.ts'

/**
 * How a sync ended: there was nothing to do; it did something successfully; it must be called again immediately; it failed and may be
 * retried at a time (null: after the default delay); or the pod has reached a terminal phase.
 */
export type SyncOutcome =
  | { readonly kind: 'nothing' | 'started' | 'again' | 'terminal' }
  | { readonly kind: 'failed'; readonly retryAt: number | null }

/** One sync of a pod that has not ended. */
export function* syncPod(machine: Machine, kubelet: Kubelet): Process<SyncOutcome> {
  const status = generateStatus(machine, kubelet, false)
  setStatus(machine, kubelet, status)
  if (isTerminal(status.phase)) {
    if (status.reason === 'DeadlineExceeded') machine.log.moment(null, 'deadline')
    return { kind: 'terminal' }
  }
  const mounted = yield* mountVolumes(machine, kubelet)
  if (!mounted) return { kind: 'failed', retryAt: null }
  checkPullSecrets(machine)
  startProbes(machine, kubelet)
  const result = yield* syncRuntime(machine, kubelet, status.restartingAll)
  for (const { container, reason } of result.starts) {
    if (reason === null) kubelet.reasons.delete(container)
    else kubelet.reasons.set(container, reason)
  }
  if (result.failed) return { kind: 'failed', retryAt: result.retryAt }
  if (result.reset) return { kind: 'again' }
  return { kind: result.acted ? 'started' : 'nothing' }
}

/** getPullSecretsForPod: a missing pull secret only causes an event. */
function checkPullSecrets(machine: Machine): void {
  const missing = machine.pod.pullSecrets.some((name) => isMissing(machine.world, 'secret', name, 'imagePullSecret'))
  if (missing) machine.log.event(null, 'FailedToRetrieveImagePullSecret')
}

/** Stops the remaining containers of a pod in a terminal phase, and reports how it ended. */
export function* syncTerminatingPod(machine: Machine, kubelet: Kubelet): Process<SyncOutcome> {
  setStatus(machine, kubelet, generateStatus(machine, kubelet, false))
  stopProbes(kubelet, false)
  yield* killPod(machine, kubelet.snapshot)
  stopProbes(kubelet, true)
  // GetPodStatus: reads from the runtime, not from the cache.
  kubelet.snapshot = takeSnapshot(machine.runtime)
  setStatus(machine, kubelet, generateStatus(machine, kubelet, true))
  return { kind: 'nothing' }
}

/** Waits until the volumes of an ended pod are unmounted; WaitForUnmount polls every 300 ms. */
export function* syncTerminatedPod(machine: Machine, kubelet: Kubelet): Process<SyncOutcome> {
  setStatus(machine, kubelet, generateStatus(machine, kubelet, true))
  yield 0.3
  return { kind: 'nothing' }
}
