/** Reviews changes of the policy ConfigMap: an invalid policy is denied at once, so that its author sees the error. */
import type { Registry } from '../lint/registry.ts'
import { safeText, shorten } from '../lint/text.ts'
import { asObject, asString, at, type JsonObject, member, sameJson } from '../model/json.ts'
import { configMapTexts, maxKeptBytes, noPolicyKey, type PolicyProblem, type PolicySource, reviewPolicy } from '../policy/index.ts'
import { type AdmissionRequest, readPrefix, readReview, readTarget } from './envelope.ts'
import { allowed, badRequest, invalid, type ReviewResponse } from './response.ts'
import { omitted, withinBudget } from './warnings.ts'

export interface PolicyReviewPorts {
  readonly registry: Registry
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The ConfigMap to check; in any namespace if `namespace` is undefined. */
  readonly policyConfigMap: { readonly namespace?: string; readonly name: string }
}

/** The outcome of one review, for logs and metrics. */
export interface PolicyReviewRecord {
  readonly uid: string
  readonly operation: string
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  readonly verdict: 'allowed' | 'warned' | 'denied'
  /** False if the object is not the policy ConfigMap. */
  readonly ours: boolean
}

export type PolicyAnswer =
  | { readonly ok: true; readonly review: ReviewResponse; readonly record: PolicyReviewRecord }
  /** The body is not an AdmissionReview; `status` is a metav1.Status for a reply with code 400. */
  | { readonly ok: false; readonly status: object }

/** Maximum length of a denial message; the causes contain the rest. */
const maxMessage = 1024
/** Maximum number of causes of a denial. */
const maxCauses = 50
/** Maximum length of the message of one cause, in characters. */
const maxCauseMessage = 500

/** Closes a list of warnings that was cut. */
const whereToReadMore = 'initlint policy check shows all'

/**
 * Answers a review of the policy ConfigMap: invalid content is denied (422 Invalid, which kubectl prints as a list), valid content that
 * is probably a mistake gets warnings. Deletions and changes of anything but the policy are always allowed. Other objects are allowed
 * without warnings.
 * @param body the parsed JSON body
 */
export function answerPolicyReview(body: unknown, ports: PolicyReviewPorts): PolicyAnswer {
  const read = readReview(body)
  if (!read.ok) return { ok: false, status: badRequest(`The body is not a valid AdmissionReview: ${read.message}.`) }
  const { request } = read
  const { uid, operation, namespace, dryRun } = request
  const name = nameOf(request)
  const ours = isPolicy(request, name, ports)
  const { problems, warnings } = ours ? judge(request, ports) : nothing
  const record = { uid, operation, namespace, name, dryRun, ours }
  const extras = { warnings: withinBudget(warnings, omitted(warnings.length, whereToReadMore)), auditAnnotations: {} }
  const [first] = problems
  if (first === undefined) {
    return { ok: true, review: allowed(uid, extras), record: { ...record, verdict: warnings.length > 0 ? 'warned' : 'allowed' } }
  }
  const lines = problems.map((problem) => `${placeOf(problem)}: ${sentenceOf(problem)}`)
  const message = shorten(`the policy is invalid: ${lines.join('; ')}`, maxMessage)
  const causes = problems.slice(0, maxCauses).map((problem) => ({
    reason: 'FieldValueInvalid',
    field: fieldOf(problem),
    message: shorten(sentenceOf(problem), maxCauseMessage),
  }))
  return {
    ok: true,
    review: invalid(uid, message, { kind: 'ConfigMap', name, causes }, extras),
    record: { ...record, verdict: 'denied' },
  }
}

/**
 * Answers a review of another object from the beginning of its body, before the rest is parsed: without client certificates, any pod can
 * send one.
 * @param prefix the first kilobytes of the body
 * @returns undefined if it may be a review of the policy
 */
export function answerOtherObject(prefix: string, policyConfigMap: PolicyReviewPorts['policyConfigMap']): PolicyAnswer | undefined {
  const target = readTarget(prefix)
  if (target === undefined || hasName(target, policyConfigMap)) return undefined
  const record = { ...target, operation: '', dryRun: false, verdict: 'allowed', ours: false } as const
  return { ok: true, review: allowed(target.uid, { warnings: [], auditAnnotations: {} }), record }
}

/**
 * Answers a review that could not be checked: allowed with a warning, because the server keeps the last good policy if this one is
 * invalid.
 * @param prefix the first kilobytes of the body
 */
