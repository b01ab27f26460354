import { defineRule, type RuleContext } from '../../lint/rule.ts'
import { hasUpperCaseHost, type ImageReferenceFault } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { noOptions } from '../wording.ts'

type MessageId = ImageReferenceFault | 'outerBlanks' | 'outerBlanksTemplate' | 'upperCaseHost'

const invalid = 'stays in {{status}}'

/** Image references that no node can use: the kubelet or the API server refuses them, or the pull can only fail. */
export const rule = defineRule({
  meta: {
    id: 'image-invalid',
    category: 'image',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'The image reference cannot be used.',
    rationale:
      'The API server hardly looks at image references. The kubelet does, on the node: a reference that it cannot parse stays in InvalidImageName under every pull policy, and an upper-case name before the first slash is taken for a registry host that never answers.',
    remediation: 'Write [registry/]repository[:tag][@digest] with the repository in lower case.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-names',
      'https://github.com/distribution/reference/blob/v0.6.0/reference.go',
    ],
    messages: {
      empty: 'the image is empty, so the API server refuses the object; name an image',
      outerBlanks: 'blanks before or after "{{image}}", so the API server refuses the pod; remove them',
      outerBlanksTemplate: 'blanks before or after "{{image}}": the template is stored, but its pods are refused; remove them',
      'white-space': `{{image}} ${invalid}: blanks within an image reference; remove them`,
      'too-long': `{{image}} ${invalid}: the name is longer than 255 characters; shorten it`,
      identifier: `{{image}} ${invalid}: 64 hex digits are an image ID, not a name; write repository@sha256:…`,
      'upper-case': `{{image}} ${invalid}: upper-case letters in the repository; write it in lower case`,
      digest: `{{image}} ${invalid}: the digest is incomplete or unknown; write sha256: and 64 hex digits`,
      format: `{{image}} ${invalid}: no image reference; write [registry/]repository[:tag][@digest]`,
      upperCaseHost: '{{image}} stays in {{status}}: {{registry}} is taken for a registry host; write it in lower case',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const use of workload.imageUses()) {
      const messageId = faultOf(workload, use, context)
      if (messageId === undefined) continue
      yield {
        messageId,
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: use.image,
          // A name that is taken for a registry host is one that no node has and that never answers.
          status: statusesWithoutImage(messageId === 'upperCaseHost' ? 'absent' : 'invalid', use, workload).join(' and '),
          ...(use.reference.ok ? { registry: use.reference.value.registry } : {}),
        },
      }
    }
  },
})

function faultOf(workload: Workload, use: ImageUse, context: RuleContext): MessageId | undefined {
  if (context.isPlaceholder(use.image)) return undefined
  if (use.reference.ok) return hasUpperCaseHost(use.reference.value) ? 'upperCaseHost' : undefined
  const { fault } = use.reference
  // A template may leave the reference of an image volume to others (kubernetes pkg/apis/core/validation, validateImageVolumeSource).
  if (fault === 'empty') return use.role === 'image-volume' && workload.kind !== 'Pod' ? undefined : 'empty'
  // Only containers of Pods are checked for outer blanks (validateContainerOnlyForPod).
  if (fault === 'white-space' && use.role !== 'image-volume' && use.image !== use.image.trim()) {
    return workload.kind === 'Pod' ? 'outerBlanks' : 'outerBlanksTemplate'
  }
  return fault
}
