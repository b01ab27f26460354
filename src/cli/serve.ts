import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultRegistry } from '../rules/registry.ts'
import type { Limits } from '../server/bounds/limits.ts'
import { withClientCa } from '../server/certificates/client-ca.ts'
import type { PairFiles } from '../server/certificates/keeper.ts'
import { ownCertificate } from '../server/certificates/own.ts'
import type { CertificateKeeper, KeeperFactory, PolicyKeeper } from '../server/keepers/contracts.ts'
import type { PolicySource } from '../server/keepers/policy-keeper.ts'
import { StartError } from '../server/keepers/start-error.ts'
import { createLogger, type Logger, type LogLevel } from '../server/observe/log.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { exitCode, UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { type ClusterFlags, type ClusterParts, clusterParts } from './serve-cluster.ts'

/** The flags of `serve`, parsed. Paths are as the person gave them. */
export interface ServeOptions extends ClusterFlags {
  readonly host: string
  readonly port: number
  readonly opsPort: number
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  readonly clientCa?: string | undefined
  readonly clientName?: readonly string[] | undefined
  readonly policy?: string | undefined
  readonly try: 'all' | 'loopback' | 'off'
  readonly tryPort: number
  readonly docsBase: string
  readonly logLevel: LogLevel
  /** For tests only: makes the bounds of the server small. */
  readonly limits?: Partial<Limits>
  /** For tests only: where to log instead of standard error. */
  readonly log?: Logger
}

/** Exit code after an uncaught fault: the kubelet starts the container again. */
const brokenCode = 1

/** The folder of the package, from src/cli and from dist/cli. */
const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Serves until it is told to stop: SIGTERM drains first, SIGINT does not.
 * @returns the exit code: 0 after a signal, 1 after an uncaught fault of ours
 * @throws UsageError with a sentence where it cannot start and the person can help
 */
export async function serve(options: ServeOptions, io: Io): Promise<number> {
  const log = options.log ?? createLogger(options.logLevel)
  // From now on: the wait for an API server may be long.
  const ended = untilEnd(io, log)
  const parts = await partsOf(options, io)
  const server = await start(options, parts, log, ended, io)
  if (server !== undefined) announce(options, server, parts, log, io)
  const { code, how } = await ended
  await server?.stop(how)
  return code
}

/** Where the state of the server comes from: the cluster, or files for what it does not keep. */
interface Parts {
  readonly cluster: ClusterParts
  readonly certificate: Certificate | KeeperFactory<CertificateKeeper>
  readonly policy: PolicySource | KeeperFactory<PolicyKeeper> | undefined
}

async function partsOf(options: ServeOptions, io: Io): Promise<Parts> {
  if (options.clientName !== undefined && options.clientCa === undefined)
    throw new UsageError('--client-name needs --client-ca: without a CA nobody is asked for a certificate.')
  try {
    const cluster = await clusterParts(options, io)
    const certificate = keptCertificate(cluster, options, io) ?? (await certificateOf(options, io))
    return { cluster, certificate, policy: cluster.policy ?? policyOf(options, io) }
  } catch (error) {
    throw usageErrorOf(error)
  }
}

/** @returns undefined where it was told to stop before it was ready */
async function start(
  options: ServeOptions,
  { certificate, policy, cluster }: Parts,
  log: Logger,
  ended: Promise<End>,
  io: Io,
): Promise<RunningServer | undefined> {
  const waiting = new AbortController()
  let isReady = false
  void ended.then(() => {
    if (!isReady) waiting.abort()
  })
  const { namespaces, events, policyConfigMap } = cluster
  try {
    const server = await startServer(
      {
        registry: defaultRegistry(),
        host: options.host,
        port: options.port,
        opsPort: options.opsPort,
        certificate,
        policy,
        ...(namespaces === undefined ? {} : { namespaces }),
        ...(events === undefined ? {} : { events }),
        ...(policyConfigMap === undefined ? {} : { policyConfigMap }),
        tryRoutes: options.try,
        tryPort: options.tryPort,
        docsBase: options.docsBase,
        ...(options.clientName === undefined ? {} : { clientNames: options.clientName }),
        log,
        now: io.now,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      },
      waiting.signal,
    )
    isReady = true
    return server
  } catch (error) {
    if (waiting.signal.aborted) {
      log.info('stopped before it was ready')
      return undefined
    }
    throw usageErrorOf(error)
  }
}

/** The certificate that the cluster keeps, asking callers for theirs where `--client-ca` says so. */
function keptCertificate({ certificate }: ClusterParts, { clientCa }: ServeOptions, io: Io): ClusterParts['certificate'] {
  return certificate === undefined || clientCa === undefined ? certificate : withClientCa(certificate, resolve(io.cwd, clientCa))
}

