import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerPolicyReview, answerPolicyUnjudged, badRequest, type PolicyAnswer } from '../../admission/index.ts'
import type { Body } from '../bounds/body.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'
import { bodyOf, post, replyBusy } from '../http/requests.ts'
import { logPolicyReview } from '../observe/log.ts'
import type { ServerPorts } from '../ports.ts'
import { prefixOf, readReviewBody } from './review-body.ts'

/** How many policies are judged at once and a second: people write them by hand, and reading one of 1 MiB takes a tenth of a second. */
const burst = 20
const perSecond = 5

/** POST /validate-policy: what kube-apiserver calls when somebody changes the policy's ConfigMap. */
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

/** A fault of ours must not keep anybody from changing the policy. */
function judge(request: FastifyRequest, body: Body, ports: ServerPorts): PolicyAnswer {
  const read = readReviewBody(request, body)
  if (read.kind === 'unreadable') return { ok: false, status: badRequest(read.message) }
  if (read.kind === 'prefix') return answerPolicyUnjudged(read.prefix)
  try {
    return answerPolicyReview(read.value, { registry: ports.registry, now: ports.now(), policyConfigMap: ports.policyConfigMap })
  } catch (error) {
    ports.metrics.failure('internal')
    ports.log.error({ err: error, endpoint: 'validate-policy' }, 'a policy could not be judged')
    return answerPolicyUnjudged(prefixOf(body))
  }
}
