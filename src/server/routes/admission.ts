import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  type AdmissionPorts,
  type Answer,
  answerFault,
  answerOversize,
  answerReview,
  badRequest,
  type Endpoint,
} from '../../admission/index.ts'
import type { Registry } from '../../lint/registry.ts'
import type { RegistryHealth } from '../../lint/rule.ts'
import type { Policy } from '../../policy/index.ts'
import type { ReviewAnalyst } from '../analysis/analyses.ts'
import type { Body } from '../bounds/body.ts'
import { parseTimeout } from '../bounds/deadline.ts'
import { sendAnswer, sendBadRequest } from '../http/replies.ts'
import { bodyOf, post, replyBusy } from '../http/requests.ts'
import { logReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, type ReviewBody, readReviewBody } from './review-body.ts'

/** POST /validate and POST /mutate, which kube-apiserver calls. */
export function addAdmissionRoutes(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/validate', ports, (request, reply) => answer('validate', request, reply, ports))
  post(app, '/mutate', ports, (request, reply) => answer('mutate', request, reply, ports))
}

/** The ports of one review: the policy and the time do not change while it is processed. */
class ReviewPorts implements AdmissionPorts {
  readonly policy: Policy
  readonly registry: Registry
  readonly now: number
  /** A function, not a method: it is passed on without its object. */
  readonly timeIsUp: () => boolean
  readonly namespaceLabels: ServerPorts['namespaceLabels']
  readonly registryHealth: RegistryHealth
  readonly docsBase: string
  readonly takesNotes: boolean
  readonly analyst: ReviewAnalyst

  /** @param deadline ms on the monotonic clock */
  constructor(ports: ServerPorts, deadline: number) {
    this.policy = ports.policyInForce().policy
    this.registry = ports.registry
    this.now = ports.now()
    this.timeIsUp = () => performance.now() >= deadline
    this.namespaceLabels = ports.namespaceLabels
    this.registryHealth = ports.registryHealth()
    this.docsBase = ports.docsBase
    this.takesNotes = ports.events !== undefined
    this.analyst = ports.analyses.forReview()
  }
}

/** A review that was received. */
interface Received {
  readonly endpoint: Endpoint
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: Body
  /** ms on the monotonic clock, as `deadline`. */
  readonly arrived: number
  readonly deadline: number
}

function answer(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply | Promise<unknown> {
  const body = bodyOf(request)
  if (body.kind === 'shed') return replyBusy(reply, ports)
  const arrived = request.ticket?.arrived ?? performance.now()
  const received = { endpoint, request, reply, body, arrived, deadline: arrived + timeGranted(request, ports) }
  const review = new ReviewPorts(ports, received.deadline)
  const judge = judgeOf(received, review, ports)
  if (isLarge(body, ports)) return answerLater(received, judge, review, ports)
  const answered = judge()
  return review.analyst.isWaiting ? answerLater(received, judge, review, ports, answered) : send(received, answered, ports)
}

function isLarge(body: Body, { limits }: ServerPorts): boolean {
  return body.kind === 'whole' && body.bytes.length > limits.largeBody
}

/** How often a review is judged: an analysis that arrives can lead to a comparison with the old object, whose scripts are then needed. */
const maxRounds = 3

/** How long before the deadline a wait ends, ms: the review is then judged again. */
const judgeTime = 20

/**
 * Answers once the analyses of the init scripts are there, or at the end of the wait without them.
 * @param first the answer without them; omitted if the review was not judged yet, because it is large
 */
async function answerLater(
  received: Received,
  judge: () => Answer,
  { analyst }: ReviewPorts,
  ports: ServerPorts,
  first?: Answer,
): Promise<unknown> {
  const { body, reply, deadline } = received
  const judgeInTurn = async (): Promise<Answer> => {
    if (isLarge(body, ports)) await ports.turns.take()
    return judge()
  }
  const gone = new AbortController()
  const leave = (): void => gone.abort()
  reply.raw.once('close', leave)
  let answered = first ?? (await judgeInTurn())
  const short = performance.now() + ports.limits.analysisWait
  for (let round = 0; round < maxRounds && analyst.isWaiting && answered.ok; round++) {
    const until = answered.record.undecided ? deadline - judgeTime : Math.min(short, deadline - judgeTime)
    await analyst.ready(answered.record.namespace, Math.max(0, until - performance.now()), gone.signal)
    if (gone.signal.aborted) {
      ports.metrics.failure('aborted')
      return reply
    }
    const next = await judgeInTurn()
    // If the time was too short for all rules, the previous judgment has seen more.
    if (!next.ok || !next.record.complete) break
    answered = next
  }
  reply.raw.off('close', leave)
  return send(received, answered, ports)
}

function send({ endpoint, body, reply, arrived }: Received, answered: Answer, ports: ServerPorts): FastifyReply {
  if (!answered.ok) return sendBadRequest(reply, body, answered.status, ports)
  const text = JSON.stringify(answered.review)
  const milliseconds = performance.now() - arrived
  ports.metrics.review(endpoint, answered.record, milliseconds / 1000)
  logReview(ports, endpoint, answered.record, milliseconds)
  if (answered.note !== undefined) ports.events?.record(answered.note)
  return sendAnswer(reply, body, text, ports)
}

/** How long the client waits for the response, ms, minus the margin for the reply. */
function timeGranted(request: FastifyRequest, { limits }: ServerPorts): number {
  const { timeout } = request.query as { readonly timeout?: unknown }
  return Math.min(parseTimeout(timeout) ?? limits.defaultDeadline, limits.defaultDeadline) - limits.deadlineMargin
}

/**
 * Judges a review, as often as it is called: the body is parsed once. An error outside the rules (whose errors are caught individually) must
 * not fail the call: the pod would bypass the checks without a warning.
 */
function judgeOf({ endpoint, request, body }: Received, review: AdmissionPorts, ports: ServerPorts): () => Answer {
  let read: ReviewBody | undefined
  return () => {
    try {
      read ??= readReviewBody(request, body)
      if (read.kind === 'unreadable') return { ok: false, status: badRequest(read.message) }
      return read.kind === 'prefix' ? answerOversize(read.prefix, review) : answerReview(endpoint, read.value, review)
    } catch (error) {
      ports.metrics.failure('internal')
      ports.log.error({ err: error, endpoint }, 'could not answer a review')
      return answerFault(prefixOf(body), error)
    }
  }
}
