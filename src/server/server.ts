import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Registry } from '../lint/registry.ts'
import { Analyses } from './analysis/analyses.ts'
import { Workers } from './analysis/workers.ts'
import { createOpsApp, createTryApp, createWebhookApp, type WebhookOptions } from './app.ts'
import { Connections } from './bounds/connections.ts'
import { Lifecycle } from './bounds/lifecycle.ts'
import { defaultLimits, type Limits } from './bounds/limits.ts'
import { Load } from './bounds/load.ts'
import { Turns } from './bounds/turns.ts'
import type { EventSink, KeeperPorts } from './keepers/contracts.ts'
import { StartError } from './keepers/start-error.ts'
import type { Logger, ReviewSelection } from './observe/log.ts'
import { Metrics } from './observe/metrics.ts'
import type { ConfigMapName, ServerPorts } from './ports.ts'
import { RegistryProber } from './registry-prober/prober.ts'
import { selfTest } from './self-test.ts'
import { type KeeperOptions, Keepers } from './state.ts'

export interface ServerOptions extends KeeperOptions, WebhookOptions {
  readonly registry: Registry
  /** Name or address to listen on, for the webhook and the ops port. */
  readonly host: string
  /** 0 for any free port, as for the other ports. */
  readonly port: number
  readonly opsPort: number
  readonly tryPort: number
  readonly docsBase: string
  /** The files of the playground; omitted if it is not served. */
  readonly pageDirectory?: string | undefined
  /** Writes Events about workloads; omitted if Events are off. */
  readonly events?: ((ports: KeeperPorts) => EventSink) | undefined
  /** The ConfigMap that /validate-policy checks; default: initlint-policy in any namespace. */
  readonly policyConfigMap?: ConfigMapName | undefined
  readonly log: Logger
  /** Default: findings. */
  readonly logReviews?: ReviewSelection | undefined
  /** Milliseconds since 1970. */
  now(): number
  readonly limits?: Partial<Limits> | undefined
}

/** A running server. */
export interface RunningServer {
  /** The ports on which it listens. */
  readonly ports: { readonly webhook: number; readonly ops: number; readonly try: number | null }
  /** Id of the policy in force. */
  policyId(): string
  /** Resolves when no init script is being analyzed: from then on, the same review has the same answer. */
  analysesSettled(): Promise<void>
  /**
   * Stops the server within `stopTime`. `drain`, for a Pod: becomes unready at once, keeps serving for a while and ends every connection
   * with its reply, then closes. `now`, for Ctrl-C: closes without that wait. Later calls return the same promise.
   */
  stop(how: 'drain' | 'now'): Promise<void>
}

/**
 * Starts in this order: listens on the ops port, so that liveness probes succeed; loads the certificate and the policy, which may wait
 * for the API server; tests itself; listens for reviews.
 * @param signal aborted to stop before it is ready
 * @throws StartError if the user can fix the cause: a file, a policy, a port; the reason of the signal if it is aborted
 */
