import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { clientErrorHandler } from './bounds/client-errors.ts'
import { allowOnly } from './http/client-names.ts'
import { readBodiesOurselves, receiveRequests } from './http/requests.ts'
import type { SecureOptions } from './keepers/contracts.ts'
import type { ServerPorts } from './ports.ts'
import { addAdmissionRoutes } from './routes/admission.ts'
import { addExplainRoute } from './routes/explain.ts'
import { addKnowledgeRoutes } from './routes/knowledge.ts'
import { addLintRoute } from './routes/lint.ts'
import { addOpsRoutes } from './routes/ops.ts'
import { addPolicyReviewRoute } from './routes/policy-review.ts'

/** Connections at once: each costs some tens of KiB. The API server keeps 25 idle ones and opens more in a burst. */
const maxConnections = 4096

/** What the webhook serves, and to whom. */
export interface WebhookOptions {
  /** Where the routes to try things are: on the port of the webhook, on the loopback interface, or nowhere. */
  readonly tryRoutes: 'all' | 'loopback' | 'off'
  /** The certificate of every client must have one of these names; undefined to accept any that the client CA signed. */
  readonly clientNames?: readonly string[] | undefined
}

/**
 * The webhook over HTTPS: POST /validate, /mutate and /validate-policy, and the routes to try things if requested. Builds, never listens.
 * @param secure if it has a `ca`, clients must present a certificate that this CA signed
 */
export function createWebhookApp(ports: ServerPorts, secure: SecureOptions, { tryRoutes, clientNames }: WebhookOptions): FastifyInstance {
  const app = fastify({
    ...commonOptions(ports),
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
  app.server.maxConnections = maxConnections
  if (clientNames !== undefined) allowOnly(clientNames, app, ports)
  receiveRequests(
    app,
    ports,
    tryRoutes === 'all' ? `POST /validate, /mutate, /validate-policy or ${tryPaths}` : 'POST /validate, /mutate or /validate-policy',
  )
  app.register(async (scope) => {
    readBodiesOurselves(scope, ports, ports.limits.reviewBytes)
    addAdmissionRoutes(scope, ports)
    addPolicyReviewRoute(scope, ports)
  })
  if (tryRoutes === 'all') addTryRoutes(app, ports)
  return app
}

/** The routes to try things alone, over plain HTTP, for a port on the loopback interface. Builds, never listens. */
export function createTryApp(ports: ServerPorts): FastifyInstance {
  const app = plainApp(ports)
  receiveRequests(app, ports, tryPaths)
  addTryRoutes(app, ports)
  return app
}

/** /livez, /readyz and /metrics over plain HTTP. Builds, never listens. */
export function createOpsApp(ports: ServerPorts): FastifyInstance {
  const app = plainApp(ports)
  receiveRequests(app, ports, 'GET /livez, /readyz or /metrics')
  addOpsRoutes(app, ports)
  return app
}

const tryPaths = 'POST /lint or /explain, GET /rules, /rules/ID or /policy'

function addTryRoutes(app: FastifyInstance, ports: ServerPorts): void {
  app.register(async (scope) => {
    readBodiesOurselves(scope, ports, ports.limits.lintBytes)
    addLintRoute(scope, ports)
    addExplainRoute(scope, ports)
    addKnowledgeRoutes(scope, ports)
  })
}

function plainApp(ports: ServerPorts): FastifyInstance {
  const app = fastify({ ...commonOptions(ports), http: nodeOptions(ports) })
  app.server.maxConnections = maxConnections
  return app
}

/** Fastify's defaults that would turn a review into a failed call are closed here, each with a test. */
function commonOptions({ limits }: ServerPorts) {
  return {
    clientErrorHandler: clientErrorHandler(limits),
    // One line per review is written by ours; a logger per request costs time.
    logger: false,
    // Never reached by `readBody`; the guard of last resort.
    bodyLimit: limits.reviewBytes,
    keepAliveTimeout: limits.keepAliveTimeout,
    requestTimeout: limits.requestTimeout,
    // While it closes, requests on live connections are still answered: a 503 without Retry-After is a failed call.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
  } as const satisfies FastifyServerOptions
}

function nodeOptions({ limits }: ServerPorts) {
  return { headersTimeout: limits.requestTimeout, connectionsCheckingInterval: limits.checkInterval }
}
