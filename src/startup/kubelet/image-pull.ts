/** EnsureImageExists of pkg/kubelet/images/image_manager.go, 1.36: called at every container start, and for image volumes at every sync. */

import type { PullPolicy } from '../../model/pull-policy.ts'
import { inBackOffSinceUpdate, nextBackOff } from '../node/back-off.ts'
import type { Process } from '../node/clock.ts'
import { isAmbiguous, isCached, isUsable, mayUseCached, pull } from '../node/world.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** Assumed durations of a pull, of a failed pull, and of a check that finds the node's copy up to date; real ones vary. */
const pullSeconds = 0.5
const failedPullSeconds = 0.1
const checkSeconds = 0.1

/** An image that is needed now. */
export interface ImageRequest {
  readonly image: string
  readonly pullPolicy: PullPolicy
  /** The container that the events are about, null for the pod (image volumes). */
  readonly subject: string | null
  /** The lane of the steps: the name of the container or volume. */
  readonly lane: string
}

/** @returns null if the image is available, otherwise the reason in the status */
export function* ensureImage(machine: Machine, kubelet: Kubelet, request: ImageRequest): Process<string | null> {
  const { world, log, pod } = machine
  const { image, pullPolicy, subject, lane } = request
  if (!isUsable(image)) {
    log.event(subject, 'InspectFailed')
    return fail(machine, request, 'InvalidImageName')
  }
  // The runtime cannot even look the image up (imagePullPrecheck, GetImageRef); with Always it is not asked to, and the pull fails.
  if (pullPolicy !== 'Always' && isAmbiguous(world, image)) {
    log.event(subject, 'InspectFailed')
    return fail(machine, request, 'ImageInspectError')
  }
  const found = pullPolicy !== 'Always' && isCached(world, image)
  if (found && mayUseCached(world, image, pod.pullSecrets)) {
    log.event(subject, 'Pulled')
    log.moment(lane, 'cached', { image })
    return null
  }
  if (pullPolicy === 'Never') {
    log.event(subject, 'ErrImageNeverPull')
    return fail(machine, request, 'ErrImageNeverPull')
  }
  return yield* pullImage(machine, kubelet, request)
}

function fail(machine: Machine, { image, lane }: ImageRequest, reason: string): string {
  const open = machine.log.current(lane)
  if (open?.kind !== 'pull-error' || open.detail.reason !== reason)
    machine.log.begin(lane, 'pull-error', { image, reason, outcome: 'failed' })
  return reason
}

function* pullImage(machine: Machine, kubelet: Kubelet, { image, subject, lane }: ImageRequest): Process<string | null> {
  const { world, log, clock } = machine
  if (inBackOffSinceUpdate(kubelet.pulls, image, clock.now)) {
    log.event(subject, 'BackOff')
    return 'ImagePullBackOff'
  }
  log.event(subject, 'Pulling')
  const open = log.current(lane)
  const attempt = open?.kind === 'pull-back-off' ? (open.detail.attempt ?? 0) + 1 : 1
  const step = log.begin(lane, 'pull', { image, attempt })
  const wasCached = isCached(world, image)
  const result = pull(world, image)
  yield result !== 'failed' ? (wasCached ? checkSeconds : pullSeconds) : failedPullSeconds
  if (result !== 'failed') {
    log.event(subject, 'Pulled')
    log.end(step, { outcome: 'ok', downloaded: result === 'downloaded' })
    return null
  }
  log.event(subject, 'Failed')
  nextBackOff(kubelet.pulls, image, clock.now, clock.now)
  // evalCRIPullErr: a runtime may say more about the failure than that it happened.
  const reason = world.failing.pull.get(lane) ?? 'ErrImagePull'
  log.end(step, { outcome: 'failed', reason })
  log.begin(lane, 'pull-back-off', { image, attempt })
  return reason
}
