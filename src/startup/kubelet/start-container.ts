/** startContainer of pkg/kubelet/kuberuntime/kuberuntime_container.go and doBackOff of kuberuntime_manager.go, 1.36. */
import { backOffSince, nextBackOff } from '../node/back-off.ts'
import type { Process } from '../node/clock.ts'
import type { ContainerSpec } from '../node/pod-spec.ts'
import { startContainer as startInRuntime } from '../node/runtime.ts'
import { executionsOf, newest } from '../node/snapshot.ts'
import { cachedVersion, imageUser, isMissing } from '../node/world.ts'
import { ensureImage } from './image-pull.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** How long the runtime takes to create and start a container. */
const createSeconds = 0.12

/** The result of a container start. */
export interface StartResult {
  readonly container: string
  /** The waiting reason in the status, null if the container started. */
  readonly reason: string | null
  /** When the back-off ends, if that is the reason. */
  readonly retryAt: number | null
}

/**
 * Starts a container, or returns the reason why it could not.
 * @param volumeFailures why image volumes are not available, by volume
 */
export function* startContainer(
  machine: Machine,
  kubelet: Kubelet,
  container: ContainerSpec,
  sandbox: number,
  volumeFailures: ReadonlyMap<string, string>,
): Process<StartResult> {
  const { log } = machine
  const result = (reason: string | null, retryAt: number | null = null): StartResult => ({ container: container.name, reason, retryAt })
  const retryAt = restartBackOff(machine, kubelet, container)
  if (retryAt !== null) {
    log.event(container.name, 'BackOff')
    return result('CrashLoopBackOff', retryAt)
  }
  const volumeFailure = container.mounts.reduce<string | null>((reason, mount) => volumeFailures.get(mount) ?? reason, null)
  if (volumeFailure !== null) {
    log.event(container.name, 'Failed')
    wait(machine, container, 'create-error', volumeFailure)
    return result(volumeFailure)
  }
  const { name, image, pullPolicy } = container
  const missingImage = yield* ensureImage(machine, kubelet, { image, pullPolicy, subject: name, lane: name })
  if (missingImage !== null) {
    log.event(name, 'Failed')
    return result(missingImage)
  }
  const createError = whyNotCreated(machine, container)
  if (createError !== null) {
    log.event(name, 'Failed')
    wait(machine, container, 'create-error', createError)
    return result(createError)
  }
  yield createSeconds
  log.event(name, 'Created')
  return result(start(machine, kubelet, container, sandbox))
}

/** doBackOff: when the container may be started, null for immediately. */
function restartBackOff(machine: Machine, kubelet: Kubelet, { name, image }: ContainerSpec): number | null {
  const ended = executionsOf(kubelet.snapshot, name).find(({ state }) => state === 'exited')
  if (ended === undefined) return null
  const { now } = machine.clock
  const key = JSON.stringify([name, image])
  const until = backOffSince(kubelet.crashLoop, key, ended.finishedAt, now)
  if (until === null) nextBackOff(kubelet.crashLoop, key, ended.finishedAt, now)
  return until
}

/** generateContainerConfig and CreateContainer: why the container cannot be created, null if it can. */
function whyNotCreated({ world, pod }: Machine, container: ContainerSpec): string | null {
  const observed = world.failing.create.get(container.name)
  if (observed !== undefined) return observed
  if (container.environment.some(({ kind, name }) => isMissing(world, kind, name, 'env'))) return 'CreateContainerConfigError'
  if (container.contradictsItself || (container.mustNotBeRoot && imageUser(world, container.image) === 0))
    return 'CreateContainerConfigError'
  const mountsImage = pod.imageVolumes.some(({ name }) => container.mounts.includes(name))
  return mountsImage && !world.scenario.runtime.imageVolumes ? 'CreateContainerError' : null
}

function wait(machine: Machine, { name }: ContainerSpec, kind: 'create-error' | 'start-error', reason: string): void {
  const open = machine.log.current(name)
  if (open?.kind !== kind || open.detail.reason !== reason) machine.log.begin(name, kind, { reason, outcome: 'failed' })
}

function start(machine: Machine, kubelet: Kubelet, container: ContainerSpec, sandbox: number): string | null {
  const { runtime, world, log } = machine
  const known = newest(kubelet.snapshot, container.name)
  const logged = runtime.logs.get(container.name)
  const restartCount = known !== undefined ? known.restartCount + 1 : logged !== undefined ? logged + 1 : 0
  const started = startInRuntime(runtime, container, sandbox, restartCount, cachedVersion(world, container.image))
  if (started.state === 'running') {
    log.event(container.name, 'Started')
    return null
  }
  log.event(container.name, 'Failed')
  wait(machine, container, 'start-error', started.reason)
  return 'RunContainerError'
}
