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
import type { Body } from '../bounds/body.ts'
import { parseTimeout } from '../bounds/deadline.ts'
import { bodyOf, post, replyBusy } from '../http/requests.ts'
import { logReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, readReviewBody } from './review-body.ts'

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
  readonly takesNotes: boolean

  /** @param deadline ms on the monotonic clock */
  constructor(ports: ServerPorts, deadline: number) {
    this.policy = ports.policyInForce().policy
    this.registry = ports.registry
    this.now = ports.now()
    this.timeIsUp = () => performance.now() >= deadline
    this.namespaceLabels = ports.namespaceLabels
    this.registryHealth = ports.registryHealth()
    this.takesNotes = ports.events !== undefined
  }
}

function answer(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const body = bodyOf(request)
  if (body.kind === 'shed') return replyBusy(reply, ports)
  const arrived = request.ticket?.arrived ?? performance.now()
  const answered = judgeOrGiveUp(endpoint, request, body, new ReviewPorts(ports, arrived + timeGranted(request, ports)), ports)
  // The drain may have started since the hook ran; after a body that was cut, unread bytes may still arrive.
  if (ports.lifecycle.state === 'draining' || body.kind === 'cut') reply.header('connection', 'close')
  reply.header('content-type', 'application/json')
  if (!answered.ok) {
    ports.metrics.failure('bad-request')
    return reply.code(400).send(JSON.stringify(answered.status))
  }
  const text = JSON.stringify(answered.review)
  const milliseconds = performance.now() - arrived
  ports.metrics.review(endpoint, answered.record, milliseconds / 1000)
  logReview(ports.log, endpoint, answered.record, milliseconds)
  if (answered.notes.length > 0) ports.events?.record(answered.notes)
  return reply.send(text)
}

/** How long the client waits for the response, ms, minus the margin for the reply. */
function timeGranted(request: FastifyRequest, { limits }: ServerPorts): number {
  const { timeout } = request.query as { readonly timeout?: unknown }
  return Math.min(parseTimeout(timeout) ?? limits.defaultDeadline, limits.defaultDeadline) - limits.deadlineMargin
}

/**
 * An error outside the rules (whose errors are caught individually) must not fail the call: the pod would bypass the checks without
 * a warning.
 */
function judgeOrGiveUp(endpoint: Endpoint, request: FastifyRequest, body: Body, review: AdmissionPorts, ports: ServerPorts): Answer {
  try {
    return judge(endpoint, request, body, review)
  } catch (error) {
    ports.metrics.failure('internal')
    ports.log.error({ err: error, endpoint }, 'could not answer a review')
    return answerFault(prefixOf(body), error)
  }
}

function judge(endpoint: Endpoint, request: FastifyRequest, body: Body, ports: AdmissionPorts): Answer {
  const read = readReviewBody(request, body)
  if (read.kind === 'unreadable') return { ok: false, status: badRequest(read.message) }
  return read.kind === 'prefix' ? answerOversize(read.prefix, ports) : answerReview(endpoint, read.value, ports)
}
