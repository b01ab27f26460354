import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { clientErrorHandler } from './bounds/client-errors.ts'
import { limitConnections } from './bounds/connection-limit.ts'
import { allowOnly } from './http/client-names.ts'
import { readBodiesOurselves, receiveRequests } from './http/requests.ts'
import type { SecureOptions } from './keepers/contracts.ts'
import type { PortName } from './observe/connection-metrics.ts'
import type { ServerPorts } from './ports.ts'
import { addAdmissionRoutes } from './routes/admission.ts'
import { addExplainRoute } from './routes/explain.ts'
import { addKnowledgeRoutes } from './routes/knowledge.ts'
import { addLintRoute } from './routes/lint.ts'
import { addOpsRoutes } from './routes/ops.ts'
import { addPlaygroundRoutes } from './routes/playground.ts'
import { addPolicyReviewRoute } from './routes/policy-review.ts'
import { addWhyRoute } from './routes/why.ts'

/** Which routes the webhook serves, and to which clients. */
export interface WebhookOptions {
  /** Where the try routes (/, /lint, /explain, /rules, /policy) are served: on the webhook port, on the loopback interface, or nowhere. */
  readonly tryRoutes: 'all' | 'loopback' | 'off'
  /** The names of which every client certificate must have one; undefined to accept every certificate that the client CA signed. */
  readonly clientNames?: readonly string[] | undefined
}

/**
 * The webhook over HTTPS: POST /validate, /mutate and /validate-policy, and the try routes if requested. Does not listen yet.
 * @param secure if it has a `ca`, clients must present a certificate that this CA signed
 */
export function createWebhookApp(ports: ServerPorts, secure: SecureOptions, { tryRoutes, clientNames }: WebhookOptions): FastifyInstance {
  const app = fastify({
    ...commonOptions(ports, 'webhook', ports.limits.keepAliveTimeout),
    https: {
      ...secure,
      // kube-apiserver speaks HTTP/1.1 to webhooks (apiserver pkg/util/webhook/client.go).
      ALPNProtocols: ['http/1.1'],
      requestCert: secure.ca !== undefined,
      rejectUnauthorized: secure.ca !== undefined,
      handshakeTimeout: ports.limits.requestTimeout,
      ...nodeOptions(ports),
    },
  }) as unknown as FastifyInstance
  limitConnections(app.server, ports.limits.connections, ports.metrics.connections.observerOf('webhook'))
  if (clientNames !== undefined) allowOnly(clientNames, app, ports)
  receiveRequests(
    app,
    ports,
    tryRoutes === 'all' ? `POST /validate, /mutate, /validate-policy or ${tryPaths}` : 'POST /validate, /mutate or /validate-policy',
  )
  app.register(async (scope) => {
    readBodiesOurselves(scope, ports, ports.limits.reviewBytes)
    addAdmissionRoutes(scope, ports)
  })
  app.register(async (scope) => {
    readBodiesOurselves(scope, ports, ports.limits.policyReviewBytes)
    addPolicyReviewRoute(scope, ports)
  })
  if (tryRoutes === 'all') addTryRoutes(app, ports)
  return app
}

/** Only the try routes, over plain HTTP, for a port on the loopback interface. Does not listen yet. */
export function createTryApp(ports: ServerPorts): FastifyInstance {
  const app = plainApp(ports, 'try')
  receiveRequests(app, ports, tryPaths)
  addTryRoutes(app, ports)
  return app
}

/** /livez, /readyz and /metrics over plain HTTP. Does not listen yet. */
export function createOpsApp(ports: ServerPorts): FastifyInstance {
  const app = plainApp(ports, 'ops')
  receiveRequests(app, ports, 'GET /livez, /readyz or /metrics')
  addOpsRoutes(app, ports)
  return app
}

const tryPaths = 'POST /lint, /explain or /why, GET /, /rules, /rules/ID or /policy'

function addTryRoutes(app: FastifyInstance, ports: ServerPorts): void {
  app.register(async (scope) => {
    readBodiesOurselves(scope, ports, ports.limits.lintBytes)
    addLintRoute(scope, ports)
    addExplainRoute(scope, ports)
    addWhyRoute(scope, ports)
    addKnowledgeRoutes(scope, ports)
    addPlaygroundRoutes(scope, ports.pageDirectory)
  })
}

function plainApp(ports: ServerPorts, port: 'ops' | 'try'): FastifyInstance {
  const app = fastify({ ...commonOptions(ports, port, 0), http: nodeOptions(ports) })
  limitConnections(app.server, ports.limits.opsConnections, ports.metrics.connections.observerOf(port))
  return app
}

/**
 * Overrides the defaults of Fastify that would turn a review into a failed call; each has a test.
 * @param silence see `clientErrorHandler`
 */
function commonOptions({ limits, metrics }: ServerPorts, port: PortName, silence: number) {
  return {
    clientErrorHandler: clientErrorHandler({ silence, timedOut: () => metrics.connections.timedOut(port) }),
    // logReview writes one line per review; a logger for each request would cost time.
    logger: false,
    // `readBody` enforces its own limit; this is the last resort.
    bodyLimit: limits.reviewBytes,
    keepAliveTimeout: limits.keepAliveTimeout,
    requestTimeout: limits.requestTimeout,
    // A client that does not read its reply is cut off as if it were idle.
    connectionTimeout: limits.keepAliveTimeout,
    // Requests on live connections are still answered while the server closes: a 503 without Retry-After is a failed call.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
  } as const satisfies FastifyServerOptions
}

function nodeOptions({ limits }: ServerPorts) {
  return { headersTimeout: limits.requestTimeout, connectionsCheckingInterval: limits.checkInterval }
}
