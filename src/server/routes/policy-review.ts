import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerOtherObject, answerPolicyReview, answerPolicyUnchecked, badRequest, type PolicyAnswer } from '../../admission/index.ts'
import type { Body } from '../bounds/body.ts'
import { TokenBucket, TokenBuckets } from '../bounds/token-bucket.ts'
import { sendAnswer, sendBadRequest } from '../http/replies.ts'
import { bodyOf, post, replyBusy } from '../http/requests.ts'
import { logPolicyReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, readReviewBody } from './review-body.ts'

/**
 * How many policies are checked in a burst and per second, for all clients and for one address: policies change rarely, and reading one
 * of 1 MiB takes 0.1 s.
 */
const rates = { all: { burst: 20, perSecond: 5 }, address: { burst: 10, perSecond: 2 } }

/**
 * POST /validate-policy, which kube-apiserver calls when the policy ConfigMap changes. Whatever costs little is checked first, because
 * any pod that reaches the port can call it: the size, the name of the object, the rate, and only then the content.
 */
export function addPolicyReviewRoute(app: FastifyInstance, ports: ServerPorts): void {
  const buckets = new TokenBuckets(
    new TokenBucket(rates.all.burst, rates.all.perSecond),
    () => new TokenBucket(rates.address.burst, rates.address.perSecond),
  )
  post(app, '/validate-policy', ports, (request, reply) => {
    const body = bodyOf(request)
    if (body.kind === 'shed') return replyBusy(reply, ports)
    const other = answerOtherObject(startOf(body), ports.policyConfigMap)
    if (other !== undefined) return send(other, body, reply, ports)
    if (!buckets.take(request.raw.socket.remoteAddress ?? '')) return replyBusy(reply, ports)
    return send(judge(request, body, ports), body, reply, ports)
  })
}

/** Enough for all fields that precede the operation: kinds, resources, and names of at most 253 bytes. */
const startBytes = 4096

function startOf(body: Body): string {
  return body.kind === 'shed' ? '' : (body.kind === 'whole' ? body.bytes : body.prefix).toString('utf8', 0, startBytes)
}

function send(answered: PolicyAnswer, body: Body, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  if (!answered.ok) return sendBadRequest(reply, body, answered.status, ports)
  const { ours, verdict, dryRun } = answered.record
  if (ours) ports.metrics.policyReview(verdict, dryRun)
  logPolicyReview(ports.log, answered.record)
  return sendAnswer(reply, body, JSON.stringify(answered.review), ports)
}

/** An internal error must not prevent a change of the policy. */
function judge(request: FastifyRequest, body: Body, ports: ServerPorts): PolicyAnswer {
  const read = readReviewBody(request, body)
  if (read.kind === 'unreadable') return { ok: false, status: badRequest(read.message) }
  if (read.kind === 'prefix') return answerPolicyUnchecked(read.prefix)
  try {
    return answerPolicyReview(read.value, { registry: ports.registry, now: ports.now(), policyConfigMap: ports.policyConfigMap })
  } catch (error) {
    ports.metrics.failure('internal')
    ports.log.error({ err: error, endpoint: 'validate-policy' }, 'could not check a policy')
    return answerPolicyUnchecked(prefixOf(body))
  }
}
