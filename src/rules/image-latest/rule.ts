import { defineRule } from '../../lint/rule.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { hasUnusedPolicy, namedUses, resolvesTags, tagState } from '../uses.ts'
import { differentVersions, everyStart, noOptions, policyField } from '../wording.ts'

type Situation = 'Defaulted' | 'Unknown' | 'Explicit' | 'IfNotPresent' | 'Never'

const untagged = '{{image}} has no tag'
const latest = '{{image}} has the tag latest'
const defaulted = `so Kubernetes set {{field}}: Always and ${everyStart}; pin a tag`
const unknown = `and {{field}} is Always: ${everyStart}; pin a tag`
const explicit = 'and {{field}} is Always: every container start may pull a different image from {{registry}}; pin a tag'
const ifNotPresent = `and {{field}} is IfNotPresent: ${differentVersions}; pin a tag`
const never = 'and {{field}} is Never: each node runs whatever version it has cached; pin a tag'

/** An image without a tag, or with the tag `latest`: the message explains the effective pull policy. */
export const rule = defineRule({
  meta: {
    id: 'image-latest',
    category: 'image',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
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
        data: { image: use.image, registry: reference.registry, field: policyField(use), pullPolicy: use.pullPolicy },
      }
    }
  },
})

/** The effective policy. For Always also its origin, on which only the wording depends. */
function situation(workload: Workload, use: ImageUse): Situation {
  if (use.pullPolicy !== 'Always') return use.pullPolicy
  const { kind } = workload.origin(use)
  if (kind === 'defaulted') return hasUnusedPolicy(workload, use) ? 'Unknown' : 'Defaulted'
  return kind === 'unknown' ? 'Unknown' : 'Explicit'
}
