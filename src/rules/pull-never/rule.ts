import { defineRule } from '../../lint/rule.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { pullableUses } from '../uses.ts'
import { noOptions, policyField } from '../wording.ts'

/** Never, for an image that the policy does not know to be on the nodes. */
export const rule = defineRule({
  meta: {
    id: 'pull-never',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'imagePullPolicy Never, for an image that nodes may lack.',
    rationale:
      'With Never the kubelet does not pull. On every node that lacks the image, a new or re-imaged one for example, the container stays in ErrImageNeverPull until someone brings the image there.',
    remediation: 'Use IfNotPresent, or preload the image on every node and put it on the policy’s `preloaded` list.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
      'https://kubernetes.io/docs/concepts/containers/images/#pre-pulled-images',
    ],
    messages: {
      never: '{{field}} Never: a node without {{image}} stays in {{status}}; use IfNotPresent or preload it',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of pullableUses(workload, context)) {
      if (use.pullPolicy !== 'Never' || context.isPreloaded(reference)) continue
      yield {
        messageId: 'never',
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, field: policyField(use), status: statusesWithoutImage('absent', use, workload).join(' and ') },
      }
    }
  },
})
