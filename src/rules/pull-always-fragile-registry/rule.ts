import { defineRule, type Observed, type PullPolicyFix, type RegistryFacts, type RuleContext } from '../../lint/rule.ts'
import type { ImageReference } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { adviceToSet, isExistingPod, isFixed, type NamedUse, namedUses, wantsAlways } from '../uses.ts'
import { policyField } from '../wording.ts'

const risk = 'every start needs {{registry}}, which {{why}}{{otherwise}}'

/** Always, with a registry that is fragile according to the policy or its probes: while it is offline, cached images do not start either. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-fragile-registry',
    category: 'pull',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'safe',
    fixPrecedence: 2,
    since: '0.1.0',
    absorbs: { 'image-latest': () => ({}), 'pull-always-pinned': () => ({}), 'pull-policy-defaulted': () => ({}) },
    summary: 'imagePullPolicy is Always, and the registry may be offline.',
    rationale:
      'With Always, the kubelet contacts the registry at every start of a container, including restarts. While the registry is offline or rejects requests because of a rate limit, the container stays in ErrImagePull, even if the image is on the node. A registry is fragile only if the policy declares it, or if the policy sets a probe URL and the probes fail.',
    remediation: 'Pin a tag or a digest and set imagePullPolicy: IfNotPresent, or pull from a registry that is always available.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
      'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff',
    ],
    messages: {
      fixed: `${risk}; {{advice}}`,
      fixedServedBy: `${risk}; {{advice}} or use {{servedBy}}`,
      moving: `${risk}; pin a tag and {{advice}}`,
      movingServedBy: `${risk}; pin a tag and {{advice}} or use {{servedBy}}`,
      required: `${risk}; pin a digest and {{advice}}`,
      requiredServedBy: `${risk}; pin a digest and {{advice}} or use {{servedBy}}`,
      enforced: `${risk}; use a registry that is always available, because AlwaysPullImages allows only Always`,
      enforcedServedBy: `${risk}; use {{servedBy}}, because AlwaysPullImages allows only Always`,
    },
    optionsSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        probeFailures: {
          type: 'integer',
          minimum: 1,
          maximum: 10,
          description: 'How many of the last 10 probes of a registry must have failed before its images are reported.',
        },
      },
    },
    defaultOptions: { probeFailures: 3 },
  },
  *check(workload, options, context) {
    for (const named of namedUses(workload, context)) {
      const { use, reference } = named
      if (use.pullPolicy !== 'Always') continue
      const registry = context.registry(reference)
      const failing = registry.observed !== undefined && registry.observed.failures >= options.probeFailures ? registry.observed : undefined
      // If the policy requires Always, the measurement is ignored: no image could satisfy both.
      if (!registry.fragile && (failing === undefined || wantsAlways(reference, context))) continue
      const why = failing === undefined ? declared(registry) : measured(failing)
      const fix = isExistingPod(use, workload) ? undefined : fixOf(named, failing === undefined ? 'may be offline' : why, context)
      yield {
        messageId: `${situation(reference, context)}${registry.servedBy === undefined ? '' : 'ServedBy'}`,
        subject: use,
        pointer: use.imagePointer,
        data: {
          ...dataOf(named, registry, why),
          otherwise: failing === undefined ? otherwise(use, workload) : '',
          advice: adviceToSet('IfNotPresent', use, workload),
        },
        atMostWarn: !registry.fragile,
        fix,
      }
    }
  },
})

/** What can be done about it: with IfNotPresent, a moving tag or a registry that requires Always would be reported instead. */
function situation(reference: ImageReference, context: RuleContext): 'fixed' | 'moving' | 'required' | 'enforced' {
  if (context.alwaysPullImages) return 'enforced'
  if (wantsAlways(reference, context)) return 'required'
  return isFixed(reference, context) ? 'fixed' : 'moving'
}

/** The STATUS while the registry is down: the first of the two that alternate, because a warning is one line. */
function otherwise(use: ImageUse, workload: Workload): string {
  const [status] = statusesWithoutImage('unreachable', use, workload)
  return status === undefined ? '' : `: ${status} even if cached`
}

/** What the policy declares about the registry, as the end of `which …`. */
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

/** Only if the cached image is the right one, the cluster allows another policy, and the policy does not require Always. */
function fixOf({ use, reference }: NamedUse, why: string, context: RuleContext): PullPolicyFix | undefined {
  if (!isFixed(reference, context) || context.alwaysPullImages || wantsAlways(reference, context)) return undefined
  return {
    pointer: use.policyPointer,
    from: 'Always',
    to: 'IfNotPresent',
    because: `${reference.registry} ${why} and the ${reference.digest === null ? 'tag does not move' : 'digest is fixed'}`,
  }
}
