/** Creates every AdmissionReview and Status that initlint sends: the uid is set in one place, a patch only if one is allowed. */

export interface JsonPatchOperation {
  /** `add` sets a member whether or not it exists (RFC 6902, section 4.1), so the patch always applies. */
  readonly op: 'add'
  readonly path: string
  readonly value: string
}

/** Why a request was denied: a metav1.StatusCause. */
export interface Cause {
  /** The rule's id; FieldValueInvalid for a policy. */
  readonly reason: string
  readonly message: string
  /** Pointer within the object; for a policy, the key and the place in its text. */
  readonly field: string
}

interface Extras {
  readonly warnings: readonly string[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

/** The AdmissionReview of a response, as the API server reads it (apiserver pkg/admission/plugin/webhook/request/admissionreview.go). */
export interface ReviewResponse {
  readonly apiVersion: 'admission.k8s.io/v1'
  readonly kind: 'AdmissionReview'
  readonly response: object
}

/** Allows the request unchanged. */
export function allowed(uid: string, extras: Extras): ReviewResponse {
  return review(uid, { allowed: true }, extras)
}

/** Allows the request with a patch. @param patch not empty; sent as base64 of its JSON (RFC 6902) */
export function patched(uid: string, patch: readonly JsonPatchOperation[], extras: Extras): ReviewResponse {
  return review(uid, { allowed: true, patchType: 'JSONPatch', patch: base64(JSON.stringify(patch)) }, extras)
}

/** Denies the request with code 403, as the API server's own admission plugins do (apiserver pkg/admission/errors.go). */
export function denied(uid: string, message: string, causes: readonly Cause[], extras: Extras): ReviewResponse {
  const status = { status: 'Failure', message, reason: 'Forbidden', details: { causes }, code: 403 }
  return review(uid, { allowed: false, status }, extras)
}

/**
 * Denies the request because its content is invalid, as the API server's own validation does (apimachinery api/errors, NewInvalid):
 * kubectl prints the causes as a list.
 */
export function invalid(
  uid: string,
  message: string,
  details: { readonly kind: string; readonly name: string; readonly causes: readonly Cause[] },
  extras: Extras,
): ReviewResponse {
  return review(uid, { allowed: false, status: { status: 'Failure', message, reason: 'Invalid', details, code: 422 } }, extras)
}

/** A metav1.Status for an invalid body. @param message what is wrong and what to do */
export function badRequest(message: string): object {
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', message, reason: 'BadRequest', code: 400 }
}

function review(uid: string, verdict: object, { warnings, auditAnnotations }: Extras): ReviewResponse {
  const response: Record<string, unknown> = Object.assign({ uid }, verdict)
  if (warnings.length > 0) response.warnings = warnings
  if (Object.keys(auditAnnotations).length > 0) response.auditAnnotations = auditAnnotations
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }
}

/** Base64 of the UTF-8 text, with APIs that both Node and browsers have. */
function base64(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return btoa(bytes)
}
