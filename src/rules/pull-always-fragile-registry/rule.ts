import { defineRule, type Observed, type PullPolicyFix, type RegistryFacts, type RuleContext } from '../../lint/rule.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { isFixed, type NamedUse, pullableUses, wantsAlways } from '../uses.ts'
import { policyField } from '../wording.ts'

const risk = 'Always asks {{registry}} at every start{{otherwise}}, cached or not, and it {{why}}'

/** Always, from a registry that the policy calls fragile or that fails its probes: while it is offline nothing restarts, although the image is on the node. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-fragile-registry',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 2,
    since: '0.1.0',
    summary: 'imagePullPolicy Always, from a registry that may be offline.',
    rationale:
      'With Always the kubelet asks the registry at every start of a container, restarts too. While the registry is offline, or refuses because of a rate limit, the container ends in ErrImagePull although the image is on the node. No registry is fragile unless the policy says so, or gives a probe URL and the registry fails the probes.',
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
    optionsSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        probeFailures: {
          type: 'integer',
          minimum: 1,
          maximum: 10,
          description: 'How many of the last 10 probes of a registry must have failed before its images are spoken of.',
        },
      },
    },
    defaultOptions: { probeFailures: 3 },
  },
  *check(workload, options, context) {
    for (const named of pullableUses(workload, context)) {
      const { use, reference } = named
      if (use.pullPolicy !== 'Always') continue
      const registry = context.registry(reference)
      const failing = registry.observed !== undefined && registry.observed.failures >= options.probeFailures ? registry.observed : undefined
      // An admin who demands Always has the last word over what was measured: nobody could satisfy both.
      if (!registry.fragile && (failing === undefined || wantsAlways(reference, context))) continue
      const why = failing === undefined ? declared(registry) : measured(failing)
      const fix = fixOf(named, failing === undefined ? 'may be offline' : why, context)
      yield {
        messageId: `${isFixed(reference, context) ? 'fixed' : 'moving'}${registry.servedBy === undefined ? '' : 'ServedBy'}`,
        subject: use,
        pointer: use.imagePointer,
        data: { ...dataOf(named, registry, why), otherwise: failing === undefined ? otherwise(use, workload) : '' },
        ...(registry.fragile ? {} : { atMostWarn: true }),
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})

/** What kubectl shows while the registry is down: the first of the two between which it goes back and forth, for a warning is one line. */
function otherwise(use: ImageUse, workload: Workload): string {
  const [status] = statusesWithoutImage('unreachable', use, workload)
  return status === undefined ? '' : ` (else ${status})`
}

/** What the policy says of the registry, as the end of `and it …`. */
function declared({ reason }: RegistryFacts): string {
  return reason === undefined ? 'may be offline' : `may be offline (${reason})`
}

function measured({ failures, probes }: Observed): string {
  return `was unreachable in ${failures} of the last ${probes} probes`
}

function dataOf({ use, reference }: NamedUse, { reason, servedBy }: RegistryFacts, why: string): Record<string, string> {
  return {
    image: use.image,
    registry: reference.registry,
    field: policyField(use),
    why,
    ...(reason === undefined ? {} : { reason }),
    ...(servedBy === undefined ? {} : { servedBy }),
  }
}

/** Only where the cached image is the right one, where the cluster lets us, and where the policy does not want Always all the same. */
function fixOf({ use, reference }: NamedUse, why: string, context: RuleContext): PullPolicyFix | undefined {
  if (!isFixed(reference, context) || context.alwaysPullImages || wantsAlways(reference, context)) return undefined
  return {
    pointer: use.policyPointer,
    from: 'Always',
    to: 'IfNotPresent',
    because: `${reference.registry} ${why} and the ${reference.digest === null ? 'tag' : 'digest'} is fixed`,
  }
}
