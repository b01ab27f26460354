import { defineRule, type FrozenRegistry, type RegistryFacts, type Report } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import { type NamedUse, namedUses } from '../uses.ts'
import { noOptions } from '../wording.ts'

const forbidden = '{{image}} comes from {{registry}}, which the policy does not allow in {{entry}}'

/** An image from a registry that the policy does not list as allowed, or that is frozen or removed. */
export const rule = defineRule({
  meta: {
    id: 'registry-not-allowed',
    category: 'image',
    severity: 'error',
    recommended: 'deny',
    fixKind: 'none',
    everyPod: true,
    since: '0.1.0',
    summary: 'The image comes from a registry that the policy does not allow.',
    rationale:
      'If any entry of the policy’s `registries` sets `allowed: true`, images may come only from such entries. For templates, the action is one step milder than for Pods, because webhooks that rewrite registries act on Pods. Pods are denied regardless of who creates them, unless the policy sets `everyPod: false`; then templates are denied instead.',
    remediation: 'Use an image from an allowed registry, or ask the cluster administrator to allow this one.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-names'],
    messages: {
      notAllowed: `${forbidden}; use an allowed registry`,
      servedBy: `${forbidden}; pull it from {{servedBy}}`,
      frozen: '{{image}}: {{place}} has been frozen since {{since}} and gets no new versions or fixes; use {{instead}}',
      removed: '{{image}}: the images of {{place}} were removed on {{since}}, so nodes without them cannot pull them; use {{instead}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const named of namedUses(workload, context)) {
      const facts = context.registry(named.reference)
      if (!facts.allowed) yield forbiddenReport(named, facts, workload)
      else if (facts.frozen !== undefined && isConcerned(named, facts.frozen)) yield frozenReport(named, facts.frozen, workload)
    }
  },
})

type MessageId = 'notAllowed' | 'servedBy' | 'frozen' | 'removed'

function forbiddenReport({ use, reference }: NamedUse, { allowedBy, servedBy }: RegistryFacts, workload: Workload): Report<MessageId> {
  const { match, reason } = allowedBy ?? {}
  const entry = match === undefined ? 'any entry' : `its entry ${match}${reason === undefined ? '' : ` (${reason})`}`
  return {
    messageId: servedBy === undefined ? 'notAllowed' : 'servedBy',
    subject: use,
    pointer: use.imagePointer,
    data: {
      image: use.image,
      registry: reference.registry,
      entry,
      ...(match === undefined ? {} : { match }),
      ...(reason === undefined ? {} : { reason }),
      ...(servedBy === undefined ? {} : { servedBy }),
    },
    ...(workload.kind === 'Pod' ? {} : { podsDecide: true }),
  }
}

/** A digest or no tag may still exist where only the versions were removed. */
function isConcerned({ reference }: NamedUse, { onlyVersions }: FrozenRegistry): boolean {
  return onlyVersions !== true || (reference.tag !== null && reference.tag !== 'latest')
}

/** A frozen registry still serves its images, so it is one step milder. */
function frozenReport({ use, reference }: NamedUse, frozen: FrozenRegistry, workload: Workload): Report<MessageId> {
  const { match, state, since, instead, source } = frozen
  return {
    messageId: state,
    subject: use,
    pointer: use.imagePointer,
    data: { image: use.image, registry: reference.registry, place: match.replace(/\/\*\*$/, ''), since, instead, source },
    ...(state === 'frozen' ? { milder: true } : workload.kind === 'Pod' ? {} : { podsDecide: true }),
  }
}
