import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { lintInputs, renderLintText, renderProblemsText } from '../../inspect/index.ts'
import type { ServerPorts } from '../ports.ts'
import { formatOf, sendAs, sendProblem, unknownFormat } from '../replies.ts'
import { bodyOf, post, replyBusy } from '../requests.ts'
import { isTooComplex } from '../structure.ts'

/** Kubernetes' own default. */
const defaultNamespace = 'default'

/** POST /lint: what the command line's `lint` says, for anything that curl can send. */
export function addLintRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/lint', ports, (request, reply) => lint(request, reply, ports))
}

function lint(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const format = formatOf(request)
  const body = bodyOf(request)
  if (body.kind === 'shed') return replyBusy(reply, ports)
  if (format === undefined) return sendProblem(reply, 400, format, unknownFormat)
  if (body.kind === 'cut' || isTooComplex(body.bytes)) {
    const mebibytes = ports.limits.lintBytes / 1024 / 1024
    reply.header('connection', 'close')
    return sendProblem(reply, 413, format, `The body is too large: /lint takes ${mebibytes} MiB; send fewer manifests at once.`)
  }
  if (body.bytes.length === 0) {
    return sendProblem(reply, 400, format, 'The body is empty; send manifests: curl --data-binary @FILE …/lint')
  }
  const { namespace } = request.query as { readonly namespace?: unknown }
  const inputs = [{ file: null, text: body.bytes.toString('utf8') }]
  const output = lintInputs(inputs, {
    policy: ports.policyInForce().policy,
    registry: ports.registry,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace,
    now: ports.now(),
    docsBase: ports.docsBase,
    onFault: ({ rule, error }) => ports.log.error({ err: error, rule }, 'a rule failed on what was sent to /lint'),
  })
  return sendAs(
    reply.code(output.errors.length === 0 ? 200 : 400),
    format,
    () => output,
    () => renderProblemsText(output) + renderLintText(output, inputs, { colour: false, showAudit: false, quiet: false }),
  )
}
