import { readWorkloads, type Workload } from '../model/workload.ts'
import { isBuiltInController } from './built-in-controllers.ts'
import { type AdmissionRequest, readPrefix, readReview } from './envelope.ts'
import { mutate } from './mutate.ts'
import type { WorkloadNote } from './notes.ts'
import type { AdmissionPorts } from './ports.ts'
import { type AdmissionRecord, decided } from './record.ts'
import { allowed, badRequest, denied, type ReviewResponse } from './response.ts'
import { createsPods, skipReason } from './scope.ts'
import { type Judgment, judgeRestart, validate } from './validate.ts'

/** The webhook that the request was sent to. */
export type Endpoint = 'validate' | 'mutate'

export type Answer =
  | {
      readonly ok: true
      readonly review: ReviewResponse
      readonly record: AdmissionRecord
      /** The findings on an allowed object that the requester gets no warnings for, if there are any; never for a dry run. */
      readonly note?: WorkloadNote
    }
  /** The body is not an AdmissionReview; `status` is a metav1.Status for a reply with code 400. */
  | { readonly ok: false; readonly status: object }

/**
 * Answers one review. Every well-formed review is answered with its uid, whatever its object contains.
 * @param body the parsed JSON body
 */
export function answerReview(endpoint: Endpoint, body: unknown, ports: AdmissionPorts): Answer {
  const read = readReview(body)
  if (!read.ok) return { ok: false, status: badRequest(`The body is not a valid AdmissionReview: ${read.message}.`) }
  const { request } = read
  const context = { namespace: request.namespace, source: 'review', templates: ports.policy.templates } as const
  const workloads = request.object === null ? [] : readWorkloads(request.object, context, request.oldObject ?? undefined)
  const [workload] = workloads
  if (workload !== undefined && workloads.length > maxTemplates) return tooLarge(request, recordOf(request, workload), ports)
  const judged = workloads.filter((each) => skipReason(request, each) === undefined).map((each) => ({ request, workload: each }))
  const [first, ...more] = judged
  if (first === undefined) {
    const skipped = skipReason(request, workload)
    if (skipped === 'unchanged' && endpoint === 'validate' && workload !== undefined && createsPods(workload)) {
      return answerOf(judgeRestart({ request, workload }, ports), recordOf(request, workload))
    }
    const record = {
      ...recordOf(request, workload),
      verdict: 'allowed',
      rules: [],
      faults: [],
      complete: true,
      ...decided,
      skipped,
    } as const
    return { ok: true, review: allowed(request.uid, { warnings: [], auditAnnotations: {} }), record: withoutUndefined(record) }
  }
  return answerOf(endpoint === 'validate' ? validate(first, ports, more) : mutate(first, ports), recordOf(request, first.workload))
}

function answerOf({ review, note, outcome }: Judgment, names: ReturnType<typeof recordOf>): Answer {
  const record = { ...names, ...outcome }
  return note === undefined ? { ok: true, review, record } : { ok: true, review, note, record }
}

/**
 * Maximum number of pod templates of one custom resource that are judged: overrides of the policy are matched with each of them. The largest
 * known workflows have some dozens.
 */
const maxTemplates = 1000

/**
 * Answers a review that is too large to read: denied if the policy denies anything in its namespace, because otherwise padding an
 * object would bypass it; else allowed with a warning. What built-in controllers make is denied only if a rule denies every Pod.
 * @param prefix the first kilobytes of the body
 */
export function answerOversize(prefix: string, ports: AdmissionPorts): Answer {
  const known = readPrefix(prefix)
  if (known === undefined) {
    return { ok: false, status: badRequest('The body is too large and does not start like an AdmissionReview with request.uid.') }
  }
  return tooLarge(known, unreadRecord(known.uid, known.namespace), ports)
}

function tooLarge(
  { uid, namespace, user }: Pick<AdmissionRequest, 'uid' | 'namespace' | 'user'>,
  names: ReturnType<typeof recordOf>,
  ports: AdmissionPorts,
): Answer {
  const extras = { warnings: ['[initlint] the object is too large to check; make it smaller'], auditAnnotations: {} }
  const enforcing = ports.policy.isEnforcing(namespace, ports.namespaceLabels(namespace), isBuiltInController(user))
  const message = 'the object is too large to check, and the policy of this namespace can deny objects; make it smaller'
  const record = { ...names, rules: [], complete: false, ...decided, faults: [], skipped: 'oversize' } as const
  return enforcing
    ? { ok: true, review: denied(uid, message, [], { ...extras, warnings: [] }), record: { ...record, verdict: 'denied' } }
    : { ok: true, review: allowed(uid, extras), record: { ...record, verdict: 'warned' } }
}

/**
 * Answers a review on which initlint itself failed, outside the rules: allowed with a warning, because an internal error must never
 * fail an admission.
 * @param prefix the first kilobytes of the body
 */
export function answerFault(prefix: string, error: unknown): Answer {
  const known = readPrefix(prefix)
  if (known === undefined) return { ok: false, status: badRequest('The body is not an AdmissionReview with request.uid.') }
  const { uid, namespace } = known
  const warnings = [
    '[initlint] internal error: the object was allowed without a check; ask your cluster administrator to check the log of initlint',
  ]
  const record = { ...unreadRecord(uid, namespace), faults: [{ rule: 'initlint', error }] }
  return { ok: true, review: allowed(uid, { warnings, auditAnnotations: {} }), record: { ...record, verdict: 'warned' } }
}

/** The record of a review of which only the beginning is known. */
function unreadRecord(uid: string, namespace: string) {
  return { uid, operation: '', kind: '', namespace, name: '', dryRun: false, rules: [], complete: false, ...decided } as const
}

function recordOf(request: AdmissionRequest, workload: Workload | undefined) {
  return {
    uid: request.uid,
    operation: request.operation,
    kind: workload?.kindName ?? '',
    namespace: request.namespace,
    name: request.name || (workload?.name ?? ''),
    dryRun: request.dryRun,
  }
}

function withoutUndefined<T extends { skipped: unknown }>(record: T): T {
  const { skipped, ...rest } = record
  return (skipped === undefined ? rest : record) as T
}
