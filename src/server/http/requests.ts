/** Request handling that all apps of the server share: retires connections, rejects unknown routes, reads bodies. */
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

/** Replaces every Content-Type. */
const anyType = 'application/octet-stream'

/**
 * Lets `readBody` read all bodies, whatever the Content-Type, even if it is missing or malformed: Fastify would answer 415, a failed
 * call, and with a failed call a pod bypasses the checks. Fastify's JSON parser is not used either: it rejects bodies with a
 * `__proto__` key, which is legal in a pod.
 * @param limit maximum size of a body on this app's routes, bytes
 */
export function readBodiesOurselves(app: FastifyInstance, { limits, load }: ServerPorts, limit: number): void {
  const bodyLimits = { ...limits, limit }
  app.decorateRequest('ticket', null)
  app.removeAllContentTypeParsers()
  // Also by name: Fastify does not cache the lookup of a type that only `*` matches.
  app.addContentTypeParser([anyType, '*'], (request, payload, done) => {
    const ticket = load.begin(request.raw.socket.remoteAddress ?? '')
    request.ticket = ticket
    const declared = Number(request.headers['content-length'] ?? Number.NaN)
    readBody(payload, declared, bodyLimits, load, ticket, (error, body) => {
      if (error !== null) load.leave(ticket)
      done(error, body)
    })
  })
}

/** The body of a request without a body. */
const emptyBody: Body = { kind: 'whole', bytes: Buffer.alloc(0) }

/** The body as `readBody` left it. */
export function bodyOf(request: FastifyRequest): Body {
  return (request.body as Body | undefined) ?? emptyBody
}

/**
 * Processes every request before its body is read, in one hook because each hook costs time.
 * Old connections, and all connections once the server drains, are closed by `Connection: close` on the reply: the client then opens
 * the next one to another replica, and no call is lost. Unknown paths get 404.
 * @param paths the existing paths, for the error message
 */
export function receiveRequests(app: FastifyInstance, ports: ServerPorts, paths: string): void {
  const { connections, lifecycle } = ports
  const sentence = `No such path; use ${paths}.\n`
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
    refuse(reply, 500, 'Internal error; check the log of initlint.\n')
  })
}

/**
 * Sheds a request: kube-apiserver repeats a call that was answered with 5xx and an integer Retry-After, on a new connection, within its
 * deadline (client-go rest/with_retry.go). A bare 503 would be a failed call.
 */
export function replyBusy(reply: FastifyReply, ports: ServerPorts): FastifyReply {
  ports.metrics.failure(reply.request.ticket?.slow === true ? 'slow' : 'overload')
  return reply
    .code(503)
    .header('retry-after', '1')
    .header('connection', 'close')
    .type('text/plain; charset=utf-8')
    .send('initlint is busy; try again in a second.\n')
}

/** Adds a route without a body; every other method on its path gets 405. */
export function get(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: 'GET', url, handler })
  refuseOthers(app, ['GET'], url)
}

/** Adds a route without a body that also answers HEAD; every other method on its path gets 405. */
export function getOrHead(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: ['GET', 'HEAD'], url, handler })
  refuseOthers(app, ['GET', 'HEAD'], url)
}

/** What a handler returns that replies later without a promise. */
export const repliesLater = Symbol('replies later')

/**
 * Adds a route with a body; every other method on its path gets 405. The ticket is released when the handler has replied; one that
 * returns `repliesLater` releases it itself.
 */
export function post(app: FastifyInstance, url: string, { load }: ServerPorts, handler: PostHandler): void {
  app.route({
    method: 'POST',
    url,
    handler: (request, reply) => {
      const leave = (): void => {
        if (request.ticket !== null) load.leave(request.ticket)
      }
      let result: unknown
      try {
        result = handler(request, reply, leave)
        if (result === repliesLater) return undefined
        return result instanceof Promise ? result.finally(leave) : result
      } finally {
        if (result !== repliesLater && !(result instanceof Promise)) leave()
      }
    },
  })
  refuseOthers(app, ['POST'], url)
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

/** @param leave releases the ticket */
type PostHandler = (request: FastifyRequest, reply: FastifyReply, leave: () => void) => unknown

function refuseOthers(app: FastifyInstance, allowed: readonly string[], url: string): void {
  const method = app.supportedMethods.filter((other): other is HTTPMethods => !allowed.includes(other))
  const sentence = `${url} answers ${allowed.join(' and ')} only.\n`
  app.route({
    method,
    url,
    handler: nothing,
    onRequest: (_request, reply) => refuse(reply.header('allow', allowed.join(', ')), 405, sentence),
  })
}

/** Never called: the hook has already replied. */
function nothing(): void {}

/** Rejects a request before its body is read. */
export function refuse(reply: FastifyReply, code: number, sentence: string): void {
  reply.code(code).type('text/plain; charset=utf-8').send(sentence)
}
