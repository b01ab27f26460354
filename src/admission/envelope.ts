/** The wire envelope of admission webhooks, admission.k8s.io/v1 (kubernetes staging/src/k8s.io/api/admission/v1/types.go). */
import { asString, isObject, type JsonObject, member } from '../model/json.ts'

/** The fields of an AdmissionRequest that initlint reads. None is trusted; missing strings are ''. */
export interface AdmissionRequest {
  readonly uid: string
  readonly operation: string
  readonly subResource: string
  readonly namespace: string
  readonly name: string
  readonly user: string
  readonly dryRun: boolean
  readonly object: JsonObject | null
  readonly oldObject: JsonObject | null
}

export type ReadReview = { readonly ok: true; readonly request: AdmissionRequest } | { readonly ok: false; readonly message: string }

const apiVersion = 'admission.k8s.io/v1'

/**
 * Reads the request from a parsed body.
 * @returns the request, or the reason why the body is not a valid AdmissionReview v1
 */
export function readReview(body: unknown): ReadReview {
  if (!isObject(body)) return refuse('the body is not a JSON object; send an AdmissionReview')
  if (member(body, 'kind') !== 'AdmissionReview') return refuse('kind is not AdmissionReview; POST manifests to /lint instead')
  if (member(body, 'apiVersion') !== apiVersion) {
    return refuse(`apiVersion is not ${apiVersion}; set admissionReviewVersions: [v1] in the webhook configuration`)
  }
  const request = member(body, 'request')
  if (!isObject(request)) return refuse('request is missing; only an AdmissionReview with a request can be answered')
  const uid = member(request, 'uid')
  if (typeof uid !== 'string' || uid === '') return refuse('request.uid is missing; the response must repeat it')
  const text = (key: string) => asString(member(request, key)) ?? ''
  const object = member(request, 'object')
  const oldObject = member(request, 'oldObject')
  return {
    ok: true,
    request: {
      uid,
      operation: text('operation'),
      subResource: text('subResource'),
      namespace: text('namespace'),
      name: text('name'),
      user: asString(member(member(request, 'userInfo'), 'username')) ?? '',
      dryRun: member(request, 'dryRun') === true,
      object: isObject(object) ? object : null,
      oldObject: isObject(oldObject) ? oldObject : null,
    },
  }
}

function refuse(message: string): ReadReview {
  return { ok: false, message }
}

/** What is known of a review from its beginning; '' for what is missing. */
export interface ReviewPrefix {
  readonly uid: string
  readonly namespace: string
  readonly user: string
}

/**
 * Reads the beginning of a review. The API server writes the fields of the request in the order of the Go struct: the uid first, then the
 * namespace and the user, and the object last. Quotes within strings are escaped, so no text can forge them.
 * @param prefix the first kilobytes of the body
 */
export function readPrefix(prefix: string): ReviewPrefix | undefined {
  const uid = /"request"\s*:\s*\{\s*"uid"\s*:\s*"([^"\\]{1,128})"/.exec(prefix)?.[1]
  if (uid === undefined) return undefined
  const [head = ''] = prefix.split('"object"', 1)
  const namespace = /"namespace"\s*:\s*"([a-z0-9.-]{0,253})"/.exec(prefix)?.[1] ?? ''
  const user = /"userInfo"\s*:\s*\{\s*"username"\s*:\s*"([^"\\]{1,1024})"/.exec(head)?.[1] ?? ''
  return { uid, namespace, user }
}

/**
 * The uid, namespace and name of a review, from its beginning alone, if it names them before the operation, as the API server does: no
 * text that a user controls precedes the operation.
 * @returns undefined if they are not there; the review may still have them
 */
export function readTarget(prefix: string): (ReviewPrefix & { readonly name: string }) | undefined {
  const [start = ''] = prefix.split('"operation"', 1)
  const known = readPrefix(start)
  const name = /"name"\s*:\s*"([a-z0-9.-]{1,253})"/.exec(start)?.[1]
  return known === undefined || known.namespace === '' || name === undefined ? undefined : { ...known, name }
}
