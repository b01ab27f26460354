import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  answerJson,
  type ExplainOutput,
  explainInputs,
  explainInScenario,
  renderExplainPicture,
  renderExplainText,
  renderProblemsText,
} from '../../inspect/index.ts'
import { readManifest } from '../../manifest/index.ts'
import { isObject, member } from '../../model/json.ts'
import { formatOf, sendAs, sendProblem } from '../http/replies.ts'
import { post } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'
import { readManifestRequest } from './manifest-request.ts'

/** Maximum number of conditions in one request. */
const maxConditions = 16
/** A simulation blocks all other requests; these limits keep it to about a second. */
const limits = { workloads: 100, starts: 1000 } as const

/** POST /explain: the output of the `explain` command, for manifests or for `{pod, scenario}`. `?format=svg` returns a picture. */
export function addExplainRoute(app: FastifyInstance, ports: ServerPorts): void {
  post(app, '/explain', ports, (request, reply) => explain(request, reply, ports))
}

function explain(request: FastifyRequest, reply: FastifyReply, ports: ServerPorts): FastifyReply {
  const query = request.query as { readonly format?: unknown; readonly if?: unknown }
  const wantsPicture = query.format === 'svg'
  const manifests = readManifestRequest(request, reply, wantsPicture ? 'text' : formatOf(request), ports)
  if (!manifests.ok) return manifests.reply
  const { text, format, namespace } = manifests
  const conditions = conditionsOf(query.if)
  if (conditions === undefined) return sendProblem(reply, 400, format, `At most ${maxConditions} conditions are allowed in one request.`)
  const output = explainInputs([{ file: null, text }], { namespace, conditions, limits })
  // In a body {pod, scenario}, the pod is below a key, so no workload was found; manifests are not parsed again.
  const given = output.timelines.length === 0 ? podAndScenarioOf(text) : undefined
  if (given !== undefined) return explainPodInScenario(given, { namespace, format, wantsPicture }, reply)
  return send(output, { format, wantsPicture }, reply, () => output)
}

interface Wanted {
  readonly format: 'json' | 'text'
  readonly wantsPicture: boolean
}

function send(output: ExplainOutput, { format, wantsPicture }: Wanted, reply: FastifyReply, json: () => unknown): FastifyReply {
  const answer = reply.code(output.errors.length === 0 ? 200 : 400)
  if (wantsPicture && output.errors.length === 0) {
    return answer.header('x-content-type-options', 'nosniff').type('image/svg+xml').send(renderExplainPicture(output))
  }
  return sendAs(
    answer,
    format,
    json,
    () => renderProblemsText(output) + (output.errors.length > 0 && output.timelines.length === 0 ? '' : renderExplainText(output, false)),
  )
}

/** The values of `?if=`, which may be repeated; undefined if there are too many. */
function conditionsOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.length > maxConditions ? undefined : list.map(String)
}

/** A body `{pod, scenario}`; undefined for manifests, which have a kind. */
function podAndScenarioOf(text: string): { readonly pod: unknown; readonly scenario: unknown } | undefined {
  const { documents } = readManifest(text)
  const value = documents[0]?.value
  if (documents.length !== 1 || !isObject(value) || member(value, 'kind') !== undefined || !Object.hasOwn(value, 'pod')) return undefined
  return { pod: member(value, 'pod'), scenario: member(value, 'scenario') }
}

function explainPodInScenario(
  { pod, scenario }: { readonly pod: unknown; readonly scenario: unknown },
  wanted: Wanted & { readonly namespace: string },
  reply: FastifyReply,
): FastifyReply {
  const answer = explainInScenario([{ file: null, text: JSON.stringify(pod ?? null) }], scenario ?? {}, wanted.namespace)
  if (!answer.ok) return sendProblem(reply, 400, wanted.format, `${answer.problem}.`)
  const output = { timelines: [answer.timeline], errors: [] }
  return send(output, wanted, reply, () => answerJson(answer.timeline))
}
