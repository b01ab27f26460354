import { defineRule } from '../../lint/rule.ts'
import { namedUses } from '../uses.ts'
import { noOptions } from '../wording.ts'

/** An image from a registry that the policy does not list as allowed. */
export const rule = defineRule({
  meta: {
    id: 'registry-not-allowed',
    category: 'image',
    severity: 'error',
    recommended: 'deny',
    fixKind: 'none',
    everyPod: true,
    since: '0.1.0',
    summary: 'The image comes from a registry that the policy does not allow.',
    rationale:
      'If any entry of the policy’s `registries` sets `allowed: true`, images may come only from such entries. For templates, the action is one step milder than for Pods, because webhooks that rewrite registries act on Pods. Pods are denied regardless of who creates them, unless the policy sets `everyPod: false`; then templates are denied instead.',
    remediation: 'Use an image from an allowed registry, or ask the cluster administrator to allow this one.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-names'],
    messages: {
      notAllowed: '{{image}} comes from {{registry}}, which the policy does not allow; use an allowed registry',
      servedBy: '{{image}} comes from {{registry}}, which the policy does not allow; pull it from {{servedBy}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of namedUses(workload, context)) {
      const { allowed, servedBy } = context.registry(reference)
      if (allowed) continue
      yield {
        messageId: servedBy === undefined ? 'notAllowed' : 'servedBy',
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, registry: reference.registry, ...(servedBy === undefined ? {} : { servedBy }) },
        ...(workload.kind === 'Pod' ? {} : { podsDecide: true }),
      }
    }
  },
})
