import { defineRule, type Extended, type Finding, type RuleContext } from '../../lint/rule.ts'
import { withVisibleCharacters } from '../../model/image-characters.ts'
import { type ImageFaultId, imageFaultOf, imageFaultSentences, pinOf } from '../../model/image-fault.ts'
import { hasUpperCaseHost } from '../../model/image-reference.ts'
import type { ImageUse } from '../../model/image-use.ts'
import type { Workload } from '../../model/workload.ts'
import { hasOuterWhitespace } from '../../startup/api-server/containers.ts'
import { statusesWithoutImage, type ImageFault as Unavailable } from '../predictions.ts'
import { isReplacedLater } from '../uses.ts'
import { noOptions } from '../wording.ts'
import { type Unreachable, unreachable } from './reach.ts'

type MessageId = ImageFaultId | Unreachable['messageId'] | 'outerBlanks' | 'outerBlanksTemplate' | 'upperCaseHost'

interface Found {
  readonly messageId: MessageId
  readonly data: Readonly<Record<string, string | number>>
  readonly status: Unavailable
}

const failing = '{{image}} fails with {{status}}'

const sentences = Object.fromEntries(Object.entries(imageFaultSentences).map(([id, text]) => [id, `${failing}: ${text}`])) as Readonly<
  Record<ImageFaultId, string>
>

/** What other rules say about the tag of a legal name that is not meant is beside the point; not so if only the registry is wrong. */
const sameName = ({ messageId }: Finding): Extended | undefined => (Object.hasOwn(imageFaultSentences, messageId) ? {} : undefined)
const fragile = 'pull-always-fragile-registry'

/** Image references that no node can use: the API server or the kubelet rejects them, or the pull can only fail. */
export const rule = defineRule({
  meta: {
    id: 'image-invalid',
    category: 'image',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    absorbs: { 'image-latest': sameName, 'image-mutable-tag': sameName, 'pull-policy-defaulted': sameName, [fragile]: sameName },
    summary: 'The image reference cannot be used.',
    rationale:
      'The API server barely validates image references; the kubelet does, on the node. If it cannot parse the reference, the container stays in InvalidImageName under every pull policy. An uppercase name before the first slash is treated as a registry host that never answers, and nodes cannot resolve the names of Services.',
    remediation: 'Use [registry/]repository[:tag][@digest] with a lowercase repository, and a registry that the nodes can reach.',
    references: [
      'https://kubernetes.io/docs/concepts/containers/images/#image-names',
      'https://github.com/distribution/reference/blob/v0.6.0/reference.go',
    ],
    messages: {
      outerBlanks: '"{{image}}" has leading or trailing whitespace, so the API server rejects the pod; remove it{{pin}}',
      outerBlanksTemplate:
        '"{{image}}" has leading or trailing whitespace: the template is stored, but its pods are rejected; remove it{{pin}}',
      ...sentences,
      upperCaseHost: `${failing}: {{registry}} is treated as a registry host; use lowercase`,
      'cluster-dns': `${failing}: nodes do not use the DNS of the cluster, so they cannot resolve {{registry}}; use a name that nodes can resolve`,
      'own-service': `${failing}: {{registry}} is the Service {{service}}, and nodes do not use the DNS of the cluster; use a name that nodes can resolve`,
      localhost: `${failing} on nodes that do not serve port {{port}} themselves, because {{registry}} is the node; use a registry that all nodes reach`,
      'short-name': '{{image}} has no registry, so CRI-O fails with {{status}} unless its nodes know exactly one for it; write {{name}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    for (const use of workload.imageUses()) {
      const found = isReplacedLater(use, workload, context) ? undefined : (faultOf(workload, use) ?? unreachableUse(use, workload, context))
      if (found === undefined) continue
      yield {
        messageId: found.messageId,
        subject: use,
        pointer: use.imagePointer,
        data: {
          image: withVisibleCharacters(use.image),
          status: statusesWithoutImage(found.status, use, workload).join(' and '),
          ...found.data,
        },
      }
    }
  },
})

function unreachableUse(use: ImageUse, workload: Workload, context: RuleContext): Found | undefined {
  return use.reference.ok ? unreachable({ use, reference: use.reference.value }, workload, context) : undefined
}

function faultOf(workload: Workload, use: ImageUse): Found | undefined {
  // The API server checks only containers of Pods for outer whitespace (validateContainerOnlyForPod).
  if (use.role !== 'image-volume' && hasOuterWhitespace(use.image))
    return { messageId: workload.kind === 'Pod' ? 'outerBlanks' : 'outerBlanksTemplate', data: pinOf(use.image.trim()), status: 'invalid' }
  const fault = imageFaultOf(use.image, use.reference)
  // A legal name may be that of an image on the node or, for a host, in the DNS of the node: this is only a likely outcome.
  if (fault !== undefined) return { messageId: fault.id, data: fault.data, status: fault.isLegal ? 'absent' : 'invalid' }
  if (!use.reference.ok || !hasUpperCaseHost(use.reference.value)) return undefined
  return { messageId: 'upperCaseHost', data: { registry: use.reference.value.registry }, status: 'absent' }
}
