import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formatOf } from '../http/replies.ts'
import { post } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'
import { readManifestRequest, replyByJob } from './manifest-request.ts'

/** POST /why: the output of the `why` command for a Pod, or a List with its owner, claims and Events. */
export function addWhyRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/why', ports, (request, reply) => diagnose(request, reply, ports))
}

function diagnose(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply | Promise<FastifyReply> {
  const manifests = readManifestRequest(request, reply, formatOf(request), ports)
  if (!manifests.ok) return manifests.reply
  const { text, namespace, format } = manifests
  const { policy, texts } = ports.policyInForce()
  return replyByJob({ kind: 'why', text, namespace, format, policy: { id: policy.id, texts }, now: ports.now() }, reply, ports)
}
