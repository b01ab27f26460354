/** Why no node is chosen. */
import { asString, at, member } from '../../model/json.ts'
import type { Helps } from '../causes/index.ts'
import { type Classified, classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { eventsAbout } from '../view/events.ts'
import { claimsOf } from '../view/related.ts'
import { type Context, eventEvidence, type Found, foundBy } from './context.ts'

export function schedulingCause(context: Context): Found {
  const { pod, quotes } = context
  const condition = pod.conditions.get('PodScheduled')
  const event = pod.events.find(({ reason }) => reason === 'FailedScheduling')
  const texts = [
    ...(condition === undefined || condition.message === ''
      ? []
      : [{ text: condition.message, evidence: `condition PodScheduled: ${quotes.of(condition.message)}` }]),
    ...(event === undefined ? [] : [{ text: event.message, evidence: eventEvidence(event, quotes) }]),
  ]
  if (condition?.reason === 'SchedulingGated') {
    return { cause: 'scheduling-gated', certainty: 'certain', evidence: texts.slice(0, 1).map(({ evidence }) => evidence) }
  }
  for (const { text, evidence } of texts) {
    const found = weightiest(text)
    const base = found && foundBy(found, [evidence])
    if (found !== undefined && base !== undefined) return scheduled(context, base, found, text)
  }
  if (texts[0] !== undefined) {
    return {
      cause: 'affinity',
      certainty: 'possible',
      waiting: 'unknown',
      message: `the scheduler finds no node: ${quotes.of(texts[0].text)}`,
      evidence: texts.map(({ evidence }) => evidence),
    }
  }
  if (isManifest(pod.object)) {
    return {
      cause: 'waiting-normal',
      certainty: 'possible',
      waiting: 'unknown',
      message: 'this is a manifest, without the status that a pod of a cluster has',
      until: null,
      evidence: [],
      now: [
        'save the live pod with `kubectl get pod NAME -o json`; for a manifest, `initlint lint` and `initlint explain` say what will happen',
      ],
    }
  }
  return notScheduledYet(context)
}

/** The scheduler that each cluster has (kubernetes pkg/apis/core/types.go, DefaultSchedulerName). */
const defaultScheduler = 'default-scheduler'

/** How long a scheduler may need, ms: the default one takes milliseconds, and reports after its first attempt. */
const schedulingTime = 2 * 60 * 1000

/** Neither a condition nor an Event: either no scheduler has looked at the pod yet, or none will. */
function notScheduledYet({ pod, now, quotes }: Context): Found {
  const name = asString(member(pod.workload.podSpec, 'schedulerName')) ?? defaultScheduler
  const isLate = pod.createdAt !== null && now - pod.createdAt > schedulingTime
  if (!isLate) {
    return {
      cause: 'waiting-normal',
      certainty: 'possible',
      message: 'the scheduler has not chosen a node yet',
      until: 'the scheduler has chosen a node',
      evidence: [],
    }
  }
  const which = name === defaultScheduler ? 'the scheduler' : `scheduler ${quotes.of(name, 253)}`
  return {
    cause: 'waiting-normal',
    certainty: 'possible',
    waiting: 'unknown',
    message: `${which} has not reported anything about the pod: it may not be running`,
    until: `${which} has chosen a node`,
    evidence: name === defaultScheduler ? [] : [`spec.schedulerName is ${quotes.of(name, 253)}`],
    now: [`check that ${which} runs${name === defaultScheduler ? '' : ', or remove schedulerName from the pod'}`],
  }
}

/** Whether no API server has stored it: each sets uid and, for a Pod, a phase (kubernetes pkg/registry/core/pod/strategy.go, PrepareForCreate). */
function isManifest(object: unknown): boolean {
  return at(object, 'metadata', 'uid') === undefined && at(object, 'status', 'phase') === undefined
}

/** Taints of nodes that take no ordinary pods (kubeadm constants, LabelNodeRoleControlPlane). */
const controlPlane = /node-role\.kubernetes\.io\/(?:control-plane|master)/

/** The reason that excludes most nodes: `0/3 nodes are available: 1 node(s) had untolerated taint {…}, 2 Insufficient memory.` */
function weightiest(text: string): Classified | undefined {
  const [, reasons = text] = /nodes are available: (.*)$/s.exec(text.slice(0, 4096)) ?? []
  const [own = reasons] = reasons.split(/ (?:preemption|no new claims)/)
  let best: { readonly found: Classified; readonly nodes: number } | undefined
  for (const clause of own.split(/, (?=\d+ )/).slice(0, 50)) {
    const found = classify(clause, tables.schedule)
    if (found === undefined) continue
    const nodes = controlPlane.test(clause) ? 0 : Number(/^(\d{1,6}) /.exec(clause)?.[1] ?? 1)
    if (best === undefined || nodes > best.nodes) best = { found, nodes }
  }
  return best?.found ?? classify(text, tables.schedule)
}

/** Taints that controllers remove by themselves, if what they stand for ends (k8s.io/api core/v1 well_known_taints.go). */
const passingTaint =
  /node\.kubernetes\.io\/(?:not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|network-unavailable)|node\.cloudprovider\.kubernetes\.io\/uninitialized/

/** Those of a node that starts. */
const startingTaint = /node\.kubernetes\.io\/(?:not-ready|network-unavailable)|node\.cloudprovider\.kubernetes\.io\/uninitialized/

/** What to do about a condition of the nodes; a toleration would put the pod on a node that cannot run it. */
const taintAdvice: readonly (readonly [key: string, now: string])[] = [
  ['node.kubernetes.io/unschedulable', '`kubectl uncordon` the node, once its maintenance is over'],
  ['node.kubernetes.io/unreachable', 'check the node: its kubelet does not report, because the node is down or cut off'],
  ['node.kubernetes.io/not-ready', 'check why the node is not ready: its kubelet, container runtime and CNI plugin'],
  ['node.kubernetes.io/disk-pressure', 'free the disk of the node: the kubelet removes the taint a few minutes later'],
  ['node.kubernetes.io/memory-pressure', 'free memory on the node: the kubelet removes the taint a few minutes later'],
  ['node.kubernetes.io/pid-pressure', 'end processes on the node: the kubelet removes the taint a few minutes later'],
  ['node.kubernetes.io/network-unavailable', 'check the CNI plugin or the routes of the node'],
  ['node.cloudprovider.kubernetes.io/uninitialized', 'check that the cloud controller manager runs: it removes this taint'],
]

/** Which part of the pod excludes the nodes. */
function affinityWords(matched: string): Pick<Found, 'message' | 'now'> {
  if (matched.includes('anti-affinity') && !matched.includes('affinity/anti-affinity')) {
    return {
      message: 'an anti-affinity rule of this pod, or of one that runs, excludes each node that would fit',
      now: ['add a node, or prefer the anti-affinity instead of requiring it: more pods than nodes never fit'],
    }
  }
  if (matched.includes('topology spread')) {
    return {
      message: 'a topology spread constraint of the pod excludes each node that would fit',
      now: ['add nodes in the topology that lacks pods, label them, or set whenUnsatisfiable: ScheduleAnyway'],
    }
  }
  return {}
}

/** How long a node may take to become ready, ms; a cloud instance boots in a few minutes. */
const nodeStart = 10 * 60 * 1000

/** A node that starts becomes ready; one that stays unreachable or under pressure may never come back by itself. */
function taintPasses({ pod, now }: Context, text: string, taint: string): Helps {
  if (startingTaint.test(text) && pod.createdAt !== null && now - pod.createdAt <= nodeStart) return 'yes'
  if (passingTaint.test(text) || taint.includes('unschedulable')) return 'unknown'
  return 'no'
}

/** What the nodes lack: a resource, a place for a pod, or a device of a claim. */
function resourceOf(groups: readonly string[], quotes: Context['quotes']): string {
  const [resource = '', tooMany = '', claims = ''] = groups
  return tooMany !== '' ? 'room for pods' : claims !== '' ? 'devices' : quotes.of(resource, 100) || 'room'
}

/** Events of cluster-autoscaler and of Karpenter when a node is on its way (autoscaler processors/status; karpenter pkg/events/reason.go). */
const scaleUpReasons: ReadonlySet<string> = new Set(['TriggeredScaleUp', 'Nominated'])

function scaled({ pod, quotes }: Context, base: Found): Found {
  const newest = pod.events.find(({ reason }) => scaleUpReasons.has(reason) || reason === 'NotTriggerScaleUp')
  if (newest === undefined) return base
  const evidence = [...base.evidence, eventEvidence(newest, quotes)]
  if (!scaleUpReasons.has(newest.reason)) return { ...base, evidence }
  return { ...base, waiting: 'yes', until: 'the new node is ready', evidence, now: ['nothing: the autoscaler is adding a node'] }
}

function scheduled(context: Context, base: Found, { groups, pattern, matched }: Classified, text: string): Found {
  const { quotes } = context
  switch (base.cause) {
    case 'insufficient-resources':
      return scaled(context, { ...base, facts: { resource: resourceOf(groups, quotes) } })
    case 'taint': {
      const taint = groups.find((group) => group !== '') ?? ''
      const shown = taint === 'unschedulable' ? 'node.kubernetes.io/unschedulable' : quotes.of(taint.replace(/:?\s*$/, ''), 200)
      const advice = taintAdvice.find(([key]) => (taint === '' ? text : shown).includes(key))?.[1]
      return scaled(context, {
        ...base,
        waiting: taintPasses(context, text, taint),
        facts: { taint: shown || 'see the message' },
        ...(advice === undefined ? {} : { now: [advice] }),
      })
    }
    case 'affinity':
      return scaled(context, { ...base, ...affinityWords(matched) })
    case 'multi-attach':
      return { ...base, facts: { other: 'another pod' }, message: 'another pod uses the ReadWriteOncePod claim of this pod' }
    case 'pvc-missing':
      return { ...base, facts: { object: quotes.of(groups[0] ?? '', 253) } }
    case 'pvc-unbound':
      return unbound(context, base)
    default:
      return pattern.id === 'sch-ports' ? { ...base, waiting: 'no' } : base
  }
}

/** Names the claim, and what its Events say. */
export function unbound(context: Context, base: Found): Found {
  const { pod, related, quotes } = context
  for (const { claim } of claimsOf(pod)) {
    const object = related.find('PersistentVolumeClaim', pod.namespace, claim)
    if (object === undefined || at(object, 'status', 'phase') === 'Bound') continue
    const why = claimTrouble(context, claim, object)
    return {
      ...base,
      certainty: 'certain',
      waiting: why?.waiting ?? 'unknown',
      message: `PersistentVolumeClaim ${quotes.of(claim, 253)} is not bound to a volume${why === undefined ? '' : `: ${why.text}`}`,
      evidence: [...base.evidence, ...(why?.evidence ?? [])],
    }
  }
  return base
}

interface ClaimTrouble {
  readonly waiting: Helps
  readonly text: string
  readonly evidence: readonly string[]
}

function claimTrouble({ pod, events, quotes }: Context, name: string, claim: unknown): ClaimTrouble | undefined {
  const uid = asString(at(claim, 'metadata', 'uid')) ?? ''
  const failed = eventsAbout(events, { kind: 'PersistentVolumeClaim', namespace: pod.namespace, name, uid }).find(
    ({ isWarning }) => isWarning,
  )
  if (failed !== undefined) {
    return {
      waiting: /not found/.test(failed.message) ? 'no' : 'unknown',
      text: quotes.of(failed.message),
      evidence: [eventEvidence(failed, quotes)],
    }
  }
  if (at(claim, 'spec', 'storageClassName') === undefined && at(claim, 'spec', 'volumeName') === undefined) {
    return { waiting: 'no', text: 'it names no StorageClass, and there is no default', evidence: ['the claim has no storageClassName'] }
  }
  return undefined
}
