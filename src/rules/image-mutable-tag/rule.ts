import { defineRule } from '../../lint/rule.ts'
import { namedUses } from '../uses.ts'
import { differentVersions, noOptions, policyField } from '../wording.ts'

/** A tag that moves, by convention or according to the policy, with a pull policy that never checks whether it moved. */
export const rule = defineRule({
  meta: {
    id: 'image-mutable-tag',
    category: 'image',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'The image has a moving tag and imagePullPolicy: IfNotPresent.',
    rationale:
      'A tag such as `stable` or `main` is pushed repeatedly. With IfNotPresent, a node pulls the image once and keeps it, so replicas on different nodes can run different code under the same name, and a restart does not update it.',
    remediation: 'Pin a tag that does not move, or a digest. If the registry is always available, imagePullPolicy: Always works as well.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy'],
    messages: {
      moving: `{{tag}} is a moving tag and {{field}} is IfNotPresent: ${differentVersions}; pin a version or a digest`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of namedUses(workload, context)) {
      if (use.pullPolicy !== 'IfNotPresent' || reference.digest !== null || reference.tag === null) continue
      if (!context.isMutableTag(reference.tag)) continue
      yield {
        messageId: 'moving',
        subject: use,
        pointer: use.imagePointer,
        data: { image: use.image, tag: reference.tag, field: policyField(use) },
      }
    }
  },
})
