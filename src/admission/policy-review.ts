/** Reviews of the ConfigMap that holds the policy: what is wrong is refused while the person who wrote it still looks. */
import type { Registry } from '../lint/registry.ts'
import { safeText, shorten } from '../lint/text.ts'
import { asObject, asString, at, type JsonObject, member, sameJson } from '../model/json.ts'
import { configMapTexts, maxKeptBytes, noPolicyKey, type PolicyProblem, type PolicySource, reviewPolicy } from '../policy/index.ts'
import { type AdmissionRequest, readPrefix, readReview } from './envelope.ts'
import { allowed, badRequest, invalid, type ReviewResponse } from './response.ts'
import { withinBudget } from './warnings.ts'

export interface PolicyReviewPorts {
  readonly registry: Registry
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The ConfigMap that is judged; in any namespace where none is given. */
  readonly policyConfigMap: { readonly namespace?: string; readonly name: string }
}

/** What happened to one review, for logs and metrics. */
export interface PolicyReviewRecord {
  readonly uid: string
  readonly operation: string
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  readonly verdict: 'allowed' | 'warned' | 'denied'
  /** False where the object is not the policy's ConfigMap. */
  readonly ours: boolean
}

export type PolicyAnswer =
  | { readonly ok: true; readonly review: ReviewResponse; readonly record: PolicyReviewRecord }
  /** The body is no review; `status` is a metav1.Status for a reply with code 400. */
  | { readonly ok: false; readonly status: object }

/** Longest message of a denial; the causes hold the rest. */
const maxMessage = 1024
/** Most causes of a denial. */
const maxCauses = 50
/** Longest message of one cause, characters. */
const maxCauseMessage = 500

/** Where people see the warnings that did not fit. */
const whereToReadMore = 'initlint policy check shows all'

/**
 * Answers a review of the policy's ConfigMap: invalid content is refused (422 Invalid, which kubectl prints as a list), what is surely
 * unwanted warns. Deleting is never refused, nor a change of anything but the policy. Other objects are let in without a word.
 * @param body the parsed JSON body
 */
export function answerPolicyReview(body: unknown, ports: PolicyReviewPorts): PolicyAnswer {
  const read = readReview(body)
  if (!read.ok) return { ok: false, status: badRequest(`Not an AdmissionReview that can be answered: ${read.message}.`) }
  const { request } = read
  const { uid, operation, namespace, dryRun } = request
  const name = nameOf(request)
  const ours = isPolicy(request, name, ports)
  const { problems, warnings } = ours ? judge(request, ports) : nothing
  const record = { uid, operation, namespace, name, dryRun, ours }
  const extras = { warnings: withinBudget(warnings, whereToReadMore), auditAnnotations: {} }
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
 * Answers a review that could not be read or judged: let in and said, for the server goes on with the last good policy if it is wrong.
 * @param prefix the first kilobytes of the body
 */
export function answerPolicyUnjudged(prefix: string): PolicyAnswer {
  const known = readPrefix(prefix)
  if (known === undefined) return { ok: false, status: badRequest('The body is not an AdmissionReview with request.uid.') }
  const { uid, namespace } = known
  const warnings = ['[initlint] the policy was let in unjudged; the log of initlint says whether it is obeyed']
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
  const isThere = policyConfigMap.namespace === undefined || policyConfigMap.namespace === namespace
  return member(object ?? oldObject, 'kind') === 'ConfigMap' && subResource === '' && isThere && name === policyConfigMap.name
}

function judge({ operation, object, oldObject }: AdmissionRequest, ports: PolicyReviewPorts): Findings {
  if (operation === 'DELETE') {
    return {
      problems: [],
      warnings: ['[initlint] without this ConfigMap initlint denies nothing and warns of nothing (preset audit-only)'],
    }
  }
  if (object === null || (operation !== 'CREATE' && operation !== 'UPDATE')) return nothing
  // Labels, annotations, finalizers: whoever changes those must not stumble over a policy that is there already.
  if (oldObject !== null && sameContent(object, oldObject)) return nothing
  const texts = configMapTexts(object)
  const { problems } = reviewTexts(texts, ports)
  return {
    problems: problems.filter(({ level }) => level === 'error'),
    warnings: [
      ...problems.filter(({ level }) => level === 'warning').map((problem) => `[initlint] ${placeOf(problem)}: ${sentenceOf(problem)}`),
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
  const message = `the policy has ${bytes} bytes, more than the ${maxKeptBytes} that can be kept as the last good one: make it smaller`
  return { problems: [{ level: 'error', file: 'data', line: 1, column: 1, key: '', message }] }
}

/** What of the ConfigMap is not what its author may think. */
function unreadParts(object: JsonObject): string[] {
  const keys = Object.keys(asObject(member(object, 'binaryData')))
  const lines = keys.map(
    (key) => `[initlint] binaryData[${shorten(safeText(key), 60)}] is not read: a policy is a text under data, in UTF-8`,
  )
  if (member(object, 'immutable') === true) lines.push('[initlint] immutable: true: this policy cannot be changed any more, only deleted')
  return lines
}

/** `policy.yaml:12:3`, or `data` for what concerns the whole ConfigMap. */
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
