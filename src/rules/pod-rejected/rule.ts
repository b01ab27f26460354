import { defineRule, type Report, type Subject } from '../../lint/rule.ts'
import type { Container } from '../../model/containers.ts'
import type { JsonPointer } from '../../model/json.ts'
import { oncePer } from '../../model/once-per.ts'
import type { Workload } from '../../model/workload.ts'
import { isBuiltIn } from '../../startup/api-server/decode.ts'
import { pathOf } from '../../startup/api-server/unknown-fields.ts'
import { ignoredFieldsOf, refusalOf } from '../../startup/api-server/validation.ts'
import { spacedUses } from '../uses.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'refused' | 'ignoredField'

/** What the API server refuses, and fields that it does not know. */
export const rule = defineRule({
  meta: {
    id: 'pod-rejected',
    category: 'pod',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'The API server rejects the pod, or drops one of its fields.',
    rationale:
      'The API server rejects an object with a missing or invalid field, so no pod ever starts. It drops a field that it does not know, such as a misspelt one: kubectl asks it to reject these fields, but Helm, most GitOps tools and other clients do not, and the pod starts without the field.',
    remediation: 'Correct the field. `kubectl apply --dry-run=server` shows all errors.',
    references: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level',
      'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
    ],
    messages: {
      refused: 'the API server rejects {{rejected}}: {{field}}: {{error}}; {{advice}}',
      ignoredField: '{{place}} has no field {{field}}: kubectl rejects it, but other clients drop it silently; {{advice}}',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    // The API server has decoded an object of its own kinds before a review, and validates it before it calls validating webhooks.
    if (workload.source === 'review' && isBuiltIn(workload)) return
    const refusal = refusalOf(workload)
    const isSpaced = new Set(spacedUses(workload, context).map(({ imagePointer }) => imagePointer))
    for (const { pointer, field, error } of refusal?.errors ?? []) {
      if (isSpaced.has(pointer)) continue
      const rejected = refusal?.of === 'pods' ? `the pods of this ${workload.kindName}` : `the ${workload.kind}`
      yield reportOf('refused', workload, pointer, {
        rejected,
        field,
        error: error.replace(labelRule, 'must be a lowercase RFC 1123 label'),
        advice: adviceFor(error),
      })
    }
    for (const { pointer, key, owner, meant } of ignoredFieldsOf(workload)) {
      const advice = meant.kind === 'misspelt' ? `use ${meant.field}` : `it belongs in ${meant.place}`
      yield reportOf('ignoredField', workload, pointer, { place: pathOf(owner), field: key, advice })
    }
  },
})

/** The rule for labels in full is longer than a warning may be; the page of Kubernetes about names has it. */
const labelRule = /a lowercase RFC 1123 label must consist of .*$/

function adviceFor(error: string): string {
  if (error.startsWith('Required value')) return 'set it'
  if (error.startsWith('Unsupported value')) return 'use one of these'
  if (error.startsWith('Not found')) return 'define it or correct the name'
  return error.endsWith(' instead of a string') && !/^a (?:list|mapping)/.test(error) ? 'quote it' : 'correct it'
}

function reportOf(messageId: MessageId, workload: Workload, pointer: JsonPointer, data: Report['data']): Report<MessageId> {
  return { messageId, subject: subjectAt(workload, pointer), pointer, data }
}

/** The container that a field is in. */
function subjectAt(workload: Workload, pointer: JsonPointer): Subject {
  const inPod = pointer.startsWith(`${workload.podSpecPointer}/`) ? pointer.slice(workload.podSpecPointer.length + 1) : ''
  const [list = '', index = ''] = inPod.split('/')
  return containersByPointer(workload).get(`${workload.podSpecPointer}/${list}/${index}`) ?? null
}

/** An index, because hostile objects have tens of thousands of containers. */
const containersByPointer = oncePer(
  (workload: Workload): ReadonlyMap<JsonPointer, Container> =>
    new Map(workload.containers().map((container) => [container.pointer, container])),
)