export async function startServer(options: ServerOptions, signal = new AbortController().signal): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const load = new Load(limits)
  const { registry, log, now } = options
  const metrics: Metrics = new Metrics(registry, load, () => workers.queueLength, now)
  const workers = new Workers({ limits, metrics, log })
  const keeperPorts: KeeperPorts = { registry, metrics, log, now, pollInterval: limits.pollInterval, signal }
  const kept = new Keepers(options, keeperPorts)
  const prober = new RegistryProber({ probes: () => kept.policies.inForce.policy.probes, metrics, log, limits, now })
  const events = options.events?.(keeperPorts)
  const ports: ServerPorts = {
    registry,
    policyInForce: () => kept.policies.inForce,
    namespaceLabels: (namespace) => kept.namespaces?.labelsOf(namespace),
    registryHealth: () => prober.health,
    registryStates: () => prober.states(),
    events,
    policyConfigMap: options.policyConfigMap ?? { name: defaultPolicyName },
    jobs: workers,
    analyses: new Analyses({ jobs: workers, limits, metrics }),
    lifecycle: new Lifecycle(),
    connections: new Connections(limits),
    load,
    turns: new Turns(),
    metrics,
    log,
    logReviews: options.logReviews ?? 'findings',
    limits,
    docsBase: options.docsBase,
    pageDirectory: options.pageDirectory,
    now,
  }
  const apps = [createOpsApp(ports)]
  try {
    const [ops] = apps as [FastifyInstance]
    const opsPort = await listen(ops, options.host, options.opsPort, '--ops-port')
    await kept.load()
    const webhook = createWebhookApp(ports, kept.certificates.secureOptions, options)
    apps.unshift(webhook)
    const tries = options.tryRoutes === 'loopback' ? createTryApp(ports) : null
    if (tries !== null) apps.unshift(tries)
    selfTest(ports)
    const listening = {
      webhook: await listen(webhook, options.host, options.port, '--port'),
      ops: opsPort,
      try: tries === null ? null : await listen(tries, loopback, options.tryPort, '--try-port'),
    }
    kept.start((secure) => swapCertificate(webhook, secure))
    prober.start()
    ports.lifecycle.becomeReady()
    let stopped: Promise<void> | undefined
    const stop = async (how: 'drain' | 'now'): Promise<void> => {
      await drain(ports, apps, how === 'drain' ? limits.drainTime : 0)
      workers.stop()
      prober.stop()
      events?.stop()
      kept.stop()
    }
    return {
      ports: listening,
      policyId: () => kept.policies.inForce.policy.id,
      analysesSettled: () => ports.analyses.settled(),
      stop: (how) => {
        stopped ??= stop(how)
        return stopped
      },
    }
  } catch (error) {
    workers.stop()
    prober.stop()
    events?.stop()
    kept.stop()
    await Promise.all(apps.map((app) => app.close()))
    throw error
  }
}

const loopback = '127.0.0.1'
const defaultPolicyName = 'initlint-policy'

/** Listens on one address: for `localhost`, Fastify would open a second server, which would not receive new certificates. */
async function listen(app: FastifyInstance, host: string, port: number, flag: string): Promise<number> {
  try {
    await app.listen({ host: host === 'localhost' ? loopback : host, port })
  } catch (error) {
    throw new StartError(listenProblem(error, host, port, flag))
  }
  return (app.server.address() as AddressInfo).port
}

function listenProblem(error: unknown, host: string, port: number, flag: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use by another program; stop that program or choose another port with ${flag}.`
  if (code === 'EACCES') return `No permission to listen on port ${port}; choose a port above 1023 with ${flag}.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAFNOSUPPORT') {
    return `${host} is not an address of this machine; choose another with --host.`
  }
  throw error
}

/** New handshakes use the new certificate; open connections stay open. */
function swapCertificate(app: FastifyInstance, secure: object): void {
  const server = app.server as unknown as { setSecureContext(options: object): void }
  server.setSecureContext(secure)
}

const sweepInterval = 100

async function drain({ lifecycle, limits, log }: ServerPorts, apps: readonly FastifyInstance[], drainTime: number): Promise<void> {
  lifecycle.startDraining()
  log.info({ drainMs: drainTime }, drainTime === 0 ? 'stopping' : 'stopping: no longer ready, serving until the endpoints are removed')
  await sleep(drainTime)
  const closed = Promise.all(apps.map((app) => app.close()))
  // Node closes idle connections once; those that become idle later would stay open until their keep-alive ends.
  const sweep = setInterval(() => {
    for (const app of apps) app.server.closeIdleConnections()
  }, sweepInterval)
  const giveUp = new AbortController()
  const late = sleep(limits.stopTime - drainTime, 'late', { signal: giveUp.signal }).catch(() => 'closed')
  if ((await Promise.race([closed, late])) === 'late') {
    log.warn('some requests did not end in time; closing their connections')
    for (const app of apps) app.server.closeAllConnections()
  }
  giveUp.abort()
  await closed
  clearInterval(sweep)
  log.info('stopped')
}
