import { defineRule, type RuleContext } from '../../lint/rule.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { adviceToSet, hasUnusedPolicy, type NamedUse, namedUses, resolvesTags, tagState, wantsAlways } from '../uses.ts'
import { differentVersions, everyStart, noOptions, policyField } from '../wording.ts'
import { ifFragile, withFragile } from './with-fragile.ts'

type Situation = 'Defaulted' | 'Unknown' | 'Explicit' | 'IfNotPresent' | 'Never'

const untagged = '{{image}} has no tag'
const latest = '{{image}} has the tag latest'
const defaulted = `so Kubernetes set {{field}}: Always and ${everyStart}; {{advice}}`
const unknown = `and {{field}} is Always: ${everyStart}; {{advice}}`
const explicit = 'and {{field}} is Always: every container start may pull a different image from {{registry}}; {{advice}}'
const ifNotPresent = `and {{field}} is IfNotPresent: ${differentVersions}; {{advice}}`
const never = 'and {{field}} is Never: each node runs whatever version it has cached; {{advice}}'

/** An image without a tag, or with the tag `latest`: the message explains the effective pull policy. */
export const rule = defineRule({
  meta: {
    id: 'image-latest',
    category: 'image',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    absorbs: { 'pull-always-fragile-registry': withFragile, 'pull-policy-defaulted': ifFragile },
    summary: 'The image has no tag, or the tag `latest`, and no digest.',
    rationale:
      'The image behind such a reference changes with every push. Kubernetes sets imagePullPolicy: Always for it, so every container start contacts the registry, even if the image is cached. With IfNotPresent, nodes can run different versions instead.',
    remediation: 'Pin a version: a tag that does not move, or a digest.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting',
      'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    ],
    messages: {
      untaggedDefaulted: `${untagged}, ${defaulted}`,
      untaggedUnknown: `${untagged} ${unknown}`,
      untaggedExplicit: `${untagged} ${explicit}`,
      untaggedIfNotPresent: `${untagged} ${ifNotPresent}`,
      untaggedNever: `${untagged} ${never}`,
      latestDefaulted: `${latest}, ${defaulted}`,
      latestUnknown: `${latest} ${unknown}`,
      latestExplicit: `${latest} ${explicit}`,
      latestIfNotPresent: `${latest} ${ifNotPresent}`,
      latestNever: `${latest} ${never}`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    if (resolvesTags(workload)) return
    for (const { use, reference } of namedUses(workload, context)) {
      const tag = tagState(reference)
      if (reference.digest !== null || tag === 'tagged') continue
      yield {
        messageId: `${tag}${situation(workload, use)}`,
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          registry: reference.registry,
          field: policyField(use),
          pullPolicy: use.pullPolicy,
          advice: adviceOf({ use, reference }, workload, context),
        },
      }
    }
  },
})

/**
 * With a tag, the default is IfNotPresent: a registry for which the policy requires Always needs a digest, which is exempt. The pull policy
 * of an object that exists keeps its value, as pull-policy-stale would say, so it has to be changed as well.
 */
function adviceOf({ use, reference }: NamedUse, workload: Workload, context: RuleContext): string {
  const isRequired = wantsAlways(reference, context)
  const pin = `pin a ${isRequired ? 'digest' : 'tag'}`
  if (use.pullPolicy !== 'Always') return pin
  const isExplicit = workload.origin(use).kind === 'explicit'
  // With a tag and an explicit Always, the rules find nothing more; with a digest, pull-always-pinned does.
  return (isExplicit ? isRequired : workload.old !== null) ? `${pin} and ${adviceToSet('IfNotPresent', use, workload)}` : pin
}

/** The effective policy. For Always also its origin, on which only the wording depends. */
function situation(workload: Workload, use: ImageUse): Situation {
  if (use.pullPolicy !== 'Always') return use.pullPolicy
  const { kind } = workload.origin(use)
  if (kind === 'defaulted') return hasUnusedPolicy(workload, use) ? 'Unknown' : 'Defaulted'
  return kind === 'unknown' ? 'Unknown' : 'Explicit'
}
