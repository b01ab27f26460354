import { defineRule } from '../../lint/rule.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { pullableUses, tagState } from '../uses.ts'
import { differentCopies, everyStart, noOptions, policyField } from '../wording.ts'

type Situation = 'Defaulted' | 'Unknown' | 'Explicit' | 'IfNotPresent' | 'Never'

const untagged = '{{image}} has no tag'
const latest = '{{image}} has the tag latest'
const defaulted = `so Kubernetes set {{field}} Always: ${everyStart}; pin a tag`
const unknown = `and {{field}} is Always: ${everyStart}; pin a tag`
const explicit = `with {{field}} Always: ${everyStart} and may get another image; pin a tag`
const ifNotPresent = `and {{field}} is IfNotPresent: ${differentCopies}; pin a tag`
const never = 'and {{field}} is Never: each node runs the copy that it has; pin a tag'

/** Says which pull policy a missing tag, or the tag `latest`, leads to, and what that means for the start of the pod. */
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
      'Such a reference means another image whenever someone pushes. Kubernetes sets imagePullPolicy Always for it, so every start of the container needs the registry, cached image or not; with IfNotPresent nodes keep different copies instead.',
    remediation: 'Name a version: a tag that does not move, or a digest.',
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
    for (const { use, reference } of pullableUses(workload, context)) {
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

/** The effective policy; for Always also where it came from, because only the wording depends on that. */
function situation(workload: Workload, use: ImageUse): Situation {
  if (use.pullPolicy !== 'Always') return use.pullPolicy
  const { kind } = workload.origin(use)
  if (kind === 'defaulted') return 'Defaulted'
  return kind === 'unknown' ? 'Unknown' : 'Explicit'
}
