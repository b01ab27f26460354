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
import { Cohort, type Work } from '../bounds/cohort.ts'
import { parseTimeout } from '../bounds/deadline.ts'
import { sendAnswer, sendBadRequest } from '../http/replies.ts'
import { bodyOf, post, repliesLater, replyBusy } from '../http/requests.ts'
import { logReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, type ReviewBody, readReviewBody } from './review-body.ts'

/**
 * Reviews that are judged in a row: those of one burst, for which the caches of the CPU have room. The time limits how long an answer that is
 * there waits for those of others.
 */
const cohortOptions = { size: 16, time: 2 }

/** POST /validate and POST /mutate, which kube-apiserver calls. */
export function addAdmissionRoutes(app: FastifyInstance, ports: ServerPorts): void {
  const cohort = new Cohort(cohortOptions)
  post(app, '/validate', ports, (request, reply, leave) => answer(new Review('validate', request, reply, leave, ports), cohort))
  post(app, '/mutate', ports, (request, reply, leave) => answer(new Review('mutate', request, reply, leave, ports), cohort))
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

function answer(review: Review, cohort: Cohort): FastifyReply | Promise<unknown> | typeof repliesLater {
  const { body, reply, ports } = review
  if (body.kind === 'shed') return replyBusy(reply, ports)
  if (isLarge(body, ports)) return answerLater(review)
  cohort.add(review)
  return repliesLater
}

/** A review that was received, and what is known of it so far. */
class Review implements Work {
  readonly endpoint: Endpoint
  readonly reply: FastifyReply
  readonly body: Body
  readonly ports: ServerPorts
  readonly own: ReviewPorts
  /** ms on the monotonic clock, as `deadline`. */
  readonly arrived: number
  readonly deadline: number
  readonly #request: FastifyRequest
  readonly #leave: () => void
  #read: ReviewBody | undefined
  #answered: Answer | undefined

  /** @param leave see `post` */
  constructor(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, leave: () => void, ports: ServerPorts) {
    this.endpoint = endpoint
    this.#request = request
    this.reply = reply
    this.body = bodyOf(request)
    this.ports = ports
    this.arrived = request.ticket?.arrived ?? performance.now()
    this.deadline = this.arrived + timeGranted(request, ports)
    this.own = new ReviewPorts(ports, this.deadline)
    this.#leave = leave
  }

  /**
   * Judges the review, as often as it is called: the body is parsed once. An error outside the rules (whose errors are caught individually)
   * must not fail the call: the pod would bypass the checks without a warning.
   */
  judge(): Answer {
    try {
      this.#read ??= readReviewBody(this.#request, this.body)
      const read = this.#read
      if (read.kind === 'unreadable') return { ok: false, status: badRequest(read.message) }
      return read.kind === 'prefix' ? answerOversize(read.prefix, this.own) : answerReview(this.endpoint, read.value, this.own)
    } catch (error) {
      this.ports.metrics.failure('internal')
      this.ports.log.error({ err: error, endpoint: this.endpoint }, 'could not answer a review')
      return answerFault(prefixOf(this.body), error)
    }
  }

  first(): void {
    try {
      this.#answered = this.judge()
    } catch (error) {
      this.#fail(error)
    }
  }

  last(): void {
    const answered = this.#answered
    if (answered === undefined) return
    if (this.own.analyst.isWaiting) {
      answerLater(this, answered).then(this.#leave, (error: unknown) => this.#fail(error))
      return
    }
    try {
      send(this, answered)
      this.#leave()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Fastify catches what a handler throws, but not what is thrown later. */
  #fail(error: unknown): void {
    this.reply.send(error)
    this.#leave()
  }
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
async function answerLater(review: Review, first?: Answer): Promise<unknown> {
  const { body, reply, deadline, ports } = review
  const { analyst } = review.own
  const judgeInTurn = async (): Promise<Answer> => {
    if (isLarge(body, ports)) await ports.turns.take()
    return review.judge()
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
  return send(review, answered)
}

function send({ endpoint, body, reply, arrived, ports }: Review, answered: Answer): FastifyReply {
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
