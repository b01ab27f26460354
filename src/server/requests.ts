/** What all apps of the server do with every request: retire connections, refuse what is unknown, read bodies themselves. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { type Body, readBody } from './body.ts'
import type { Ticket } from './load.ts'
import type { ServerPorts } from './ports.ts'

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
export function readBodiesOurselves(app: FastifyInstance, ports: ServerPorts, limit: number): void {
  const limits = { ...ports.limits, limit }
  app.decorateRequest('ticket', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, payload, done) => {
    const { ticket } = request
    if (ticket === null) return done(null, undefined)
    readBody(payload, Number(request.headers['content-length'] ?? Number.NaN), limits, ports.load, ticket, done)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = anyType
    done()
  })
}

/** What a handler finds as `request.body` where the request had none. */
const noBody: Body = { kind: 'whole', bytes: Buffer.alloc(0) }

/** The body as `readBody` left it. */
export function bodyOf(request: FastifyRequest): Body {
  return (request.body as Body | undefined) ?? noBody
}

/** A hook that gives the request its ticket, and takes it back when the reply is out or the caller is gone. */
export function takeTicket(ports: ServerPorts) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const ticket = ports.load.enter()
    request.ticket = ticket
    reply.raw.once('close', () => ports.load.leave(ticket))
    done()
  }
}

/**
 * Ends connections that are old, and all of them once the server drains, by `Connection: close` on the reply: the client then opens
 * the next one elsewhere, and no call is lost.
 */
export function retireConnections(app: FastifyInstance, ports: ServerPorts): void {
  app.addHook('onRequest', (request, reply, done) => {
    const isOld = ports.connections.countRequest(request.raw.socket, performance.now())
    if (isOld || ports.lifecycle.state === 'draining') reply.header('connection', 'close')
    done()
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

/** Adds a route, and the answer 405 for every other method on its path. */
export function route(app: FastifyInstance, method: 'GET' | 'POST', url: string, handler: Handler, onRequest: Hook[] = []): void {
  app.route({ method, url, handler, onRequest })
  const others = app.supportedMethods.filter((other): other is HTTPMethods => other !== method)
  const sentence = `${url} answers ${method} only.\n`
  app.route({ method: others, url, handler: nothing, onRequest: (_request, reply) => refuse(reply.header('allow', method), 405, sentence) })
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown
type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

/** Never called: the hook before it has replied. */
function nothing(): void {}

/** A refusal before the body is read. */
function refuse(reply: FastifyReply, code: number, sentence: string): void {
  reply.code(code).type('text/plain; charset=utf-8').send(sentence)
}

/** Answers 404 with the paths that there are, before any body is read; faults of ours become 500, never a stack trace. */
export function refuseTheRest(app: FastifyInstance, ports: ServerPorts, paths: string): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) refuse(reply, 404, `There is nothing here; try ${paths}.\n`)
    else done()
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, `There is nothing here; try ${paths}.\n`))
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (request.raw.aborted || request.raw.destroyed) ports.metrics.failure('aborted')
    else {
      ports.metrics.failure('internal')
      ports.log.error({ err: error }, 'a request failed')
    }
    refuse(reply, 500, 'initlint failed on this request; its log says why.\n')
  })
}
