/** The AdmissionReviews that the API server would send for the objects of a manifest, and how the webhook would answer them. */
import { answerReview } from '../../src/admission/index.ts'
import { defaultDocsBase, fnv1a64 } from '../../src/inspect/index.ts'
import { objectsOf, readManifest } from '../../src/manifest/index.ts'
import { asString, at, isObject, type JsonObject, member } from '../../src/model/json.ts'
import { readWorkloads } from '../../src/model/workload.ts'
import { groupOf, workloadKind, workloadShapes } from '../../src/model/workload-kinds.ts'
import { plainAnalyst } from '../../src/script/index.ts'
import { compiledPolicy, defaultNamespace } from './lint.ts'
import { manifestFile, type ReviewAnswer, type ShownReview, type Texts } from './protocol.ts'

const maxReviews = 20

export function answerReviews({ manifest, policy: text }: Texts): ReviewAnswer {
  const { documents, errors } = readManifest(manifest)
  const { policy, registry } = compiledPolicy(text)
  const objects = documents.flatMap((document) => [...objectsOf(document)].map(({ object }) => object))
  const labels = namespaceLabels(objects)
  const reviewed = objects.filter(
    (object) => readWorkloads(object, { namespace: namespaceOf(object), source: 'manifest', templates: policy.templates }).length > 0,
  )
  const reviews = reviewed.slice(0, maxReviews).map((object): ShownReview => {
    const request = reviewOf(object)
    const answer = answerReview('validate', request, {
      policy,
      registry,
      now: Date.now(),
      analyst: plainAnalyst,
      timeIsUp: () => false,
      namespaceLabels: (namespace) => labels.get(namespace),
      docsBase: defaultDocsBase,
    })
    return { title: titleOf(object), request: `${JSON.stringify(request, null, 2)}\n`, ...shown(answer.ok ? answer.review : answer.status) }
  })
  return {
    reviews,
    more: reviewed.length - reviews.length,
    errors: errors.map(({ line, column, message }) => ({ file: manifestFile, line, column, message })),
  }
}

/** As kube-apiserver fills the request of a CREATE (admission.k8s.io/v1); the uid is the same for the same object. */
function reviewOf(object: JsonObject): JsonObject {
  const apiVersion = asString(member(object, 'apiVersion')) ?? ''
  const kindName = asString(member(object, 'kind')) ?? ''
  const group = groupOf(apiVersion)
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  const kind = workloadKind(apiVersion, kindName)
  const names = { group, version, kind: kindName }
  const resources = { group, version, resource: kind === undefined ? `${kindName.toLowerCase()}s` : workloadShapes[kind].resource }
  const namespace = namespaceOf(object)
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: uidOf(object),
      kind: names,
      resource: resources,
      requestKind: names,
      requestResource: resources,
      name: nameOf(object),
      namespace,
      operation: 'CREATE',
      userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      object: { ...object, metadata: { ...(isObject(object.metadata) ? object.metadata : {}), namespace } },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  }
}

function uidOf(object: JsonObject): string {
  const text = JSON.stringify(object)
  const digits = `${fnv1a64(text)}${fnv1a64(`${text} `)}`
  // As a UUID of version 4 (RFC 9562, section 5.4).
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-')
}

function nameOf(object: JsonObject): string {
  return asString(at(object, 'metadata', 'name')) ?? ''
}

function namespaceOf(object: JsonObject): string {
  return asString(at(object, 'metadata', 'namespace')) || defaultNamespace
}

function titleOf(object: JsonObject): string {
  return `${asString(member(object, 'kind')) ?? ''} ${namespaceOf(object)}/${nameOf(object)}`
}

/** The labels of the Namespace objects in the manifest. */
function namespaceLabels(objects: readonly JsonObject[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>()
  for (const object of objects) {
    if (member(object, 'kind') !== 'Namespace') continue
    const labels = at(object, 'metadata', 'labels')
    const pairs = isObject(labels)
      ? Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []))
      : []
    found.set(nameOf(object), new Map(pairs))
  }
  return found
}

function shown(response: object): Omit<ShownReview, 'title' | 'request'> {
  const answer = member(response, 'response')
  const warnings = member(answer, 'warnings')
  return {
    allowed: member(answer, 'allowed') === true,
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    denial: asString(at(answer, 'status', 'message')) ?? null,
    response: `${JSON.stringify(response, null, 2)}\n`,
  }
}
