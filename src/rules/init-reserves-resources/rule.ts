import { defineRule } from '../../lint/rule.ts'
import { asObject, at } from '../../model/json.ts'
import { formatBytes, formatCores, parseQuantity } from '../../model/quantity.ts'
import type { Workload } from '../../model/workload.ts'
import { podRequests, type Resource } from './requests.ts'

interface Options {
  readonly threshold: number
  readonly minimumCpu: string
  readonly minimumMemory: string
}

const resources: readonly Resource[] = ['cpu', 'memory']

/** A quantity in a policy: the part of Kubernetes' grammar that a person writes. */
const quantity = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' }

/** An init container asks for much more than what runs after it: the pod reserves that for as long as it lives. */
export const rule = defineRule({
  meta: {
    id: 'init-reserves-resources',
    category: 'init',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'An init container asks for much more than the containers that run after it.',
    rationale:
      'The scheduler reserves for a pod the larger of two amounts: the greatest request of any init container, and the sum of app containers and sidecars. It keeps that amount until the pod is gone, long after the init container has finished, so the difference lies idle on every node.',
    remediation: 'Lower the request of the init container, or move its work into a Job.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/753-sidecar-containers',
    ],
    messages: {
      reserves:
        'init asks for {{init}} of {{resource}}, what runs later for {{running}}: {{excess}} stay reserved unused; ask for less or use a Job',
    },
    optionsSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threshold: {
          type: 'number',
          minimum: 1,
          description: 'How many times the request of what runs afterwards the init stage may ask for.',
        },
        minimumCpu: { ...quantity, description: 'CPU that may lie idle in any case, as a quantity.' },
        minimumMemory: { ...quantity, description: 'Memory that may lie idle in any case, as a quantity.' },
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

/** Jobs, CronJobs and their Pods: what they reserve ends with the work. */
function endsByItself(workload: Workload): boolean {
  return workload.kind === 'Job' || workload.kind === 'CronJob' || workload.controllerOwner?.kind === 'Job'
}

/** Requests or limits of the pod as a whole (KEP-2837) take the place of the sums. */
function hasPodResources({ podSpec }: Workload): boolean {
  return ['requests', 'limits'].some((key) => Object.keys(asObject(at(podSpec, 'resources', key))).length > 0)
}