interface Certificate extends PairFiles {
  /** Present where initlint made the certificate itself. */
  readonly ca?: string
}

async function certificateOf({ tlsCert, tlsKey, clientCa }: ServeOptions, io: Io): Promise<Certificate> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key go together: give both, or none and initlint makes its own certificate.')
  }
  const client = clientCa === undefined ? {} : { clientCa: resolve(io.cwd, clientCa) }
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: resolve(io.cwd, tlsCert), key: resolve(io.cwd, tlsKey), ...client }
  return { ...(await ownCertificate(resolve(io.cwd, 'certs'), io.now())), ...client }
}

/** The policy that a clone, or a package, brings is used where nobody names another. */
function policyOf({ policy }: ServeOptions, io: Io): PolicySource | undefined {
  if (policy !== undefined) return { path: resolve(io.cwd, policy), name: policy }
  const brought = resolve(root, 'manifests/base/policy.yaml')
  return existsSync(brought) ? { path: brought, name: fromHere(brought, io) } : undefined
}

function usageErrorOf(error: unknown): unknown {
  return error instanceof StartError ? new UsageError(error.message) : error
}

/** The shorter way to write a path: from the working directory where it is below, whole elsewhere. */
function fromHere(path: string, io: Io): string {
  const way = relative(io.cwd, path)
  return way.startsWith('..') ? path : way
}

interface End {
  readonly code: number
  readonly how: 'drain' | 'now'
}

/** Settles at the first signal or uncaught fault; never continues after a fault, because nobody knows what it left behind. */
function untilEnd(io: Io, log: Logger): Promise<End> {
  return new Promise((settle) => {
    const broken = (error: unknown): void => {
      log.fatal({ err: error }, 'an uncaught fault; stopping')
      settle({ code: brokenCode, how: 'drain' })
    }
    io.events?.on('SIGTERM', () => settle({ code: exitCode.ok, how: 'drain' }))
    io.events?.on('SIGINT', () => settle({ code: exitCode.ok, how: 'now' }))
    io.events?.on('uncaughtException', broken)
    io.events?.on('unhandledRejection', broken)
  })
}

/** Says where it listens: to a person with commands to try, to a log collector as one JSON line. */
function announce(options: ServeOptions, server: RunningServer, { certificate, policy }: Parts, log: Logger, io: Io): void {
  const { ports } = server
  log.info({ host: options.host, ports, policy: server.policyId() }, 'serving')
  const ca = 'ca' in certificate ? certificate.ca : undefined
  if (ca === undefined && !io.isTerminal.stdout) return
  const base = `https://${urlHost(options.host)}:${ports.webhook}`
  io.stdout(
    [
      `initlint serves on ${base}`,
      `  health and metrics  http://${urlHost(options.host)}:${ports.ops}/readyz, /livez, /metrics`,
      ...(ports.try === null ? [] : [`  to try things       http://localhost:${ports.try}, from this machine only`]),
      `  policy              ${policyWords(options, policy)}`,
      ...(ca === undefined ? [] : [`  certificate         made for localhost, signed by ${fromHere(ca, io)}`]),
      ...(ca === undefined ? [] : ['', 'Try it from a second terminal:', ...commands(options, server, base, fromHere(ca, io), io)]),
      '',
    ].join('\n'),
  )
}

function policyWords({ policyConfigmap }: ServeOptions, policy: Parts['policy']): string {
  if (policy === undefined) return 'the preset recommended'
  return typeof policy === 'function'
    ? `ConfigMap ${policyConfigmap} (apply it again: the next review obeys)`
    : `${policy.name} (edit it: the next review obeys)`
}

/** What to paste next: manifests as people write them, and a review as the API server sends it. */
function commands(options: ServeOptions, { ports }: RunningServer, base: string, ca: string, io: Io): string[] {
  const client = options.clientCa === undefined ? '' : ' --cert YOUR-CERTIFICATE.pem --key YOUR-KEY.pem'
  const curl = (file: string, url: string): string => {
    const trust = url.startsWith('https:') ? ` --cacert ${ca}${client}` : ''
    return `  curl${trust} --data-binary @${fromHere(resolve(root, 'examples', file), io)} ${url}`
  }
  const lintBase = ports.try === null ? base : `http://localhost:${ports.try}`
  return [...(options.try === 'off' ? [] : [curl('kiada.yaml', `${lintBase}/lint`)]), curl('review.json', `${base}/validate`)]
}

/** A name that a client on this machine can use. */
function urlHost(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
