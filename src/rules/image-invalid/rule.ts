import { defineRule, type RuleContext } from '../../lint/rule.ts'
import { hasUpperCaseHost, type ImageReferenceFault } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { hasOuterWhitespace } from '../../startup/api-server/containers.ts'
import { statusesWithoutImage } from '../predictions.ts'
import { isReplacedLater } from '../uses.ts'
import { noOptions } from '../wording.ts'

type MessageId = Exclude<ImageReferenceFault, 'empty'> | 'outerBlanks' | 'outerBlanksTemplate' | 'upperCaseHost'

const failing = '{{image}} fails with {{status}}'

/** Image references that no node can use: the API server or the kubelet rejects them, or the pull can only fail. */
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
      'The API server barely validates image references; the kubelet does, on the node. If it cannot parse the reference, the container stays in InvalidImageName under every pull policy. An uppercase name before the first slash is treated as a registry host that never answers.',
    remediation: 'Use [registry/]repository[:tag][@digest] with a lowercase repository.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-names',
      'https://github.com/distribution/reference/blob/v0.6.0/reference.go',
    ],
    messages: {
      outerBlanks: '"{{image}}" has leading or trailing whitespace, so the API server rejects the pod; remove it',
      outerBlanksTemplate: '"{{image}}" has leading or trailing whitespace: the template is stored, but its pods are rejected; remove it',
      'white-space': `${failing}: the image reference contains whitespace; remove it`,
      'too-long': `${failing}: the name is longer than 255 characters; shorten it`,
      identifier: `${failing}: 64 hex digits are an image ID, not a name; use repository@sha256:…`,
      'upper-case': `${failing}: the repository contains uppercase letters; use lowercase`,
      digest: `${failing}: the digest is incomplete or of an unknown type; use sha256: and 64 hex digits`,
      format: `${failing}: not a valid image reference: {{cause}}; expected [registry/]repository[:tag][@digest]`,
      upperCaseHost: `${failing}: {{registry}} is treated as a registry host; use lowercase`,
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
          // Unless the node's DNS has the host: then this is only a likely outcome.
          status: statusesWithoutImage(messageId === 'upperCaseHost' ? 'absent' : 'invalid', use, workload).join(' and '),
          ...(use.reference.ok ? { registry: use.reference.value.registry } : {}),
          ...(messageId === 'format' ? { cause: formatCause(use.image) } : {}),
        },
      }
    }
  },
})

function faultOf(workload: Workload, use: ImageUse, context: RuleContext): MessageId | undefined {
  if (isReplacedLater(use, workload, context)) return undefined
  if (use.reference.ok) return hasUpperCaseHost(use.reference.value) ? 'upperCaseHost' : undefined
  const { fault } = use.reference
  // The API server rejects it: pod-rejected.
  if (fault === 'empty') return undefined
  // The API server checks only containers of Pods for outer whitespace (validateContainerOnlyForPod).
  if (use.role !== 'image-volume' && hasOuterWhitespace(use.image)) return workload.kind === 'Pod' ? 'outerBlanks' : 'outerBlanksTemplate'
  return fault
}

/** Which part of a reference does not match the grammar. */
function formatCause(image: string): string {
  if (image.includes('://')) return 'it has a URL scheme'
  return image.slice(image.lastIndexOf('/') + 1).includes(':') ? 'the tag is malformed' : 'the name is malformed'
}
