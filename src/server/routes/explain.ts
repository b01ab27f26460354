import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formatOf, sendProblem } from '../http/replies.ts'
import { post } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'
import { readManifestRequest, replyByJob } from './manifest-request.ts'

/** Maximum number of conditions in one request. */
const maxConditions = 16

/** POST /explain: the output of the `explain` command, for manifests or for `{pod, scenario}`. `?format=svg` returns a picture. */
export function addExplainRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/explain', ports, (request, reply) => explain(request, reply, ports))
}

function explain(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply | Promise<FastifyReply> {
  const query = request.query as { readonly format?: unknown; readonly if?: unknown }
  const wantsPicture = query.format === 'svg'
  const manifests = readManifestRequest(request, reply, wantsPicture ? 'text' : formatOf(request), ports)
  if (!manifests.ok) return manifests.reply
  const { text, format, namespace } = manifests
  const conditions = conditionsOf(query.if)
  if (conditions === undefined) return sendProblem(reply, 400, format, `At most ${maxConditions} conditions are allowed in one request.`)
  return replyByJob({ kind: 'explain', text, format, namespace, conditions, wantsPicture }, reply, ports)
}

/** The values of `?if=`, which may be repeated; undefined if there are too many. */
function conditionsOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.length > maxConditions ? undefined : list.map(String)
}
