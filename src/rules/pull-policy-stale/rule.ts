import { defineRule, type PullPolicyFix, type RuleContext } from '../../lint/rule.ts'
import { type ImageUse, sameUse } from '../../model/image-use.ts'
import { asString, at } from '../../model/json.ts'
import { defaultPullPolicy } from '../../model/pull-policy.ts'
import type { Workload } from '../../model/workload.ts'
import { adviceToSet, isExistingPod, isFixed, type NamedUse, namedUses, wantsAlways } from '../uses.ts'
import { everyStart, noOptions, policyField } from '../wording.ts'

const always = `{{field}} is still Always, the default for {{oldImage}}: ${everyStart}; {{advice}}`
const ifNotPresent = '{{field}} is still IfNotPresent, the default for {{oldImage}}: nodes never pull a new image; pin a tag{{advice}}'

/** The tag changed, but the pull policy is still the default that Kubernetes chose for the old tag. */
export const rule = defineRule({
  meta: {
    id: 'pull-policy-stale',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 5,
    since: '0.1.0',
    summary: 'The tag changed, but imagePullPolicy is still the default for the old tag.',
    rationale:
      'Kubernetes fills in imagePullPolicy once and never updates it. After a change from no tag to a fixed one, Always stays, and every start contacts the registry needlessly. After a change to no tag, IfNotPresent stays, and nodes never pull a new image. kubectl apply, server-side apply and kubectl set image all keep the old value.',
    remediation: 'Set the imagePullPolicy that fits the new tag. The pull policy of an existing Pod cannot be changed: recreate the Pod.',
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
    for (const named of namedUses(workload, context)) {
      const { use, reference } = named
      if (!couldBeStale(named, context)) continue
      const oldImage = imageBefore(use, workload.old)
      if (workload.origin(use).kind === 'explicit' || (oldImage === undefined && !showsStale(workload, use))) continue
      const fix = isExistingPod(use, workload) ? undefined : fixOf(named, context)
      yield {
        messageId: `${use.pullPolicy === 'Always' ? 'alwaysLeft' : 'ifNotPresentLeft'}${oldImage === undefined ? 'Earlier' : ''}`,
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          registry: reference.registry,
          field: policyField(use),
          advice: adviceOf(named, workload, context),
          ...(oldImage === undefined ? {} : { oldImage }),
        },
        fix,
      }
    }
  },
})

/**
 * Whether the value differs from the default in a way that matters. Always is not stale if the cluster or the policy requires it, or for
 * a moving tag other than latest, whose default it is not; IfNotPresent is right for a digest, and Never is not a default of any image.
 */
function couldBeStale({ use, reference }: NamedUse, context: RuleContext): boolean {
  if (use.pullPolicy === defaultPullPolicy(use.reference)) return false
  if (use.pullPolicy === 'Always') return !context.alwaysPullImages && !wantsAlways(reference, context) && isFixed(reference, context)
  return use.pullPolicy === 'IfNotPresent' && reference.digest === null
}

/** The image before this UPDATE, if the value is the default for it and was kept when the image changed. */
function imageBefore(use: ImageUse, old: Workload | null): string | undefined {
  const before = old === null ? undefined : sameUse(old.imageUses(), use)
  if (before === undefined || before.image === use.image) return undefined
  const kept = before.pullPolicy === use.pullPolicy && defaultPullPolicy(before.reference) === use.pullPolicy
  return kept ? before.image : undefined
}

/**
 * Whether the object itself shows that the value is left from an earlier image. The last-applied manifest of kubectl does, because it has
 * the image that the value is the default for. An entry of server-side apply only shows that the value was not set: this is enough for
 * Always in a stored object, but not in a new one (another webhook has just set it), and not for IfNotPresent (initlint's own fix sets it).
 */
function showsStale(workload: Workload, use: ImageUse): boolean {
  const { kind, evidence } = workload.origin(use)
  if (kind !== 'defaulted' || use.written === undefined) return false
  if (evidence === 'last-applied') return true
  const isStored = workload.old !== null || Boolean(asString(at(workload.object, 'metadata', 'resourceVersion')))
  return evidence === 'apply-entry' && use.pullPolicy === 'Always' && isStored
}

function adviceOf({ use, reference }: NamedUse, workload: Workload, context: RuleContext): string {
  if (use.pullPolicy === 'Always') return adviceToSet('IfNotPresent', use, workload)
  return isExistingPod(use, workload) || context.registry(reference).fragile ? '' : ' or set Always'
}

function fixOf({ use, reference }: NamedUse, context: RuleContext): PullPolicyFix | undefined {
  const to = defaultPullPolicy(use.reference)
  // Always makes every start depend on a registry that may be offline, as pull-always-fragile-registry would say.
  if (to === 'Always' ? context.registry(reference).fragile : context.alwaysPullImages) return undefined
  return { pointer: use.policyPointer, from: use.pullPolicy, to, because: 'it is the default for the current tag' }
}
