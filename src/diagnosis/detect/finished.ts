/** Why a pod ended. */
import { classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { neverRan } from '../stage.ts'
import type { ContainerView } from '../view/pod-view.ts'
import { type Context, eventEvidence, type Found, foundBy, nodeText } from './context.ts'
import { createCause } from './create.ts'
import { perhapsRefused, refused } from './node-refusal.ts'
import { runCause } from './run.ts'

/** Reasons with which a kubelet refuses a pod (kubernetes pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/kubelet.go). */
const admissionReasons: ReadonlySet<string> = new Set([
  'OutOfcpu',
  'OutOfmemory',
  'OutOfpods',
  'OutOfephemeral-storage',
  'NodeAffinity',
  'NodePorts',
  'HostPort',
  'UnexpectedAdmissionError',
  'UnexpectedPredicateFailureType',
  'VolumeAttachmentLimitExceeded',
  'PodOSNotSupported',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'PodLevelResourcesNotAdmittedReason',
  'PodFeatureUnsupported',
  'TopologyAffinityError',
  'AppArmor',
  'SysctlForbidden',
  'Forbidden',
])

const causeOfReason = {
  DeadlineExceeded: 'deadline',
  NodeLost: 'node-lost',
  NodeShutdown: 'node-shutdown',
  Terminated: 'node-shutdown',
  Shutdown: 'node-shutdown',
  Preempting: 'preempted',
  Evicted: 'evicted-node-pressure',
} as const

export function finishedCause(context: Context, container: ContainerView | null): Found {
  const { pod, quotes } = context
  if (pod.phase === 'Succeeded') {
    return { cause: 'waiting-normal', certainty: 'certain', message: 'the pod has completed', until: null, evidence: ['phase Succeeded'] }
  }
  if (pod.isBeingDeleted && pod.reason === '') {
    return {
      cause: 'waiting-normal',
      certainty: 'certain',
      message: 'the pod was deleted and has ended',
      until: null,
      evidence: ['metadata.deletionTimestamp is set'],
    }
  }
  if (pod.reason !== '') return byReason(context)
  const disruption = pod.conditions.get('DisruptionTarget')
  if (disruption?.reason === 'PreemptionByScheduler')
    return { cause: 'preempted', certainty: 'certain', evidence: [`condition DisruptionTarget: ${quotes.of(disruption.message)}`] }
  if (container === null)
    return { cause: 'lost', certainty: 'possible', message: 'the pod failed, and no container says why', evidence: ['phase Failed'] }
  const found = neverRan(container) ? createCause(context, container, 'start') : runCause(context, container)
  return { ...found, waiting: 'no' }
}

/** What status.reason and status.message say. */
function byReason(context: Context): Found {
  const { pod, quotes } = context
  const evidence = [`status.reason ${quotes.of(pod.reason, 60)}: ${quotes.of(pod.message)}`]
  const found = pod.message === '' ? undefined : classify(pod.message, tables.ending)
  const base = found && foundBy(found, evidence)
  if (admissionReasons.has(pod.reason)) return { ...refused(context), evidence }
  if (base !== undefined && base.cause !== 'node-admission') {
    if (base.cause === 'deadline') return deadline(context, base)
    const resource = found?.groups.find((group) => group !== '')
    return base.cause === 'evicted-node-pressure'
      ? { ...base, facts: { resource: quotes.of(resource ?? 'resources', 100) }, ...pulledOnFullDisk(context) }
      : base
  }
  const known = Object.hasOwn(causeOfReason, pod.reason) ? causeOfReason[pod.reason as keyof typeof causeOfReason] : undefined
  if (known !== undefined) return { cause: known, certainty: 'certain', evidence }
  const disruption = pod.conditions.get('DisruptionTarget')
  if (disruption?.reason === 'PreemptionByScheduler')
    return { cause: 'preempted', certainty: 'certain', evidence: [`condition DisruptionTarget: ${quotes.of(disruption.message)}`] }
  return { ...perhapsRefused(context), evidence }
}

/** Which step the pod was in when its time was over. */
function deadline({ pod, quotes }: Context, base: Found): Found {
  const newest = pod.events.find(({ reason }) => heldUp.has(reason))
  if (newest === undefined) return { ...base, message: 'activeDeadlineSeconds was reached; what happened before is the cause' }
  const evidence = [...base.evidence, eventEvidence(newest, quotes)]
  const image = /^Pulling image "([^"]{1,1000})"/.exec(newest.message)?.[1]
  if (image !== undefined) {
    return {
      ...base,
      message: `activeDeadlineSeconds was reached while ${quotes.of(image)} was still being pulled`,
      evidence,
      now: ['raise activeDeadlineSeconds: it includes pulls; a smaller image, or one that is already on the node, starts sooner'],
    }
  }
  if (newest.reason === 'Started') return { ...base, message: 'activeDeadlineSeconds was reached while the containers ran', evidence }
  return { ...base, message: `activeDeadlineSeconds was reached; before, the pod was held up: ${quotes.of(newest.message)}`, evidence }
}

/** Events of steps before the containers run. */
const heldUp: ReadonlySet<string> = new Set([
  'Pulling',
  'Failed',
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodSandBox',
  'FailedScheduling',
  'Started',
])

/** A pull that filled the disk: the image itself is then the reason. */
function pulledOnFullDisk(context: Context): Pick<Found, 'now'> {
  const { pod, quotes } = context
  const full = pod.events.find(({ message }) => /no space left on device/.test(message))
  const image = /^Failed to pull image "([^"]{1,1000})"/.exec(full?.message ?? '')?.[1]
  if (image === undefined) return {}
  return {
    now: [`use a larger disk for ${nodeText(context)}, or a smaller image: unpacking ${quotes.of(image)} filled it`],
  }
}
