/** Converts the flags of `serve` to server options. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultRegistry } from '../rules/registry.ts'
import type { Limits } from '../server/bounds/limits.ts'
import { withClientCa } from '../server/certificates/client-ca.ts'
import { ownCertificate } from '../server/certificates/own.ts'
import type { PolicySource } from '../server/keepers/policy-keeper.ts'
import type { Logger, LogLevel, ReviewSelection } from '../server/observe/log.ts'
import type { ServerOptions } from '../server/server.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { packageRoot, pageDirectory } from './package.ts'
import { fromHere } from './paths.ts'
import { type ClusterFlags, type ClusterOptions, clusterOptions } from './serve-cluster.ts'

/** The parsed flags of `serve`. Paths are as the user wrote them. */
export interface ServeFlags extends ClusterFlags {
  readonly host: string
  readonly port: number
  readonly opsPort: number
  readonly clientCa?: string | undefined
  readonly clientName?: readonly string[] | undefined
  readonly try: ServerOptions['tryRoutes']
  readonly tryPort: number
  readonly docsBase: string
  readonly logLevel: LogLevel
  readonly logReviews?: ReviewSelection
  /** For tests only: overrides limits of the server. */
  readonly limits?: Partial<Limits>
  /** For tests only: another built playground. */
  readonly pageDirectory?: string
  /** For tests only: replaces the log on standard error. */
  readonly log?: Logger
}

/**
 * The server options for the flags. Whatever the cluster does not provide is read from files.
 * @throws UsageError if flags contradict each other; StartError if there is no cluster or a certificate cannot be created
 */
export async function serverOptions(flags: ServeFlags, log: Logger, io: Io): Promise<ServerOptions> {
  const { host, port, opsPort, tryPort, docsBase, limits } = flags
  if (flags.clientName !== undefined && flags.clientCa === undefined)
    throw new UsageError('--client-name requires --client-ca: without a CA, clients are not asked for a certificate.')
  const kept = await clusterOptions(flags, io)
  return {
    registry: defaultRegistry(),
    host,
    port,
    opsPort,
    tryPort,
    tryRoutes: flags.try,
    docsBase,
    pageDirectory: flags.pageDirectory ?? pageDirectory,
    limits,
    clientNames: flags.clientName,
    log,
    logReviews: flags.logReviews,
    now: io.now,
    ...kept,
    policy: kept.policy ?? policySource(flags, io),
    certificate: await certificateSource(flags, kept.certificate, io),
  }
}

async function certificateSource(
  { tlsCert, tlsKey, ...flags }: ServeFlags,
  kept: ClusterOptions['certificate'],
  io: Io,
): Promise<ServerOptions['certificate']> {
  const clientCa = flags.clientCa === undefined ? undefined : resolve(io.cwd, flags.clientCa)
  if (kept !== undefined) return clientCa === undefined ? kept : withClientCa(kept, clientCa)
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key must be set together; without both, initlint creates its own certificate.')
  }
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: resolve(io.cwd, tlsCert), key: resolve(io.cwd, tlsKey), clientCa }
  return { ...(await ownCertificate(resolve(io.cwd, 'certs'), io.now())), clientCa }
}

/** Without --policy, the policy in the clone or the package is used. */
function policySource({ policy }: ServeFlags, io: Io): PolicySource | undefined {
  if (policy !== undefined) return { path: resolve(io.cwd, policy), name: policy }
  const included = resolve(packageRoot, 'manifests/base/policy.yaml')
  return existsSync(included) ? { path: included, name: fromHere(included, io) } : undefined
}
