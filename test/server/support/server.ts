import { type Agent, type RequestOptions, request } from 'node:https'
import type { Test } from 'tap'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { Analyses } from '../../../src/server/analysis/analyses.ts'
import { type Job, JobWorker, type ResultOf } from '../../../src/server/analysis/jobs.ts'
import type { Jobs } from '../../../src/server/analysis/workers.ts'
import { createWebhookApp } from '../../../src/server/app.ts'
import { Connections } from '../../../src/server/bounds/connections.ts'
import { Lifecycle } from '../../../src/server/bounds/lifecycle.ts'
import { defaultLimits, type Limits } from '../../../src/server/bounds/limits.ts'
import { Load } from '../../../src/server/bounds/load.ts'
import { Turns } from '../../../src/server/bounds/turns.ts'
import { secureOptions } from '../../../src/server/certificates/pair.ts'
import { FilePolicyKeeper } from '../../../src/server/keepers/policy-keeper.ts'
import { createLogger, type Logger, type ReviewSelection } from '../../../src/server/observe/log.ts'
import { Metrics } from '../../../src/server/observe/metrics.ts'
import type { ServerPorts } from '../../../src/server/ports.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../../src/server/server.ts'
import { goodPair, writePair } from './certificates.ts'
import { scratch } from './scratch.ts'

/** A logger whose lines tests read as objects. */
export function logSink(): { log: Logger; text: () => string; lines: () => Record<string, unknown>[] } {
  let text = ''
  const log = createLogger('debug', {
    write: (line) => {
      text += line
    },
  })
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  }
}

/** The ports of the routes, with the limits that a test overrides. */
export function testPorts(
  t: Test,
  options: {
    readonly policy?: string
    readonly limits?: Partial<Limits>
    readonly log?: Logger
    readonly logReviews?: ReviewSelection
  } = {},
): ServerPorts {
  const limits = { ...defaultLimits, ...options.limits }
  const registry = defaultRegistry()
  const load = new Load(limits)
  const metrics = new Metrics(registry, load)
  const log = options.log ?? createLogger('silent')
  const path = options.policy === undefined ? undefined : policySource(`${scratch(t, { 'policy.yaml': options.policy })}/policy.yaml`)
  const keeper = new FilePolicyKeeper(path, {
    registry,
    metrics,
    log,
    now: Date.now,
    pollInterval: 1000,
    signal: new AbortController().signal,
  })
  const jobs = jobsInPlace()
  return {
    registry,
    jobs,
    analyses: new Analyses({ jobs, limits, metrics }),
    policyInForce: () => keeper.inForce,
    namespaceLabels: () => undefined,
    registryHealth: () => new Map(),
    registryStates: () => [],
    policyConfigMap: { name: 'initlint-policy' },
    lifecycle: new Lifecycle(),
    connections: new Connections(limits),
    load,
    turns: new Turns(),
    metrics,
    log,
    logReviews: options.logReviews ?? 'findings',
    limits,
    docsBase: 'https://docs.example',
    now: () => Date.UTC(2026, 10, 22),
  }
}

/** Does jobs at once, in this thread. */
export function jobsInPlace(): Jobs {
  const worker = new JobWorker()
  return {
    run: <J extends Job>(job: J) => ({ done: worker.do(job) as Promise<ResultOf<J>>, cancel: () => false }),
  }
}

/** The policy at a path, which is also its name. */
export function policySource(path: string) {
  return { path, name: path }
}

/** The webhook app with the try routes, for `inject`; closed after the test. */
export async function testApp(t: Test, ports: ServerPorts) {
  const app = createWebhookApp(ports, secureOptions(await goodPair()), { tryRoutes: 'all' })
  t.after(() => app.close())
  return app
}

export interface TestServer extends RunningServer {
  readonly ca: string
  readonly files: { readonly cert: string; readonly key: string }
  readonly sink: ReturnType<typeof logSink>
}

/** A server on free ports; stopped after the test. */
export async function testServer(t: Test, options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const pair = await goodPair()
  const files = writePair(scratch(t), pair)
  const sink = logSink()
  const server = await startServer({
    registry: defaultRegistry(),
    host: 'localhost',
    port: 0,
    opsPort: 0,
    tryPort: 0,
    certificate: files,
    policy: undefined,
    tryRoutes: 'all',
    docsBase: 'https://docs.example',
    log: sink.log,
    now: Date.now,
    ...options,
    limits: { drainTime: 0, pollInterval: 50, ...options.limits },
  })
  t.after(() => server.stop('now'))
  return { ...server, ca: pair.ca, files, sink }
}

export interface Reply {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly peerSerial: string
}

/** Sends one HTTPS request, on a new connection unless an agent is given. A body in parts is sent without Content-Length. */
export function call(
  port: number,
  path: string,
  body?: string | Buffer | readonly Buffer[],
  options: RequestOptions & { readonly agent?: Agent | false } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', servername: 'localhost', port, path, method: body === undefined ? 'GET' : 'POST', agent: false, ...options },
      (incoming) => {
        const chunks: Buffer[] = []
        const socket = incoming.socket as import('node:tls').TLSSocket
        const peerSerial = socket.getPeerX509Certificate()?.serialNumber ?? ''
        incoming.on('data', (chunk) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString(), peerSerial }),
        )
      },
    )
    outgoing.on('error', reject)
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return outgoing.end(body)
    for (const part of body) outgoing.write(part)
    outgoing.end()
  })
}
