/** Causes before the first container: volumes, sandbox. */
import { at } from '../../model/json.ts'
import { type Classified, classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { isSandboxEvent, isVolumeEvent } from '../stage.ts'
import type { EventView } from '../view/events.ts'
import { claimsOf, ownerText } from '../view/related.ts'
import { type Context, eventEvidence, type Found, foundBy } from './context.ts'
import { storageSays } from './mounts.ts'
import { unbound } from './scheduling.ts'

export function volumeCause(context: Context): Found {
  const { pod, quotes } = context
  const attached = pod.events.find(({ reason }) => reason === 'SuccessfulAttachVolume')
  const events = pod.events.filter(
    (event) => isVolumeEvent(event) && (event.reason !== 'FailedAttachVolume' || event.last >= (attached?.last ?? 0)),
  )
  let best: { readonly found: Classified; readonly event: EventView } | undefined
  for (const event of events.slice(0, maxTexts)) {
    const found = classify(event.message, tables.volume)
    if (found !== undefined && (best === undefined || found.pattern.rank < best.found.pattern.rank)) best = { found, event }
  }
  const base = best && foundBy(best.found, [eventEvidence(best.event, quotes)])
  if (best !== undefined && base !== undefined) return volumeFound(context, base, best.found)
  const [event] = events
  if (event !== undefined) {
    return {
      cause: 'mount-failed',
      certainty: 'possible',
      waiting: 'unknown',
      message: `a volume cannot be mounted: ${quotes.of(event.message)}`,
      evidence: [eventEvidence(event, quotes)],
    }
  }
  const claims = claimsOf(pod)
  return {
    cause: 'waiting-normal',
    certainty: 'possible',
    message:
      claims.length === 0
        ? 'the kubelet is preparing the volumes'
        : `the kubelet is preparing the volumes, among them claim ${quotes.of(claims[0]?.claim ?? '', 253)}`,
    until: 'the volumes are mounted',
    evidence: [],
  }
}

/** Events that are classified at most: the cost of a diagnosis must not grow with what others write. */
const maxTexts = 20

const kinds: Readonly<Record<string, string>> = { configmap: 'ConfigMap', serviceaccount: 'ServiceAccount' }

function volumeFound(context: Context, base: Found, found: Classified): Found {
  const { groups } = found
  const { quotes } = context
  const first = quotes.of(groups[0] ?? '', 253)
  switch (base.cause) {
    case 'multi-attach':
      return multiAttach(context, base, groups[1] ?? '')
    case 'volume-object-missing':
      return { ...base, facts: { object: `${kinds[groups[1] ?? ''] ?? 'Secret'} ${quotes.of(groups[2] ?? '', 253)}` } }
    case 'volume-key-missing':
      return { ...base, facts: { key: first } }
    case 'volume-wait':
      return { ...base, facts: { volume: quotes.of(groups.find((group) => group !== '') ?? '', 253) || 'see the message' } }
    case 'hostpath-type':
    case 'hostpath-missing':
      return { ...base, facts: { path: first } }
    case 'csi-driver-missing':
      return driverMissing(context, base, groups)
    case 'pvc-missing':
      return { ...base, facts: { object: quotes.of(groups.find((group) => group !== '') ?? '', 253) } }
    case 'pvc-unbound':
      return unbound(context, base)
    case 'mount-failed':
    case 'attach-failed':
      return storageSays(context, base, found)
    default:
      return base
  }
}

/** A driver that does not run on the node, or that the cluster does not have at all. */
function driverMissing({ quotes }: Context, base: Found, groups: readonly string[]): Found {
  const driver = quotes.of(groups.find((group) => group !== '') ?? '', 253)
  if ((groups[1] ?? '') === '') return { ...base, facts: { object: driver } }
  return {
    ...base,
    facts: { object: driver },
    message: `the cluster has no CSIDriver ${driver}: the driver is not installed`,
    until: 'the driver is installed',
    now: [`install CSI driver ${driver}`],
  }
}

/** Two pods of one Deployment that updates by rolling wait for each other: the old one is removed once the new one is ready. */
function multiAttach(context: Context, base: Found, users: string): Found {
  const { pod, chain, related, quotes } = context
  const other = users.split(/,\s*/)[0] ?? ''
  const facts = { other: other === '' ? 'a pod of another namespace' : `pod ${quotes.of(other, 253)}` }
  const object = other === '' ? undefined : related.find('Pod', pod.namespace, other)
  if (object !== undefined && at(object, 'metadata', 'deletionTimestamp') !== undefined) {
    return { ...base, waiting: 'yes', facts, now: [`nothing: pod ${quotes.of(other, 253)} is being deleted`] }
  }
  const top = chain.at(-1)
  const base_ = top?.kind === 'ReplicaSet' ? top.name.slice(0, top.name.lastIndexOf('-')) : top?.kind === 'Deployment' ? top.name : ''
  const same =
    object === undefined
      ? base_ !== '' && other.startsWith(`${base_}-`) && /^[a-z0-9]+-[a-z0-9]+$/.test(other.slice(base_.length + 1))
      : ownerText(related.chainOf(object, pod.namespace).at(-1) ?? { kind: '', name: '' }) === (top === undefined ? '' : ownerText(top))
  const isRolling = at(top?.object, 'spec', 'strategy', 'type') !== 'Recreate'
  if (!same || !isRolling || (top?.kind !== 'Deployment' && top?.kind !== 'ReplicaSet')) return { ...base, facts }
  const name = top.kind === 'Deployment' ? top.name : base_
  return {
    ...base,
    waiting: 'no',
    until: null,
    facts,
    message: `deadlock: the volume is in use by ${facts.other} of the same Deployment on another node, and that pod is removed only when this one is ready`,
    evidence: [...base.evidence, `both pods belong to deployment/${quotes.of(name, 253)}, which updates by rolling`],
    now: [`DELETE-POD ${other}`],
    later: ['use strategy: Recreate, because the volume can be attached to one node only, or a ReadWriteMany volume'],
  }
}

/** Causes of containers, as they read for a sandbox. */
const sandboxWords: Readonly<Record<string, string>> = {
  'create-still-running': 'an earlier attempt to create the sandbox of the pod is still in progress in the container runtime',
  'create-timeout': 'the container runtime did not create the sandbox of the pod in time: the node is busy, or its CNI plugin hangs',
  'platform-mismatch': 'the pause image of the node does not fit its version of Windows',
}

/** What the runtime says, without what the kubelet and gRPC write before it. */
function sandboxText(message: string): string {
  return message.replace(/^(?:Failed (?:to )?create pod sandbox: )?(?:rpc error: code = \w{1,30} desc = )?/, '').replace(/: unknown$/, '')
}

export function sandboxCause(context: Context): Found {
  const { pod, quotes } = context
  const event = pod.events.find(isSandboxEvent)
  if (event === undefined) {
    return {
      cause: 'waiting-normal',
      certainty: 'possible',
      message: 'the kubelet is creating the sandbox of the pod',
      until: 'the sandbox and its network are ready',
      evidence: [],
    }
  }
  const found = classify(event.message, tables.sandbox)
  const evidence = [eventEvidence(event, quotes)]
  const base = found && foundBy(found, evidence)
  if (found === undefined || base === undefined) {
    return {
      cause: 'cni',
      certainty: 'possible',
      message: `the sandbox of the pod cannot be created: ${quotes.of(sandboxText(event.message))}`,
      evidence,
    }
  }
  if (base.cause === 'start-error') {
    return {
      ...base,
      message: `the container runtime cannot start the sandbox of the pod: ${quotes.endOf(sandboxText(event.message))}`,
      now: ['correct what the container runtime names, on the node or in the runtimeClassName of the pod'],
    }
  }
  const own = sandboxWords[base.cause]
  if (own !== undefined) {
    const now =
      base.cause === 'platform-mismatch'
        ? { now: ['set a sandbox image in the container runtime of the node that fits its build of Windows'] }
        : {}
    return { ...base, message: own, ...now }
  }
  if (base.cause !== 'pause-image') return base
  const image = quotes.of(found.groups.find((group) => group !== '') ?? '')
  const inner = classify(found.groups.findLast((group) => group !== '') ?? '', tables.pull)
  const waiting = inner === undefined || inner.pattern.waiting === 'inner' ? 'unknown' : inner.pattern.waiting
  return {
    ...base,
    waiting,
    facts: { image },
    evidence: [...evidence, ...(inner === undefined ? [] : [`the pull fails: ${inner.pattern.cause}`])],
  }
}

/** Whether the node does not respond; null if it does, as far as is known. */
export function nodeTrouble({ pod, chain, quotes }: Context): Found | null {
  const newest = pod.events[0]
  const disruption = pod.conditions.get('DisruptionTarget')
  const lost =
    newest?.reason === 'NodeNotReady' ? eventEvidence(newest, quotes) : pod.reason === 'NodeLost' ? 'status.reason NodeLost' : undefined
  const evicted =
    disruption?.status === 'True' && disruption.reason === 'DeletionByTaintManager'
      ? `condition DisruptionTarget: ${quotes.of(disruption.message)}`
      : undefined
  const evidence = lost ?? evicted
  if (evidence === undefined) return null
  const isStateful = chain.some(({ kind }) => kind === 'StatefulSet')
  return { cause: 'node-lost', certainty: 'certain', waiting: isStateful ? 'unknown' : 'yes', evidence: [evidence] }
}
