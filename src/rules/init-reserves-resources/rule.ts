import { defineRule } from '../../lint/rule.ts'
import { asObject, isObject, member } from '../../model/json.ts'
import { formatBytes, formatCores, parseQuantity } from '../../model/quantity.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource } from '../../model/workload-kinds.ts'
import { podRequests, type Resource } from './requests.ts'

interface Options {
  readonly threshold: number
  readonly minimumCpu: string
  readonly minimumMemory: string
}

const resources: readonly Resource[] = ['cpu', 'memory']

/** A quantity in a policy: the common part of the grammar of Kubernetes. */
const quantity = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' }

/** An init container that requests much more than the containers after it: the pod keeps that reserved until it ends. */
export const rule = defineRule({
  meta: {
    id: 'init-reserves-resources',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'An init container requests much more than the containers that run after it.',
    rationale:
      'The scheduler reserves the larger of two amounts for a pod: the highest request of any init container, and the sum of the app containers and sidecars. That amount stays reserved until the pod ends, long after the init container has completed, so the difference is unused.',
    remediation: 'Lower the request of the init container, or move its work to a Job.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/753-sidecar-containers',
    ],
    messages: {
      reserves:
        'init containers request {{init}} {{resource}} but the containers after them {{running}}: {{excess}} stay reserved but unused; request less or use a Job',
    },
    optionsSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threshold: {
          type: 'number',
          minimum: 1,
          description: 'Maximum ratio of the request of the init stage to the request of the containers after it.',
        },
        minimumCpu: { ...quantity, description: 'CPU that may always stay unused, as a quantity.' },
        minimumMemory: { ...quantity, description: 'Memory that may always stay unused, as a quantity.' },
      },
    },
    defaultOptions: { threshold: 1.5, minimumCpu: '250m', minimumMemory: '256Mi' } as Options,
  },
  *check(workload, options) {
    if (endsByItself(workload) || hasPodResources(workload)) return
    for (const resource of resources) {
      const requests = podRequests(workload, resource)
      if (requests === undefined) continue
      const { peak, peakContainer, running } = requests
      const allowance = parseQuantity(resource === 'cpu' ? options.minimumCpu : options.minimumMemory) ?? 0
      if (peak <= running * options.threshold || peak - running <= allowance) continue
      const format = resource === 'cpu' ? formatCores : formatBytes
      yield {
        messageId: 'reserves',
        subject: peakContainer,
        pointer: `${peakContainer.pointer}/resources`,
        data: { resource, init: format(peak), running: format(running), excess: format(peak - running) },
      }
    }
  },
})

/** Jobs, CronJobs and their Pods: their reservation ends when the work is done. Custom resources do not tell whether their pods end. */
function endsByItself(workload: Workload): boolean {
  return (
    workload.kind === customResource || workload.kind === 'Job' || workload.kind === 'CronJob' || workload.controllerOwner?.kind === 'Job'
  )
}

/** Requests or limits at the pod level (KEP-2837) replace the sums. */
function hasPodResources({ podSpec }: Workload): boolean {
  const written = member(podSpec, 'resources')
  return isObject(written) && ['requests', 'limits'].some((key) => Object.keys(asObject(member(written, key))).length > 0)
}
