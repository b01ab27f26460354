import { defineRule, type PullPolicyFix, type RegistryFacts, type RuleContext } from '../../lint/rule.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { isFixed, type NamedUse, pullableUses, wantsAlways } from '../uses.ts'
import { noOptions, policyField } from '../wording.ts'

const risk = 'Always asks {{registry}} at every start (else {{status}}), cached or not, and it {{why}}'

/** Always, from a registry that the policy calls fragile: while it is offline nothing restarts, although the image is on the node. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-fragile-registry',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    since: '0.1.0',
    summary: 'imagePullPolicy Always, from a registry that may be offline.',
    rationale:
      'With Always the kubelet asks the registry at every start of a container, restarts too. While the registry is offline, or refuses because of a rate limit, the container ends in ErrImagePull although the image is on the node. No registry is fragile unless the policy says so.',
    remediation: 'Pin a tag or a digest and set imagePullPolicy IfNotPresent, or pull from a registry that is always there.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
      'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff',
    ],
    messages: {
      fixed: `${risk}; set IfNotPresent`,
      fixedServedBy: `${risk}; set IfNotPresent or use {{servedBy}}`,
      moving: `${risk}; pin a tag and set IfNotPresent`,
      movingServedBy: `${risk}; pin a tag or use {{servedBy}}`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const named of pullableUses(workload, context)) {
      const { use, reference } = named
      if (use.pullPolicy !== 'Always') continue
      const registry = context.registry(reference)
      if (!registry.fragile) continue
      const fix = fixOf(named, context)
      yield {
        messageId: `${isFixed(reference, context) ? 'fixed' : 'moving'}${registry.servedBy === undefined ? '' : 'ServedBy'}`,
        subject: use,
        pointer: use.imagePointer,
        // The first of the two between which it goes back and forth: a warning is one line.
        data: { ...dataOf(named, registry), status: statusesWithoutImage('unreachable', use, workload)[0] ?? '' },
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})

function dataOf({ use, reference }: NamedUse, { reason, servedBy }: RegistryFacts): Record<string, string> {
  return {
    image: use.image,
    registry: reference.registry,
    field: policyField(use),
    why: reason === undefined ? 'may be offline' : `may be offline (${reason})`,
    ...(reason === undefined ? {} : { reason }),
    ...(servedBy === undefined ? {} : { servedBy }),
  }
}

/** Only where the cached image is the right one, where the cluster lets us, and where the policy does not want Always all the same. */
function fixOf({ use, reference }: NamedUse, context: RuleContext): PullPolicyFix | undefined {
  if (!isFixed(reference, context) || context.alwaysPullImages || wantsAlways(reference, context)) return undefined
  return {
    pointer: use.policyPointer,
    from: 'Always',
    to: 'IfNotPresent',
    because: `${reference.registry} may be offline and the ${reference.digest === null ? 'tag' : 'digest'} is fixed`,
  }
}
