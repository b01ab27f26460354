import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExplainJob, JobReply, LintJob, WhyJob } from '../analysis/jobs.ts'
import { JobEnded } from '../analysis/workers.ts'
import { isTooComplex } from '../bounds/structure.ts'
import { type Format, sendProblem, unknownFormat } from '../http/replies.ts'
import { bodyOf, replyBusy } from '../http/requests.ts'
import type { ServerPorts } from '../ports.ts'

/** Kubernetes' own default. */
const defaultNamespace = 'default'

/** A request with manifests, or the reply that was sent because it is invalid. */
export type ManifestRequest =
  | { readonly ok: true; readonly text: string; readonly format: Format /** Of objects that set none. */; readonly namespace: string }
  | { readonly ok: false; readonly reply: FastifyReply }

/**
 * Reads what requests to /lint, /explain and /why have in common: manifests in the body, and `?namespace=`.
 * @param format the format of the reply, undefined if `?format=` is unknown
 */
export function readManifestRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  format: Format | undefined,
  ports: ServerPorts,
): ManifestRequest {
  const body = bodyOf(request)
  const path = request.routeOptions.url ?? ''
  const refused = (code: number, message: string): ManifestRequest => ({ ok: false, reply: sendProblem(reply, code, format, message) })
  if (body.kind === 'shed') return { ok: false, reply: replyBusy(reply, ports) }
  if (format === undefined) return refused(400, unknownFormat)
  if (body.kind === 'cut' || isTooComplex(body.bytes)) {
    const mebibytes = ports.limits.lintBytes / 1024 / 1024
    reply.header('connection', 'close')
    return refused(413, `The body is too large: ${path} accepts up to ${mebibytes} MiB; send fewer manifests at once.`)
  }
  if (body.bytes.length === 0) return refused(400, `The body is empty; send manifests: curl --data-binary @FILE …${path}`)
  const text = body.bytes.toString('utf8')
  if (lostItsLines(text)) {
    return refused(
      400,
      `The body is a single line, which cannot be a YAML manifest: curl -d removes line breaks; use curl --data-binary @FILE …${path}`,
    )
  }
  const { namespace } = request.query as { readonly namespace?: unknown }
  return {
    ok: true,
    text,
    format,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace,
  }
}

/** Whether `curl -d @FILE` removed the line breaks of a YAML manifest (curl(1)). JSON and flow collections do not need them. */
function lostItsLines(text: string): boolean {
  return /^(?!\s*[[{])[^\n\r]+$/.test(text) && text.includes('kind:')
}

/** All manifests of the try routes wait in one line: their senders are not known. */
const tenant = 'try routes'

/** Replies with the result of a job. */
export async function replyByJob(job: LintJob | ExplainJob | WhyJob, reply: FastifyReply, ports: ServerPorts): Promise<FastifyReply> {
  const task = ports.jobs.run(job, tenant, 2 * job.text.length)
  if (task === undefined) return replyBusy(reply, ports)
  reply.raw.once('close', task.cancel)
  try {
    return sendResult(await task.done, job.kind, reply, ports)
  } catch (error) {
    if (!(error instanceof JobEnded)) throw error
    if (error.reason === 'canceled') return replyBusy(reply, ports)
    const why = error.reason === 'error' ? 'initlint failed on these manifests' : 'These manifests take too much time or memory'
    return sendProblem(reply, error.reason === 'error' ? 500 : 413, job.format, `${why}; send fewer at once.`)
  }
}

function sendResult({ code, contentType, body, faults }: JobReply, route: string, reply: FastifyReply, { log }: ServerPorts): FastifyReply {
  for (const { rule, message } of faults) log.error({ rule, problem: message }, `a rule failed on a request to /${route}`)
  return reply.code(code).header('x-content-type-options', 'nosniff').header('content-type', contentType).send(body)
}
