import { defineRule } from '../../lint/rule.ts'
import { pullableUses } from '../uses.ts'
import { differentCopies, noOptions, policyField } from '../wording.ts'

/** A tag that the policy calls moving, with a pull policy that never looks whether it moved. */
export const rule = defineRule({
  meta: {
    id: 'image-mutable-tag',
    category: 'image',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'A tag that moves, with imagePullPolicy IfNotPresent.',
    rationale:
      'A tag such as `stable` or `main` is pushed again and again. With IfNotPresent a node takes the image once and keeps it, so replicas on different nodes run different code under one name, and a restart does not bring the new one.',
    remediation: 'Name a tag that does not move, or a digest; or set imagePullPolicy Always if the registry is there at every start.',
    references: ['https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy'],
    messages: {
      moving: `the tag {{tag}} moves and {{field}} is IfNotPresent: ${differentCopies}; pin a version or a digest`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const { use, reference } of pullableUses(workload, context)) {
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
