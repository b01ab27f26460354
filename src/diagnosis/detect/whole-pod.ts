/** States of a whole pod: ready, or on its way out. */
import { asArray, asString, at } from '../../model/json.ts'
import { timeOf } from '../view/values.ts'
import { type Context, eventEvidence, type Found, nodeText } from './context.ts'

/** A pod whose containers are all ready; it is ready itself unless a readiness gate says otherwise (KEP-580). */
export function readyCause({ pod, quotes }: Context): Found {
  const ready = pod.conditions.get('Ready')
  if (ready?.status !== 'False' || ready.reason !== 'ReadinessGatesNotReady') {
    return { cause: 'waiting-normal', certainty: 'certain', message: 'the pod is ready', until: null, evidence: [] }
  }
  const gates = asArray(at(pod.object, 'spec', 'readinessGates')).map((gate) => asString(at(gate, 'conditionType')) ?? '')
  const open = gates.filter((gate) => pod.conditions.get(gate)?.status !== 'True').slice(0, 5)
  const names = quotes.of(open.join(', ')) || 'a readiness gate'
  return {
    cause: 'waiting-normal',
    certainty: 'certain',
    waiting: 'unknown',
    message: `all containers are ready, but the pod is not: the condition of its readiness gate (${names}) is not True`,
    until: 'the controller of the readiness gate sets the condition',
    evidence: [`condition Ready: ${quotes.of(ready.message)}`],
    now: ['look at the controller that sets this condition, such as that of the load balancer'],
  }
}

/** After the grace period, the kubelet needs seconds to report that all containers have stopped, ms. */
const reportTime = 60 * 1000

/** A pod that is deleted, and what keeps it if its time is over: deletionTimestamp is when the grace period ends. */
export function deletingCause(context: Context): Found {
  const { pod, now, quotes } = context
  const base: Found = {
    cause: 'waiting-normal',
    certainty: 'certain',
    waiting: 'unknown',
    message: 'the pod is being deleted',
    until: 'its containers have stopped and its finalizers are removed',
    evidence: ['metadata.deletionTimestamp is set'],
  }
  const end = timeOf(at(pod.object, 'metadata', 'deletionTimestamp'))
  if (end === null || now - end <= reportTime) return base
  const finalizers = asArray(at(pod.object, 'metadata', 'finalizers')).map((each) => asString(each) ?? '')
  if (finalizers.length > 0 && pod.containers.every(({ state }) => state.kind !== 'running')) {
    const names = quotes.of(finalizers.slice(0, 5).join(', '))
    return {
      ...base,
      message: `the pod is being deleted, and its finalizers keep it: ${names}`,
      until: 'the finalizers are removed',
      evidence: [...base.evidence, `metadata.finalizers: ${names}`],
      now: [`look at the controller of ${names}: it removes its finalizer when it has cleaned up`],
    }
  }
  const node = nodeText(context)
  const failed = pod.events.find(({ reason }) => reason === 'FailedKillPod' || reason === 'FailedUnMount')
  if (failed !== undefined) {
    return {
      ...base,
      message: `the pod is being deleted, but the kubelet of ${node} cannot stop it: ${quotes.endOf(failed.message)}`,
      until: 'the container runtime stops the containers',
      evidence: [...base.evidence, eventEvidence(failed, quotes)],
      now: [`check the container runtime of ${node}; a process that waits for storage ends only when the storage answers`],
    }
  }
  return {
    ...base,
    message: `the pod is being deleted, and its grace period is over, but the kubelet of ${node} has not reported that its containers have stopped`,
    now: [`check that ${node} is ready; delete the pod by force only if the node is surely dead`],
  }
}
