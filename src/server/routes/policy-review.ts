import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerPolicyReview, answerPolicyUnchecked, badRequest, type PolicyAnswer } from '../../admission/index.ts'
import type { Body } from '../bounds/body.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'
import { bodyOf, post, replyBusy } from '../http/requests.ts'
import { logPolicyReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, readReviewBody } from './review-body.ts'

/** How many policies are checked in a burst and per second: policies change rarely, and reading one of 1 MiB takes 0.1 s. */
const burst = 20
const perSecond = 5

/** POST /validate-policy, which kube-apiserver calls when the policy ConfigMap changes. */
export function addPolicyReviewRoute(app: FastifyInstance, ports: ServerPorts): void {
  const bucket = new TokenBucket(burst, perSecond)
  post(app, '/validate-policy', ports, (request, reply) => {
    const body = bodyOf(request)
    return body.kind === 'shed' || !bucket.take() ? replyBusy(reply, ports) : answer(request, body, reply, ports)
  })
}

function answer(request: FastifyRequest, body: Body, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const answered = judge(request, body, ports)
  if (ports.lifecycle.state === 'draining' || body.kind === 'cut') reply.header('connection', 'close')
  reply.header('content-type', 'application/json')
  if (!answered.ok) {
    ports.metrics.failure('bad-request')
    return reply.code(400).send(JSON.stringify(answered.status))
  }
  const { ours, verdict, dryRun } = answered.record
  if (ours) ports.metrics.policyReview(verdict, dryRun)
  logPolicyReview(ports.log, answered.record)
  return reply.send(JSON.stringify(answered.review))
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
