import { defineRule, type PullPolicyFix } from '../../lint/rule.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { adviceToSet, hasUnusedPolicy, isExistingPod, type NamedUse, namedUses, resolvesTags, tagState, wantsAlways } from '../uses.ts'
import { policyField } from '../wording.ts'

interface Options {
  readonly pullPolicy: 'IfNotPresent' | 'Always'
}

const defaulted = '{{field}} is not set, so Kubernetes set Always because {{image}}'
const unknown = '{{field}} is Always, perhaps only because {{image}}'
const advice = '{{advice}}'

/**
 * The pull policy is not set, and Kubernetes chose Always from the tag. If a review cannot tell whether it was set, the rule reports it
 * as well, because Pods are fixed regardless of the origin; the message then states only the value.
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
    summary: 'imagePullPolicy is not set, and Kubernetes chose Always because of the tag.',
    rationale:
      'If imagePullPolicy is not set, Kubernetes chooses it from the tag once, when the object is created: Always for `latest` or no tag, IfNotPresent for any other tag. This is easy to overlook, and the value stays when the tag changes later. An explicit policy avoids both surprises.',
    remediation: 'Set imagePullPolicy explicitly.',
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
          description: 'The pull policy that the fix sets if none is set.',
        },
      },
    },
    defaultOptions: { pullPolicy: 'IfNotPresent' } as Options,
  },
  *check(workload, options, context) {
    if (resolvesTags(workload)) return
    for (const named of namedUses(workload, context)) {
      const { use, reference } = named
      const tag = tagState(reference)
      // Only `latest` and no tag lead to Always by default; with a digest and no tag the default is IfNotPresent.
      if (use.pullPolicy !== 'Always' || tag === 'tagged' || (tag === 'untagged' && reference.digest !== null)) continue
      const { kind } = workload.origin(use)
      if (kind === 'explicit' || hasUnusedPolicy(workload, use)) continue
      const pullPolicy = context.alwaysPullImages || wantsAlways(reference, context) ? 'Always' : options.pullPolicy
      // If it may be explicit already, it needs no change.
      if (kind === 'unknown' && pullPolicy === use.pullPolicy) continue
      const fix = isExistingPod(use, workload) ? undefined : fixOf(named, pullPolicy)
      yield {
        messageId: `${tag}${kind === 'unknown' ? 'Unknown' : ''}`,
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, field: policyField(use), pullPolicy, advice: adviceOf(pullPolicy, use, workload) },
        fix,
      }
    }
  },
})

/** IfNotPresent alone would let nodes run different versions of a moving tag, as image-latest would say. */
function adviceOf(pullPolicy: Options['pullPolicy'], use: ImageUse, workload: Workload): string {
  const isPinned = use.reference.ok && use.reference.value.digest !== null
  const pin = pullPolicy === 'IfNotPresent' && !isPinned ? 'pin a tag and ' : ''
  const advice = `${pin}${adviceToSet(pullPolicy, use, workload)}`
  return isExistingPod(use, workload) ? advice : `${advice} explicitly`
}

function fixOf({ use }: NamedUse, pullPolicy: Options['pullPolicy']): PullPolicyFix | undefined {
  if (pullPolicy === use.pullPolicy) return undefined
  return {
    pointer: use.policyPointer,
    from: use.pullPolicy,
    to: pullPolicy,
    because: 'the policy sets it for images without a fixed tag',
  }
}
