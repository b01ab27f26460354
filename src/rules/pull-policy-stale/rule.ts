import { defineRule, type PullPolicyFix, type RuleContext } from '../../lint/rule.ts'
import { type ImageUse, sameUse } from '../../model/image-use.ts'
import { asString, at } from '../../model/json.ts'
import { defaultPullPolicy } from '../../model/pull-policy.ts'
import type { Workload } from '../../model/workload.ts'
import { type NamedUse, pullableUses, wantsAlways } from '../uses.ts'
import { everyStart, noOptions, policyField } from '../wording.ts'

const always = `{{field}} is still Always, the default of {{oldImage}}: ${everyStart}; set IfNotPresent`
const ifNotPresent = '{{field}} is still IfNotPresent, the default of {{oldImage}}: nodes never take a new image; pin a tag or set Always'

/** The tag changed and the pull policy that Kubernetes had chosen for the old tag did not follow. */
export const rule = defineRule({
  meta: {
    id: 'pull-policy-stale',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 5,
    since: '0.1.0',
    summary: 'The tag changed, and the defaulted pull policy did not follow.',
    rationale:
      'Kubernetes fills in imagePullPolicy once and never again. After a change from no tag to a fixed one, Always stays, and every start needs the registry for nothing; after a change to no tag, IfNotPresent stays, and nodes never take a new image. kubectl apply, server-side apply and kubectl set image all leave it behind.',
    remediation: 'Write the imagePullPolicy that fits the new tag.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting'],
    messages: {
      alwaysLeft: always,
      alwaysLeftEarlier: always.replace('{{oldImage}}', 'an earlier image'),
      ifNotPresentLeft: ifNotPresent,
      ifNotPresentLeftEarlier: ifNotPresent.replace('{{oldImage}}', 'an earlier image'),
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const named of pullableUses(workload, context)) {
      const { use, reference } = named
      if (!couldBeStale(named, context)) continue
      const oldImage = imageBefore(use, context.old)
      if (workload.origin(use).kind === 'explicit' || (oldImage === undefined && !showsStale(workload, use, context.old))) continue
      const fix = fixOf(use, context)
      yield {
        messageId: `${use.pullPolicy === 'Always' ? 'alwaysLeft' : 'ifNotPresentLeft'}${oldImage === undefined ? 'Earlier' : ''}`,
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          registry: reference.registry,
          field: policyField(use),
          ...(oldImage === undefined ? {} : { oldImage }),
        },
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})

/**
 * Whether the value differs from the default in a way that matters. Always is not stale where the cluster or the policy wants it,
 * IfNotPresent is right for a digest, and Never is nobody's default.
 */
function couldBeStale({ use, reference }: NamedUse, context: RuleContext): boolean {
  if (use.pullPolicy === defaultPullPolicy(use.reference)) return false
  if (use.pullPolicy === 'Always') return !context.alwaysPullImages && !wantsAlways(reference, context)
  return use.pullPolicy === 'IfNotPresent' && reference.digest === null
}

/** The image before this UPDATE, where it explains the value: Kubernetes' default for it, kept while the image changed. */
function imageBefore(use: ImageUse, old: Workload | null): string | undefined {
  const before = old === null ? undefined : sameUse(old.imageUses(), use)
  if (before === undefined || before.image === use.image) return undefined
  const kept = before.pullPolicy === use.pullPolicy && defaultPullPolicy(before.reference) === use.pullPolicy
  return kept ? before.image : undefined
}

/**
 * Whether the object itself shows that an earlier change left the value behind. kubectl's last-applied manifest does, with the image
 * that the value is the default of. An entry of server-side apply only shows that nobody wrote the value: enough for an Always in an
 * object that is stored already, not for a new one (another webhook has just set it), nor for IfNotPresent (our own fix writes that).
 */
function showsStale(workload: Workload, use: ImageUse, old: Workload | null): boolean {
  const { kind, evidence } = workload.origin(use)
  if (kind !== 'defaulted' || use.written === undefined) return false
  if (evidence === 'last-applied') return true
  const isStored = old !== null || Boolean(asString(at(workload.object, 'metadata', 'resourceVersion')))
  return evidence === 'apply-entry' && use.pullPolicy === 'Always' && isStored
}

function fixOf(use: ImageUse, context: RuleContext): PullPolicyFix | undefined {
  const to = defaultPullPolicy(use.reference)
  if (context.alwaysPullImages && to !== 'Always') return undefined
  return { pointer: use.policyPointer, from: use.pullPolicy, to, because: 'it is the default for the tag as it is now' }
}
