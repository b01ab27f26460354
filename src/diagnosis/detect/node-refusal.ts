/** A kubelet that has refused a pod: what it said, and what would let the next pod in. */
import { type Context, type Found, nodeText } from './context.ts'

/** What the kubelet said when it refused the pod; a device that is missing or unhealthy is the usual reason. */
export function refused(context: Context): Omit<Found, 'evidence'> {
  const { pod, quotes } = context
  const base = { ...perhapsRefused(context), certainty: 'certain' } as const
  const node = nodeText(context)
  const device = /devices? (?:unavailable for )?([a-z0-9.-]{1,253}\/[\w.-]{1,63})/.exec(pod.message)?.[1]
  if (device !== undefined) {
    return {
      ...base,
      message: `the kubelet of ${node} refused the pod because it has no healthy device ${quotes.of(device, 320)} left; this pod is finished`,
      now: [`check the device plugin of ${quotes.of(device, 320)} on ${node}; a controller creates the pod again`],
    }
  }
  const said = pod.message.replace(/^Pod was rejected: |^Pod /, '')
  if (said === '') return base
  return {
    ...base,
    message: `the kubelet of ${node} refused the pod (${quotes.of(pod.reason, 60)}): ${quotes.of(said)}; this pod is finished`,
  }
}

/** A pod that failed for a reason which no list has: kubelets refuse pods for reasons of plugins, too. */
export function perhapsRefused(context: Context): Omit<Found, 'evidence'> {
  const { pod, quotes } = context
  const change = changeFor(pod.reason, nodeText(context))
  return {
    cause: 'node-admission',
    certainty: 'possible',
    facts: { reason: quotes.of(pod.reason, 60) },
    ...(change === undefined ? {} : { now: [`${change}; then create the pod again, unless a controller does`] }),
  }
}

/** Advice by status.reason (kubernetes pkg/kubelet/lifecycle/predicate.go); undefined if it says no more than the cause. */
function changeFor(reason: string, node: string): string | undefined {
  if (reason === 'NodeAffinity') return `label ${node} as nodeSelector and affinity of the pod require, or correct these`
  if (reason.startsWith('OutOf')) return `lower the requests of the pod, or free resources of ${node}`
  if (reason === 'NodePorts' || reason === 'HostPort') return `remove hostPort, or the pod of ${node} that uses the port`
  return undefined
}
