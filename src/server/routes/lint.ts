import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { lintInputs, renderLintText, renderProblemsText } from '../../inspect/index.ts'
import { formatOf, sendAs } from '../http/replies.ts'
import { post } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'
import { readManifestRequest } from './manifest-request.ts'

/** POST /lint: the output of the `lint` command for a posted manifest. */
export function addLintRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/lint', ports, (request, reply) => lint(request, reply, ports))
}

function lint(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const manifests = readManifestRequest(request, reply, formatOf(request), ports)
  if (!manifests.ok) return manifests.reply
  const inputs = [{ file: null, text: manifests.text }]
  const output = lintInputs(inputs, {
    policy: ports.policyInForce().policy,
    registry: ports.registry,
    namespace: manifests.namespace,
    now: ports.now(),
    docsBase: ports.docsBase,
    onFault: ({ rule, error }) => ports.log.error({ err: error, rule }, 'a rule failed on a request to /lint'),
  })
  return sendAs(
    reply.code(output.errors.length === 0 ? 200 : 400),
    manifests.format,
    () => output,
    () => renderProblemsText(output) + renderLintText(output, inputs, { color: false, showAudit: false, quiet: false }),
  )
}
