import type { FastifyReply, FastifyRequest } from 'fastify'

export type Format = 'json' | 'text'

/**
 * In which form the caller wants the reply: `?format=` first, else JSON where Accept names it, else text (curl accepts everything).
 * @returns undefined where `?format=` names no form that there is
 */
export function formatOf(request: FastifyRequest): Format | undefined {
  const { format } = request.query as { readonly format?: unknown }
  if (format === 'json' || format === 'text') return format
  if (format !== undefined) return undefined
  return request.headers.accept?.includes('application/json') === true ? 'json' : 'text'
}

/** Sends JSON, or text that no browser takes for a page. */
export function sendAs(reply: FastifyReply, format: Format, json: () => unknown, text: () => string): FastifyReply {
  reply.header('x-content-type-options', 'nosniff')
  return format === 'json'
    ? reply.header('content-type', 'application/json').send(`${JSON.stringify(json())}\n`)
    : reply.type('text/plain; charset=utf-8').send(text())
}

/** Sends a sentence about what is wrong with the request. */
export function sendProblem(reply: FastifyReply, code: number, format: Format | undefined, message: string): FastifyReply {
  return sendAs(
    reply.code(code),
    format ?? 'text',
    () => ({ message }),
    () => `${message}\n`,
  )
}

/** The sentence for a `?format=` that there is not. */
export const unknownFormat = 'This form is not known; use ?format=json or ?format=text.'
