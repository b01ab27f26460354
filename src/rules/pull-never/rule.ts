import { defineRule, type RuleContext } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { isExistingPod, isFixed, type NamedUse, namedUses, wantsAlways } from '../uses.ts'
import { noOptions, policyField } from '../wording.ts'

/** Never, for an image that the policy does not list as preloaded. */
export const rule = defineRule({
  meta: {
    id: 'pull-never',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'imagePullPolicy is Never, but a node may not have the image.',
    rationale:
      'With Never, the kubelet does not pull. On a node without the image, such as a new or reinstalled one, the container stays in ErrImageNeverPull until the image is loaded there.',
    remediation:
      'Use IfNotPresent and a tag that does not move, or preload the image on every node and add it to the policy’s `preloaded` list.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
      'https://kubernetes.io/docs/concepts/containers/images/#pre-pulled-images',
    ],
    messages: {
      never: '{{field}} is Never: on a node without {{image}}, the pod stays in {{status}}; {{advice}}preload the image',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of namedUses(workload, context)) {
      if (use.pullPolicy !== 'Never' || context.isPreloaded(reference)) continue
      yield {
        messageId: 'never',
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          field: policyField(use),
          status: statusesWithoutImage('absent', use, workload).join(' and '),
          advice: adviceOf({ use, reference }, workload, context),
        },
      }
    }
  },
})

/** With IfNotPresent alone, a moving tag or a registry that requires Always would be reported instead. */
function adviceOf({ use, reference }: NamedUse, workload: Workload, context: RuleContext): string {
  if (isExistingPod(use, workload)) return ''
  if (wantsAlways(reference, context)) return 'pin a digest and use IfNotPresent, or '
  return isFixed(reference, context) ? 'use IfNotPresent or ' : 'pin a tag and use IfNotPresent, or '
}
