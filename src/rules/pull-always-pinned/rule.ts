import { defineRule } from '../../lint/rule.ts'
import { adviceToSet, isExistingPod, namedUses } from '../uses.ts'
import { everyStart, noOptions, policyField } from '../wording.ts'

/** Always with a digest: the kubelet contacts the registry for content that cannot change. */
export const rule = defineRule({
  meta: {
    id: 'pull-always-pinned',
    category: 'pull',
    severity: 'info',
    recommended: 'audit',
    fixKind: 'safe',
    fixPrecedence: 3,
    since: '0.1.0',
    summary: 'imagePullPolicy is Always, but the image is pinned by a digest.',
    rationale:
      'A digest identifies the content. Contacting the registry at every start cannot change it and only makes the start depend on the registry. Note that for `image:latest@sha256:…` Kubernetes looks at the tag and sets Always.',
    remediation: 'Set imagePullPolicy: IfNotPresent.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
      'https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting',
    ],
    messages: {
      pinned: `Always with a digest: ${everyStart} for content that cannot change; {{advice}}`,
      latest: `Always with a digest and the tag latest: ${everyStart} for content that cannot change; {{advice}}`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    // The plugin sets Always for every container, so nothing can be done about it.
    if (context.alwaysPullImages) return
    for (const { use, reference } of namedUses(workload, context)) {
      if (use.pullPolicy !== 'Always' || reference.digest === null) continue
      yield {
        messageId: reference.tag === 'latest' ? 'latest' : 'pinned',
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          registry: reference.registry,
          field: policyField(use),
          advice: adviceToSet('IfNotPresent', use, workload),
        },
        ...(isExistingPod(use, workload)
          ? {}
          : { fix: { pointer: use.policyPointer, from: 'Always', to: 'IfNotPresent', because: 'the content of a digest cannot change' } }),
      }
    }
  },
})