export function answerPolicyUnchecked(prefix: string): PolicyAnswer {
  const known = readPrefix(prefix)
  if (known === undefined) return { ok: false, status: badRequest('The body is not an AdmissionReview with request.uid.') }
  const { uid, namespace } = known
  const warnings = ['[initlint] the policy was accepted without a check; the log of initlint shows whether it is in force']
  const record = { uid, operation: '', namespace, name: '', dryRun: false, verdict: 'warned', ours: true } as const
  return { ok: true, review: allowed(uid, { warnings, auditAnnotations: {} }), record }
}

interface Findings {
  readonly problems: readonly PolicyProblem[]
  readonly warnings: readonly string[]
}

const nothing: Findings = { problems: [], warnings: [] }

function nameOf({ name, object, oldObject }: AdmissionRequest): string {
  return name || (asString(at(object ?? oldObject, 'metadata', 'name')) ?? '')
}

function isPolicy({ object, oldObject, namespace, subResource }: AdmissionRequest, name: string, { policyConfigMap }: PolicyReviewPorts) {
  return member(object ?? oldObject, 'kind') === 'ConfigMap' && subResource === '' && hasName({ namespace, name }, policyConfigMap)
}

function hasName(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  policyConfigMap: PolicyReviewPorts['policyConfigMap'],
): boolean {
  return (policyConfigMap.namespace === undefined || policyConfigMap.namespace === namespace) && name === policyConfigMap.name
}

function judge({ operation, object, oldObject }: AdmissionRequest, ports: PolicyReviewPorts): Findings {
  if (operation === 'DELETE') {
    return {
      problems: [],
      warnings: ['[initlint] without this ConfigMap, initlint neither denies nor warns (preset audit-only)'],
    }
  }
  if (object === null || (operation !== 'CREATE' && operation !== 'UPDATE')) return nothing
  // A change of labels, annotations or finalizers must not fail because of a policy that is already stored.
  if (oldObject !== null && sameContent(object, oldObject)) return nothing
  const texts = configMapTexts(object)
  const { problems } = reviewTexts(texts, ports)
  return {
    problems: problems.filter(({ level }) => level === 'error'),
    warnings: [
      // If not all of them fit, notes are omitted first.
      ...(['warning', 'note'] as const).flatMap((wanted) =>
        problems.filter(({ level }) => level === wanted).map((problem) => `[initlint] ${placeOf(problem)}: ${sentenceOf(problem)}`),
      ),
      ...unreadParts(object),
    ],
  }
}

function sameContent(object: JsonObject, old: JsonObject): boolean {
  return ['data', 'binaryData', 'immutable'].every((key) => sameJson(member(object, key), member(old, key)))
}

function reviewTexts(
  texts: readonly PolicySource[],
  { registry, now }: PolicyReviewPorts,
): { readonly problems: readonly PolicyProblem[] } {
  if (texts.length === 0) return { problems: [noPolicyKey()] }
  const bytes = texts.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0)
  if (bytes <= maxKeptBytes) return reviewPolicy(texts, registry, { id: 'review', now })
  const message = `the policy is ${bytes} bytes long, but at most ${maxKeptBytes} bytes can be stored as the last good one; make it smaller`
  return { problems: [{ level: 'error', file: 'data', line: 1, column: 1, key: '', message }] }
}

/** Warnings about parts of the ConfigMap that do not have the expected effect. */
function unreadParts(object: JsonObject): string[] {
  const keys = Object.keys(asObject(member(object, 'binaryData')))
  const lines = keys.map((key) => `[initlint] binaryData[${shorten(safeText(key), 60)}] is ignored: put policies under data, as UTF-8 text`)
  if (member(object, 'immutable') === true) lines.push('[initlint] immutable: true: this policy can no longer be changed, only deleted')
  return lines
}

/** `policy.yaml:12:3`, or `data` for a problem of the ConfigMap as a whole. */
function placeOf({ file, line, column }: PolicyProblem): string {
  return file === 'data' ? file : `${shorten(safeText(file), 60)}:${line}:${column}`
}

/** The place as a field of the ConfigMap: `data[policy.yaml]:12:3`. */
function fieldOf({ file, line, column }: PolicyProblem): string {
  return file === 'data' ? file : `data[${shorten(safeText(file), 60)}]:${line}:${column}`
}

function sentenceOf({ key, message }: PolicyProblem): string {
  return safeText(key === '' ? message : `${key}: ${message}`)
}
