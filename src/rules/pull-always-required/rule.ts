import { defineRule, type RuleContext } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import { isExistingPod, type NamedUse, namedUses, wantsAlways } from '../uses.ts'
import { noOptions, policyField } from '../wording.ts'

/** The policy requires Always for a registry, and the container has another pull policy. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-required',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 1,
    since: '0.1.0',
    summary: 'The policy requires imagePullPolicy: Always for this registry.',
    rationale:
      'If the tags of a registry move, or if every start must check the access rights, the policy sets `pull: Always` for the registry. A container with another pull policy runs whatever version its node has cached. Digests are exempt, because their content cannot change.',
    remediation: 'Set imagePullPolicy: Always, or pin the image by a digest.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy'],
    messages: {
      required: 'the policy requires Always for {{registry}}, but {{field}} is {{pullPolicy}}; {{advice}}pin a digest',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of namedUses(workload, context)) {
      if (use.pullPolicy === 'Always' || !wantsAlways(reference, context)) continue
      yield {
        messageId: 'required',
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          registry: reference.registry,
          field: policyField(use),
          pullPolicy: use.pullPolicy,
          advice: adviceOf({ use, reference }, workload, context),
        },
        ...(isExistingPod(use, workload)
          ? {}
          : {
              fix: {
                pointer: use.policyPointer,
                from: use.pullPolicy,
                to: 'Always',
                because: `the policy requires Always for ${reference.registry}`,
              },
            }),
      }
    }
  },
})

/** Always is no advice for a registry that may be offline, as pull-always-fragile-registry would say, nor for a Pod that exists. */
function adviceOf({ use, reference }: NamedUse, workload: Workload, context: RuleContext): '' | 'set Always or ' {
  return context.registry(reference).fragile || isExistingPod(use, workload) ? '' : 'set Always or '
}
