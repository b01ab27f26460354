import { defineRule } from '../../lint/rule.ts'
import { pullableUses, wantsAlways } from '../uses.ts'
import { noOptions, policyField } from '../wording.ts'

/** The policy wants Always for a registry, and the container has something else. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-required',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 1,
    since: '0.1.0',
    summary: 'The policy wants imagePullPolicy Always for this registry.',
    rationale:
      'Where tags of a registry move, or where every start has to be checked against its access rights, the policy says `pull: Always` for it. A container with another pull policy runs whatever its node has. Digests are excepted: what they name cannot change.',
    remediation: 'Set imagePullPolicy Always, or name the image by a digest.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy'],
    messages: {
      required: 'the policy wants Always for {{registry}}, but {{field}} is {{pullPolicy}}; set Always or pin a digest',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of pullableUses(workload, context)) {
      if (use.pullPolicy === 'Always' || !wantsAlways(reference, context)) continue
      yield {
        messageId: 'required',
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, registry: reference.registry, field: policyField(use), pullPolicy: use.pullPolicy },
        fix: {
          pointer: use.policyPointer,
          from: use.pullPolicy,
          to: 'Always',
          because: `the policy wants Always for ${reference.registry}`,
        },
      }
    }
  },
})
