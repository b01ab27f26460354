import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Registry } from '../lint/registry.ts'
import { createOpsApp, createTryApp, createWebhookApp, type WebhookOptions } from './app.ts'
import { Connections } from './bounds/connections.ts'
import { Lifecycle } from './bounds/lifecycle.ts'
import { defaultLimits, type Limits } from './bounds/limits.ts'
import { Load } from './bounds/load.ts'
import type { EventSink, KeeperPorts } from './keepers/contracts.ts'
import { StartError } from './keepers/start-error.ts'
import type { Logger } from './observe/log.ts'
import { Metrics } from './observe/metrics.ts'
import type { ConfigMapName, ServerPorts } from './ports.ts'
import { RegistryProber } from './registry-prober/prober.ts'
import { selfTest } from './self-test.ts'
import { type KeeperOptions, Keepers } from './state.ts'

export interface ServerOptions extends KeeperOptions, WebhookOptions {
  readonly registry: Registry
  /** Name or address to listen on, for the webhook and the ops port. */
  readonly host: string
  /** 0 for a free one, here and below. */
  readonly port: number
  readonly opsPort: number
  readonly tryPort: number
  readonly docsBase: string
  /** Who writes Events on workloads; left out where nobody does. */
  readonly events?: ((ports: KeeperPorts) => EventSink) | undefined
  /** The ConfigMap that /validate-policy judges; default: any that is called initlint-policy. */
  readonly policyConfigMap?: ConfigMapName | undefined
  readonly log: Logger
  /** Milliseconds since 1970. */
  now(): number
  readonly limits?: Partial<Limits> | undefined
}

/** A server that listens. */
export interface RunningServer {
  /** The ports that it got. */
  readonly ports: { readonly webhook: number; readonly ops: number; readonly try: number | null }
  /** Id of the policy in force. */
  policyId(): string
  /**
   * Stops. `drain`, as a Pod should: not ready at once, then serves on for a while and retires every connection with its reply, then
   * closes. `now`: for a person who presses Ctrl-C. Settles within `stopTime`. Asked again, it is the same stop.
   */
  stop(how: 'drain' | 'now'): Promise<void>
}

/**
 * Listens on the ops port, so that it is known to live; loads certificate and policy, which may take until the API server answers; tests
 * itself, and listens for reviews.
 * @param signal aborted to stop before it is ready
 * @throws StartError with a sentence where the person who starts it can help: a file, a policy, a port; the signal's reason
 */
export async function startServer(options: ServerOptions, signal = new AbortController().signal): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const load = new Load(limits)
  const metrics = new Metrics(options.registry, () => load.inFlight)
  const { registry, log, now } = options
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
    lifecycle: new Lifecycle(),
    connections: new Connections(limits),
    load,
    metrics,
    log,
    limits,
    docsBase: options.docsBase,
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
      prober.stop()
      events?.stop()
      kept.stop()
    }
    return {
      ports: listening,
      policyId: () => kept.policies.inForce.policy.id,
      stop: (how) => {
        stopped ??= stop(how)
        return stopped
      },
    }
  } catch (error) {
    prober.stop()
    events?.stop()
    kept.stop()
    await Promise.all(apps.map((app) => app.close()))
    throw error
  }
}

const loopback = '127.0.0.1'
const defaultPolicyName = 'initlint-policy'

/** Listens on one address: for `localhost` Fastify would open a second server, which no new certificate would reach. */
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
    return `Port ${port} on ${host} is in use by another program; stop that one, or choose another port with ${flag}.`
  if (code === 'EACCES') return `You may not listen on port ${port}; choose one above 1023 with ${flag}.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAFNOSUPPORT') {
    return `This machine has no address ${host} to listen on; choose another with --host.`
  }
  throw error
}

/** New handshakes get the new certificate; connections that are open stay open. */
function swapCertificate(app: FastifyInstance, secure: object): void {
  const server = app.server as unknown as { setSecureContext(options: object): void }
  server.setSecureContext(secure)
}

const sweepInterval = 100

async function drain({ lifecycle, limits, log }: ServerPorts, apps: readonly FastifyInstance[], drainTime: number): Promise<void> {
  lifecycle.startDraining()
  log.info({ drainMs: drainTime }, drainTime === 0 ? 'stopping' : 'stopping: not ready any more, serving on until the endpoints are gone')
  await sleep(drainTime)
  const closed = Promise.all(apps.map((app) => app.close()))
  // Connections that become idle only now: Node closes those that were idle, and keeps the others until their keep-alive ends.
  const sweep = setInterval(() => {
    for (const app of apps) app.server.closeIdleConnections()
  }, sweepInterval)
  const giveUp = new AbortController()
  const late = sleep(limits.stopTime - drainTime, 'late', { signal: giveUp.signal }).catch(() => 'closed')
  if ((await Promise.race([closed, late])) === 'late') {
    log.warn('some requests did not end in time; their connections are closed')
    for (const app of apps) app.server.closeAllConnections()
  }
  giveUp.abort()
  await closed
  clearInterval(sweep)
  log.info('stopped')
}
