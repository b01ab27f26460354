import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formatOf } from '../http/replies.ts'
import { post } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'
import { readManifestRequest, replyByJob } from './manifest-request.ts'

/** POST /lint: the output of the `lint` command for a posted manifest. */
export function addLintRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/lint', ports, (request, reply) => lint(request, reply, ports))
}

function lint(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply | Promise<FastifyReply> {
  const manifests = readManifestRequest(request, reply, formatOf(request), ports)
  if (!manifests.ok) return manifests.reply
  const { text, namespace, format } = manifests
  const { policy, texts } = ports.policyInForce()
  const job = {
    kind: 'lint',
    text,
    namespace,
    format,
    policy: { id: policy.id, texts },
    now: ports.now(),
    docsBase: ports.docsBase,
  } as const
  return replyByJob(job, reply, ports)
}
