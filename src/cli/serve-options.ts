/** The flags of `serve`, and the options of a server that they ask for. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultRegistry } from '../rules/registry.ts'
import type { Limits } from '../server/bounds/limits.ts'
import { withClientCa } from '../server/certificates/client-ca.ts'
import { ownCertificate } from '../server/certificates/own.ts'
import type { PolicySource } from '../server/keepers/policy-keeper.ts'
import type { Logger, LogLevel } from '../server/observe/log.ts'
import type { ServerOptions } from '../server/server.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { packageRoot } from './package.ts'
import { fromHere } from './paths.ts'
import { type ClusterFlags, clusterOptions } from './serve-cluster.ts'

/** The flags of `serve`, parsed. Paths are as the user wrote them. */
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
  /** For tests only: lowers the limits of the server. */
  readonly limits?: Partial<Limits>
  /** For tests only: where to log instead of standard error. */
  readonly log?: Logger
}

/**
 * The options of the server that the flags ask for: what the cluster does not keep is read from files.
 * @throws UsageError if flags contradict each other; StartError if there is no cluster or a certificate cannot be made
 */
export async function serverOptions(flags: ServeFlags, log: Logger, io: Io): Promise<ServerOptions> {
  const { host, port, opsPort, tryPort, docsBase, limits } = flags
  if (flags.clientName !== undefined && flags.clientCa === undefined)
    throw new UsageError('--client-name needs --client-ca: without a CA, no client certificate is requested.')
  const kept = await clusterOptions(flags, io)
  return {
    registry: defaultRegistry(),
    host,
    port,
    opsPort,
    tryPort,
    tryRoutes: flags.try,
    docsBase,
    limits,
    clientNames: flags.clientName,
    log,
    now: io.now,
    ...kept,
    policy: kept.policy ?? policySource(flags, io),
    certificate: await certificateSource(flags, kept.certificate, io),
  }
}

async function certificateSource(
  { tlsCert, tlsKey, ...flags }: ServeFlags,
  kept: Awaited<ReturnType<typeof clusterOptions>>['certificate'],
  io: Io,
): Promise<ServerOptions['certificate']> {
  const clientCa = flags.clientCa === undefined ? undefined : resolve(io.cwd, flags.clientCa)
  if (kept !== undefined) return clientCa === undefined ? kept : withClientCa(kept, clientCa)
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key go together: give both, or neither and initlint creates its own certificate.')
  }
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: resolve(io.cwd, tlsCert), key: resolve(io.cwd, tlsKey), clientCa }
  return { ...(await ownCertificate(resolve(io.cwd, 'certs'), io.now())), clientCa }
}

/** Without --policy, the policy that a clone or a package contains is used. */
function policySource({ policy }: ServeFlags, io: Io): PolicySource | undefined {
  if (policy !== undefined) return { path: resolve(io.cwd, policy), name: policy }
  const included = resolve(packageRoot, 'manifests/base/policy.yaml')
  return existsSync(included) ? { path: included, name: fromHere(included, io) } : undefined
}
