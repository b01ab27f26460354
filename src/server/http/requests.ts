/** What all apps of the server do with every request: retire connections, refuse what is unknown, read bodies themselves. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { type Body, readBody } from '../bounds/body.ts'
import type { Ticket } from '../bounds/load.ts'
import type { ServerPorts } from '../ports.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's share of the load; null on routes that read no body. */
    ticket: Ticket | null
  }
}

/** Stands for every Content-Type. */
const anyType = 'application/octet-stream'

/**
 * Bodies are read by `readBody`, whatever the Content-Type says, also where it is missing or malformed: Fastify would answer 415, a
 * failed call, and a failed call lets a pod slip past the lint. Its JSON parser is not used either: it refuses bodies with a
 * `__proto__` key, which a pod may legally hold.
 * @param limit bytes of a body on this app's routes
 */
export function readBodiesOurselves(app: FastifyInstance, { limits, load }: ServerPorts, limit: number): void {
  const bodyLimits = { ...limits, limit }
  app.decorateRequest('ticket', null)
  app.removeAllContentTypeParsers()
  // By its name as well: what only `*` stands for, Fastify looks up anew for each request.
  app.addContentTypeParser([anyType, '*'], (request, payload, done) => {
    const ticket = load.enter()
    request.ticket = ticket
    const declared = Number(request.headers['content-length'] ?? Number.NaN)
    readBody(payload, declared, bodyLimits, load, ticket, (error, body) => {
      if (error !== null) load.leave(ticket)
      done(error, body)
    })
  })
}

/** What a handler finds as `request.body` where the request had none. */
const noBody: Body = { kind: 'whole', bytes: Buffer.alloc(0) }

/** The body as `readBody` left it. */
export function bodyOf(request: FastifyRequest): Body {
  return (request.body as Body | undefined) ?? noBody
}

/**
 * What happens to every request before its body is read, in one hook because each costs time.
 * Connections that are old are ended, and all of them once the server drains, by `Connection: close` on the reply: the client then
 * opens the next one elsewhere, and no call is lost. Unknown paths get 404.
 * @param paths those that there are, for the sentence
 */
export function receiveRequests(app: FastifyInstance, ports: ServerPorts, paths: string): void {
  const { connections, lifecycle } = ports
  const sentence = `There is nothing here; try ${paths}.\n`
  app.addHook('onRequest', (request, reply, done) => {
    const isOld = connections.countRequest(request.raw.socket, performance.now())
    if (isOld || lifecycle.state === 'draining') reply.header('connection', 'close')
    if (request.is404) return refuse(reply, 404, sentence)
    request.raw.headers['content-type'] = anyType
    done()
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, sentence))
  app.setErrorHandler((error: Error, request, reply) => {
    if (request.raw.aborted || request.raw.destroyed) ports.metrics.failure('aborted')
    else {
      ports.metrics.failure('internal')
      ports.log.error({ err: error }, 'a request failed')
    }
    refuse(reply, 500, 'initlint failed on this request; its log says why.\n')
  })
}

/**
 * Sheds a request: kube-apiserver repeats a call that was answered with 5xx and an integer Retry-After, on a new connection, within its
 * deadline (client-go rest/with_retry.go). A bare 503 would be a failed call.
 */
export function replyBusy(reply: FastifyReply, ports: ServerPorts): FastifyReply {
  ports.metrics.failure('overload')
  return reply
    .code(503)
    .header('retry-after', '1')
    .header('connection', 'close')
    .type('text/plain; charset=utf-8')
    .send('initlint is busy; try again in a second.\n')
}

/** Adds a route without a body, and the answer 405 for every other method on its path. */
export function get(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: 'GET', url, handler })
  refuseOthers(app, 'GET', url)
}

/** Adds a route with a body, and the answer 405 for every other method on its path. The ticket ends with the handler. */
export function post(app: FastifyInstance, url: string, { load }: ServerPorts, handler: Handler): void {
  app.route({
    method: 'POST',
    url,
    handler: (request, reply) => {
      try {
        return handler(request, reply)
      } finally {
        if (request.ticket !== null) load.leave(request.ticket)
      }
    },
  })
  refuseOthers(app, 'POST', url)
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

function refuseOthers(app: FastifyInstance, allowed: 'GET' | 'POST', url: string): void {
  const method = app.supportedMethods.filter((other): other is HTTPMethods => other !== allowed)
  const sentence = `${url} answers ${allowed} only.\n`
  app.route({ method, url, handler: nothing, onRequest: (_request, reply) => refuse(reply.header('allow', allowed), 405, sentence) })
}

/** Never called: the hook before it has replied. */
function nothing(): void {}

/** A refusal before the body is read. */
export function refuse(reply: FastifyReply, code: number, sentence: string): void {
  reply.code(code).type('text/plain; charset=utf-8').send(sentence)
}
