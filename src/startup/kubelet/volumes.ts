/** Mounts volumes: WaitForAttachAndMount of pkg/kubelet/volumemanager/volume_manager.go and the retries of its reconciler, 1.36. */
import type { Process } from '../node/clock.ts'
import { allContainers, type VolumeSpec } from '../node/pod-spec.ts'
import { isMissing, type World } from '../node/world.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** How long a mount takes; also the interval of the kubelet's checks (podAttachAndMountRetryInterval). */
const mountSeconds = 0.3
/** podAttachAndMountTimeout: 2 minutes and 3 seconds. */
const timeoutSeconds = 123
/** Delays between attempts of one mount: pkg/util/goroutinemap/exponentialbackoff, 500 ms doubling to 2 minutes and 2 seconds. */
export const volumeRetrySeconds = { first: 0.5, maximum: 122 } as const

/**
 * Waits until all volumes that containers mount are available.
 * @returns false if it gave up; the next sync waits again
 */
export function* mountVolumes(machine: Machine, kubelet: Kubelet): Process<boolean> {
  const { pod, world, clock, log } = machine
  const mounted = new Set(allContainers(pod).flatMap(({ mounts }) => mounts))
  const volumes = pod.volumes.filter(({ name }) => mounted.has(name))
  const isFirst = kubelet.mountDelay === 0
  if (volumes.length > 0 && isFirst) yield mountSeconds
  const deadline = clock.now + timeoutSeconds
  while (world.failing.mounts || volumes.some((volume) => !canMount(world, volume))) {
    log.event(null, 'FailedMount')
    if (log.current(null)?.kind !== 'mount') log.begin(null, 'mount', { outcome: 'failed' })
    const retryAt = nextRetry(kubelet, clock.now)
    yield Math.min(retryAt, deadline) - clock.now
    if (clock.now >= deadline) return false
  }
  if (log.current(null)?.kind === 'mount') log.end(log.current(null), { outcome: 'ok' })
  kubelet.mountDelay = Math.max(kubelet.mountDelay, volumeRetrySeconds.first)
  return true
}

function nextRetry(kubelet: Kubelet, now: number): number {
  if (kubelet.mountRetryAt <= now) {
    kubelet.mountDelay =
      kubelet.mountRetryAt === 0 ? volumeRetrySeconds.first : Math.min(kubelet.mountDelay * 2, volumeRetrySeconds.maximum)
    kubelet.mountRetryAt = now + kubelet.mountDelay
  }
  return kubelet.mountRetryAt
}

function canMount(world: World, { objects, hostPath }: VolumeSpec): boolean {
  if (hostPath !== null && isMissing(world, 'hostPath', hostPath, 'volume')) return false
  return !objects.some(({ kind, name }) => isMissing(world, kind, name, 'volume'))
}
