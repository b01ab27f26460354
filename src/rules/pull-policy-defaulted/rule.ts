import { defineRule, type PullPolicyFix, type RuleContext } from '../../lint/rule.ts'
import { type NamedUse, pullableUses, tagState, wantsAlways } from '../uses.ts'
import { policyField } from '../wording.ts'

interface Options {
  readonly pullPolicy: 'IfNotPresent' | 'Always'
}

const defaulted = 'nobody wrote {{field}}: Kubernetes set Always, as {{image}}'
const unknown = '{{field}} is Always, perhaps only because {{image}}'
const advice = 'write {{pullPolicy}} out'

/**
 * Nobody wrote the pull policy, and the tag made it Always. Where a review cannot tell whether somebody wrote it, the rule speaks as
 * well, because Pods are fixed whatever the origin, but it does not claim to know.
 */
export const rule = defineRule({
  meta: {
    id: 'pull-policy-defaulted',
    category: 'pull',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'safe',
    fixPrecedence: 4,
    since: '0.1.0',
    summary: 'Nobody wrote the pull policy, and Kubernetes chose Always from the tag.',
    rationale:
      'Without imagePullPolicy Kubernetes looks at the tag once, when the object is made: Always for `latest` or no tag, IfNotPresent for the rest. Few people know the rule, and the value stays when the tag changes later. A policy that is written out cannot surprise anyone.',
    remediation: 'Write imagePullPolicy out.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting'],
    messages: {
      untagged: `${defaulted} has no tag; ${advice}`,
      latest: `${defaulted} has the tag latest; ${advice}`,
      untaggedUnknown: `${unknown} has no tag; ${advice}`,
      latestUnknown: `${unknown} has the tag latest; ${advice}`,
    },
    optionsSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        pullPolicy: {
          enum: ['IfNotPresent', 'Always'],
          description: 'The pull policy that the fix writes out where nobody wrote one.',
        },
      },
    },
    defaultOptions: { pullPolicy: 'IfNotPresent' } as Options,
  },
  *check(workload, options, context) {
    for (const named of pullableUses(workload, context)) {
      const { use, reference } = named
      const tag = tagState(reference)
      // A digest without a tag is IfNotPresent by default; whatever else is not Always was not chosen from the tag.
      if (use.pullPolicy !== 'Always' || tag === 'tagged' || (tag === 'untagged' && reference.digest !== null)) continue
      const { kind } = workload.origin(use)
      if (kind === 'explicit') continue
      const fix = fixOf(named, options, context)
      yield {
        messageId: `${tag}${kind === 'unknown' ? 'Unknown' : ''}`,
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, field: policyField(use), pullPolicy: options.pullPolicy },
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})

function fixOf({ use, reference }: NamedUse, { pullPolicy }: Options, context: RuleContext): PullPolicyFix | undefined {
  if (pullPolicy === use.pullPolicy || context.alwaysPullImages || wantsAlways(reference, context)) return undefined
  return {
    pointer: use.policyPointer,
    from: use.pullPolicy,
    to: pullPolicy,
    because: 'what the policy sets where the image has no fixed tag',
  }
}
