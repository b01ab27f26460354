import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Body } from '../bounds/body.ts'
import type { ServerPorts } from '../ports.ts'

export type Format = 'json' | 'text'

/**
 * The format of the reply: that of `?format=`, else JSON if Accept names it, else text (curl accepts everything).
 * @returns undefined if `?format=` has an unknown value
 */
export function formatOf(request: FastifyRequest): Format | undefined {
  const { format } = request.query as { readonly format?: unknown }
  if (format === 'json' || format === 'text') return format
  if (format !== undefined) return undefined
  return request.headers.accept?.includes('application/json') === true ? 'json' : 'text'
}

/** Sends JSON, or text that no browser interprets as HTML. */
export function sendAs(reply: FastifyReply, format: Format, json: () => unknown, text: () => string): FastifyReply {
  reply.header('x-content-type-options', 'nosniff')
  return format === 'json'
    ? reply.header('content-type', 'application/json').send(`${JSON.stringify(json())}\n`)
    : reply.type('text/plain; charset=utf-8').send(text())
}

/**
 * Sends the answer to a review. The drain may have started since the hook ran; after a body that was cut, unread bytes may still arrive: in
 * both cases, the connection ends.
 * @param json the text of the answer
 */
export function sendAnswer(reply: FastifyReply, body: Body, json: string, { lifecycle }: ServerPorts): FastifyReply {
  if (lifecycle.state === 'draining' || body.kind === 'cut') reply.header('connection', 'close')
  return reply.header('content-type', 'application/json').send(json)
}

/** Sends the reply to a body that is no review. @param status a Status of Kubernetes that says why */
export function sendBadRequest(reply: FastifyReply, body: Body, status: object, ports: ServerPorts): FastifyReply {
  ports.metrics.failure('bad-request')
  return sendAnswer(reply.code(400), body, JSON.stringify(status), ports)
}

/** Sends an error message about the request. */
export function sendProblem(reply: FastifyReply, code: number, format: Format | undefined, message: string): FastifyReply {
  return sendAs(
    reply.code(code),
    format ?? 'text',
    () => ({ message }),
    () => `${message}\n`,
  )
}

/** The error message for an unknown `?format=`. */
export const unknownFormat = 'Unknown format; use ?format=json or ?format=text.'
